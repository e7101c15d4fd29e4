import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Application } from '../../domain/application.ts'
import type { Attempt } from '../../domain/attempt.ts'
import type { Delivery } from '../../domain/delivery.ts'
import { type Endpoint, plainEndpoint } from '../../domain/endpoint.ts'
import type { EventType } from '../../domain/event-type.ts'
import type { ApplicationId, DeliveryId, EndpointId } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import type { Verdict } from '../../domain/verdict.ts'
import type { Clock } from '../../runtime/clock.ts'
import { type IdSource, idSource } from '../../runtime/id-source.ts'
import { type Random, seededRandom } from '../../runtime/random.ts'
import { VirtualClock } from '../../runtime/virtual-clock.ts'
import type { AcceptInput } from '../port/accept.ts'
import type { Claim, RecordInput } from '../port/deliveries.ts'
import type { EventFilter, PageRequest } from '../port/page.ts'
import type { Store } from '../store.ts'

export interface Opened {
  /** Open, empty, and working with the times it is handed. */
  readonly store: Store
  close(): Promise<void>
  /** Closes and opens the same data; absent where nothing outlives a close. */
  readonly reopen?: () => Promise<Store>
}
export type OpenStore = (world: {
  readonly clock: Clock
  readonly random: Random
}) => Promise<Opened>

/** The first page of a list that is read newest first. */
export const firstPage: PageRequest = {
  limit: 50,
  order: 'descending',
  iterator: null,
  backwards: false,
}
export const everything: EventFilter = {
  before: null,
  after: null,
  eventTypes: null,
  channel: null,
  tag: null,
}
export const leaseMs = 60_000

let scenes = 0

/** What a case plays with: a store, ids and a time that stands still until moved. */
export class Scene {
  store: Store
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 15, 12))
  /** Another seed for each scene: ids never repeat, even where scenes share a database. */
  readonly random = seededRandom(++scenes)
  readonly ids: IdSource = idSource(this.clock, this.random)
  readonly organizationId = this.ids.next('organization')
  #opened: Opened | null = null

  constructor() {
    this.store = {} as Store // replaced by `begin` before any case runs
  }

  async begin(open: OpenStore): Promise<void> {
    this.#opened = await open(this)
    this.store = this.#opened.store
  }

  async end(): Promise<void> {
    await this.#opened?.close()
  }

  /** False where nothing outlives a close. */
  async reopen(): Promise<boolean> {
    if (this.#opened?.reopen === undefined) return false
    this.store = await this.#opened.reopen()
    return true
  }

  get now(): number {
    return this.clock.now()
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms)
  }

  async application(overrides: Partial<Application> = {}): Promise<Application> {
    const application = { ...this.newApplication(), ...overrides }
    assert.deepEqual(await this.store.createApplication(application), application)
    return application
  }

  newApplication(): Application {
    return {
      id: this.ids.next('application'),
      organizationId: this.organizationId,
      uid: null,
      name: 'Acme',
      metadata: {},
      throttleRate: null,
      profile: 'standard',
      enabled: true,
      configVersion: 1,
      createdAt: this.now,
      updatedAt: this.now,
    }
  }

  async endpoint(
    application: Pick<Application, 'id'>,
    overrides: Partial<Endpoint> = {},
  ): Promise<Endpoint> {
    const endpoint = { ...this.newEndpoint(application.id), ...overrides }
    assert.deepEqual(await this.store.createEndpoint(endpoint), endpoint)
    return endpoint
  }

  newEndpoint(applicationId: ApplicationId): Endpoint {
    const id = this.ids.next('endpoint')
    const url = 'https://receiver.example/hook?a=1'
    return {
      ...plainEndpoint({ id, applicationId, url, now: this.now }),
      description: 'Línea de prueba',
      secrets: [{ key: 'whsec_c2VjcmV0', createdAt: this.now, expiresAt: null }],
    }
  }

  async updateEndpoint(endpoint: Endpoint, changes: Partial<Endpoint>): Promise<Endpoint> {
    const changed = { ...endpoint, ...changes, updatedAt: this.now }
    const result = await this.store.updateEndpoint({ endpoint: changed, expectedUpdatedAt: null })
    assert(typeof result !== 'string', String(result))
    return result
  }

  newEventType(name: string): EventType {
    return {
      organizationId: this.organizationId,
      name,
      description: `About ${name}`,
      archived: false,
      deprecated: false,
      schemas: null,
      featureFlags: [],
      groupName: null,
      attributes: {},
      createdAt: this.now,
      updatedAt: this.now,
    }
  }

  newMessage(applicationId: ApplicationId, overrides: Partial<Message> = {}): Message {
    return {
      id: this.ids.next('message'),
      applicationId,
      eventType: 'invoice.paid',
      eventId: null,
      channels: null,
      tags: null,
      payload: Buffer.from('{"amount": 1.0}'),
      contentType: 'application/json',
      createdAt: this.now,
      deliverAt: null,
      payloadExpiresAt: this.now + 90 * 86_400_000,
      attributes: {},
      ...overrides,
    }
  }

  async acceptInput(
    application: Pick<Application, 'id'>,
    endpoints: readonly Pick<Endpoint, 'id'>[],
    options: {
      readonly ordered?: boolean
      readonly message?: Partial<Message>
      readonly lease?: AcceptInput['lease']
      readonly idempotency?: AcceptInput['idempotency']
    } = {},
  ): Promise<AcceptInput> {
    const view = await this.store.loadApplicationView(application.id)
    return {
      message: this.newMessage(application.id, options.message),
      deliveries: endpoints.map((endpoint) => ({
        id: this.ids.next('delivery'),
        endpointId: endpoint.id,
        ordered: options.ordered ?? false,
      })),
      configVersion: view?.application.configVersion ?? 0,
      lease: options.lease ?? null,
      idempotency: options.idempotency ?? null,
      now: this.now,
    }
  }

  /** Accepts a message for those endpoints and says what was written. */
  async accept(...given: Parameters<Scene['acceptInput']>): Promise<AcceptInput> {
    const input = await this.acceptInput(...given)
    const result = await this.store.acceptMessage(input)
    assert.equal(result.kind, 'accepted')
    return input
  }

  lease(token = 'node-a'): { readonly token: string; readonly until: number } {
    return { token, until: this.now + leaseMs }
  }

  /** Walks all endpoints with due work until the end. */
  async claimAll(
    options: Partial<Parameters<Store['claimDue']>[0]> = {},
  ): Promise<readonly Claim[]> {
    const claims: Claim[] = []
    let cursor: EndpointId | null = null
    do {
      const walk = await this.claim({ ...options, afterEndpointId: cursor })
      claims.push(...walk.claims)
      cursor = walk.cursor
    } while (cursor !== null)
    return claims
  }

  claim(options: Partial<Parameters<Store['claimDue']>[0]> = {}): ReturnType<Store['claimDue']> {
    return this.store.claimDue({
      now: this.now,
      leaseUntil: this.now + leaseMs,
      token: 'node-a',
      limit: 100,
      perEndpoint: 100,
      bytesMax: 1_000_000,
      afterEndpointId: null,
      except: [],
      ...options,
    })
  }

  attempt(
    delivery: Pick<Delivery, 'id' | 'applicationId' | 'endpointId' | 'messageId'>,
    overrides: Partial<Attempt> = {},
  ): Attempt {
    return {
      id: this.ids.next('attempt'),
      applicationId: delivery.applicationId,
      endpointId: delivery.endpointId,
      messageId: delivery.messageId,
      deliveryId: delivery.id,
      eventType: 'invoice.paid',
      channels: null,
      tags: null,
      trigger: 'scheduled',
      number: 1,
      succeeded: true,
      method: 'POST',
      url: 'https://receiver.example/hook?a=1',
      responseStatus: 200,
      responseBody: 'ok',
      responseTruncated: false,
      responseBytes: null,
      errorClass: null,
      durationMs: 12,
      requestHeaders: { 'webhook-id': delivery.messageId },
      rewriting: null,
      responseHeaders: { 'content-type': 'text/plain' },
      timings: {
        queueMs: 1,
        dnsMs: null,
        connectMs: 2,
        tlsMs: 3,
        firstByteMs: 10,
        totalMs: 12,
      },
      remoteAddress: '203.0.113.7:443',
      connection: { kept: true, tls: null },
      nextAttemptAt: null,
      createdAt: this.now,
      ...overrides,
    }
  }

  /** A claim's record, with an attempt that fits the verdict. */
  recordInput(
    claim: Pick<Claim, 'delivery' | 'token'>,
    verdict: Verdict,
    overrides: Partial<RecordInput> = {},
  ): RecordInput {
    const { delivery, token } = claim
    const sent = verdict.kind !== 'returned' && verdict.kind !== 'canceled'
    const succeeded = verdict.kind === 'succeeded'
    const answer = succeeded ? {} : { succeeded, responseStatus: 500, responseBody: 'oops' }
    const { trigger } = delivery
    return {
      applicationId: delivery.applicationId,
      endpointId: delivery.endpointId,
      messageId: delivery.messageId,
      deliveryId: delivery.id,
      token,
      attempt: sent
        ? this.attempt(delivery, { ...answer, trigger, number: delivery.attemptCount + 1 })
        : null,
      verdict,
      effect: {},
      stream:
        delivery.sequence === null ? null : { sequence: delivery.sequence, whenExhausted: 'hold' },
      now: this.now,
      ...overrides,
    }
  }

  record(...given: Parameters<Scene['recordInput']>): ReturnType<Store['recordAttempt']> {
    return this.store.recordAttempt(this.recordInput(...given))
  }

  async delivery(applicationId: ApplicationId, deliveryId: DeliveryId): Promise<Delivery> {
    const delivery = await this.store.findDelivery({ applicationId, deliveryId })
    assert(delivery !== null, 'the delivery is there')
    return delivery
  }
}

/** The one delivery of a message that was accepted for one endpoint. */
export function only<Item>(items: readonly Item[]): Item {
  assert.equal(items.length, 1)
  return items[0] as Item // its length was just checked
}

/** A case: a fresh store, whatever happens to it, and an end. */
export function play(open: OpenStore, promise: string, run: (scene: Scene) => Promise<void>): void {
  test(promise, async () => {
    const scene = new Scene()
    await scene.begin(open)
    try {
      await run(scene)
    } finally {
      await scene.end()
    }
  })
}
