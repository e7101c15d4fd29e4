/** Another encryption key, on both stores: under load, without a request that neither secret verifies. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { createClient } from '../../src/client/client.ts'
import { configWith } from '../../src/config.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { StoreRefused } from '../../src/store/store.ts'
import { createTestDatabase, releasePostgres } from '../support/postgres.ts'
import { startReceiver } from '../support/receiver.ts'
import { posthorn as command } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-rotation-'))
after(async () => {
  await Promise.all([...running].map((posthorn) => posthorn.stop()))
  await releasePostgres()
  rmSync(folder, { recursive: true })
})

const apiKey = 'key_of_the_rotation_0123456789'
const [first, second] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'))
const endpoints = 120
const rotations = 10
const messagesPerRotation = 20

async function startWith(databaseUrl: string, ring: string): Promise<Posthorn> {
  const config = configWith({
    port: 0,
    dataDir: folder,
    databaseUrl,
    apiKey,
    encryptionKey: ring,
    allowNetworks: ['127.0.0.0/8'],
    pollMs: 100,
  })
  const world = { clock: systemClock, random: systemRandom, log: silentLog }
  const posthorn = createPosthorn(config, world)
  await posthorn.start()
  running.add(posthorn)
  return posthorn
}

/** Stopped whatever becomes of the test: a server that goes on would hold the process. */
const running = new Set<Posthorn>()

async function rotates(databaseUrl: string): Promise<void> {
  const receiver = await startReceiver()
  /** Every secret that the endpoint had while it was being sent to. */
  const valid: string[] = []
  const verify = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      const { body, headers } = await receiver.next()
      const verified = valid.some((secret) => {
        try {
          new Webhook(secret).verify(body, headers as Record<string, string>)
          return true
        } catch {
          return false
        }
      })
      assert.ok(verified, 'a request that no secret of the endpoint verifies')
    }
  }

  let posthorn = await startWith(databaseUrl, first ?? '')
  let client = createClient({ url: posthorn.url, key: apiKey })
  const { id: app } = await client.applications.create({ name: 'rotating' })
  const target = await client.endpoints.create(app, { url: receiver.url })
  const idle = Array.from({ length: endpoints }, (_, n) =>
    client.endpoints.create(app, {
      url: `http://127.0.0.1/${n}`,
      channels: ['never'],
      headers: { 'X-Key': `value ${n}` },
    }),
  )
  const others = await Promise.all(idle)
  const kept = await client.endpoints.secret(app, others[0]?.id ?? '')
  valid.push(await client.endpoints.secret(app, target.id))
  await posthorn.stop()

  posthorn = await startWith(databaseUrl, `${second},${first}`)
  client = createClient({ url: posthorn.url, key: apiKey })
  const env = { POSTHORN_URL: posthorn.url, POSTHORN_API_KEY: apiKey }
  const before = await command(['rotate-key', '--status', '--json'], { env })
  assert.match(before.out, /"endpoints":121/)
  const rotating = command(['rotate-key'], { env })
  const received = verify(rotations * messagesPerRotation)
  for (let turn = 0; turn < rotations; turn++) {
    const sent = Array.from({ length: messagesPerRotation }, (_, n) =>
      client.messages.create(app, { eventType: 'a.b', payload: { turn, n } }),
    )
    const key = `whsec_${Buffer.alloc(24, turn + 1).toString('base64')}`
    valid.push(key) // before it is in use: a request with it may come at once
    await client.request('v1.endpoint.rotate-secret', {
      path: { app_id: app, endpoint_id: target.id },
      body: { key, gracePeriodSeconds: turn % 2 === 0 ? 0 : 3600 },
    })
    await Promise.all(sent)
  }
  await received
  const { exit, out } = await rotating
  assert.equal(exit, 0, out)
  assert.match(out, /may be dropped/)
  await posthorn.stop()

  posthorn = await startWith(databaseUrl, second ?? '')
  client = createClient({ url: posthorn.url, key: apiKey })
  assert.equal(await client.endpoints.secret(app, others[0]?.id ?? ''), kept)
  await client.messages.create(app, { eventType: 'a.b', payload: { last: true } })
  await verify(1)
  await posthorn.stop()

  await assert.rejects(startWith(databaseUrl, first ?? ''), (error: unknown) => {
    assert.ok(error instanceof StoreRefused)
    assert.equal(error.code, 'wrong_key')
    assert.ok(!error.message.includes(first ?? '') && !error.message.includes(second ?? ''))
    return true
  })
  await receiver.close()
}

test('SQLite: a key is changed under load, the old one dropped, and every endpoint signs', () =>
  rotates(`sqlite:${join(folder, 'rotation.db')}`))

test('PostgreSQL: a key is changed under load, the old one dropped, and every endpoint signs', async () => {
  const database = await createTestDatabase()
  try {
    await rotates(database.url)
  } finally {
    await database.drop()
  }
})
