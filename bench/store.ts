/**
 * What the embedded store costs: accept a message with its deliveries, then record an attempt for
 * each, at several batch sizes. Prints events a second and CPU microseconds per event, for all
 * threads of the process together.
 *
 *   node bench/store.ts [--inline] [--deliveries 2] [--applications 100] [--events 20000]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Application } from '../src/domain/application.ts'
import type { Attempt } from '../src/domain/attempt.ts'
import type { Endpoint } from '../src/domain/endpoint.ts'
import type { ApplicationId, EndpointId, OrganizationId } from '../src/domain/ids.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { idSource } from '../src/runtime/id-source.ts'
import { silentLog } from '../src/runtime/log.ts'
import { systemRandom } from '../src/runtime/random.ts'
import { sealer } from '../src/runtime/sealing.ts'
import type { AcceptInput } from '../src/store/port/accept.ts'
import type { RecordInput } from '../src/store/port/deliveries.ts'
import { sqliteStore } from '../src/store/sqlite/index.ts'
import type { Store } from '../src/store/store.ts'

const { values: options } = parseArgs({
  options: {
    inline: { type: 'boolean', default: false },
    deliveries: { type: 'string', default: '2' },
    applications: { type: 'string', default: '100' },
    events: { type: 'string', default: '20000' },
    batches: { type: 'string', default: '1,10,100,1000' },
    keys: { type: 'boolean', default: false },
  },
})
const deliveries = Number(options.deliveries)
const ids = idSource(systemClock, systemRandom)
const payload = Buffer.from(JSON.stringify({ type: 'invoice.paid', text: 'x'.repeat(980) }))
const token = 'node-0123456789abcdef'

interface Tenant {
  readonly applicationId: ApplicationId
  readonly endpointIds: readonly EndpointId[]
  readonly configVersion: number
}

const folder = mkdtempSync(join(tmpdir(), 'posthorn-bench-'))
const path = join(folder, 'store.db')
const store = sqliteStore({
  path,
  clock: systemClock,
  log: silentLog,
  sealer: sealer({ keys: [systemRandom.bytes(32)], random: systemRandom }),
  threads: !options.inline,
})
try {
  await store.open()
  const tenants = await setUp(store, Number(options.applications))
  for (const batch of options.batches.split(',').map(Number)) {
    const events = batch === 1 ? Math.min(2_000, Number(options.events)) : Number(options.events)
    await measure(store, tenants, batch, Math.min(events, 2_000)) // warm-up
    report(batch, await measure(store, tenants, batch, events))
  }
  console.log(`file: ${(statSync(path).size / 2 ** 20).toFixed(1)} MiB`)
} finally {
  await store.close()
  rmSync(folder, { recursive: true })
}

async function setUp(to: Store, count: number): Promise<Tenant[]> {
  const tenants: Tenant[] = []
  for (let n = 0; n < count; n++) {
    const application = anApplication()
    await to.createApplication(application)
    const endpoints = Array.from({ length: deliveries }, () => anEndpoint(application.id))
    await Promise.all(endpoints.map((endpoint) => to.createEndpoint(endpoint)))
    const view = await to.loadApplicationView(application.id)
    tenants.push({
      applicationId: application.id,
      endpointIds: endpoints.map((endpoint) => endpoint.id),
      configVersion: view?.application.configVersion ?? 0,
    })
  }
  return tenants
}

interface Measured {
  readonly events: number
  readonly ms: number
  readonly cpuMicros: number
  /** Share of the time in which the event loop was busy. */
  readonly loop: number
}

/** `batch` producers at once, each: accept, then record every delivery, then the next event. */
async function measure(
  to: Store,
  tenants: readonly Tenant[],
  batch: number,
  events: number,
): Promise<Measured> {
  const started = performance.now()
  const cpu = process.cpuUsage()
  const loop = performance.eventLoopUtilization()
  let left = events
  const producer = async (): Promise<void> => {
    while (left-- > 0) {
      const tenant = tenants[left % tenants.length]
      if (tenant === undefined) throw new Error('no tenant')
      const input = anAccept(tenant)
      const result = await to.acceptMessage(input)
      if (result.kind !== 'accepted') throw new Error(result.kind)
      const records = await Promise.all(recordsOf(input).map((r) => to.recordAttempt(r)))
      if (records.some((r) => r !== 'recorded')) throw new Error('not recorded')
    }
  }
  await Promise.all(Array.from({ length: batch }, producer))
  const used = process.cpuUsage(cpu)
  return {
    events,
    ms: performance.now() - started,
    cpuMicros: used.user + used.system,
    loop: performance.eventLoopUtilization(loop).utilization,
  }
}

function report(batch: number, measured: Measured): void {
  const perSecond = (measured.events / measured.ms) * 1000
  const cpu = measured.cpuMicros / measured.events
  console.log(
    `batch ${String(batch).padStart(4)}: ${perSecond.toFixed(0).padStart(6)} events/s, ${cpu.toFixed(1).padStart(6)} us CPU per event, loop ${(measured.loop * 100).toFixed(0)} %`,
  )
}

function anAccept(tenant: Tenant): AcceptInput {
  const now = Date.now()
  const id = ids.next('message')
  return {
    message: {
      id,
      applicationId: tenant.applicationId,
      eventType: 'invoice.paid',
      eventId: null,
      channels: null,
      tags: null,
      payload,
      contentType: 'application/json',
      createdAt: now,
      deliverAt: null,
      payloadExpiresAt: now + 90 * 86_400_000,
      attributes: {},
    },
    deliveries: tenant.endpointIds.map((endpointId) => ({
      id: ids.next('delivery'),
      endpointId,
      ordered: false,
    })),
    configVersion: tenant.configVersion,
    lease: { token, until: now + 60_000 },
    idempotency: options.keys
      ? { key: `auto_${id}`, requestHash: id, expiresAt: now + 43_200_000 }
      : null,
    now,
  }
}

function recordsOf(input: AcceptInput): RecordInput[] {
  const { message, now } = input
  const { applicationId, id: messageId, eventType } = message
  return input.deliveries.map(({ id: deliveryId, endpointId }) => {
    const attempt: Attempt = {
      id: ids.next('attempt'),
      applicationId,
      endpointId,
      messageId,
      deliveryId,
      eventType,
      channels: null,
      tags: null,
      trigger: 'scheduled',
      number: 1,
      succeeded: true,
      url: 'https://receiver.example/webhooks/posthorn',
      responseStatus: 200,
      responseBody: '{"ok":true}',
      responseTruncated: false,
      errorClass: null,
      durationMs: 12,
      requestHeaders: {
        'content-type': 'application/json',
        'user-agent': 'Posthorn/0.1',
        'webhook-id': messageId,
        'webhook-timestamp': '1790000000',
        'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
      },
      responseHeaders: { 'content-type': 'application/json', 'content-length': '11' },
      timings: {
        queueMs: 1,
        dnsMs: null,
        connectMs: null,
        tlsMs: null,
        firstByteMs: 10,
        totalMs: 12,
      },
      remoteAddress: '203.0.113.7:443',
      nextAttemptAt: null,
      createdAt: now,
    }
    return {
      applicationId,
      endpointId,
      messageId,
      deliveryId,
      token,
      attempt,
      verdict: { kind: 'succeeded' },
      effect: {},
      stream: null,
      now,
    }
  })
}

function anApplication(): Application {
  const now = Date.now()
  return {
    id: ids.next('application'),
    organizationId: 'org_bench' as OrganizationId, // any text will do here
    uid: null,
    name: 'bench',
    metadata: {},
    throttleRate: null,
    profile: 'standard',
    enabled: true,
    configVersion: 1,
    createdAt: now,
    updatedAt: now,
  }
}

function anEndpoint(applicationId: ApplicationId): Endpoint {
  const now = Date.now()
  return {
    id: ids.next('endpoint'),
    applicationId,
    uid: null,
    url: 'https://receiver.example/webhooks/posthorn',
    description: '',
    version: 1,
    transport: 'http',
    disabledAt: null,
    disabledReason: null,
    pausedAt: null,
    eventTypes: null,
    channels: null,
    metadata: {},
    throttleRate: null,
    secrets: [{ key: 'whsec_bench', createdAt: now, expiresAt: null }],
    headers: {},
    policy: {},
    attributes: {},
    createdAt: now,
    updatedAt: now,
  }
}
