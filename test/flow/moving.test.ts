/** `posthorn migrate-data`: an embedded database with real traffic becomes a PostgreSQL one. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { createClient } from '../../src/client/client.ts'
import { type Config, configWith } from '../../src/config.ts'
import { operations } from '../../src/contract/operations.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { StoreRefused } from '../../src/store/store.ts'
import { createTestDatabase, releasePostgres, type TestDatabase } from '../support/postgres.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { posthorn as command } from '../support/terminal.ts'

const key = 'key_of_both_houses_0123456789'
const encryptionKey = Buffer.alloc(32, 9).toString('base64')
const folder = mkdtempSync(join(tmpdir(), 'posthorn-moving-'))
const path = join(folder, 'old.db')
const env = { POSTHORN_ENCRYPTION_KEY: encryptionKey }
let database: TestDatabase
let receiver: Receiver

before(async () => {
  database = await createTestDatabase()
  receiver = await startReceiver()
})
const started: Posthorn[] = []
after(async () => {
  await Promise.all(started.map((posthorn) => posthorn.stop().catch(() => undefined))) // mostly stopped
  await receiver.close()
  await database.drop()
  await releasePostgres()
  rmSync(folder, { recursive: true })
})

function posthornOn(databaseUrl: string, more: Partial<Config> = {}): Posthorn {
  const config = configWith({
    port: 0,
    dataDir: join(folder, 'data'),
    databaseUrl,
    apiKey: key,
    jwtSecret: 'a secret of both houses',
    encryptionKey,
    allowNetworks: ['127.0.0.0/8'],
    retryScheduleMs: [3_600_000],
    pollMs: 200,
    stopTimeoutMs: 500,
    ...more,
  })
  const made = createPosthorn(config, { clock: systemClock, random: systemRandom, log: silentLog })
  started.push(made)
  return made
}

function migrate(to: string, more: readonly string[] = [], from = path) {
  return command(['migrate-data', '--from', `sqlite:${from}`, '--to', to, ...more], { env })
}

interface Body {
  readonly [name: string]: unknown
  readonly id: string
  readonly data: readonly Body[]
}

async function call(url: string, method: string, where: string, body?: unknown): Promise<Body> {
  const answer = await fetch(`${url}/api/v1${where}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  assert(answer.status < 300, `${method} ${where}: ${answer.status} ${text}`)
  return JSON.parse(text === '' ? '{}' : text)
}

const large = 'x'.repeat(200_000)
const sent = { plain: 24, refused: 4, ordered: 6 }
const messages = sent.plain + sent.refused + sent.ordered

/** Nothing is in memory any more; retries and what is paused may wait in the table. */
async function atRest(engine: Posthorn['engine']): Promise<void> {
  for (;;) {
    const { waiting, inFlight, recording, streams } = engine.stats()
    if (waiting + inFlight + recording + streams === 0) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Deliveries that succeeded, failed, wait for a retry, wait in order, wait for their time. */
async function traffic({
  url,
  engine,
}: Posthorn): Promise<{ application: string; ordered: string }> {
  const post = (where: string, body: unknown) => call(url, 'POST', where, body)
  const { id: application } = await post('/app', {
    name: 'Móvil',
    uid: 'm-1',
    metadata: { a: 'b' },
  })
  await post('/app', { name: 'empty', uid: 'm-2' })
  await post('/event-type', {
    name: 'order.made',
    description: 'd',
    schemas: { 1: { type: 'object' } },
  })
  for (const name of ['step', 'refused']) await post('/event-type', { name, description: '' })
  await post('/api-key', { name: 'reader', role: 'reader', applicationId: application })
  const at = `/app/${application}`
  const make = (where: string, more: object): Promise<Body> =>
    post(`${at}/endpoint`, { url: `${receiver.url}${where}`, ...more })
  await make('/good', { filterTypes: ['order.made'], channels: ['c'], headers: { 'x-key': 'v' } })
  await make('/bad', { filterTypes: ['refused'], rateLimit: 1_000 })
  const { id: ordered } = await make('/ordered', { ordering: 'fifo', filterTypes: ['step'] })
  const { id: doomed } = await make('/doomed', { filterTypes: ['order.made'], paused: true })
  receiver.answer(({ path: where }) => ({ status: where === '/bad' ? 500 : 204 }))
  for (let number = 0; number < sent.plain; number++) {
    await post(`${at}/msg?with_content=false`, {
      eventType: 'order.made',
      eventId: `e-${number}`,
      payload: { number, large },
      channels: ['c', 'd'],
      tags: ['t'],
    })
  }
  await call(url, 'DELETE', `${at}/endpoint/${doomed}`)
  for (let number = 0; number < sent.refused; number++) {
    await post(`${at}/msg`, { eventType: 'refused', payload: { number } })
  }
  await post(`${at}/msg`, { eventType: 'step', payload: { number: 0 } })
  await atRest(engine)
  await call(url, 'PATCH', `${at}/endpoint/${ordered}`, { paused: true })
  for (let number = 1; number < sent.ordered; number++) {
    await post(`${at}/msg`, { eventType: 'step', payload: { number } })
  }
  return { application, ordered }
}

/** Every answer of every operation that reads, by path. */
async function everyAnswer(url: string): Promise<ReadonlyMap<string, unknown>> {
  // Issues are counted over the two weeks before they are asked for.
  // Reading a secret is itself written to the audit log and the history: that is compared apart.
  const skipped =
    /audit|history|issue|tls|\/node|\/installation|\/health|consumer|\/code|poller|change|summary|search|statistics|operational|background-task\//
  const templates = operations
    .filter(({ method, path: where }) => method === 'GET' && !skipped.test(where))
    .map((operation) => operation.path)
  const answers = new Map<string, unknown>()
  const known: Record<string, readonly string[]> = {}
  const ids = (where: string): Promise<readonly string[]> =>
    call(url, 'GET', `${where}?limit=250`).then(({ data }) => data.map(({ id }) => id))
  for (const application of await ids('/app')) {
    const at = `/app/${application}`
    known['app_id'] = [application]
    known['endpoint_id'] = await ids(`${at}/endpoint`)
    known['msg_id'] = (await ids(`${at}/msg`)).filter((_, index) => index % 5 === 0)
    known['delivery_id'] = (await ids(`${at}/delivery`)).filter((_, index) => index % 7 === 0)
    known['event_type_name'] = ['order.made']
    known['catalog_name'] = known['profile_name'] = []
    for (const template of templates) {
      for (const where of filled(template, known)) {
        if (where.includes('{')) continue
        const content = /\/(msg|attempt)/.test(where) ? '&with_content=true' : ''
        const limit = /^\/(app|event-type|api-key)(\/[^/]+\/(endpoint|msg|delivery|attempt\/.*))?$/
        const query = limit.test(where) ? `?limit=100${content}` : ''
        const answer = await fetch(`${url}/api/v1${where}${query}`, {
          headers: { authorization: `Bearer ${key}` },
        })
        answers.set(`${where} ${answer.status}`, bodyOf(await answer.text()))
      }
    }
  }
  return answers
}

/** One object, or the lines of an export. */
function bodyOf(text: string): unknown {
  return text.split('\n').map((line): unknown => (line === '' ? null : JSON.parse(line)))
}

function filled(template: string, known: Readonly<Record<string, readonly string[]>>): string[] {
  const name = /\{(\w+)\}/.exec(template)?.[1]
  if (name === undefined) return [template]
  const values = known[name]
  if (values === undefined) return []
  return values.flatMap((value) => filled(template.replace(`{${name}}`, value), known))
}

test('a house is moved with an interruption: every list is equal, what waited goes out once', async () => {
  const old = posthornOn(`sqlite:${path}`)
  await old.start()
  const { application, ordered } = await traffic(old)
  const inUse = await migrate(database.url)
  assert.equal(inUse.exit, 1)
  assert.match(inUse.err, /in use by another Posthorn/)
  await atRest(old.engine)
  const before = await everyAnswer(old.url)
  assert(before.size > 60, `${before.size} answers were compared`)
  const audited = await call(old.url, 'GET', '/audit?limit=100')
  assert(audited.data.length > 10)
  await old.stop()

  const dry = await migrate(database.url, ['--dry-run', '--json'])
  assert.equal(dry.exit, 0, dry.out)
  assert.deepEqual((dry.json[0] as { tables: Record<string, number> }).tables['message'], messages)
  assert.deepEqual(await tablesIn(database.url), [], 'a dry run writes nothing')

  const stop = new AbortController()
  const cut = await command(
    ['migrate-data', '--from', `sqlite:${path}`, '--to', database.url, '--json'],
    {
      env,
      stop: stop.signal,
      onOut: (out) => {
        if (out.includes('"table":"message"')) stop.abort()
      },
    },
  )
  assert.equal(cut.exit, 130, cut.err)
  const half = await rowsOf(database.url, 'message')
  assert(half > 0 && half < sent.plain, `${half} messages were copied before the interruption`)
  const refused = posthornOn(database.url)
  await assert.rejects(refused.start(), (error) => {
    assert(error instanceof StoreRefused)
    assert.equal(error.code, 'unfinished_copy')
    return true
  })
  await refused.stop()

  const resumed = await migrate(database.url, ['--json'])
  assert.equal(resumed.exit, 0, resumed.out + resumed.err)
  const [last] = resumed.json.slice(-1) as { tables: { table: string; rows: number }[] }[]
  const counted = new Map(last?.tables.map(({ table, rows }) => [table, rows]))
  assert.equal(counted.get('message'), messages)
  assert.equal(counted.get('open_delivery'), sent.refused + sent.ordered - 1)
  assert.equal(counted.get('message_event_id'), sent.plain)

  const api = posthornOn(database.url, { role: 'api' })
  await api.start()
  assert.deepEqual(await call(api.url, 'GET', '/audit?limit=100'), audited)
  const moved = await everyAnswer(api.url)
  assert.deepEqual([...moved.keys()], [...before.keys()])
  for (const [where, answer] of before) assert.deepEqual(moved.get(where), answer, where)
  await api.stop()

  const again = await migrate(database.url)
  assert.match(again.err, /already holds data/)

  const seen = receiver.requests.length
  await makeDue(database.url)
  const next = posthornOn(database.url)
  await next.start()
  receiver.answer([{ status: 204 }])
  await call(next.url, 'PATCH', `/app/${application}/endpoint/${ordered}`, { paused: false })
  await call(next.url, 'POST', `/app/${application}/msg`, {
    eventType: 'step',
    payload: { number: sent.ordered },
  })
  const received = (await receiver.waitFor(seen + sent.refused + sent.ordered)).slice(seen)
  await atRest(next.engine)
  await next.stop()
  assert.equal(receiver.requests.length, seen + sent.refused + sent.ordered, 'each went out once')
  const numbers = (where: string): readonly number[] =>
    received
      .filter((one) => one.path === where)
      .map((one) => (one.json() as { number: number }).number)
  assert.deepEqual(numbers('/ordered'), [1, 2, 3, 4, 5, 6], 'order goes on where it stood')
  assert.equal(new Set(numbers('/bad')).size, sent.refused)
})

/** The retries would wait an hour, and the failing endpoint's circuit for a minute. */
async function makeDue(url: string): Promise<void> {
  await query(url, 'delete from endpoint_health')
  await query(url, 'update open_delivery set due_at = 1 where due_at is not null')
}

async function rowsOf(url: string, table: string): Promise<number> {
  return Number((await query(url, `select count(*) as n from ${table}`))[0]?.['n'])
}

async function tablesIn(url: string): Promise<readonly unknown[]> {
  const rows = await query(url, `select tablename from pg_tables where schemaname = 'public'`)
  return rows.map(({ tablename }) => tablename)
}

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('what was being sent when the server died is sent from the new house', async () => {
  const target = await createTestDatabase()
  const died = join(folder, 'died.db')
  const old = posthornOn(`sqlite:${join(folder, 'dying.db')}`)
  await old.start()
  try {
    receiver.answer([{ instead: 'hang' }])
    const seen = receiver.requests.length
    const client = createClient({ url: old.url, key })
    const { id } = await client.applications.create({ name: 'a' })
    await client.endpoints.create(id, { url: `${receiver.url}/late` })
    await client.messages.create(id, { eventType: 'a.b', payload: { late: true } })
    await receiver.waitFor(seen + 1)
    await old.store.backup({ toPath: died })
    await old.stop()
    receiver.answer([{ status: 204 }])
    const moved = await migrate(target.url, [], died)
    assert.equal(moved.exit, 0, moved.err)
    assert.match(moved.out, /equal on both sides/)
    const next = posthornOn(target.url)
    await next.start()
    await receiver.waitFor(seen + 2)
    await next.stop()
  } finally {
    await old.stop().catch(() => undefined) // stopped above
    await target.drop()
  }
})

test('another key, a change during the move and a wrong address are refused by name', async () => {
  const target = await createTestDatabase()
  try {
    const wrong = await command(
      ['migrate-data', '--from', `sqlite:${path}`, '--to', target.url, '--json'],
      { env: { POSTHORN_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64') } },
    )
    assert.equal((wrong.json[0] as { error: { code: string } }).error.code, 'wrong_key')
    assert.deepEqual(await tablesIn(target.url), [], 'nothing was written')

    const copy = join(folder, 'changed.db')
    copyFileSync(path, copy)
    const stop = new AbortController()
    const changed = await command(
      ['migrate-data', '--from', `sqlite:${copy}`, '--to', target.url, '--json'],
      {
        env,
        stop: stop.signal,
        onOut: (out) => {
          if (out.includes('"step":"verify"')) stop.abort()
        },
      },
    )
    assert.equal(changed.exit, 130)
    await query(target.url, `update application set name = 'changed'`)
    const differs = await migrate(target.url, ['--json'], copy)
    const { error } = differs.json.at(-1) as { error: { code: string; message: string } }
    assert.equal(error.code, 'not_verified')
    assert.match(error.message, /application/)

    assert.equal((await migrate('mysql://nowhere')).exit, 2)
    const nobody = await migrate('postgres://127.0.0.1:1/none')
    assert.equal(nobody.exit, 1)
    assert.match(nobody.err, /Nothing listens at that address/)
    const missing = await migrate(target.url, [], join(folder, 'missing.db'))
    assert.match(missing.err, /There is no database at/)
  } finally {
    await target.drop()
  }
})
