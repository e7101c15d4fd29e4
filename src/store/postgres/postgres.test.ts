import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { createTestDatabase, releasePostgres } from '../../../test/support/postgres.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import { systemClock } from '../../runtime/clock.ts'
import { silentLog } from '../../runtime/log.ts'
import { sealer } from '../../runtime/sealing.ts'
import { leaseMs, only, play, Scene } from '../conformance/scene.ts'
import { type OpenStore, storeConformance } from '../conformance.ts'
import { acceptAll, acceptInOrder } from './accept-at-once.ts'
import { binaryArray } from './binary-array.ts'
import { ClaimFloors } from './claim-floors.ts'
import { claimNamed, lockNamed, lookForAny } from './claim-streams.ts'
import { anewMax, claimDue, look } from './claims.ts'
import { givenTime } from './clock.ts'
import { adHoc, begin, openDatabase } from './database.ts'
import { postgresStore } from './index.ts'
import { recordAll } from './record-at-once.ts'
import { lockStreams, recordAll as recordInOrder } from './record-in-order.ts'
import { generationOf } from './stream-generations.ts'

const database = await createTestDatabase()

after(async () => {
  await database.drop()
  await releasePostgres()
})

const open: OpenStore = async ({ clock, random }) => {
  const seal = sealer({ keys: [random.bytes(32)], random })
  const start = async () => {
    const store = postgresStore({
      url: database.url,
      clock,
      log: silentLog,
      sealer: seal,
      node: 'test',
      time: givenTime,
    })
    await store.open()
    return store
  }
  let store = await start()
  await emptyDatabase(database.url)
  return {
    store,
    async reopen() {
      await store.close()
      store = await start()
      return store
    },
    close: () => store.close(),
  }
}

storeConformance('PostgreSQL', open)

play(open, 'a head does not move past a delivery that is being numbered (I9)', async (scene) => {
  const application = await scene.application()
  const endpoint = await scene.endpoint(application, { policy: { ordering: 'fifo' } })
  await scene.accept(application, [endpoint], { ordered: true })
  const key = { applicationId: application.id, endpointId: endpoint.id }
  const until = scene.now + leaseMs
  const claim = { now: scene.now, leaseUntil: until, tokens: ['t1'], except: [], only: null }
  await scene.store.claimStreams(claim)
  const read = { ...key, token: 't1', limit: 1, bytesMax: 1_000, now: scene.now }
  const head = only(await scene.store.readStream(read))
  // Another node's accept, between its lock and its commit.
  const accepting = new pg.Client({ connectionString: database.url })
  await accepting.connect()
  await accepting.query('begin')
  await accepting.query(`update stream set next = 3 where endpoint_id = '${endpoint.id}'`)
  await accepting.query(
    `insert into open_delivery
     select application_id, id || '2', endpoint_id, message_id, state, trigger, 0, null, 2, null,
       created_at, updated_at
     from open_delivery where id = '${head.delivery.id}'`,
  )
  const recorded = scene.record(head, { kind: 'succeeded' })
  await lockWaited(accepting)
  await accepting.query('commit')
  await accepting.end()
  assert.equal(await recorded, 'recorded')
  assert.deepEqual(await scene.store.streamState(key), {
    head: 2,
    next: 3,
    heldSince: null,
    readyAt: scene.now,
  })
})

play(open, 'a node is told which applications it has seen are others by now', async (scene) => {
  const { store, organizationId, now } = scene
  const [same, renamed, gone] = [
    await scene.application(),
    await scene.application(),
    await scene.application(),
  ]
  const seen = [same, renamed, gone].map(({ id, configVersion }) => ({
    applicationId: id,
    configVersion,
  }))
  assert.deepEqual(await store.changedApplications(seen), [])
  const changed = { ...renamed, name: 'another', configVersion: renamed.configVersion + 1 }
  await store.updateApplication({ application: changed, expectedUpdatedAt: null })
  await store.deleteApplication({ organizationId, applicationId: gone.id, now })
  assert.deepEqual(new Set(await store.changedApplications(seen)), new Set([renamed.id, gone.id]))
})

/** Which indexes the plans that are kept may read, and by what. */
const keys = new Map([
  ['application', /^application_pkey$/],
  ['endpoint', /^endpoint_pkey$/],
  ['endpoint_health', /^endpoint_health_pkey$/],
  ['open_delivery', /^open_delivery_(pkey|overall|sequence|waiting|leased)$/],
  ['stream', /^stream_primary$/],
])
const keptPlans = [
  ...[acceptAll, acceptInOrder, recordAll, recordInOrder],
  ...[lockStreams, lockNamed, claimNamed, lookForAny],
  ...[look, claimDue],
]

play(open, 'plans that are kept look rows up by key, also those of empty tables', async () => {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    for (const table of keys.keys()) await client.query(`vacuum analyze ${table}`)
    await client.query(begin.by_key.text)
    for (const { name, text } of keptPlans) {
      await client.query(`prepare ${name} as ${text}`)
      const parameters = new Set(text.match(/\$\d+/g)).size
      const { rows } = await client.query(
        `explain (format json) execute ${name}(${Array(parameters).fill('null')})`,
      )
      const scans = scansOf(rows[0]['QUERY PLAN'][0].Plan).filter((scan) =>
        keys.has(String(scan['Relation Name'])),
      )
      assert.ok(scans.length > 0, name)
      for (const scan of scans) {
        if (scan['Node Type'] === 'Tid Scan' && scan['TID Cond'] !== undefined) continue
        const key = keys.get(String(scan['Relation Name']))
        assert.ok(key?.test(String(scan['Index Name'])), `${name}: ${JSON.stringify(scan)}`)
        assert.match(
          String(scan['Index Cond']),
          /\b(application_|endpoint_)?id (=|>=?) |^\(\(ROW\(application_id, endpoint_id\) > /,
          name,
        )
      }
    }
  } finally {
    await client.end()
  }
})

play(open, 'a look at a stream does not read what an old snapshot keeps of it', async (scene) => {
  const application = await scene.application()
  const endpoints: Endpoint[] = []
  for (let n = 0; n < 5; n++) {
    endpoints.push(await scene.endpoint(application, { policy: { ordering: 'fifo' } }))
  }
  await scene.accept(application, endpoints, { ordered: true })
  const [old, other] = [database.url, database.url].map(
    (connectionString) => new pg.Client({ connectionString }),
  )
  assert(old && other)
  await Promise.all([old.connect(), other.connect()])
  try {
    await old.query('begin isolation level repeatable read')
    await old.query('select from stream')
    await other.query(`do $$ begin
      for i in 1..5120 loop
        update stream set next = next + 1, generation = ${generationOf('next + 1')};
      end loop;
    end $$`)
    for (const way of ['seqscan', 'hashjoin', 'mergejoin']) {
      await other.query(`set enable_${way} = off`)
    }
    for (const { name, text } of [lockStreams, lookForAny]) {
      await other.query(`prepare ${name} as ${text}`)
    }
    const pagesOf = async (call: string): Promise<number> => {
      const { rows } = await other.query(`explain (analyze, buffers, format json) execute ${call}`)
      return rows[0]['QUERY PLAN'][0].Plan['Shared Hit Blocks']
    }
    const keysAt = (generation: number): string => {
      const of = (value: string): string => `array[${endpoints.map(() => value).join()}]`
      return `${of(`'${application.id}'`)}, '{${endpoints.map(({ id }) => id)}}', ${of(`${generation}`)}`
    }
    const lock = lockStreams.name
    const any = lookForAny.name
    const [row] = await query('select generation from stream')
    assert.equal(Number(row?.['generation']), 80)
    for (const [pagesMax, known, unknown] of [
      [30, `${lock}(${keysAt(80)})`, `${lock}(${keysAt(0)})`],
      [130, `${any}(null, ${keysAt(80)}, '{}', 10)`, `${any}(null, '{}', '{}', '{}', '{}', 10)`],
    ] as const) {
      const pages = [await pagesOf(known), await pagesOf(unknown)] as const
      assert.ok(pages[1] > 300, `${pages[1]} pages of dead rows: ${unknown}`)
      assert.ok(pages[0] < pagesMax, `${pages[0]} pages: ${known}`)
    }
  } finally {
    await Promise.all([old.end(), other.end()])
  }
})

play(open, 'what appears below the time that claims read from is found later', async (scene) => {
  const application = await scene.application()
  const endpoint = await scene.endpoint(application)
  await scene.accept(application, [endpoint])
  const first = only(await scene.claimAll())
  await scene.pass(leaseMs / 2)
  // Another node's delivery, of a transaction that began long before and commits now.
  const late = `${first.delivery.id}2`
  await query(
    `insert into open_delivery
     select application_id, '${late}', endpoint_id, message_id, 'pending', trigger, 0, 1, null, null,
       created_at, updated_at
     from open_delivery`,
  )
  assert.deepEqual(await scene.claimAll(), [], 'it lies below')
  await scene.pass(60_000)
  const found = new Set<string>()
  while (!found.has(late)) {
    for (const { delivery } of await scene.claimAll({ token: 'node-b' })) found.add(delivery.id)
  }
})

play(open, 'a change that commits late is told late, and not missed', async (scene) => {
  const { store } = scene
  const application = await scene.application()
  const start = await store.lastChange()
  // Another node's accept, between its statement and its commit.
  const accepting = new pg.Client({ connectionString: database.url })
  await accepting.connect()
  const late = scene.newMessage(application.id)
  await accepting.query('begin')
  await accepting.query(
    `insert into message (application_id, id, event_type, content_type, created_at,
       payload_expires_at, attributes)
     values ($1, $2, 'a.b', 'application/json', $3, $3, '{}')`,
    [application.id, late.id, scene.now],
  )
  const { message } = await scene.accept(application, [])
  assert.ok(message.id > late.id)
  const before = await store.readChanges({ after: start, limit: 10 })
  assert.ok(before !== 'not_a_position')
  await accepting.query('commit')
  await accepting.end()
  const seen = before.changes.map(({ messageId }) => messageId)
  for (let at = before.end; seen.length < 2; ) {
    const page = await store.readChanges({ after: at, limit: 10 })
    assert.ok(page !== 'not_a_position')
    seen.push(...page.changes.map(({ messageId }) => messageId))
    at = page.end
  }
  assert.deepEqual(seen, [late.id, message.id])
})

play(open, 'one of a batch that is refused does not keep the others', async (scene) => {
  const { store } = scene
  const application = await scene.application()
  const endpoint = await scene.endpoint(application)
  const idempotency = { key: 'k', requestHash: 'h', expiresAt: scene.now + 60_000 }
  const lease = scene.lease()
  const first = await scene.accept(application, [endpoint], { lease, idempotency })
  const inputs = await Promise.all(
    [idempotency, null, { ...idempotency, key: 'l' }].map((each) =>
      scene.acceptInput(application, [endpoint], { lease, idempotency: each }),
    ),
  )
  const kinds = await Promise.all(inputs.map((input) => store.acceptMessage(input)))
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ['repeated', 'accepted', 'accepted'],
  )
  const deliveries = [first, ...inputs.slice(1)].map(({ deliveries: [planned] }) => {
    assert(planned !== undefined)
    return scene.delivery(application.id, planned.id)
  })
  const tokens = [lease.token, 'not-the-one', lease.token]
  const results = await Promise.all(
    (await Promise.all(deliveries)).map((delivery, at) =>
      scene.record({ delivery, token: tokens[at] ?? '' }, { kind: 'succeeded' }),
    ),
  )
  assert.deepEqual(results, ['recorded', 'lease_lost', 'recorded'])
  const { byState } = await store.countDeliveries({ now: scene.now })
  assert.deepEqual([byState.succeeded, byState.sending, byState.pending], [2, 1, 0])
})

test('accepting and recording read no table whole, however young it was when that was planned', async () => {
  const own = await createTestDatabase()
  const watch = new pg.Client({ connectionString: own.url })
  // The server counts when a connection ends, some time after it was told to.
  const scans = async () => {
    for (;;) {
      const others = await watch.query(
        `select 1 from pg_stat_activity
         where datname = current_database() and backend_type = 'client backend'
           and pid <> pg_backend_pid()`,
      )
      if (others.rowCount === 0) break
    }
    const { rows } = await watch.query(
      `select sum(seq_scan)::int as scans from pg_stat_user_tables
       where relname in ('open_delivery', 'idempotency_key')`,
    )
    return rows[0].scans
  }
  try {
    await watch.connect()
    await acceptAndRecord(own.url, 0)
    const before = await scans()
    await acceptAndRecord(own.url, 12) // a plan for all values is made at the sixth
    assert.equal(await scans(), before)
  } finally {
    await watch.end()
    await own.drop()
  }
})

/** In so many batches of one. */
async function acceptAndRecord(url: string, rounds: number): Promise<void> {
  const scene = new Scene()
  const world = { clock: scene.clock, log: silentLog, node: 'test', time: givenTime }
  const seal = sealer({ keys: [scene.random.bytes(32)], random: scene.random })
  const store = postgresStore({ ...world, url, sealer: seal })
  scene.store = store
  try {
    await store.open()
    const application = await scene.application()
    const endpoint = await scene.endpoint(application)
    const lease = scene.lease()
    for (let round = 0; round < rounds; round++) {
      const { deliveries } = await scene.accept(application, [endpoint], { lease })
      const delivery = await scene.delivery(application.id, only(deliveries).id)
      await scene.record({ delivery, token: lease.token }, { kind: 'succeeded' })
    }
  } finally {
    await store.close()
  }
}

play(open, 'attempts are counted once, wherever the counter is', async (scene) => {
  const { store } = scene
  const application = await scene.application()
  const endpoint = await scene.endpoint(application)
  const key = { applicationId: application.id, endpointId: endpoint.id }
  const made: { readonly at: number; readonly succeeded: boolean }[] = []
  const agrees = async () => {
    const times = made.map(({ at }) => at)
    const bounds = [0, ...times.filter((_, n) => n % 5 === 0), scene.now + 4, scene.now + 9e6]
    for (const since of bounds) {
      for (const until of bounds.filter((bound) => bound >= since)) {
        const { success, fail } = await store.endpointStats({ ...key, since, until })
        const inside = made.filter(({ at }) => at >= since && at < until)
        const wanted = [true, false].map(
          (is) => inside.filter((each) => each.succeeded === is).length,
        )
        assert.deepEqual([success, fail], wanted, `${since}..${until}`)
      }
    }
  }
  const counted = async () => {
    const [row] = await query('select coalesce(sum(count), 0)::int as count from attempt_count')
    return Number(row?.['count'])
  }
  const attempt = async (succeeded: boolean) => {
    const lease = scene.lease()
    const { deliveries } = await scene.accept(application, [endpoint], { lease })
    const delivery = await scene.delivery(application.id, only(deliveries).id)
    await scene.record(
      { delivery, token: lease.token },
      succeeded ? { kind: 'succeeded' } : { kind: 'failed' },
    )
    made.push({ at: scene.now, succeeded })
    await scene.pass(4 * 60_000 + 12)
  }
  for (let n = 0; n < 10; n++) await attempt(n % 3 > 0)
  await agrees()
  // An attempt is counted once every transaction on the server that is older than it has ended.
  while ((await counted()) < made.length) await store.countAttempts()
  await agrees()
  for (let n = 0; n < 10; n++) await attempt(n % 2 > 0)
  await agrees()
  // Two nodes at once: one counts, the other leaves it to that one.
  await Promise.all([store.countAttempts(), store.countAttempts(), agrees()])
  await agrees()
  const { at: half = 0 } = made[12] ?? {}
  while ((await store.sweep({ now: scene.now, removeBefore: half, limit: 5 })).more);
  made.splice(0, 12)
  await agrees()
})

test('of 40,000 endpoints each has its turn to be read from its beginning', () => {
  const floors = new ClaimFloors()
  const look = { applicationId: 'app_1' as ApplicationId, waitingAt: null, leasedAt: null }
  const ids = Array.from({ length: 40_000 }, (_, n) => `ep_${n}` as EndpointId) // never looked into
  for (const endpointId of ids) floors.looked({ ...look, endpointId, at: 0 })
  const readAt = new Map(ids.map((id) => [id, 0]))
  let longest = 0
  for (let now = 0; now < 300_000; now += 500) {
    for (const { endpointId } of floors.takeStale(now, anewMax)) {
      longest = Math.max(longest, now - (readAt.get(endpointId) ?? 0))
      readAt.set(endpointId, now)
    }
  }
  for (const at of readAt.values()) longest = Math.max(longest, 300_000 - at)
  assert.ok(longest <= 70_000, `${longest} ms between two reads of one`)
})

test('the server reads a binary array as it was meant', async () => {
  const columns = {
    text: ['', 'a "quoted" {text}, \\ and NULL', 'ñandú 🐎', null],
    bytea: [Buffer.from([0, 255, 92]), Buffer.alloc(0), null],
    bigint: [0, -1, 2 ** 31, -(2 ** 32) - 5, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
    int: [0, -1, 2 ** 31 - 1, -(2 ** 31), null],
    boolean: [true, false, null],
    'double precision': [0.1, -1e300, null],
  } as const
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    for (const [type, elements] of Object.entries(columns)) {
      const sent = binaryArray(type as keyof typeof columns, elements) // a key of it
      const { rows } = await client.query(`select e from unnest($1::${type}[]) as e`, [sent])
      const read = rows.map(({ e }) => (type === 'bigint' ? Number(e) : e))
      assert.deepEqual(read, elements, type)
      const empty = binaryArray(type as keyof typeof columns, []) // likewise
      const none = await client.query(`select cardinality($1::${type}[]) as n`, [empty])
      assert.equal(none.rows[0].n, 0)
    }
  } finally {
    await client.end()
  }
})

test('numbers that JavaScript would round are refused on the way in and on the way out', async () => {
  assert.throws(() => binaryArray('bigint', [2 ** 53]), RangeError)
  assert.throws(() => binaryArray('bigint', [Number.NaN]), RangeError)
  const { url } = database
  const asked = openDatabase({ url, clock: systemClock, log: silentLog, node: 'test' })
  try {
    const read = (text: string) => asked.run(adHoc(`select ${text}::bigint as n`))
    assert.deepEqual(await read('9007199254740991'), [{ n: Number.MAX_SAFE_INTEGER }])
    for (const text of ['9007199254740992', '-9007199254740993', '9223372036854775807']) {
      await assert.rejects(read(text), /past what is read exactly/)
    }
    assert.deepEqual(await read('7'), [{ n: 7 }])
  } finally {
    await asked.close()
  }
})

/** Resolves once somebody waits for a lock that this transaction holds. */
async function lockWaited(holder: pg.Client): Promise<void> {
  for (;;) {
    const found = await holder.query(
      `select 1 from pg_stat_activity
       where datname = current_database() and pg_backend_pid() = any(pg_blocking_pids(pid))`,
    )
    if (found.rowCount !== 0) return
  }
}

async function query(sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  return (await client.query(sql).finally(() => client.end())).rows
}

/** Making a database takes longer than a case: all cases share one and begin with empty tables. */
async function emptyDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const tables = await client.query(
    `select tablename from pg_tables
     where schemaname = 'public' and tablename not in ('posthorn_setting', 'attempt_counted')`,
  )
  await client.query(`truncate ${tables.rows.map((row) => row.tablename).join(', ')}`)
  await client.end()
}

type PlanNode = Readonly<Record<string, unknown>> & { readonly Plans?: readonly PlanNode[] }

/** The nodes of a plan that read a table. */
function scansOf(node: PlanNode): readonly PlanNode[] {
  const below = (node.Plans ?? []).flatMap(scansOf)
  return / Scan$/.test(String(node['Node Type'])) ? [node, ...below] : below
}
