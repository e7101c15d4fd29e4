/** Migrations: crashes at every statement, older nodes beside newer ones, and what is refused. */
import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { type Client, createClient } from '../../src/client/client.ts'
import { configWith } from '../../src/config.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { sealer } from '../../src/runtime/sealing.ts'
import { openDatabase } from '../../src/store/postgres/database.ts'
import { postgresStore } from '../../src/store/postgres/index.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { type Migration, migrations, newestOf } from '../../src/store/postgres/migrations.ts'
import { openUpgrade } from '../../src/store/postgres/upgrade.ts'
import { migrate as migrateFile } from '../../src/store/sqlite/migrate.ts'
import { StoreRefused, StoreUnavailable } from '../../src/store/store.ts'
import { contract, expand, index } from '../support/next-release.ts'
import { createTestDatabase, releasePostgres, type TestDatabase } from '../support/postgres.ts'
import { startReceiver } from '../support/receiver.ts'
import { posthorn as command } from '../support/terminal.ts'

const key = 'key_of_old_and_new_0123456789'
const folder = mkdtempSync(join(tmpdir(), 'posthorn-upgrade-'))
const databases: TestDatabase[] = []
const started: Posthorn[] = []
let receiver: Awaited<ReturnType<typeof startReceiver>>

before(async () => {
  receiver = await startReceiver()
})
after(async () => {
  await Promise.all(started.map((node) => node.stop().catch(() => undefined))) // mostly stopped
  await receiver.close()
  await Promise.all(databases.map((database) => database.drop()))
  await releasePostgres()
  rmSync(folder, { recursive: true })
})

async function newDatabase(): Promise<string> {
  const database = await createTestDatabase()
  databases.push(database)
  return database.url
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

/** All that a schema consists of, as text. */
async function schemaText(url: string): Promise<readonly unknown[]> {
  return query(
    url,
    `select c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where c.relnamespace = current_schema()::regnamespace
     order by c.relname, a.attname`,
  )
}

function databaseOn(url: string) {
  return openDatabase({ url, clock: systemClock, log: silentLog, node: 'test', poolMax: 2 })
}

test('PostgreSQL: cut off at any statement of any migration, the next start goes on', async () => {
  const url = await newDatabase()
  const whole = await newDatabase()
  const list = [...migrations(), expand, index]
  const points: string[] = []
  const complete = databaseOn(whole)
  const name = (at: { readonly migration: string; readonly index: number }): string =>
    `${at.migration} ${at.index}`
  await migrate(complete, { list, onStatement: (at) => void points.push(name(at)) })
  await complete.close()
  assert(points.length > 40, `${points.length} places to be cut off at`)
  for (const point of points) {
    // A start of its own each time, as after a kill: it has no connection that was cut before.
    const database = databaseOn(url)
    await assert.rejects(
      migrate(database, {
        list,
        onStatement: (at) => (name(at) === point ? cutConnections(url) : undefined),
      }),
      StoreUnavailable,
      point,
    )
    await database.close()
  }
  const last = databaseOn(url)
  assert.equal(await migrate(last, { list }), null)
  await last.close()
  assert.deepEqual(await schemaText(url), await schemaText(whole))
})

test('PostgreSQL: an index over partitions goes on where it was cut off', async () => {
  const url = await newDatabase()
  const list = migrations()
  const database = databaseOn(url)
  try {
    await migrate(database, { list: list.filter(({ version }) => version < 10) })
    const index = `(application_id, endpoint_id, id) where state in ('failed', 'canceled')`
    // Cut off between its partitions: two are made, one of them is attached.
    await query(
      url,
      `create table delivery_w1 partition of delivery for values from ('dlv_1') to ('dlv_2');
       create table delivery_w2 partition of delivery for values from ('dlv_2') to ('dlv_3');
       create index delivery_unsuccessful on only delivery ${index};
       create index delivery_unsuccessful_w1 on delivery_w1 ${index};
       alter index delivery_unsuccessful attach partition delivery_unsuccessful_w1;
       create index delivery_unsuccessful_w2 on delivery_w2 ${index}`,
    )
    assert.equal(await migrate(database, { list }), null)
    const found = await query(
      url,
      `select c.relname, x.indisvalid from pg_index x join pg_class c on c.oid = x.indexrelid
       where c.relname like 'delivery_unsuccessful%' and (c.relispartition or c.relkind = 'I')
       order by c.relname`,
    )
    assert.deepEqual(
      found.map(({ relname, indisvalid }) => [relname, indisvalid]),
      ['', '_default', '_w1', '_w2'].map((part) => [`delivery_unsuccessful${part}`, true]),
    )
  } finally {
    await database.close()
  }
})

/** To the server a process that dies is a connection that ends without a commit. */
async function cutConnections(url: string): Promise<void> {
  await query(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  )
}

test('SQLite: killed at any statement of any migration, the next start goes on', () => {
  const path = join(folder, 'whole.db')
  const whole = new DatabaseSync(path)
  whole.exec('pragma journal_mode = wal')
  // What a killed process leaves is what its files hold at that moment.
  const left: string[] = []
  migrateFile(whole, () => {
    const copy = join(folder, `killed-${left.length}.db`)
    for (const part of ['', '-wal']) {
      if (existsSync(path + part)) copyFileSync(path + part, copy + part)
    }
    left.push(copy)
  })
  const schema = (connection: DatabaseSync): unknown =>
    connection.prepare('select type, name, sql from sqlite_schema order by name').all()
  assert(left.length > 40, `${left.length} places to be killed at`)
  for (const copy of left) {
    const again = new DatabaseSync(copy)
    migrateFile(again)
    assert.deepEqual(schema(again), schema(whole), copy)
    again.close()
  }
  whole.close()
})

function nodeOn(url: string, list: readonly Migration[]): Posthorn {
  const config = configWith({
    port: 0,
    dataDir: join(folder, 'data'),
    databaseUrl: url,
    apiKey: key,
    jwtSecret: 'a secret of old and new',
    encryptionKey: Buffer.alloc(32, 5).toString('base64'),
    allowNetworks: ['127.0.0.0/8'],
    pollMs: 200,
  })
  const [clock, random, log] = [systemClock, systemRandom, silentLog]
  const seal = sealer({ keys: [Buffer.alloc(32, 5)], random })
  const node = `node-${started.length}`
  const store = postgresStore({ url, clock, log, sealer: seal, node, migrations: list })
  const made = createPosthorn(config, { clock, random, log }, { store })
  started.push(made)
  return made
}

function clientOf(node: Posthorn): Client {
  return createClient({ url: node.url, key })
}

test('nodes of two schemas work together under load; what contracts waits for the older ones', async () => {
  const url = await newDatabase()
  const released = migrations()
  const expanded = [...released, expand, index]
  const old = nodeOn(url, released)
  await old.start()
  const { id } = await clientOf(old).applications.create({ name: 'rolling' })
  await clientOf(old).endpoints.create(id, { url: `${receiver.url}/rolling` })
  const fresh = nodeOn(url, expanded)
  let sent = 0
  const load = async (node: Posthorn, events: number): Promise<void> => {
    const client = clientOf(node)
    for (let left = events; left > 0; left--) {
      await client.messages.create(id, { eventType: 'a.b', payload: { number: sent++ } })
    }
  }
  await Promise.all([load(old, 60), fresh.start()])
  await Promise.all([load(old, 40), load(fresh, 40)])
  await old.stop()
  const back = nodeOn(url, released)
  await back.start() // an older node may also start on what was expanded
  await load(back, 10)
  const received = await receiver.waitFor(150)
  assert.equal(new Set(received.map(({ headers }) => headers['webhook-id'])).size, 150)
  assert.equal(received.length, 150)

  const upgrade = openUpgrade({
    url,
    clock: systemClock,
    log: silentLog,
    list: [...expanded, contract],
  })
  try {
    const pending = await upgrade.pending()
    assert.deepEqual(
      pending.map(({ name }) => name),
      [contract.name],
    )
    const waits = await upgrade.run()
    assert.equal(waits?.migration, contract.name)
    assert.equal(waits?.nodes.length, 2, 'both know less than the contract')
    await Promise.all([back.stop(), fresh.stop()])
    assert.equal(await upgrade.run(), null)
  } finally {
    await upgrade.close()
  }
  const tooOld = nodeOn(url, expanded)
  await assert.rejects(tooOld.start(), (error) => {
    assert(error instanceof StoreRefused)
    assert.equal(error.code, 'newer_schema')
    return true
  })
})

test('an index whose building was cut off is dropped and built anew', async () => {
  const url = await newDatabase()
  const database = databaseOn(url)
  await migrate(database)
  await query(url, 'alter table open_delivery add column origin text')
  await query(url, 'create index open_delivery_origin on open_delivery (origin)')
  await query(
    url,
    `update pg_index set indisvalid = false where indexrelid = 'open_delivery_origin'::regclass`,
  )
  await migrate(database, {
    list: [...migrations(), { ...index, version: newestOf(migrations()) + 1 }],
  })
  await database.close()
  const [row] = await query(
    url,
    `select indisvalid from pg_index where indexrelid = 'open_delivery_origin'::regclass`,
  )
  assert.equal(row?.['indisvalid'], true)
})

test('posthorn migrate shows what is pending with its statements, does it, and then has nothing', async () => {
  const url = await newDatabase()
  for (const databaseUrl of [url, `sqlite:${join(folder, 'cli.db')}`]) {
    const env = { POSTHORN_DATABASE_URL: databaseUrl, POSTHORN_DATA_DIR: folder }
    const dry = await command(['migrate', '--dry-run'], { env })
    assert.equal(dry.exit, 0, dry.err)
    assert.match(dry.out, /^-- 0001_init\.sql \(expand\)\ncreate table/)
    assert.match(dry.err, /Nothing was written/)
    const json = await command(['migrate', '--json'], { env })
    assert.equal((json.json[0] as { done: string[] }).done[0], '0001_init.sql')
    const again = await command(['migrate'], { env })
    assert.match(again.out, /up to date/)
  }
  assert.equal(existsSync(join(folder, 'cli.db')), true)
  const far = join(folder, 'far')
  const beside = await command(['migrate'], { env: { POSTHORN_DATA_DIR: far }, cwd: tmpdir() })
  assert.equal(beside.exit, 0, beside.err)
  assert(existsSync(join(far, 'posthorn.db')), 'an absolute data folder is where it says')
})

test('of nodes that start at once on a new database, each finds it whole', async () => {
  const url = await newDatabase()
  const databasesAtOnce = Array.from({ length: 4 }, () => databaseOn(url))
  const results = await Promise.all(databasesAtOnce.map((database) => migrate(database)))
  await Promise.all(databasesAtOnce.map((database) => database.close()))
  assert.deepEqual(results, [null, null, null, null])
})
