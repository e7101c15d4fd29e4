/**
 * Through PgBouncer in transaction mode, where the machine has it. Where it has none, the same
 * traffic goes the way that older ones need (`?prepare=off`), and no hint ever comes.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createClient } from '../../src/client/client.ts'
import { configWith } from '../../src/config.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { type Pooler, pgbouncerVersion, startPgBouncer } from '../support/pgbouncer.ts'
import { createTestDatabase, releasePostgres, type TestDatabase } from '../support/postgres.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

const key = 'key_behind_a_pooler_0123456789'
const folder = mkdtempSync(join(tmpdir(), 'posthorn-pooler-'))
const version = pgbouncerVersion()
let database: TestDatabase
let pooler: Pooler | null = null
let receiver: Receiver

before(async () => {
  database = await createTestDatabase()
  receiver = await startReceiver()
  if (version !== null) pooler = await startPgBouncer(database.url)
})
after(async () => {
  await pooler?.stop()
  await receiver.close()
  await database.drop()
  await releasePostgres()
  rmSync(folder, { recursive: true })
})

function nodeOf(name: string, role: 'all' | 'api' | 'worker'): Posthorn {
  // Before 1.21 PgBouncer loses the names of statements: nodes find out and leave them off.
  const url = pooler?.url(database.url) ?? `${database.url}?prepare=off`
  const config = configWith({
    role,
    port: 0,
    dataDir: join(folder, name),
    databaseUrl: url,
    apiKey: key,
    jwtSecret: 'a secret behind a pooler',
    encryptionKey: Buffer.alloc(32, 3).toString('base64'),
    allowNetworks: ['127.0.0.0/8'],
    pollMs: 200,
  })
  return createPosthorn(config, { clock: systemClock, random: systemRandom, log: silentLog })
}

test(`nodes share few connections: all is delivered once and in order (${version ?? 'without PgBouncer'})`, async () => {
  const nodes = [nodeOf('a', 'all'), nodeOf('b', 'api'), nodeOf('c', 'worker')]
  await Promise.all(nodes.map((node) => node.start())) // their migrations meet at the lock
  const [all, api] = nodes
  assert(all !== undefined && api !== undefined)
  try {
    const client = createClient({ url: all.url, key })
    const { id } = await client.applications.create({ name: 'pooled' })
    await client.endpoints.create(id, { url: `${receiver.url}/parallel` })
    const ordered = { url: `${receiver.url}/ordered`, ordering: 'fifo' }
    await client.endpoints.create(id, ordered as never) // the client's types name no ordering
    const other = createClient({ url: api.url, key })
    for (let number = 0; number < 40; number++) {
      await (number % 2 === 0 ? client : other).messages.create(id, {
        eventType: 'a.b',
        payload: { number },
      })
    }
    const received = await receiver.waitFor(80)
    const of = (path: string): readonly number[] =>
      received
        .filter((one) => one.path === path)
        .map((one) => (one.json() as { number: number }).number) // sent above
    const numbers = Array.from({ length: 40 }, (_, number) => number)
    assert.deepEqual(of('/ordered'), numbers)
    assert.deepEqual(
      [...of('/parallel')].sort((a, b) => a - b),
      numbers,
    )
  } finally {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  assert.equal(receiver.requests.length, 80)
})
