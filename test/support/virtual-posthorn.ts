/**
 * A Posthorn without a machine: real accept path, real engine, real SQLite in memory, under a clock
 * that stands still, seeded chance and a scripted network.
 */
import { type Config, configWith } from '../../src/config.ts'
import type { MakeRequest } from '../../src/delivery/attempt.ts'
import { createEngine, type EngineStore } from '../../src/delivery/engine.ts'
import { prepare } from '../../src/delivery/prepare.ts'
import { createSigner } from '../../src/delivery/signer.ts'
import type { OutboundRequest, Transport } from '../../src/delivery/transport.ts'
import type { Application } from '../../src/domain/application.ts'
import { type Endpoint, plainEndpoint } from '../../src/domain/endpoint.ts'
import type { EndpointId, OrganizationId } from '../../src/domain/ids.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { PolicyOverrides } from '../../src/domain/policy.ts'
import { type Acceptance, acceptor } from '../../src/intake/accept.ts'
import { applicationViews } from '../../src/intake/application-views.ts'
import type { World } from '../../src/posthorn.ts'
import { idSource } from '../../src/runtime/id-source.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { seededRandom } from '../../src/runtime/random.ts'
import { sealer } from '../../src/runtime/sealing.ts'
import { VirtualClock } from '../../src/runtime/virtual-clock.ts'
import { sqliteStore } from '../../src/store/sqlite/index.ts'
import type { Store } from '../../src/store/store.ts'

export const timings = {
  queueMs: null,
  dnsMs: null,
  connectMs: null,
  tlsMs: null,
  firstByteMs: null,
  totalMs: 1,
}

export function answered(status: number, headers: Record<string, string> = {}): Outcome {
  const body = new Uint8Array()
  return {
    kind: 'answered',
    status,
    headers,
    body,
    bodyTruncated: false,
    timings,
    remoteAddress: null,
  }
}

export function unanswered(errorClass: Extract<Outcome, { kind: 'unanswered' }>['errorClass']) {
  const outcome: Outcome = {
    kind: 'unanswered',
    errorClass,
    detail: errorClass,
    timings,
    remoteAddress: null,
  }
  return outcome
}

/** One request that waits for its answer. */
export interface Call {
  readonly request: OutboundRequest
  readonly url: string
  /** Of the `webhook-id` header. */
  readonly id: string
  readonly body: string
  readonly at: number
  answer(outcome: Outcome | number): void
}

/** A network that answers by `respond`; null leaves the request open until `answer`. */
export class ScriptedTransport implements Transport {
  readonly calls: Call[] = []
  respond: (call: Call) => Outcome | number | null = () => 200
  readonly #clock: VirtualClock

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  send(request: OutboundRequest): Promise<Outcome> {
    if (!request.mayStart()) return Promise.resolve(unanswered('aborted'))
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(request.timeoutMs, () => {
        resolve(unanswered('response_timeout'))
      })
      request.signal?.addEventListener('abort', () => resolve(unanswered('aborted')))
      const call: Call = {
        request,
        url: request.url,
        id: request.headers.find(([name]) => name === 'webhook-id')?.[1] ?? '',
        body: Buffer.from(request.body).toString(),
        at: this.#clock.now(),
        answer(outcome) {
          timer.cancel()
          resolve(typeof outcome === 'number' ? answered(outcome) : outcome)
        },
      }
      this.calls.push(call)
      const outcome = this.respond(call)
      if (outcome !== null) call.answer(outcome)
    })
  }

  async close(): Promise<void> {}
}

export const signRequest: MakeRequest = (() => {
  const context = { signer: createSigner(), userAgent: 'Posthorn/test', installationId: null }
  return (input) => prepare(context, input)
})()

export interface VirtualOptions {
  readonly config?: Partial<Config>
  readonly clock?: VirtualClock
  /** Another node of the same database. */
  readonly store?: Store
  /** What the engine sees of the store; for faults. */
  readonly faulty?: (store: Store) => EngineStore
  readonly transport?: Transport
  readonly seed?: number
}

export async function virtualPosthorn(options: VirtualOptions = {}) {
  const clock = options.clock ?? new VirtualClock()
  const random = seededRandom(options.seed ?? 1)
  const world: World = { clock, random, log: silentLog }
  const store = options.store ?? (await memoryStore(world))
  const config = configWith(options.config ?? {})
  const views = applicationViews({ store })
  const ids = idSource(clock, random)
  const network = new ScriptedTransport(clock)
  const transport = options.transport ?? network
  const engine = createEngine({
    world,
    store: options.faulty?.(store) ?? store,
    views,
    ids,
    makeRequest: signRequest,
    transportOf: () => transport,
    limits: config,
  })
  const accept = acceptor({
    world,
    store,
    views,
    ids,
    dispatch: engine,
    idempotencyMs: () => 3_600_000,
  })
  const organizationId = ids.next('organization') satisfies OrganizationId
  return {
    world,
    clock,
    store,
    views,
    ids,
    engine,
    network,
    accept,
    async application(overrides: Partial<Application> = {}): Promise<Application> {
      const now = clock.now()
      const application: Application = {
        id: ids.next('application'),
        organizationId,
        uid: null,
        name: 'Shop',
        metadata: {},
        throttleRate: null,
        profile: 'standard',
        enabled: true,
        configVersion: 1,
        createdAt: now,
        updatedAt: now,
        ...overrides,
      }
      await store.createApplication(application)
      return application
    },
    async endpoint(
      application: Application,
      policy: PolicyOverrides = {},
      overrides: Partial<Endpoint> = {},
    ): Promise<Endpoint> {
      const endpoint = endpointOf(ids.next('endpoint'), application, policy, clock.now(), overrides)
      await store.createEndpoint(endpoint)
      views.invalidate(application.id)
      return endpoint
    },
    /** Replaces part of an endpoint, as the API would. */
    async change(endpoint: Endpoint, change: Partial<Endpoint>): Promise<Endpoint> {
      const current = await store.findEndpoint({
        applicationId: endpoint.applicationId,
        idOrUid: endpoint.id,
      })
      const changed = { ...(current ?? endpoint), ...change, updatedAt: clock.now() + 1 }
      await store.updateEndpoint({ endpoint: changed, expectedUpdatedAt: null })
      views.invalidate(endpoint.applicationId)
      engine.wake()
      return changed
    },
    send(application: Application, payload = '{}'): Promise<Acceptance> {
      return accept.accept({
        organizationId,
        application: application.id,
        eventType: 'invoice.paid',
        eventId: null,
        channels: null,
        tags: null,
        payload: Buffer.from(payload),
        contentType: 'application/json',
        deliverAt: null,
        retentionMs: 86_400_000,
        attributes: {},
        idempotency: null,
      })
    },
    count: () => store.countDeliveries({ now: clock.now() }),
  }
}

export async function memoryStore(world: World): Promise<Store> {
  const store = sqliteStore({
    path: ':memory:',
    clock: world.clock,
    log: silentLog,
    sealer: sealer({ keys: [new Uint8Array(32)], random: world.random }),
    threads: false,
  })
  await store.open()
  return store
}

export function endpointOf(
  id: EndpointId,
  application: Application,
  policy: PolicyOverrides,
  now: number,
  overrides: Partial<Endpoint> = {},
): Endpoint {
  const url = `https://receiver.example/${id}`
  return {
    ...plainEndpoint({ id, applicationId: application.id, url, now }),
    secrets: [{ key: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', createdAt: now, expiresAt: null }],
    policy,
    ...overrides,
  }
}
