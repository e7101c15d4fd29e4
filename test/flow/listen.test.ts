/** `posthorn listen` against a whole server and a real receiver on this machine. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { createClient } from '../../src/client/client.ts'
import { configWith } from '../../src/config.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { makeAuthority } from '../support/certificates.ts'
import { eventually } from '../support/eventually.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { posthorn as command, keyboard, type Ran } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-listen-'))
let server: Posthorn
let receiver: Receiver
let env: Readonly<Record<string, string>>

before(async () => {
  const config = configWith({ port: 0, dataDir: folder, retryScheduleMs: [50, 60_000] })
  const world = { clock: systemClock, random: systemRandom, log: silentLog }
  server = createPosthorn(config, world)
  await server.start()
  receiver = await startReceiver()
  const key = server.installation.apiKey
  await createClient({ url: server.url, key }).applications.create({ name: 'A', uid: 'a' })
  env = { POSTHORN_URL: server.url, POSTHORN_API_KEY: key, POSTHORN_APP: 'a' }
})
after(async () => {
  await receiver.close()
  await server.stop()
  rmSync(folder, { recursive: true })
})

/** Listens until stopped; `seen(text)` resolves when that has been printed, `told(text)` for notes. */
function listening(...args: readonly string[]) {
  return listeningWith({}, ...args)
}

function listeningWith(input: { readonly keys?: Readable }, ...args: readonly string[]) {
  const stop = new AbortController()
  const watchers = new Set<() => void>()
  const printed = { out: '', err: '' }
  const keep = (name: keyof typeof printed) => (text: string) => {
    printed[name] = text
    for (const look of watchers) look()
  }
  const form = args.includes('--output') ? [] : ['--json']
  const done: Promise<Ran> = command(['listen', ...form, ...args], {
    env,
    ...input,
    stop: stop.signal,
    onOut: keep('out'),
    onErr: keep('err'),
  })
  const until = (name: keyof typeof printed, text: string): Promise<void> => {
    const shown = new Promise<void>((resolve) => {
      const look = (): void => {
        if (!printed[name].includes(text)) return
        watchers.delete(look)
        resolve()
      }
      watchers.add(look)
      look()
    })
    const ended = done.then(({ out, err }) => {
      if (!printed[name].includes(text)) throw new Error(`It ended without ${text}: ${out}${err}`)
    })
    return Promise.race([shown, ended])
  }
  return {
    seen: (text: string) => until('out', text),
    told: (text: string) => until('err', text),
    done,
    async stop(): Promise<Ran> {
      stop.abort()
      return done
    },
  }
}

test('deliveries reach this machine, signed, and the answer is recorded', async () => {
  receiver.answer(() => ({ status: 201, body: 'thanks' }))
  const record = join(folder, 'recorded')
  const session = listening(`${receiver.port}/hooks`, '--record', record)
  await session.seen('"connected"')
  const body = '{"type":"order.created", "n":1.0}'
  const { exit, json } = await command(['send', 'order.created', '-d', body, '--json'], { env })
  assert.equal(exit, 0)
  const arrived = await receiver.next()
  assert.equal(arrived.path, '/hooks')
  assert.equal(arrived.body.toString(), body)
  const secret = (await command(['endpoints', 'secret', 'listen-cli'], { env })).out.trim()
  new Webhook(secret).verify(arrived.body.toString(), { ...arrived.headers })
  const [sent] = json as readonly { deliveries: { attempt: { response: string } }[] }[] // as printed
  assert.equal(sent?.deliveries[0]?.attempt.response, 'thanks')
  const ran = await session.stop()
  assert.equal(ran.exit, 0)
  assert.match(ran.out, /"event":"delivery".*"status":201/)
  const kept = join(record, `order.created-${arrived.headers['webhook-id']}.json`)
  assert.equal(readFileSync(kept, 'utf8'), body, 'the recorded body is the one that came')
})

test('while nobody listens deliveries wait without burning tries, and come on connect', async () => {
  const endpoint = await untilPaused()
  const { exit, json } = await command(
    ['send', 'order.paid', '-d', '{"type":"order.paid"}', '--json', '--timeout', '300ms'],
    { env },
  )
  assert.equal(exit, 7)
  const [sent] = json as readonly { id: string; deliveries: { attempt: unknown }[] }[] // as printed
  assert.equal(sent?.deliveries[0]?.attempt ?? null, null, 'no attempt was made')
  const session = listening(String(receiver.port))
  const arrived = await receiver.next()
  assert.equal(arrived.headers['webhook-id'], sent?.id)
  await session.seen('"delivery"')
  await command(['messages', 'resend', sent?.id ?? '', endpoint], { env })
  assert.equal((await receiver.next()).headers['webhook-id'], sent?.id, 'resends arrive too')
  await session.stop()
})

test('while nothing listens on the target deliveries are held, which is told once, and come when it does', async () => {
  // An address of this machine on which nobody is, beside one that has the port: nobody gets it by chance.
  const { port } = receiver
  const session = listening(`http://127.0.0.77:${port}/late`)
  await session.seen('"connected"')
  for (const type of ['order.created', 'order.paid']) {
    await command(['send', type, '--json', '--no-wait'], { env })
    if (type === 'order.created') await session.seen('"held"')
  }
  const target = await startReceiver({ host: '127.0.0.77', port })
  const late = await target.waitFor(2)
  const { out } = await session.stop()
  await target.close()
  assert.equal(out.match(/"event":"held"/g)?.length, 1, out)
  assert.equal(out.match(/"connect_refused"/g)?.length, 1, 'one try was spent')
  assert.equal(new Set(late.map(({ headers }) => headers['webhook-id'])).size, 2)
})

test('a certificate of its own is refused and told, and taken with --insecure', async () => {
  const request = { commonName: 'localhost', names: ['localhost'], selfSigned: true }
  const target = await startReceiver({ tls: makeAuthority().issue(request) })
  const url = `https://localhost:${target.port}`
  const careful = listening(url, '--name', 'tls')
  await careful.seen('"connected"')
  await command(['send', 'order.created', '--json', '--no-wait'], { env })
  await careful.seen('"error":"connect_failed"')
  await careful.stop()
  const trusting = listening(url, '--name', 'tls', '--insecure')
  await trusting.seen(`"status":204`)
  await command(['send', 'order.created', '--json', '--no-wait'], { env })
  await trusting.seen(`"status":204`)
  await trusting.stop()
  await target.close()
})

interface Tried {
  readonly state: string
  readonly attemptCount: number
}

/** Nothing of it is on its way: what is told of it stays so. */
function untilTried(message: string, times: number, wanted: string): Promise<unknown> {
  const client = createClient({ url: server.url, key: server.installation.apiKey })
  return eventually(`${times} tries of ${message}, ${wanted}`, async () => {
    const path = `/app/a/delivery?q=${message}`
    const { data } = await client.call<{ readonly data: readonly Tried[] }>('GET', path)
    const is = ({ state, attemptCount }: Tried) => state === wanted && attemptCount === times
    return data.some(is) ? true : null
  })
}

test('keys retry, tell why, show all, copy and quit, in either language', async (t) => {
  let status = 500
  receiver.answer(() => ({ status, body: 'no such customer' }))
  const keys = keyboard()
  const session = listeningWith(
    { keys },
    ...[String(receiver.port), '--name', 'keys', '--output', 'line', '--lang', 'es'],
  )
  t.after(() => session.stop())
  await session.told('reintenta ya')
  assert.ok(keys.raw, 'each key counts at once')
  keys.write('w')
  await session.told('Todavía no ha llegado nada')
  const { json } = await command(['send', 'order.created', '--json', '--no-wait'], { env })
  const [{ id }] = json as readonly [{ readonly id: string }] // as printed
  await session.seen('→ 500')
  await session.seen('intento 1 de 3 · el siguiente en ')
  await session.seen('intento 2 de 3 · el siguiente en ')
  await session.seen(' · r reintenta ya · w por qué · enter detalles')
  await untilTried(id, 2, 'pending')
  keys.write('w')
  await session.seen('El endpoint respondió 500: no such customer')
  keys.write('\r')
  await session.seen(`POST ${id}`)
  await session.seen('webhook-signature: ')
  keys.write('c')
  await session.told(`\u001b]52;c;${Buffer.from(id).toString('base64')}\u0007`)
  status = 200
  keys.write('\u001b[A') // an arrow is none of them
  keys.write('r')
  await session.seen('→ 200')
  keys.write('q')
  assert.equal((await session.done).exit, 0)
  assert.ok(!keys.raw, 'the terminal is as it was')
  await untilTried(id, 3, 'succeeded') // what was shown was answered, though `q` came right after
})

test('rules and a filter choose what comes, and --print shows it without steering the terminal', async () => {
  const client = createClient({ url: server.url, key: server.installation.apiKey })
  for (const name of ['shop.opened', 'shop.closed', 'user.created']) {
    await client.eventTypes.create({ name, description: '' })
  }
  const args = [
    '--events',
    'shop.*',
    '--filter',
    '{"data.n": {"$gte": 2}}',
    '--print',
    'body,headers',
  ]
  const session = listening(String(receiver.port), '--name', 'chosen', '--output', 'line', ...args)
  try {
    await session.told('Connected')
    const { eventTypes, filter } = await client.endpoints.get('a', 'listen-chosen')
    assert.deepEqual([eventTypes, filter], [['shop.*'], { 'data.n': { $gte: 2 } }])
    const send = (type: string, data: object) =>
      client.messages.create('a', JSON.stringify({ eventType: type, payload: { type, data } }))
    await send('user.created', { n: 3 })
    await send('shop.opened', { n: 1 })
    await send('shop.opened', { n: 2, name: '\u009b2J\u202egnp' })
    await session.seen('gnp')
  } finally {
    await session.stop()
  }
  const { out, err, exit } = await session.done
  assert.equal(exit, 0, err)
  assert.equal(out.match(/→ 2\d\d/g)?.length, 1, out)
  assert.match(out, /webhook-id: msg_/)
  assert.match(out, /"name":"\\u009b2J\\u202egnp"/)
  assert.doesNotMatch(out, /[\u009b\u202e]/)
  for (const bad of [
    ['--events', 'a.*.b'],
    ['--filter', '{"a": {"$regex": "x"}}'],
    ['--output', 'tui'],
    ['--print', 'everything'],
  ]) {
    const refused = await command(['listen', String(receiver.port), ...bad], { env })
    assert.ok([2, 5].includes(refused.exit), `${bad}: ${refused.exit} ${refused.err}`)
  }
})

test('the newest listen takes over, and both are told; with --share both receive', async () => {
  const first = listening(String(receiver.port), '--output', 'line')
  await first.told('Connected as')
  const second = listening(String(receiver.port))
  await second.seen('"tookOver":true')
  const { exit, err } = await first.done
  assert.equal(exit, 0)
  assert.match(err, /Another listen took over\.\n.*--share/)
  const beside = listening(String(receiver.port), '--share')
  await beside.seen('"name":"cli-2"')
  await beside.seen('"tookOver":false')
  await command(['send', 'order.created', '--json', '--no-wait'], { env })
  await Promise.all([second.seen('"delivery"'), beside.seen('"delivery"')])
  await beside.stop()
  const { json } = await command(['endpoints', 'get', 'listen-cli-2', '--json'], { env })
  assert.deepEqual(
    json.map((each) => Reflect.get(Object(each), 'disabled')),
    [true],
    'nothing piles up for it',
  )
  await second.stop()
})

test('a target elsewhere is refused unless it is allowed', async () => {
  const refused = await command(['listen', 'https://example.com/hooks'], { env })
  assert.equal(refused.exit, 2)
  assert.match(refused.err, /external_target/)
  assert.equal((await command(['listen', 'nonsense'], { env })).exit, 2)
})

test("another application's token cannot listen, nor answer for it", async () => {
  const wrong = { ...env, POSTHORN_API_KEY: 'sk_wrong' }
  assert.equal((await command(['listen', '3000'], { env: wrong })).exit, 3)
})

test('a portal session that views no payloads is sent none', async () => {
  const admin = createClient({ url: server.url, key: server.installation.apiKey })
  const body = { viewPayloads: false }
  const link = await admin.call<{ token: string }>('POST', '/auth/app-portal-access/a', { body })
  const answer = await fetch(`${server.url}/api/v1/app/a/listen`, {
    method: 'POST',
    headers: { authorization: `Bearer ${link.token}` },
    body: JSON.stringify({ target: 'http://localhost:3000', name: 'blind' }),
  })
  assert.equal(answer.status, 403)
  await answer.body?.cancel()
})

/** The pause follows the disconnect; asks until it is there. */
async function untilPaused(): Promise<string> {
  const client = createClient({ url: server.url, key: server.installation.apiKey })
  for (;;) {
    const endpoint = await client.endpoints.get('a', 'listen-cli')
    if (endpoint.paused) return endpoint.id
  }
}

test('a key that is revoked while its listen is connected hears nothing more', async () => {
  const admin = createClient({ url: server.url, key: server.installation.apiKey })
  const made = { name: 'Laptop', role: 'admin', applicationId: null }
  const key = await admin.call<{ id: string; token: string }>('POST', '/api-key', { body: made })
  const session = listening(String(receiver.port), '--name', 'laptop', '--key', key.token)
  await session.seen('"connected"')
  await admin.call('DELETE', `/api-key/${key.id}`)
  const { exit, out } = await session.done
  assert.equal(exit, 3, out)
  const { data } = await admin.call<{ data: { actor: { id: string }; after: object }[] }>(
    'GET',
    '/audit?operation=v1.endpoint.listen&limit=1',
  )
  assert.equal(data[0]?.actor.id, key.id, 'the log tells who listened')
  assert.doesNotMatch(JSON.stringify(data), /whsec_/)
})
