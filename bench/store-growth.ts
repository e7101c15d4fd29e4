/**
 * What growth costs a store: fills it with messages, one attempted delivery each, then a backlog for
 * dead endpoints, and times lists, claims and accepts at that size. `--hours` is how long the messages
 * would have taken to come.
 *
 *   node bench/store-growth.ts [--messages 1000000] [--backlog 200000] [--applications 100]
 *     [--hours 0.03] [--postgres]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { summaryRowsMax } from '../src/api/summaries.ts'
import type { Application } from '../src/domain/application.ts'
import type { Endpoint } from '../src/domain/endpoint.ts'
import { silentLog } from '../src/runtime/log.ts'
import { sealer } from '../src/runtime/sealing.ts'
import { everything, firstPage, Scene } from '../src/store/conformance/scene.ts'
import type { SummarySource } from '../src/store/port/summaries.ts'
import { givenTime } from '../src/store/postgres/clock.ts'
import { postgresStore } from '../src/store/postgres/index.ts'
import { sqliteStore } from '../src/store/sqlite/index.ts'
import { startDatabase } from './support/arena.ts'

const { values: options } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    backlog: { type: 'string', default: '200000' },
    applications: { type: 'string', default: '100' },
    hours: { type: 'string', default: '0.03' },
    postgres: { type: 'boolean', default: false },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'posthorn-growth-'))
const path = join(folder, 'store.db')
const scene = new Scene()
const database = options.postgres ? await startDatabase() : null
const seal = sealer({ keys: [new Uint8Array(32)], random: scene.random })
const common = { clock: scene.clock, log: silentLog, sealer: seal }
const { store } = Object.assign(scene, {
  store:
    database === null
      ? sqliteStore({ ...common, path, threads: true })
      : postgresStore({
          ...{ ...common, url: database.url('postgres') },
          ...{ node: 'bench', time: givenTime },
        }),
})
interface Tenant {
  readonly application: Application
  readonly endpoint: Endpoint
  readonly configVersion: number
}

const payload = Buffer.from(JSON.stringify({ type: 'invoice.paid', text: 'x'.repeat(400) }))
const perCall = 500
const hourMs = 3_600_000
const stepMs = (Number(options.hours) * hourMs * perCall) / Number(options.messages)

try {
  await store.open()
  const tenants: Tenant[] = []
  for (let n = 0; n < Number(options.applications); n++) {
    const application = await scene.application()
    const endpoint = await scene.endpoint(application)
    const view = await store.loadApplicationView(application.id)
    tenants.push({ application, endpoint, configVersion: view?.application.configVersion ?? 0 })
  }
  await fill(Number(options.messages), 'delivered')
  await timeLists()
  await timeAccepts('before the backlog')
  await fill(Number(options.backlog), 'waiting')
  for (const { endpoint } of tenants.slice(1)) {
    await scene.updateEndpoint(endpoint, { disabledAt: scene.now, disabledReason: 'failing' })
  }
  await time('claim past the backlog of disabled endpoints', () => scene.claim({ limit: 100 }))
  await timeAccepts('after the backlog')
  await timeLists()
  if (database === null) console.log(`file: ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB`)

  async function fill(count: number, how: 'delivered' | 'waiting'): Promise<void> {
    const started = performance.now()
    for (let done = 0; done < count; done += perCall) {
      const inputs = Array.from({ length: perCall }, (_, n) => anInput(done + n, how))
      const results = await store.acceptMessages(inputs)
      if (results.some((result) => result.kind !== 'accepted')) throw new Error('not accepted')
      if (how === 'delivered') await Promise.all(inputs.map(record))
      await scene.pass(stepMs)
    }
    while ((await store.countAttempts()) === 'more');
    await analyze()
    console.log(`${count} ${how} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  }

  function anInput(n: number, how: 'delivered' | 'waiting') {
    // Most of the messages are one application's; the backlog belongs to all but the first.
    const share = tenants.length - 1
    const at = how === 'waiting' ? 1 + (n % share) : n % 2 === 0 ? 0 : 1 + (n % share)
    const tenant = tenants[at]
    if (tenant === undefined) throw new Error('at least two applications are needed')
    const eventType = n % 10_000 === 0 ? 'rare' : 'usual'
    return {
      message: scene.newMessage(tenant.application.id, { payload, eventType }),
      deliveries: [
        { id: scene.ids.next('delivery'), endpointId: tenant.endpoint.id, ordered: false },
      ],
      configVersion: tenant.configVersion,
      lease: how === 'delivered' ? scene.lease() : null,
      idempotency: null,
      now: scene.now,
    }
  }

  async function record(input: ReturnType<typeof anInput>): Promise<void> {
    const [planned] = input.deliveries
    if (planned === undefined) throw new Error('no delivery')
    const { applicationId, id: messageId } = input.message
    const delivery = { id: planned.id, endpointId: planned.endpointId, applicationId, messageId }
    const succeeded = messageId.charCodeAt(30) % 50 !== 0
    const result = await store.recordAttempt({
      ...{ applicationId, messageId, deliveryId: planned.id, endpointId: planned.endpointId },
      ...{ token: 'node-a', effect: {}, stream: null, now: scene.now },
      attempt: scene.attempt(delivery, { succeeded, responseStatus: succeeded ? 200 : 500 }),
      verdict: { kind: succeeded ? 'succeeded' : 'failed' },
    })
    if (result !== 'recorded') throw new Error(result)
  }

  async function timeLists(): Promise<void> {
    const [big, small] = [tenants[0], tenants[1]]
    if (big === undefined || small === undefined) throw new Error('at least two applications')
    const { now } = scene
    for (const [name, { application, endpoint }] of Object.entries({ big, small })) {
      const key = { applicationId: application.id, page: firstPage, now }
      const messages = { ...key, withPayload: true }
      const rare = { ...everything, eventTypes: ['rare'] }
      const ofEndpoint = { ...key, endpointId: endpoint.id, filter: everything }
      const attempts = { ...ofEndpoint, withContent: true }
      const failed = { ...everything, succeeded: false, statusCodeClass: 500 }
      await time(`${name}: messages`, () => store.listMessages({ ...messages, filter: everything }))
      await time(`${name}: messages of a rare type`, () =>
        store.listMessages({ ...messages, filter: rare }),
      )
      await time(`${name}: messages of the endpoint`, () =>
        store.listEndpointMessages({ ...ofEndpoint, withPayload: false, statuses: null }),
      )
      await time(`${name}: failed messages of the endpoint`, () =>
        store.listEndpointMessages({ ...ofEndpoint, withPayload: false, statuses: ['fail'] }),
      )
      await time(`${name}: attempts of the endpoint`, () =>
        store.listEndpointAttempts({
          ...attempts,
          filter: { ...everything, succeeded: null, statusCodeClass: null },
        }),
      )
      await time(`${name}: failed attempts of the endpoint`, () =>
        store.listEndpointAttempts({ ...attempts, filter: failed }),
      )
      await time(`${name}: deliveries`, () =>
        store.listDeliveries({ ...ofEndpoint, endpointIds: null, states: null }),
      )
      await time(`${name}: failed deliveries`, () =>
        store.listDeliveries({ ...ofEndpoint, endpointIds: null, states: ['failed'] }),
      )
      const range = { from: now - 90 * 86_400_000, to: now, bucketMs: 129_600_000 }
      const summary = { applicationId: application.id, filter: everything, ...range }
      const summarize = (source: SummarySource) => () =>
        store.summarize({ ...summary, source, rowsMax: summaryRowsMax })
      await time(`${name}: summary of messages`, summarize({ kind: 'message' }))
      await time(
        `${name}: summary of deliveries`,
        summarize({ kind: 'delivery', endpointIds: null, states: null }),
      )
      await time(
        `${name}: summary of attempts`,
        summarize({
          ...{ kind: 'attempt', endpointId: endpoint.id },
          ...{ succeeded: null, statusCodeClass: null },
        }),
      )
      await time(`${name}: activity of 50 endpoints`, () =>
        store.endpointActivity({
          applicationId: application.id,
          endpointIds: Array.from({ length: 50 }, () => endpoint.id),
          ...{ since: now - 86_400_000, until: now, sliceMs: 3_600_000 },
          ...{
            rowsMax: database === null ? 1_200 : 100,
            waitingMax: 10_000,
            lastSince: now - 90 * 86_400_000,
          },
        }),
      )
      await time(`${name}: endpoint statistics of a day`, () =>
        store.endpointStats({
          ...{ applicationId: application.id, endpointId: endpoint.id },
          ...{ since: now - 86_400_000, until: now },
        }),
      )
    }
  }

  async function timeAccepts(when: string): Promise<void> {
    const started = performance.now()
    const cpu = process.cpuUsage()
    const [first] = tenants
    const view = await store.loadApplicationView(first?.application.id ?? scene.newApplication().id)
    const configVersion = view?.application.configVersion ?? 0
    const count = 10_000
    let left = count
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        while (left-- > 0) {
          const input = { ...anInput(0, 'delivered'), configVersion }
          await store.acceptMessage(input)
          await record(input)
        }
      }),
    )
    const { user, system } = process.cpuUsage(cpu)
    const perSecond = (count / (performance.now() - started)) * 1000
    console.log(
      `accept and record ${when}: ${perSecond.toFixed(0)} events/s, ${((user + system) / count).toFixed(1)} us CPU per event`,
    )
  }
} finally {
  await store.close()
  await database?.remove()
  rmSync(folder, { recursive: true })
}

/** What PostgreSQL does by itself in the minute after. */
async function analyze(): Promise<void> {
  if (database === null) return
  const client = new pg.Client({ connectionString: database.url('postgres') })
  await client.connect()
  await client.query('vacuum analyze')
  await client.end()
}

/** The slowest of five, the first of them with a cold cache. */
async function time(what: string, run: () => Promise<unknown>): Promise<void> {
  const all: number[] = []
  for (let n = 0; n < 5; n++) {
    const started = performance.now()
    await run()
    all.push(performance.now() - started)
  }
  const [first = 0] = all
  console.log(
    `${what}: first ${first.toFixed(1)} ms, then at most ${Math.max(...all.slice(1)).toFixed(1)} ms`,
  )
}
