/** The command line against a whole server: what each command does, prints and exits with. */
import assert from 'node:assert/strict'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { commands } from '../../src/cli/commands.ts'
import { withScheme } from '../../src/cli/context.ts'
import { ensureDemo } from '../../src/cli/demo.ts'
import { run } from '../../src/cli/run.ts'
import { topics } from '../../src/cli/topics.ts'
import { createClient } from '../../src/client/client.ts'
import { configWith } from '../../src/config.ts'
import { explainedCodes } from '../../src/i18n/explanations.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { startReceiver } from '../support/receiver.ts'
import { posthorn as command, keyboard, type Ran } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-cli-'))
let server: Posthorn
let env: Readonly<Record<string, string>>

async function posthorn(...args: readonly string[]): Promise<Ran> {
  return command(args, { env, cwd: folder })
}

before(async () => {
  const config = configWith({ port: 0, dataDir: join(folder, 'data'), retryScheduleMs: [60_000] })
  const world = { clock: systemClock, random: systemRandom, log: silentLog }
  server = createPosthorn(config, world)
  await server.start()
  const key = server.installation.apiKey
  await ensureDemo(createClient({ url: server.url, key }))
  env = { POSTHORN_URL: server.url, POSTHORN_API_KEY: key }
})
after(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

interface Sent {
  readonly id: string
  readonly delivered: boolean
  readonly deliveries: readonly {
    readonly endpoint: string
    readonly attempt: { readonly responseStatusCode: number }
  }[]
}

async function sendJson(...args: readonly string[]): Promise<Sent> {
  const { json } = await posthorn('send', '--json', ...args)
  return json[0] as Sent // what the command promises under --json
}

describe('send', () => {
  test('waits for the outcome and says that the signature is valid', async () => {
    const { exit, out } = await posthorn('send', 'order.created')
    assert.equal(exit, 0)
    assert.match(out, /accepted {3}msg_\w{27} {3}order\.created {3}application demo/)
    assert.match(out, /✓ 200 in \d+ ms {3}signature valid {3}attempt 1/)
  })

  test('asks about an event type that looks mistyped', async () => {
    const { err } = await posthorn('trigger', 'order.creatd', '--variant', '2')
    assert.match(err, /Did you mean order\.created\?/)
  })

  test('speaks Spanish', async () => {
    const { out } = await posthorn('send', 'order.created', '--lang', 'es')
    assert.match(out, /aceptado .* aplicación demo/)
    assert.match(out, /200 en \d+ ms {3}firma válida {3}intento 1/)
  })

  test('delivers the payload byte for byte, from an argument, a file and the standard input', async () => {
    const text = '{"b": 1.0, "a" : 9007199254740993, "z":"ñ"}'
    writeFileSync(join(folder, 'order.json'), text)
    const fromStdin = await command(['send', 'order.created', '--json', '-d', '-'], {
      env,
      cwd: folder,
      stdin: text,
    })
    const ids = [
      (await sendJson('order.created', '-d', text)).id,
      (await sendJson('order.created', '-d', '@order.json')).id,
      (fromStdin.json[0] as Sent).id, // as above
    ]
    for (const id of ids) {
      const found = await createClient({
        url: server.url,
        key: server.installation.apiKey,
      }).bins.wait('demo', { match: `id=${id}`, timeout: 60 })
      assert.equal(found.body, text)
    }
  })

  test('exits 7 when an endpoint refused, and why says what to do', async () => {
    await posthorn('bins', 'set', 'broken', '--script', '500')
    await posthorn('apps', 'create', 'Acme', '--uid', 'acme')
    await posthorn('endpoints', 'create', `${server.url}/in/broken`, '-a', 'acme')
    const { exit, out } = await posthorn('send', 'order.created', '-a', 'acme')
    assert.equal(exit, 7)
    assert.match(out, /✗ 500 in .*attempt 1[\s\S]*next attempt in/)
    const id = /msg_\w+/.exec(out)?.[0] ?? ''
    const why = await posthorn('why', id, '-a', 'acme')
    assert.equal(why.exit, 7)
    assert.match(why.out, /HTTP\/1\.1 · 127\.0\.0\.1 · (new|kept) connection/)
    assert.match(why.out, /answered 500[\s\S]*its own log knows why[\s\S]*Next attempt in/)
    const tail = await posthorn('tail', '-a', 'acme', '--status', 'failed')
    assert.match(tail.out, new RegExp(`order\\.created +→ 500 .*${id}`))
  })

  test('why names the filter that kept a message from an endpoint', async () => {
    await posthorn('apps', 'create', 'Filtered', '--uid', 'filtered')
    const create = ['endpoints', 'create', `${server.url}/in/filtered`, '-a', 'filtered']
    await posthorn(...create, '--events', 'order.paid')
    const { out } = await posthorn('send', 'order.created', '-a', 'filtered')
    assert.match(out, /No endpoint of the application wants/)
    const why = await posthorn('why', /msg_\w+/.exec(out)?.[0] ?? '', '-a', 'filtered')
    assert.match(why.out, /it wants order\.paid, not order\.created/)
  })

  test('refuses what is not a JSON object before anything is sent', async () => {
    for (const data of ['[1]', 'nonsense', '"text"']) {
      const { exit, err } = await posthorn('send', 'order.created', '-d', data)
      assert.equal(exit, 5)
      assert.match(err, /bad_json/)
    }
  })

  test('repeats are one message under one idempotency key', async () => {
    const first = await sendJson('order.paid', '--idempotency-key', 'k1', '-d', '{"a":1}')
    const again = await sendJson('order.paid', '--idempotency-key', 'k1', '-d', '{"a":1}')
    assert.equal(again.id, first.id)
  })
})

test('trigger changes and repeats an example', async () => {
  const { exit } = await posthorn(
    ...['trigger', 'order.shipped', '--set', 'data.carrier=Ship', 'data.n=2'],
    ...['--unset', 'timestamp', '--repeat', '2', '--quiet'],
  )
  assert.equal(exit, 0)
  const found = await posthorn('bins', 'requests', '--json', '--limit', '2')
  const bodies = found.json.map((line) => (line as { body: string }).body) // captured requests
  assert.deepEqual(
    bodies,
    Array(2).fill('{"type":"order.shipped","data":{"id":"o_91","carrier":"Ship","n":2}}'),
  )
  const none = await posthorn('trigger', 'order.shipped', '--variant', '9')
  assert.equal(none.exit, 2)
  assert.match(none.err, /no number 9/)
})

test('trigger sends what the editor leaves, byte for byte, and nothing when it fails', async () => {
  const editor = join(folder, 'editor.mjs')
  writeFileSync(
    editor,
    `import { readFileSync, writeFileSync } from 'node:fs'
     const [, , how, file] = process.argv
     if (how === 'fails') process.exit(3)
     const { type } = JSON.parse(readFileSync(file, 'utf8'))
     writeFileSync(file, how === 'empties' ? '\\n' : '{"type":"' + type + '", "edited" : 1.0}\\n')`,
  )
  const edit = (how: string) =>
    command(['trigger', 'order.shipped', '--edit', '--quiet'], {
      env: { ...env, VISUAL: `"${process.execPath}" "${editor}" ${how}` },
      cwd: folder,
    })
  assert.equal((await edit('changes')).exit, 0)
  const found = await posthorn('bins', 'requests', '--json', '--limit', '1')
  assert.equal((found.json[0] as { body: string }).body, '{"type":"order.shipped", "edited" : 1.0}')
  for (const [how, code] of [
    ['fails', /editor_failed/],
    ['empties', /edit_left_empty/],
  ] as const) {
    const { exit, err } = await edit(how)
    assert.equal(exit, 1)
    assert.match(err, code)
  }
  const still = await posthorn('bins', 'requests', '--json', '--limit', '1')
  assert.deepEqual(still.json, found.json)
})

test('trigger rehearses faults at whoever takes the type, and refuses what is none', async () => {
  const { exit, json } = await posthorn(
    ...['trigger', 'order.created', '--chaos', 'duplicate,reorder,badsig', '--json'],
  )
  const [{ results }] = json as [{ results: readonly { check: string; state: string }[] }]
  assert.deepEqual(
    results.map(({ check }) => check),
    ['valid_event', 'duplicate', 'out_of_order', 'bad_signature'],
  )
  const worst = results.some(({ state }) => state === 'fail')
  assert.equal(exit, worst ? 7 : 0)
  const own = ['order.created', '--chaos', 'duplicate', '--set', 'rehearsed=yes', '--json']
  assert.equal((await posthorn('trigger', ...own)).json.length, 1)
  const came = await posthorn('bins', 'requests', 'demo', '--json', '--limit', '1')
  assert.match(JSON.stringify(came.json), /rehearsed\W+yes|cmVoZWFyc2Vk/)
  for (const wrong of [
    ['--chaos', 'earthquake'],
    ['--chaos', 'stale', '--repeat', '2'],
  ]) {
    const refused = await posthorn('trigger', 'order.created', ...wrong)
    assert.equal(refused.exit, 2)
    assert.match(refused.err, /chaos|earthquake/)
  }
})

test('repeats tell how far they are, and end between two when told to', async () => {
  const stop = new AbortController()
  const lines = ['trigger', 'order.shipped', '--repeat', '20', '--no-wait']
  const all = await posthorn(...lines)
  assert.equal(all.exit, 0)
  assert.deepEqual(
    [all.out, all.err.match(/^\d+(?=\/20 sent · 0 not delivered$)/gm)?.slice(-2)],
    ['', ['18', '20']],
  )
  const ended = await command([...lines, '--json'], {
    env,
    cwd: folder,
    stop: stop.signal,
    onOut: (out) => {
      if (out.split('\n').length > 3) stop.abort()
    },
  })
  assert.equal(ended.exit, 130)
  assert.ok(ended.json.length < 20, `${ended.json.length} were sent`)
})

test('statistics say what succeeded, what failed and why, in both languages and as JSON', async () => {
  await sendJson('order.created')
  const stats = await posthorn('stats')
  assert.equal(stats.exit, 0)
  assert.match(stats.out, /[1-9]\d* succeeded, \d+ failed \([\d.]+ %\) {3}p50 \d/)
  assert.match(stats.out, /EVENT TYPE +SUCCEEDED +FAILED +%\norder\.created +[1-9]/)
  const [usage] = (await posthorn('stats', '--since', '1h', '--json')).json as readonly {
    readonly total: { readonly succeeded: number }
  }[] // what the command promises under --json
  assert.ok(usage !== undefined && usage.total.succeeded > 0)
  const later = new Date(Date.now() - 3_600_000).toISOString()
  const none = await posthorn('stats', '--since', '2h', '--until', later, '--lang', 'es')
  assert.match(none.out, /Ningún intento en ese tiempo/)
  assert.equal((await posthorn('stats', '--since', 'soon')).exit, 2)
})

test('deliveries are listed by the words of the console, shown and canceled', async () => {
  const closed = await startReceiver()
  await closed.close()
  await posthorn('apps', 'create', 'Fails', '--uid', 'fails')
  const { json } = await posthorn('endpoints', 'create', closed.url, '--app', 'fails', '--json')
  const { id: endpoint } = json[0] as { readonly id: string }
  await posthorn('send', 'order.created', '-d', '{"total":120}', '--app', 'fails')
  const list = async (...more: readonly string[]) =>
    (await posthorn('deliveries', 'ls', '--app', 'fails', '--json', ...more)).json as readonly {
      readonly id: string
      readonly attemptCount: number
    }[]
  const [retrying, ...none] = await list('--status', 'failed,retrying', '--since', '24h')
  assert.deepEqual([retrying?.attemptCount, none], [1, []])
  assert.deepEqual(await list('--status', 'queued,held,delivered'), [])
  const other = await posthorn('endpoints', 'create', closed.url, '--app', 'fails', '--json')
  const { id: second } = other.json[0] as { readonly id: string }
  const both = `${endpoint},${second}`
  assert.equal((await list('--endpoint', both, '--type', 'order.created')).length, 1)
  assert.equal((await list('--where', 'total >= 100', '--text', 'CREATED')).length, 1)
  assert.deepEqual(await list('--where', 'total >= 200'), [])
  assert.deepEqual(await list('--tag', 'vip'), [])
  const change = ['endpoints', 'change', 'disable', '--app', 'fails', '--text', second, '--json']
  const listed = (await posthorn(...change)).json as readonly { readonly matching: number }[]
  assert.equal(listed[0]?.matching, 1)
  const done = (await posthorn(...change, '--go')).json as readonly { readonly data: object }[]
  assert.deepEqual(Reflect.get(done.at(-1)?.data ?? {}, 'tally'), { changed: 1 })
  const test = [
    'endpoints',
    'test',
    '--app',
    'fails',
    '--text',
    endpoint,
    '--events',
    'order.created',
  ]
  const [job = ''] = (await posthorn(...test, '--go', '--detach')).out.split('\n')
  const tried = await posthorn('tasks', 'attach', job, '--lang', 'es')
  assert.match(tried.out, /100 % {2}1\/1 {3}con fallo 1\n {2}✗ {2}ep_.*/)
  assert.equal(tried.exit, 8, 'some went wrong')
  const first = (await posthorn('tasks', '--kind', 'endpoint.test')).out
  assert.match(first, new RegExp(`endpoint\\.test {2}finished {2}${job}`))
  const asked = ['--app', 'fails', '--text', 'order', '--where', 'total = 120', '--since', '1h']
  const messages = await posthorn('messages', 'ls', ...asked, '--json')
  assert.equal(messages.json.length, 1)
  const planned = ['recover', '--status', 'retrying,queued', ...asked, '--json']
  const [plan] = (await posthorn(...planned)).json as readonly { readonly matching: number }[]
  assert.equal(plan?.matching, 1)
  assert.equal((await list('--until', '1h')).length, 0)
  assert.equal((await list('--code', '500,connect_refused')).length, 1)
  assert.deepEqual(await list('--code', '500'), [])
  await posthorn('endpoints', 'update', endpoint, '--paused', 'true', '--app', 'fails')
  assert.equal((await list('--status', 'held')).length, 1)
  const id = retrying?.id ?? ''
  const overall = ['deliveries', 'ls', '--all-apps', '--status', 'held']
  const held = (await posthorn(...overall, '--json')).json as readonly {
    readonly id: string
    readonly application: { readonly uid: string }
  }[]
  assert.deepEqual(
    held.map((one) => [one.id, one.application.uid]),
    [[id, 'fails']],
  )
  assert.match((await posthorn(...overall, '--app', 'demo,fails')).out, /dlv_\w+ +fails /)
  assert.equal((await posthorn(...overall, '--app', 'demo', '--json')).json.length, 0)
  assert.equal((await posthorn(...overall, '--endpoint', endpoint)).exit, 2)
  const wide = ['messages', 'ls', '--all-apps', '--app', 'fails', '--where', 'total = 120']
  assert.match((await posthorn(...wide)).out, /^msg_\w+ +fails .*"total":120/)
  assert.match((await posthorn('deliveries', 'get', id, '--app', 'fails')).out, /order\.created/)
  const canceled = await posthorn('deliveries', 'cancel', id, '--app', 'fails')
  assert.match(canceled.out, /canceled/)
  assert.equal((await posthorn('deliveries', 'ls', '--status', 'lost')).exit, 2)
})

test('a message that the endpoint’s own code leaves out is canceled, says why, and is no failure', async () => {
  const client = createClient({ url: server.url, key: env['POSTHORN_API_KEY'] ?? '' })
  await client.call('POST', '/app', { body: { name: 'Left out', uid: 'leaves' } })
  const { id } = await client.endpoints.create('leaves', { url: `${server.url}/in/leaves` })
  const code = `function handler(w) { return { ...w, cancel: w.payload.n > 5 } }`
  const path = `/app/leaves/endpoint/${id}/transformation`
  await client.call('PATCH', path, { body: { code, enabled: true } })
  const sample = { eventType: 'order.created', payload: { n: 7 } }
  const tried = await client.call<Answer>('POST', `${path}/test`, { body: sample })
  assert.deepEqual([tried.ok, tried.canceled], [false, true])
  const args = ['order.created', '--app', 'leaves', '-d', '{"n":7}']
  const sent = await posthorn('send', ...args, '--lang', 'es')
  assert.equal(sent.exit, 0, sent.err)
  const [message = ''] = /msg_\w+/.exec(sent.out) ?? []
  const why = await posthorn('why', message, '--app', 'leaves', '--lang', 'es')
  assert.match(why.out, /El código del endpoint dejó fuera el mensaje/)
  const { data } = await client.call<Answer>('GET', '/app/leaves/delivery')
  assert.deepEqual(
    [data[0].state, data[0].attemptCount, data[0].lastAttempt.errorClass],
    ['canceled', 1, 'transform_canceled'],
  )
  const stats = await posthorn('stats', '--app', 'leaves', '--json')
  const [{ total }] = stats.json as [{ total: { failed: number } }]
  assert.equal(total.failed, 0)
  assert.equal(
    (await posthorn('send', 'order.created', '--app', 'leaves', '-d', '{"n":1}')).exit,
    0,
  )
})

// biome-ignore lint/suspicious/noExplicitAny: the test reads fields of a documented answer
type Answer = any

test('lists are exported to a file, never over one, and go on where a file was cut off', async () => {
  await posthorn('apps', 'create', 'Exported', '--uid', 'exported')
  for (const n of [1, 2, 3, 4]) {
    const payload = `{"n":${n},"text":"two\\nlines, \\"quoted\\""}`
    await posthorn('send', 'order.created', '-d', payload, '--app', 'exported', '--no-wait')
  }
  const shown = await posthorn('messages', 'export', '--app', 'exported', '--where', 'n >= 3')
  assert.deepEqual(
    shown.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).payload.n),
    [4, 3],
  )
  for (const name of ['rows.csv', 'rows.ndjson']) {
    const file = join(folder, name)
    const args = ['messages', 'export', '--app', 'exported', '--to', name]
    assert.equal((await posthorn(...args)).exit, 0)
    const whole = readFileSync(file, 'utf8')
    assert.equal((await posthorn(...args)).exit, 2, 'a file is not written over')
    for (const cut of [whole.length, whole.length - 9, 400, 60, 0]) {
      writeFileSync(file, whole.slice(0, cut))
      assert.equal((await posthorn(...args, '--continue')).exit, 0)
      assert.equal(readFileSync(file, 'utf8'), whole, `${name} cut at ${cut}`)
    }
  }
  const table = await posthorn('deliveries', 'export', '--app', 'exported', '--format', 'csv')
  assert.match(table.out, /^"id","messageId",/)
  const wrong = await posthorn('deliveries', 'export', '--app', 'exported', '--status', 'lost')
  assert.equal(wrong.exit, 2)
})

test('an export is stopped between two parts, and goes on by the command that it names', async () => {
  const client = createClient({ url: server.url, key: env['POSTHORN_API_KEY'] ?? '' })
  await client.call('POST', '/app', { body: { name: 'Large', uid: 'large' } })
  const payload = { text: 'x'.repeat(250_000) }
  for (let n = 0; n < 18; n++) {
    await client.call('POST', '/app/large/msg', { body: { eventType: 'order.created', payload } })
  }
  const keys = keyboard()
  const args = ['messages', 'export', '--app', 'large', '--to', join(folder, 'large.ndjson')]
  const typed = new Set<string>()
  const { exit, err } = await command(args, {
    ...{ env, keys },
    onErr(shown) {
      if (shown.includes('stop') && !typed.has('q')) keys.write('q')
      typed.add('q')
    },
  })
  assert.equal(exit, 130, err)
  const [, line = ''] = /It goes on with: posthorn (.*)/.exec(err) ?? []
  assert.match(line, /^messages export --app large --to \S+large\.ndjson --continue$/)
  assert.equal((await posthorn(...line.split(' '))).exit, 0)
  const rows = readFileSync(join(folder, 'large.ndjson'), 'utf8').trim().split('\n')
  assert.equal(new Set(rows.map((row) => JSON.parse(row).id)).size, 18)
  assert.equal(rows.length, 18)
})

test('portal makes a link that opens the application’s portal', async () => {
  const { out, exit } = await posthorn('portal', 'open', 'demo', '--read-only', '--expires', '2h')
  assert.equal(exit, 0)
  assert.match(out, /^http:\/\/127\.0\.0\.1:\d+\/portal#key=\S+\n$/)
  const short = await posthorn('portal', 'link', 'demo', '--expires', '1m')
  assert.equal(short.exit, 5)
})

test('keys are made, shown once, listed and revoked', async () => {
  const options = ['--role', 'reader', '--app', 'demo', '--expires', '1h']
  const made = await posthorn('keys', 'create', 'Reports', ...options)
  const token = made.out.trim()
  assert.equal((await posthorn('apps', 'get', 'demo', '--key', token)).exit, 0)
  assert.equal((await posthorn('send', 'order.paid', '-d', '{}', '--key', token)).exit, 3)
  const [listed] = (await posthorn('keys', '--json')).json as readonly { readonly id: string }[]
  const { out } = await posthorn('keys')
  assert.match(out, /Reports +reader +app_/)
  assert.ok(!out.includes(token))
  const id = listed?.id ?? ''
  assert.equal((await posthorn('keys', 'roll', id, '--grace', '0')).exit, 2, 'nobody was asked')
  const rolled = await posthorn('keys', 'roll', id, '--grace', '1h', '--json')
  const next = rolled.json[0] as { readonly id: string; readonly token: string } // the contract's type
  assert.equal((await posthorn('apps', 'get', 'demo', '--key', next.token)).exit, 0)
  assert.equal((await posthorn('apps', 'get', 'demo', '--key', token)).exit, 0, 'for an hour')
  assert.equal((await posthorn('keys', 'rm', next.id, '--yes')).exit, 0)
  assert.equal((await posthorn('keys', 'rm', id)).exit, 2, 'nobody was asked')
  assert.equal((await posthorn('keys', 'rm', id, '--yes')).exit, 0)
  assert.equal((await posthorn('keys')).out, '')
  assert.equal((await posthorn('keys', 'create', 'x', '--role', 'owner')).exit, 2)
  const scopes = ['--scope', 'read,read-audit', '--scope', 'send']
  const chosen = await posthorn('keys', 'create', 'Chosen', ...scopes, '--json')
  const [custom] = chosen.json as readonly { readonly id: string; readonly scopes: string[] }[]
  assert.deepEqual(custom?.scopes.toSorted(), ['read', 'read-audit', 'send'])
  assert.match(
    (await posthorn('keys')).out,
    /Chosen +read,send,read-audit|Chosen +read,read-audit,send/,
  )
  assert.match(
    (await posthorn('keys', 'scopes')).out,
    /^read-audit +Read and export the audit log$/m,
  )
  assert.equal((await posthorn('keys', 'create', 'x', '--scope', 'all')).exit, 2)
  assert.equal(
    (await posthorn('keys', 'create', 'x', '--role', 'reader', '--scope', 'read')).exit,
    2,
  )
  assert.equal((await posthorn('keys', 'rm', custom?.id ?? '', '--yes')).exit, 0)
})

test('a view is shared, listed, asked by its name, renamed and deleted', async () => {
  const query = ['--query', 'status=failed&q=nothing at all&sel=x']
  const made = await posthorn('views', 'save', 'Failed today', ...query, '--json')
  const { id } = made.json[0] as { readonly id: string } // the contract's type
  assert.match((await posthorn('views')).out, /Failed today +status=failed&q=nothing at all/)
  const found = await posthorn('deliveries', 'ls', '--app', 'demo', '--view', 'failed TODAY')
  assert.equal(found.exit, 0, found.err)
  assert.equal(found.out, '')
  assert.match(found.err, /Not taken from the view: sel\./)
  assert.equal((await posthorn('views', 'save', 'failed today', ...query)).exit, 5, 'taken')
  assert.equal((await posthorn('views', 'rename', 'Failed today', 'Failed')).exit, 0)
  assert.equal((await posthorn('deliveries', '--app', 'demo', '--view', 'Failed today')).exit, 4)
  const wrong = await posthorn('messages', '--app', 'demo', '--view', 'Failed')
  assert.equal(wrong.exit, 4, 'it is of another list')
  assert.equal((await posthorn('views', 'ls', '--list', 'messages')).out, '')
  assert.equal((await posthorn('views', 'rm', id)).exit, 2, 'nobody was asked')
  assert.equal((await posthorn('views', 'rm', 'Failed', '--yes')).exit, 0)
  assert.equal((await posthorn('views')).out, '')
})

test('a note is left on the time axis, listed by time and application, and removed', async () => {
  const made = await posthorn('notes', 'add', 'Deployed 1.4.2', '--app', 'demo', '--json')
  const { id } = made.json[0] as { readonly id: string } // the contract's type
  assert.equal((await posthorn('notes', 'add', 'Moved the database', '--at', '3h')).exit, 0)
  assert.match((await posthorn('notes', '--app', 'demo')).out, /Deployed 1\.4\.2.*\n.*Moved/)
  const earlier = ['--since', '4h', '--until', '2h']
  assert.match(
    (await posthorn('notes', 'ls', ...earlier)).out,
    /^note_\S+ +\S+ +- +Moved [^\n]+\n$/,
  )
  assert.equal((await posthorn('notes', 'add', 'Later', '--at', '2999-01-01')).exit, 5)
  assert.equal((await posthorn('notes', 'rm', id)).exit, 2, 'nobody was asked')
  assert.equal((await posthorn('notes', 'rm', id, '--yes')).exit, 0)
  assert.equal((await posthorn('notes', 'rm', id, '--yes')).exit, 4)
})

test('what others wrote cannot steer a terminal, and is the same in JSON', async () => {
  const name = 'Odd \u009b31m \u202eeman \u0085'
  assert.equal((await posthorn('apps', 'create', name, '--uid', 'odd')).exit, 0)
  const commands = [
    ['apps', 'get', 'odd'],
    ['apps', 'get', 'odd', '--json'],
    ['api', 'GET', '/app/odd'],
    ['audit', 'export', '--format', 'csv'],
  ]
  for (const args of commands) {
    const shown = await command(args, { env, outIsTty: true })
    assert.equal(shown.exit, 0, shown.err)
    assert.match(shown.out, /Odd \\u009b31m \\u202eeman \\u0085/, args.join(' '))
    assert.doesNotMatch(shown.out, /[\u0080-\u009f\u202e]/, args.join(' '))
    if (args[0] === 'api') assert.equal(JSON.parse(shown.out).name, name)
  }
  const piped = await posthorn('api', 'GET', '/app/odd')
  assert.ok(piped.out.includes(name), 'for programs nothing is changed')
})

test('profiles keep a server with its key, and give the key to no other server', async () => {
  const home = { HOME: join(folder, 'home') }
  const config = (...args: readonly string[]) => command(['config', ...args], { env: home })
  const { POSTHORN_URL: url = '', POSTHORN_API_KEY: key = '' } = env
  for (const [name, value] of [
    ['url', url],
    ['key', key],
    ['app', 'demo'],
    ['lang', 'es'],
  ] as const) {
    assert.equal((await config('set', name, value, '--profile', 'live')).exit, 0)
  }
  assert.equal(withScheme('hooks.example:8071'), 'https://hooks.example:8071')
  assert.equal(withScheme('localhost:8071/'), 'http://localhost:8071')
  assert.equal(withScheme('localhost.example'), 'https://localhost.example')
  const path = join(folder, 'home/.config/posthorn/config.json')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const listed = await config('profiles')
  assert.match(listed.out, /^live +http/)
  assert.ok(!listed.out.includes(key))
  const spanish = await command(['deliveries', '--profile', 'live', '--help'], { env: home })
  assert.match(spanish.out, /Uso:/)
  const apps = (...args: readonly string[]) => command(['apps', ...args], { env: home })
  assert.equal((await apps()).exit, 3, 'a profile that is not current is not used')
  assert.equal((await apps('--profile', 'live')).exit, 0)
  assert.match((await apps('--profile', 'lve')).err, /live\?/)
  await config('use', 'live')
  assert.equal((await apps()).exit, 0)
  assert.equal((await apps('--url', 'http://127.0.0.1:9')).exit, 3, 'the key stays with its server')
  const named = { ...home, POSTHORN_PROFILE: 'live' }
  assert.match(
    (await command(['config', 'explain', 'url'], { env: named })).out,
    /archivo del usuario/,
  )
  await config('unset', 'key')
  assert.equal((await apps()).exit, 3)
  assert.equal((await config('set', 'port', '1')).exit, 2)
  assert.equal((await command(['config', 'set', 'url', 'x'])).exit, 1, 'there is no home')
})

test('login keeps a server with a key that it accepts, and nothing where it does not', async () => {
  const home = { HOME: join(folder, 'login-home') }
  const { POSTHORN_URL: url = '', POSTHORN_API_KEY: key = '' } = env
  const login = (stdin: string, ...args: readonly string[]) =>
    command(['login', ...args], { env: home, stdin })
  assert.equal((await login('sk_not_this_one\n', url)).exit, 3)
  assert.equal((await login('', url)).exit, 3)
  assert.equal((await login(`${key}\n`, 'http://127.0.0.1:1')).exit, 6)
  assert.ok(!existsSync(join(home.HOME, '.config')), 'nothing is kept of a refusal')
  const done = await login(`${key}\n`, url, '--profile', 'live')
  assert.equal(done.exit, 0, done.err)
  assert.ok(!(done.out + done.err).includes(key))
  assert.equal((await command(['apps'], { env: home })).exit, 0, 'it is the current profile')
  assert.equal(statSync(join(home.HOME, '.config/posthorn/config.json')).mode & 0o777, 0o600)
})

test('login asks for the key once nothing of it is shown, and Ctrl-C ends it', async () => {
  const type = async (keys: string) => {
    const stdin = keyboard()
    let shown = ''
    const show = (text: string): void => {
      shown += text
      if (!text.startsWith('API key')) return
      assert.ok(stdin.raw, 'the terminal repeats nothing any more')
      stdin.write(keys)
    }
    const HOME = join(folder, 'typed-home')
    const exit = await run(['login', env['POSTHORN_URL'] ?? ''], {
      ...{ env: { HOME }, cwd: folder, stdin, out: show, err: show, outIsTty: false },
      ...{ errIsTty: true, columns: 80, clock: systemClock, random: systemRandom },
      stop: new AbortController().signal,
    })
    return { exit, shown }
  }
  const key = env['POSTHORN_API_KEY'] ?? ''
  const done = await type(`${key}\r`)
  assert.equal(done.exit, 0, done.shown)
  assert.ok(!done.shown.includes(key))
  assert.equal((await type('\x03')).exit, 130)
})

test('names, hosts and the beginning of an id name a thing; what could be several is refused', async () => {
  const made = await posthorn('apps', 'create', 'Named Inc', '--uid', 'named', '--json')
  const app = Reflect.get(Object(made.json[0]), 'id')
  const create = async (url: string, ...args: readonly string[]) =>
    String(
      Reflect.get(
        Object(
          (await posthorn('endpoints', 'create', url, '--app', 'named', ...args, '--json')).json[0],
        ),
        'id',
      ),
    )
  const one = await create('https://one.example.com/hook', '--name', 'Billing')
  const two = await create('https://two.example.com/hook')
  const found = async (name: string) => {
    const { json, exit, err } = await posthorn(
      'endpoints',
      'get',
      name,
      '--app',
      'Named Inc',
      '--json',
    )
    return exit === 0 ? Reflect.get(Object(json[0]), 'id') : `${exit} ${err}${JSON.stringify(json)}`
  }
  assert.equal(await found('billing'), one)
  assert.equal(await found('two.example.com'), two)
  assert.equal(await found(two.slice(0, -4)), two)
  assert.match(String(await found(one.slice(0, 8))), /^2 .*ambiguous_name/)
  assert.match(String(await found('three.example.com')), /^4 /)

  const sent = await posthorn('send', 'order.created', '--app', 'named', '--no-wait', '--json')
  const message = String(Reflect.get(Object(sent.json[0]), 'id'))
  const got = await posthorn('messages', 'get', message.slice(0, 14), '--app', 'named', '--json')
  assert.equal(Reflect.get(Object(got.json[0]), 'message').id, message)

  const updated = await posthorn(
    'apps',
    'update',
    'named inc',
    '--name',
    'Renamed',
    '--enabled',
    'false',
  )
  assert.match(updated.out, /Renamed.*switched off/)
  assert.equal((await posthorn('apps', 'rm', 'renamed', '--yes')).out, `Deleted ${app}.\n`)
  await posthorn('events', 'create', 'named.created', '--description', 'x')
  const type = await posthorn('events', 'update', 'named.created', '--description', 'It was named')
  assert.match(type.out, /It was named/)
})

test('a refusal names its request, which the log of the server has too', async () => {
  const { err } = await posthorn('apps', 'get', 'app_none')
  assert.match(err, /Code {5}not_found {3}request [\w.:-]+ {3}docs: posthorn explain not_found/)
  const { json } = await posthorn('apps', 'get', 'app_none', '--json')
  assert.match(String(Reflect.get(Object(json[0]), 'error').requestId), /^[\w.:-]+$/)
})

test('masked paths are listed, added and taken back', async () => {
  assert.equal((await posthorn('masking')).out, '')
  const added = await posthorn('masking', 'add', 'data.email', 'data.cards[*].number')
  assert.equal(added.out, 'data.email\ndata.cards[*].number\n')
  assert.equal((await posthorn('masking', 'rm', 'data.none')).exit, 4)
  const bad = await posthorn('masking', 'add', 'a..b', '--lang', 'es')
  assert.equal(bad.exit, 5)
  assert.match(bad.err, /se esperaban nombres unidos por puntos/)
  const left = await posthorn('masking', 'rm', 'data.email', 'data.cards[*].number', '--json')
  assert.deepEqual(left.json, [{ paths: [] }])
})

test('settings of a running server are listed, set and taken back, but for those of its environment', async () => {
  const set = await posthorn('settings', 'set', 'retentionDays', '30')
  assert.match(set.out, /^retentionDays +30 +stored\n$/)
  const listed = await posthorn('settings', '--lang', 'es')
  assert.match(listed.out, /^retryScheduleMs +60000 +POSTHORN_RETRY_SCHEDULE_MS$/m)
  assert.match(listed.out, /^retentionDays +30 +guardado$/m)
  const fixed = await posthorn('settings', 'set', 'POSTHORN_RETRY_SCHEDULE_MS', '5000')
  assert.equal(fixed.exit, 5)
  assert.match(fixed.err, /fixed by POSTHORN_RETRY_SCHEDULE_MS/)
  assert.equal((await posthorn('settings', 'set', 'retentionDays', 'many')).exit, 2)
  assert.match((await posthorn('settings', 'unset', 'retentionDay')).err, /retentionDays\?/)
  const back = await posthorn('settings', 'unset', 'retentionDays', '--json')
  const { value, source } = back.json[0] as { readonly value: number; readonly source: string } // under --json
  assert.deepEqual([value, source], [90, 'default'])
})

test('completion is installed where the shell looks, and nowhere else', async () => {
  const HOME = join(folder, 'shells')
  const install = (shell: string) => command(['completion', shell, '--install'], { env: { HOME } })
  assert.equal((await install('fish')).exit, 0)
  const { out } = await command(['completion', 'fish'])
  assert.equal(readFileSync(join(HOME, '.config/fish/completions/posthorn.fish'), 'utf8'), out)
  assert.match((await install('zsh')).err, /fpath/)
  assert.equal((await install('powershell')).exit, 2)
  assert.equal((await command(['completion', 'fish', '--install'])).exit, 1, 'there is no home')
})

test('expect exits 0 for what arrives and 1 for what does not', async () => {
  const waiting = posthorn(
    'expect',
    'customer.created',
    '--since',
    '0s',
    '--match',
    'signature=valid',
  )
  await posthorn('send', 'customer.created')
  assert.equal((await waiting).exit, 0)
  const never = await posthorn('expect', 'never.sent', '--timeout', '50ms')
  assert.equal(never.exit, 1)
  assert.match(never.err, /wait_timeout/)
})

/** At a rate that leaves it all the time to be paused and left. */
async function followedAtKeyboard(): Promise<void> {
  const keys = keyboard()
  const pressed = new Set<string>()
  const press = (key: string): void => {
    if (!pressed.has(key)) keys.write(key)
    pressed.add(key)
  }
  const line =
    'recover --app recover --status delivered --include-delivered --no-probe --rate 0.1/s --go'
  const args = [...line.split(' '), '--lang', 'es']
  const { exit, err } = await command(args, {
    env,
    keys,
    onErr(err) {
      if (/pausa o reanuda[\s\S]*qtask_/.test(err)) press('p')
      if (err.includes('en pausa')) press('q')
    },
  })
  assert.equal(exit, 0, err)
  assert.match(err, /\r\x1b\[2Kqtask_/, 'one line that changes')
  const [, task = ''] = /posthorn recover attach (qtask_\w+)/.exec(err) ?? []
  assert.ok(!keys.raw)
  assert.equal(
    (await posthorn('recover', 'cancel', task)).exit,
    0,
    'it went on without the command',
  )
}

test('recover counts first, and with --go sends what failed, one of it as a probe', async () => {
  const client = createClient({ url: server.url, key: env['POSTHORN_API_KEY'] ?? '' })
  await client.call('POST', '/app', { body: { name: 'Recover', uid: 'recover' } })
  await client.call('PUT', '/inspector/bin/recover', { body: { script: '500, 500, 500, 200' } })
  await client.call('POST', '/app/recover/endpoint', {
    body: { url: `${server.url}/in/recover`, policy: { retryScheduleMs: [] } },
  })
  for (let n = 0; n < 3; n++) await posthorn('send', 'order.created', '--app', 'recover')
  const counted = await posthorn('recover', '--app', 'recover', '--lang', 'es')
  assert.match(counted.out, /3 coinciden, 0 ya llegaron[\s\S]*Se reenviarían 3\. No se envió nada/)
  const done = await posthorn('recover', '--app', 'recover', '--go', '--rate', '50/s')
  assert.equal(done.exit, 0)
  assert.match(done.out, /100 % {2}3\/3 {3}✓ 3 {2}✗ 0/)
  const task = done.out.split(' ')[0] ?? ''
  assert.equal((await posthorn('recover', 'attach', task)).exit, 0)
  assert.equal((await posthorn('recover', 'pause', task)).exit, 5)
  assert.equal((await posthorn('recover', '--rate', 'fast', '--go')).exit, 2)
  await followedAtKeyboard()
  assert.equal((await posthorn('recover', '--app', 'recover', '--go', '--rate', 'max')).exit, 0)
  await client.call('PUT', '/inspector/bin/late', { body: {} })
  const late = { url: `${server.url}/in/late`, uid: 'late' }
  await client.call('POST', '/app/recover/endpoint', { body: late })
  const missing = ['recover', 'missing', 'late', '--app', 'recover', '--since', '1h']
  assert.match((await posthorn(...missing)).out, /3 of 3 messages were never sent to it/)
  assert.match((await posthorn(...missing, '--go')).out, /^qtask_\w+ {2}3\n$/)
  assert.match((await posthorn(...missing, '--lang', 'es')).out, /0 de 3 mensajes nunca/)
  const told = await posthorn(...missing, '--go', '--notify', 'a@b.example')
  assert.match(told.err, /mail_not_set_up|POSTHORN_SMTP_URL/)
})

test('endpoints are created, listed, changed, rolled and removed', async () => {
  const { json } = await posthorn(
    ...['endpoints', 'create', `${server.url}/in/x`, '--uid', 'x', '--json', '--ordered'],
  )
  const { id } = json[0] as { id: string } // the endpoint as created
  assert.match((await posthorn('endpoints')).out, new RegExp(`${id} .*/in/x`))
  const paused = await posthorn('endpoints', 'update', 'x', '--paused', 'true')
  assert.match(paused.out, /paused/)
  const before = (await posthorn('endpoints', 'secret', 'x')).out.trim()
  const rolled = (await posthorn('endpoints', 'roll', 'x')).out.trim()
  assert.match(rolled, /^whsec_/)
  assert.notEqual(rolled, before)
  assert.equal((await posthorn('endpoints', 'rm', 'x')).exit, 2, 'asks first, and cannot here')
  assert.equal((await posthorn('endpoints', 'rm', 'x', '--yes')).exit, 0)
  assert.equal((await posthorn('endpoints', 'get', 'x')).exit, 4)
})

test('webhooks of the systems are made of names, triggers, contexts and scopes', async () => {
  const system = async (profile: string, args: readonly string[]) => {
    assert.equal((await posthorn('catalog', 'install', profile)).exit, 0)
    const made = await posthorn('apps', 'create', 'A', '--uid', profile, '--system', profile)
    assert.equal(made.exit, 0)
    const create = ['endpoints', 'create', `${server.url}/in/x`, '--name', 'A webhook']
    return posthorn(...create, ...args, '--app', profile, '--json')
  }
  const limits = ['--trigger', 'create-edit-delete-survey', '--scope', 'survey=s1; group=g1,g2']
  const { json: surveys } = await system('cotalker', limits)
  assert.partialDeepStrictEqual(surveys[0], {
    code: 'a_webhook',
    scope: { survey: ['s1'], group: ['g1', 'g2'] },
  })
  const realm = ['--context', 'realm', '--scope', 'realm=5', '--events', 'Usuario creado']
  const { json: realms } = await system('modyo', realm)
  assert.partialDeepStrictEqual(realms[0], { context: 'realm', eventTypes: ['user_created_log'] })
  const { json: logto } = await system('logto', ['--events', 'PostSignIn'])
  const { id } = logto[0] as { id: string } // the endpoint as created
  const { out } = await posthorn('endpoints', 'roll', id, '--app', 'logto')
  assert.match(out.trim(), /^[A-Za-z0-9]{32}$/)

  // Another system: which webhooks would break its rules, before anything is changed.
  const tried = await posthorn('apps', 'system', 'logto', 'cotalker', '--dry-run')
  assert.deepEqual(
    [tried.exit, /eventTypes: .* not in the catalog cotalker/.test(tried.out)],
    [1, true],
  )
  assert.match(tried.out, /1 of 1 endpoints do not fit/)
  const asked = await posthorn('apps', 'system', 'logto', 'cotalker')
  assert.deepEqual([asked.exit, /--yes/.test(asked.err)], [2, true], 'it asks, and cannot here')
  assert.match((await posthorn('apps', 'get', 'logto')).out, / logto$/m)
  assert.equal((await posthorn('apps', 'system', 'logto', 'cotalker', '--yes')).exit, 0)
  assert.match((await posthorn('apps', 'get', 'logto')).out, / cotalker$/m)
})

test('events, messages, apps and api show what the server has', async () => {
  const create = ['events', 'create', 'thing.done', '--example', '{"n":7}']
  assert.equal((await posthorn(...create)).exit, 0)
  assert.equal((await posthorn(...create)).exit, 5)
  assert.match((await posthorn('events')).out, /order\.created.*A customer placed an order/)
  const sent = await sendJson('thing.done')
  const got = await posthorn('messages', 'get', sent.id)
  assert.match(got.out, /"n": 7[\s\S]*signature valid/)
  const endpoint = sent.deliveries[0]?.endpoint ?? ''
  assert.equal((await posthorn('messages', 'resend', sent.id, endpoint)).exit, 0)
  assert.match((await posthorn('messages', 'ls', '--type', 'thing.done')).out, new RegExp(sent.id))
  assert.match((await posthorn('apps')).out, /demo +Demo/)
  assert.equal((await posthorn('api', 'GET', '/app/nobody')).exit, 4)
  assert.match((await posthorn('api', 'GET', '/api/v1/app')).out, /^\{"data":\[/)
  assert.equal((await posthorn('events', 'rm', 'thing.done', '--yes')).exit, 0)
})

test('event types are exported, and imported from that or from OpenAPI', async () => {
  const { out } = await posthorn('events', 'export')
  writeFileSync(join(folder, 'types.json'), out)
  const again = await posthorn('events', 'import', join(folder, 'types.json'), '--json')
  assert.deepEqual(again.json.length, JSON.parse(out).eventTypes.length)
  const yaml = 'openapi: 3.1.0\nwebhooks:\n  stock.low:\n    post:\n      summary: Little is left\n'
  writeFileSync(join(folder, 'api.yaml'), yaml)
  const tried = await posthorn('events', 'import', join(folder, 'api.yaml'), '--dry-run')
  assert.match(tried.out, /1 would change/)
  assert.equal((await posthorn('events', 'get', 'stock.low')).exit, 4)
  assert.equal((await posthorn('events', 'import', join(folder, 'api.yaml'))).exit, 0)
  assert.match((await posthorn('events', 'get', 'stock.low')).out, /Little is left/)
  assert.equal((await posthorn('events', 'import', join(folder, 'nothing.json'))).exit, 2)
  await importedAtKeyboard()
  assert.equal((await posthorn('events', 'rm', 'stock.low', '--yes')).exit, 0)
})

/** It is held, and ended while it is. */
async function importedAtKeyboard(): Promise<void> {
  const eventTypes = Array.from({ length: 250 }, (_, n) => ({
    name: `zz.t${n}`,
    description: '',
  }))
  writeFileSync(join(folder, 'many.json'), JSON.stringify({ eventTypes }))
  const keys = keyboard()
  const typed = new Set<string>()
  const press = (key: string): void => {
    if (!typed.has(key)) keys.write(key)
    typed.add(key)
  }
  const { exit, err } = await command(['events', 'import', join(folder, 'many.json')], {
    ...{ env, keys },
    onErr(shown) {
      if (shown.includes('40 %')) press('p')
      if (shown.includes('Paused')) press('q')
    },
  })
  assert.equal(exit, 130, err)
  assert.match(err, /Stopped after [12]00 of 250/)
  const told = await posthorn('events', 'import', join(folder, 'many.json'), '--json')
  assert.equal(told.json.length, 250)
  const facts = told.err.trim().split('\n')
  assert.deepEqual(
    facts.map((line) => JSON.parse(line).progress.done),
    [100, 200, 250],
  )
}

test('backup copies a database in use, never over a file', async () => {
  const data = { env: { POSTHORN_DATA_DIR: 'data' }, cwd: folder }
  const { exit, json } = await command(['backup', 'copy.db', '--json'], data)
  assert.equal(exit, 0)
  assert((json[0] as { bytes: number }).bytes > 10_000)
  assert.equal(readFileSync(join(folder, 'copy.db')).subarray(0, 15).toString(), 'SQLite format 3')
  assert.equal(statSync(join(folder, 'copy.db')).mode & 0o777, 0o600, 'for its owner alone')
  const again = await command(['backup', 'copy.db'], data)
  assert.equal(again.exit, 1)
  assert.match(again.err, /file_exists/)
  const keys = keyboard()
  const stopped = await command(['backup', 'half.db'], {
    ...data,
    keys,
    onErr(shown) {
      if (shown.includes('stop')) keys.write('q')
    },
  })
  assert.equal(stopped.exit, 130, stopped.err)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('half')),
    [],
  )
  assert.equal((await command(['backup', 'x.db'], { cwd: folder, env: {} })).exit, 4)
})

test('verify checks a signature offline and names the mistake', async () => {
  const secret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`
  const at = new Date()
  const body = '{"a":1}'
  writeFileSync(join(folder, 'body.json'), body)
  writeFileSync(join(folder, 'pretty.json'), '{ "a": 1 }')
  const headers = [
    'webhook-id: msg_1',
    `webhook-timestamp: ${Math.floor(at.getTime() / 1000)}`,
    `webhook-signature: ${new Webhook(secret).sign('msg_1', at, body)}`,
  ]
  const check = (file: string) =>
    posthorn('verify', '--secret', secret, '--body', file, '-H', ...headers)
  assert.equal((await check('body.json')).exit, 0)
  const wrong = await check('pretty.json')
  assert.equal(wrong.exit, 1)
  assert.match(wrong.out, /Verify the raw body/)
  writeFileSync(
    join(folder, 'raw.http'),
    `POST / HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`,
  )
  assert.equal((await posthorn('verify', '--secret', secret, '--request', 'raw.http')).exit, 0)
  assert.equal((await posthorn('verify', '--request', 'raw.http')).exit, 2)
})

test('verify asks the server, and checkup tries an endpoint out', async () => {
  const [listed] = (await posthorn('endpoints', 'ls', '--json')).json
  const { id: endpoint, url } = listed as { readonly id: string; readonly url: string }
  await posthorn('send', 'order.created')
  const bin = url.split('/in/')[1] ?? ''
  const { data } = await createClient({
    url: server.url,
    key: env['POSTHORN_API_KEY'] ?? '',
  }).bins.requests(bin)
  const lines = data[0]?.headers.map(([name, value]) => `${name}: ${value}`) ?? []
  const body = data[0]?.body ?? ''
  const ask = (text: string, ...more: readonly string[]) => {
    writeFileSync(join(folder, 'got.http'), `${lines.join('\r\n')}\r\n\r\n${text}`)
    return posthorn('verify', '--endpoint', endpoint, '--request', 'got.http', ...more)
  }
  assert.equal((await ask(body)).exit, 0)
  const changed = await ask(`${body} `, '--framework', 'express')
  assert.equal(changed.exit, 1)
  assert.match(changed.out, /written anew with other spaces.*from byte \d+ on.*Express/s)

  const tried = await posthorn('checkup', endpoint, '--lang', 'es')
  assert.equal(tried.exit, 7, 'the inspector answers 200 to whatever comes')
  assert.match(tried.out, /El endpoint acepta una firma falsa/)
  assert.match(tried.out, /anterior después de uno más nuevo.*\n.*solo el receptor lo muestra/)
  const snippet = await posthorn('snippet', 'py', '--endpoint', endpoint)
  assert.match(snippet.out, /def is_signed/)
  assert.match(snippet.err, /WEBHOOK_SECRET/)
  assert.equal((await posthorn('snippet', 'cobol')).exit, 2)
})

test('doctor says what is well, and what is not with what to do', async () => {
  const well = await posthorn('doctor')
  assert.equal(well.exit, 0, well.out)
  assert.match(
    well.out,
    /answer \(\d+ ms\)[\s\S]*the key is accepted[\s\S]*the live environment[\s\S]*the clocks agree/,
  )
  const ill = await posthorn('doctor', '--key', 'sk_wrong', '--json', '--lang', 'es')
  assert.equal(ill.exit, 1)
  const states = ill.json.map((line) => line as { readonly check: string; readonly state: string })
  assert.deepEqual(
    states.filter(({ state }) => state === 'fail').map(({ check }) => check),
    ['key'],
  )
  const away = await posthorn('doctor', '--url', 'http://127.0.0.1:9')
  assert.equal(away.exit, 1)
  assert.match(away.out, /✗ No answer from[\s\S]*Fix/)
})

describe('failures', () => {
  test('have four parts in both languages', async () => {
    const { exit, err } = await posthorn('messages', 'get', 'msg_none', '--lang', 'es')
    assert.equal(exit, 4)
    for (const part of ['✗', 'Por qué', 'Solución', 'Código   not_found'])
      assert(err.includes(part))
  })

  test('exit codes tell a wrong key, no server, no key and wrong use apart', async () => {
    assert.equal((await posthorn('apps', '--key', 'wrong')).exit, 3)
    const dead = await command(['apps', '--url', 'http://127.0.0.1:9', '--key', 'k'])
    assert.equal(dead.exit, 6)
    assert.match(dead.err, /server_unreachable/)
    assert.equal((await command(['apps'])).exit, 3)
    assert.equal((await posthorn('send')).exit, 2)
    assert.equal((await posthorn('send', 'a', '--nonsense')).exit, 2)
  })

  test('name the nearest command, application and code', async () => {
    assert.match((await posthorn('sned')).err, /Did you mean send\?/)
    assert.match((await posthorn('send', 'a', '-a', 'dmeo')).err, /Did you mean demo\?/)
    assert.match((await posthorn('explain', 'tls_nam')).err, /Did you mean tls_name\?/)
  })

  test('are one JSON object under --json', async () => {
    const { json, err } = await posthorn('messages', 'get', 'msg_none', '--json')
    assert.equal((json[0] as { error: { code: string } }).error.code, 'not_found')
    assert.equal(err, '')
  })
})

test('config explains which source won, and shows no secret', async () => {
  const data = { env: { ...env, POSTHORN_PORT: '9' }, cwd: folder }
  const { out } = await command(['config', 'explain'], data)
  assert.match(out, /POSTHORN_PORT +9 +environment/)
  assert.match(out, /POSTHORN_HOST +127\.0\.0\.1 +default/)
  assert(!out.includes(server.installation.apiKey))
  const bad = await command(['config', 'explain'], { env: { POSTHORN_PORT: 'x' }, cwd: folder })
  assert.equal(bad.exit, 5)
})

test('every command has help that fits and begins with three examples', async () => {
  for (const { name } of commands) {
    for (const lang of ['en', 'es']) {
      const { exit, out } = await posthorn(name, '--help', '--lang', lang)
      assert.equal(exit, 0, name)
      const examples = out.split('\n').slice(0, 3)
      assert(
        examples.every((line) => /^ {2}\$ /.test(line)),
        `${name}: ${examples.join('|')}`,
      )
      assert(out.split('\n').length <= 30 || name === 'start', `${name} is long`)
    }
  }
})

test('topics are told without a server, in both languages, and name what there is', async () => {
  const offline = { env: {}, cwd: folder }
  for (const lang of ['en', 'es']) {
    const list = await command(['help', 'topics', '--lang', lang], offline)
    assert.equal(list.out.trim().split('\n').length, topics.length)
    for (const { name } of topics) {
      const { exit, out } = await command(['help', 'topics', name, '--lang', lang], offline)
      assert.equal(exit, 0, out)
      assert(out.split('\n').length <= 8, `${name} is long`)
      const page = / → (\S+)/.exec(out)?.[1] ?? ''
      assert(existsSync(join(import.meta.dirname, '../..', page)), page)
      for (const [, named] of out.matchAll(/posthorn ([a-z]+)/g)) {
        assert(
          commands.some((one) => one.name === named),
          `${name} names posthorn ${named}`,
        )
      }
    }
  }
  assert.match(
    (await command(['help', 'topics', 'retries'], offline)).out,
    /5 s, 5 min, 30 min, 2 h/,
  )
  const unknown = await command(['help', 'topics', 'retires'], offline)
  assert.match(unknown.err, /Did you mean retries\?/)
  assert.equal(unknown.exit, 4)
})

test('completion offers the words that an option takes, and asks the server once in five minutes', async () => {
  const next = async (from: Readonly<Record<string, string>>, ...words: readonly string[]) =>
    (await command(['completion', '--words', '--', ...words], { env: from })).out.trim().split('\n')
  assert.ok((await next(env, 'recover', '--status')).includes('canceled'))
  assert.deepEqual(await next(env, 'keys', 'create', 'x', '--role'), ['admin', 'sender', 'reader'])
  const known = await startReceiver({
    script: () => ({ status: 200, body: '{"data":[{"name":"a.b"}]}' }),
  })
  const HOME = join(folder, 'completing')
  const from = { HOME, POSTHORN_URL: known.url, POSTHORN_API_KEY: 'sk_kept_nowhere' }
  assert.ok((await next(from, 'send')).includes('a.b'))
  assert.ok((await next(from, 'trigger')).includes('a.b'))
  assert.equal(known.requests.length, 1)
  await known.close()
  assert.ok((await next(from, 'deliveries', 'ls', '--type')).includes('a.b'))
  assert.doesNotMatch(readFolder(join(HOME, '.cache/posthorn')), /sk_kept/)
})

function readFolder(path: string): string {
  return readdirSync(path)
    .map((name) => `${name} ${readFileSync(join(path, name), 'utf8')}`)
    .join('\n')
}

test('every code is explained in both languages, and completion offers it', async () => {
  for (const code of explainedCodes) {
    const [en, es] = await Promise.all([
      posthorn('explain', code, '--lang', 'en'),
      posthorn('explain', code, '--lang', 'es'),
    ])
    assert.notEqual(en.out, es.out, code)
  }
  const words = await posthorn('completion', '--words', 'explain')
  assert.equal(words.out.trim().split('\n').length, explainedCodes.length)
  const types = await posthorn('completion', '--words', 'send')
  assert(types.out.includes('order.created'))
  const after = async (...words: readonly string[]) =>
    (await posthorn('completion', '--words', '--', ...words)).out.trim().split('\n')
  assert.deepEqual((await after('recover')).slice(0, 3), ['plan', 'missing', 'attach'])
  assert.ok((await after('listen', '3000')).includes('--filter'))
  assert.ok((await after('listen', '3000', '--app')).includes('demo'))
  assert.ok((await after('endpoints', 'get')).some((word) => word.startsWith('ep_')))
  const offline = await command(['completion', '--words', '--', 'send', 'a.b', '--app'])
  assert.deepEqual([offline.exit, offline.out, offline.err], [0, '', ''])
})
