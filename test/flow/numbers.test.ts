/**
 * The end of what a stream can count: JavaScript tells whole numbers apart up to 2^53, databases count
 * to 2^63. No number is ever rounded; an event that would need one past the end is refused.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import pg from 'pg'
import { createClient } from '../../src/client/client.ts'
import { configWith } from '../../src/config.ts'
import { createPosthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { eventually } from '../support/eventually.ts'
import { createTestDatabase, releasePostgres } from '../support/postgres.ts'
import { startReceiver } from '../support/receiver.ts'

const apiKey = 'key_of_the_test_0123456789abcdef'
const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
const folder = mkdtempSync(join(tmpdir(), 'posthorn-numbers-'))
const database = await createTestDatabase()

after(async () => {
  await database.drop()
  await releasePostgres()
  rmSync(folder, { recursive: true })
})

const databases = { PostgreSQL: database.url, SQLite: `sqlite:${join(folder, 'numbers.db')}` }

for (const [kind, url] of Object.entries(databases)) {
  test(`${kind}: an ordered endpoint gives every number that is exact, and then none`, async () => {
    const config = configWith({
      ...{ port: 0, dataDir: folder, databaseUrl: url, apiKey },
      ...{ allowNetworks: ['127.0.0.0/8'], encryptionKey: Buffer.alloc(32, 7).toString('base64') },
    })
    const node = createPosthorn(config, {
      ...{ clock: systemClock, random: systemRandom, log: silentLog },
    })
    const receiver = await startReceiver()
    await node.start()
    try {
      const client = createClient({ url: node.url, key: apiKey })
      const { id: application } = await client.applications.create({ name: 'numbers' })
      for (const name of ['a.b', 'c.d']) await client.eventTypes.create({ name, description: name })
      const ordered = { filterTypes: ['a.b'], policy: { ordering: 'fifo' } }
      const settings = { url: `${receiver.url}/ordered`, ...ordered }
      const { id: endpoint } = await client.endpoints.create(application, settings as never) // the client's types name no policy
      await client.endpoints.create(application, { url: receiver.url, filterTypes: ['c.d'] })
      const post = async (eventType: string, key: string = randomUUID()): Promise<unknown> => {
        const answer = await fetch(`${node.url}/api/v1/app/${application}/msg`, {
          method: 'POST',
          headers: { ...headers, 'idempotency-key': key },
          body: JSON.stringify({ eventType, payload: {} }),
        })
        return answer.ok ? answer.status : ((await answer.json()) as { code: string }).code // a problem
      }
      const moveTo = (next: bigint): Promise<unknown> =>
        query(
          url,
          `update stream set next = ${next}, head = ${next} where endpoint_id = '${endpoint}'`,
        )

      assert.equal(await post('a.b', 'first'), 202)
      const [first = { id: '' }] = (await client.messages.list(application)).data
      await eventually('the first is on record', async () => {
        const { data } = await client.messages.attempts(application, first.id)
        return data.length > 0 ? data : null
      })
      await moveTo(2n ** 53n - 4n)
      const types = ['a.b', 'c.d', 'a.b', 'c.d', 'a.b', 'c.d', 'a.b', 'c.d', 'a.b', 'c.d']
      const answers = await Promise.all(types.map((type) => post(type)))
      const at = (type: string): readonly unknown[] =>
        answers.filter((_, index) => types[index] === type).toSorted()
      assert.deepEqual(at('a.b'), [202, 202, 202, 'limit_reached', 'limit_reached'])
      assert.deepEqual(at('c.d'), [202, 202, 202, 202, 202])
      const numbers = (await receiver.waitFor(9))
        .filter(({ path }) => path === '/ordered')
        .map(({ headers: received }) => received['webhook-sequence'])
      assert.deepEqual(numbers, ['1', '9007199254740988', '9007199254740989', '9007199254740990'])
      // What was accepted is still known by its key, and cannot be sent again as a new number.
      assert.equal(await post('a.b', 'first'), 202)
      await assert.rejects(
        client.messages.resend(application, first.id, endpoint),
        /used up its sequence numbers/,
      )
      await moveTo(2n ** 63n - 1n)
      assert.equal(await post('a.b'), 'limit_reached')
      const batch = await fetch(`${node.url}/api/v1/app/${application}/msg/batch`, {
        ...{ method: 'POST', headers },
        body: '{"messages":[{"eventType":"c.d","payload":{}},{"eventType":"a.b","payload":{}}]}',
      })
      assert.equal(batch.status, 400)
      assert.equal(await post('c.d'), 202)
      await receiver.waitFor(10)
      // Nothing of what was refused is kept.
      const [{ count } = {}] = await query(
        url,
        `select count(*) as count from message where application_id = '${application}'`,
      )
      assert.equal(Number(count), 10)
    } finally {
      await node.stop()
      await receiver.close()
    }
  })
}

/** Beside the nodes, on either kind of database. */
async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  if (url.startsWith('sqlite:')) {
    using connection = new DatabaseSync(url.slice('sqlite:'.length), { timeout: 5_000 })
    return connection.prepare(sql).all()
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
