/**
 * One seed: a small world, a phase with faults, then everything heals and everything must end. Half
 * of the seeds are an embedded Posthorn (one process that owns its database), half are two nodes on
 * one database; a part of both has no faults at all, and then nothing may be sent twice.
 */
import { configWith } from '../../src/config.ts'
import type { Application } from '../../src/domain/application.ts'
import type { Endpoint } from '../../src/domain/endpoint.ts'
import type { OrganizationId } from '../../src/domain/ids.ts'
import type { PolicyOverrides } from '../../src/domain/policy.ts'
import { resolvePolicy, standardPolicy } from '../../src/domain/policy.ts'
import type { Acceptance, EventInput } from '../../src/intake/accept.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import { idSource } from '../../src/runtime/id-source.ts'
import { silentLog } from '../../src/runtime/log.ts'
import type { WorkHint } from '../../src/store/port/cluster.ts'
import type { Store } from '../../src/store/store.ts'
import { endpointOf, memoryStore } from '../support/virtual-posthorn.ts'
import { Kernel, Violation } from './kernel.ts'
import { type Behaviour, kind, Network } from './network.ts'
import { SimNode, type StoreFaults } from './node.ts'
import { Truth } from './truth.ts'

export interface SeedResult {
  readonly seed: number
  readonly hash: string
  readonly violation: string | null
  readonly steps: number
  readonly requests: number
  readonly virtualMs: number
  readonly trace: readonly string[] | null
}

const healingMs = 1_200_000
const clientTimeoutMs = 6_000
const longOutageAtMs = 2_000
/** Answers that were on their way when the store went. */
const outageNoticedMs = 8_000
const outageOverMs = 10_000

export interface SeedOptions {
  readonly keepTrace?: boolean
  /** The store is away for that long in the middle, beside all other faults. */
  readonly outageMs?: number
}

export async function runSeed(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  const kernel = new Kernel({ seed, keepTrace: options.keepTrace ?? false })
  const clock: Clock = {
    now: () => kernel.now,
    monotonic: () => kernel.clock.monotonic(),
    setTimer: (delayMs, run) => kernel.clock.setTimer(delayMs, run),
  }
  const store = await memoryStore({ clock, random: kernel.random, log: silentLog })
  const scenario = new Scenario(kernel, store, options.outageMs ?? null)
  let violation: string | null = null
  try {
    await scenario.run()
  } catch (cause) {
    if (!(cause instanceof Violation)) throw cause
    violation = cause.message
  }
  const { steps, hash, now, startedAt, lines } = kernel
  const virtualMs = now - startedAt
  const { requests } = scenario.truth
  return { seed, hash, violation, steps, requests, virtualMs, trace: lines }
}

class Scenario {
  readonly truth: Truth
  readonly #kernel: Kernel
  readonly #store: Store
  readonly #network: Network
  readonly #embedded: boolean
  readonly #calm: boolean
  readonly #faults: StoreFaults
  readonly #config
  readonly #nodes: SimNode[] = []
  readonly #endpoints: Endpoint[] = []
  readonly #applications: Application[] = []
  readonly #ids
  readonly #organizationId: OrganizationId
  readonly #faultsMs: number
  readonly #outageMs: number | null
  #acknowledgements = 0
  #unacknowledged = 0
  #lives = 0
  #healed = false

  constructor(kernel: Kernel, store: Store, outageMs: number | null) {
    this.#kernel = kernel
    this.#store = store
    this.#embedded = kernel.chance(0.5)
    this.#calm = kernel.chance(0.2)
    this.#outageMs = outageMs
    this.#faultsMs = kernel.between(12_000, 25_000) + (outageMs ?? 0)
    this.#faults = this.#drawFaults()
    this.#config = configWith({
      leaseMs: 6_000,
      pollMs: kernel.pick([500, 1_000, 2_000]),
      inFlightMax: kernel.whole(3, 12),
      inFlightPerApplicationMax: kernel.whole(2, 6),
      memoryQueueMax: kernel.whole(4, 40),
      stopTimeoutMs: 4_000,
    })
    this.truth = new Truth(kernel, store, this.#config)
    this.truth.isCalm = this.#calm
    this.truth.isEmbedded = this.#embedded
    this.truth.onDisabled = (id) => {
      const [node] = this.#nodes
      if (this.#embedded) kernel.after(500, () => node?.views.invalidate(id))
    }
    this.#network = new Network(kernel, this.truth)
    this.#network.pauses = this.#calm || kernel.chance(0.5) ? 0 : 0.06
    this.#ids = idSource(kernel.clock, kernel.random)
    this.#organizationId = this.#ids.next('organization')
  }

  async run(): Promise<void> {
    await this.#furnish()
    const names = this.#embedded ? ['A'] : ['A', 'B']
    for (const name of names) await this.#boot(name)
    this.#plan()
    await this.#kernel.run(() => this.#failed(), this.#faultsMs)
    this.#check()
    await this.#heal()
    const done = await this.#kernel.run(
      () => this.#failed() || (this.#unacknowledged === 0 && this.truth.isFinished),
      this.#faultsMs + healingMs,
    )
    this.#check()
    this.truth.expect(done, 'I2 everything ends once faults have healed', () => {
      const open = this.truth.openDeliveries().map(({ id, sequence }) => `${id}:${sequence}`)
      return `${this.#unacknowledged} unacknowledged, open ${open.join(' ')}`
    })
    this.#check()
    await this.#close()
    await this.truth.finish()
    this.#check()
    await this.#store.close()
  }

  #failed(): boolean {
    return this.truth.violation !== null
  }

  #check(): void {
    if (this.truth.violation !== null) throw this.truth.violation
  }

  #drawFaults(): StoreFaults {
    const kernel = this.#kernel
    const draw = (most: number): number => (kernel.chance(0.6) ? kernel.between(0, most) : 0)
    const faults = { refuse: draw(0.1), loseReply: draw(0.1), slow: draw(0.08), down: false }
    return this.#calm ? { refuse: 0, loseReply: 0, slow: 0, down: false } : faults
  }

  async #furnish(): Promise<void> {
    const kernel = this.#kernel
    for (let at = 0; at < kernel.whole(1, 2); at++) await this.#addApplication()
    for (let at = 0; at < kernel.whole(2, 4); at++) await this.#addEndpoint()
  }

  async #addApplication(): Promise<void> {
    const { now } = this.#kernel
    const application: Application = {
      id: this.#ids.next('application'),
      organizationId: this.#organizationId,
      uid: null,
      name: 'Shop',
      metadata: {},
      throttleRate: null,
      profile: 'standard',
      enabled: true,
      configVersion: 1,
      createdAt: now,
      updatedAt: now,
    }
    await this.#store.createApplication(application)
    this.#applications.push(application)
  }

  async #addEndpoint(): Promise<void> {
    const kernel = this.#kernel
    const ordered = kernel.chance(0.5)
    const policy: PolicyOverrides = {
      ordering: ordered ? 'fifo' : 'none',
      whenExhausted: kernel.pick(['hold', 'skip'] as const),
      retryScheduleMs: kernel.pick([
        [1_000, 5_000, 20_000],
        [500],
        [],
        [2_000, 2_000, 2_000],
        [6_000, 6_000],
      ]),
      concurrencyMax: kernel.whole(1, 4),
      attemptTimeoutMs: 2_000,
      disableAfterMs: kernel.pick([null, null, 15_000]),
    }
    const throttleRate = !ordered && kernel.chance(0.3) ? 1 : null
    const application = kernel.pick(this.#applications)
    const id = this.#ids.next('endpoint')
    const endpoint = endpointOf(id, application, policy, kernel.now, { throttleRate })
    await this.#store.createEndpoint(endpoint)
    this.#endpoints.push(endpoint)
    this.truth.endpoints.set(id, {
      endpoint,
      policy: resolvePolicy(standardPolicy, policy),
      closedAt: null,
    })
    this.#network.behaviours.set(id, this.#drawBehaviour())
  }

  #drawBehaviour(): Behaviour {
    const kernel = this.#kernel
    const draw = (p: number, most: number): number =>
      kernel.chance(p) ? kernel.between(0, most) : 0
    const dead = kernel.chance(0.15)
    const behaviour = {
      fail: dead ? 0.9 : draw(0.5, 0.4),
      throttle: draw(0.4, 0.3),
      retryAfter: draw(0.6, 1),
      gone: draw(0.1, 0.1),
      silent: draw(0.3, 0.2),
      refuse: draw(0.3, 0.2),
      loseAnswer: draw(0.3, 0.15),
    }
    return this.#calm ? { ...behaviour, silent: 0, loseAnswer: 0 } : behaviour
  }

  /** Every third hint is lost: polling is the truth. */
  #tell(from: string, hint: WorkHint): void {
    for (const node of this.#nodes) {
      if (node.name === from || this.#kernel.chance(1 / 3)) continue
      this.#kernel.after(this.#kernel.between(1, 80), () => {
        if (!node.closing && !node.crashed) node.enter(() => node.engine.hinted(hint))
      })
    }
  }

  async #boot(name: string): Promise<void> {
    const node = new SimNode({
      kernel: this.#kernel,
      name: `${name}${this.#lives++}`,
      store: this.#store,
      faults: this.#faults,
      truth: this.truth,
      network: this.#network,
      config: this.#config,
      embedded: this.#embedded,
      tell: (from, hint) => this.#tell(from, hint),
    })
    const at = this.#nodes.findIndex((old) => old.name.startsWith(name))
    if (at === -1) this.#nodes.push(node)
    else this.#nodes[at] = node
    this.#kernel.trace(`${node.name} boot`)
    // A process whose database refuses at start is started again by its supervisor.
    node.start().catch(() => {
      if (node.crashed) return
      node.crash()
      this.#kernel.after(500, () => void this.#boot(name))
    })
  }

  #plan(): void {
    const kernel = this.#kernel
    if (this.#outageMs !== null) {
      kernel.after(longOutageAtMs, () => void this.#longOutage(this.#outageMs ?? 0))
    }
    const span = (): number => kernel.between(0, this.#faultsMs * 0.8)
    const together = kernel.pick([0.1, 0.4, 0.8])
    for (let at = 0; at < kernel.whole(6, 16); at++) {
      const bunched = kernel.chance(together) ? this.#faultsMs * 0.2 : span()
      kernel.after(bunched, () => this.#produce(`key-${at}`))
    }
    for (let at = 0; at < kernel.whole(0, 4); at++) kernel.after(span(), () => this.#meddle())
    for (let at = 0; at < kernel.whole(0, 2); at++) kernel.after(span(), () => this.#restart())
    if (this.#calm) return
    for (let at = 0; at < kernel.whole(0, 3); at++) kernel.after(span(), () => this.#crash())
    for (let at = 0; at < kernel.whole(0, 3); at++) kernel.after(span(), () => this.#pause())
    if (kernel.chance(0.2)) kernel.after(span(), () => this.#outage())
  }

  #produce(key: string): void {
    const kernel = this.#kernel
    const application = kernel.pick(this.#applications)
    const event: EventInput = {
      organizationId: this.#organizationId,
      application: application.id,
      eventType: 'invoice.paid',
      eventId: null,
      channels: null,
      tags: null,
      payload: Buffer.from(`{"${key}": 1.0, "n": ${kernel.whole(0, 1e9)}}`),
      contentType: 'application/json',
      deliverAt: null,
      retentionMs: 86_400_000,
      attributes: {},
      idempotency: { key, requestHash: key },
    }
    this.#unacknowledged++
    let acknowledged = false
    const acknowledge = (): void => {
      if (!acknowledged) this.#unacknowledged--
      this.#acknowledgements++
      acknowledged = true
    }
    this.#post(event, key, acknowledge, () => acknowledged)
    if (kernel.chance(0.3)) this.#post(event, key, acknowledge, () => acknowledged)
  }

  /** A client that asks again with the same key until it is answered. */
  #post(event: EventInput, key: string, onAck: () => void, isAcked: () => boolean): void {
    const kernel = this.#kernel
    const node = kernel.pick(this.#nodes)
    let over = false
    const again = (): void => {
      if (over) return
      over = true
      if (!isAcked())
        kernel.after(kernel.between(100, 900), () => this.#post(event, key, onAck, isAcked))
    }
    kernel.after(clientTimeoutMs, again)
    if (node.crashed || node.closing) {
      again()
      return
    }
    const answer = (acceptance: Acceptance): void => {
      if (acceptance.kind !== 'accepted' && acceptance.kind !== 'repeated') {
        again()
        return
      }
      this.truth.acknowledged(key, acceptance.message)
      over = true
      onAck()
    }
    node.enter(() => {
      node.accept.accept(event).then(answer, again)
    })
  }

  #crash(): void {
    const node = this.#kernel.pick(this.#nodes)
    if (node.crashed || this.#healed) return
    node.crash()
    const downMs = this.#kernel.between(50, 6_000)
    this.#kernel.after(downMs, () => void this.#boot(node.name.slice(0, 1)))
  }

  #pause(): void {
    const node = this.#kernel.pick(this.#nodes)
    if (node.crashed || this.#healed) return
    node.pause(this.#kernel.between(100, 15_000))
  }

  #restart(): void {
    const node = this.#kernel.pick(this.#nodes)
    if (node.crashed || node.closing || node.isPaused || this.#healed) return
    this.#kernel.trace(`${node.name} stops`)
    node.closing = true
    this.truth.stopping(node.name)
    void node.engine.stop().then(() => {
      this.#exit(node)
      void this.#boot(node.name.slice(0, 1))
    })
  }

  /** The process ends after its stop; what it could not write in time counts as a crash. */
  #exit(node: SimNode): void {
    const { inFlight, recording } = node.engine.stats()
    this.#kernel.trace(`${node.name} stopped ${inFlight} ${recording}`)
    this.truth.stopped(node.name)
    if (inFlight + recording > 0 || !this.#calm) this.truth.crashed(node.name)
    node.crashed = true
  }

  #outage(): void {
    if (this.#outageMs !== null) return
    this.#kernel.trace('store down')
    this.#faults.down = true
    this.#kernel.after(this.#kernel.between(500, 9_000), () => {
      this.#kernel.trace('store up')
      this.#faults.down = false
    })
  }

  /** G11: nothing is acknowledged or sent meanwhile, and everything goes on soon after. */
  async #longOutage(ms: number): Promise<void> {
    const kernel = this.#kernel
    const seen = () => [this.#acknowledgements, this.truth.requests] as const
    this.#faults.down = true
    await kernel.sleep(outageNoticedMs)
    const [acknowledgements, requests] = seen()
    await kernel.sleep(ms - outageNoticedMs)
    const [acknowledgedMeanwhile, sentMeanwhile] = [
      this.#acknowledgements - acknowledgements,
      this.truth.requests - requests,
    ]
    this.truth.expect(acknowledgedMeanwhile + sentMeanwhile === 0, 'G11 nothing while away', () =>
      [acknowledgedMeanwhile, sentMeanwhile].join(' acknowledged, sent '),
    )
    this.#faults.down = false
    await kernel.sleep(outageOverMs)
    const isBack = this.truth.requests > requests || this.truth.isFinished
    this.truth.expect(isBack, 'G11 sending goes on soon after', () => `${this.truth.requests}`)
  }

  /** What people do: pause, disable, rotate, resend. */
  #meddle(): void {
    const kernel = this.#kernel
    const endpoint = kernel.pick(this.#endpoints)
    const draw = kernel.random.fraction()
    if (draw < 0.3) void this.#closeFor(endpoint, { pausedAt: kernel.now }, { pausedAt: null })
    else if (draw < 0.5) {
      const open = { disabledAt: null, disabledReason: null }
      void this.#closeFor(endpoint, { disabledAt: kernel.now, disabledReason: 'manual' }, open)
    } else if (draw < 0.7) void this.#rotate(endpoint)
    else void this.#resend(endpoint)
  }

  async #closeFor(
    { id }: Endpoint,
    closed: Partial<Endpoint>,
    open: Partial<Endpoint>,
  ): Promise<void> {
    const forMs = this.#kernel.between(1_000, 12_000)
    await this.#edit(id, closed)
    this.truth.close(id, this.#kernel.now)
    this.#kernel.after(forMs, () => {
      this.truth.reopen(id)
      void this.#edit(id, open)
    })
  }

  async #rotate({ id }: Endpoint): Promise<void> {
    const known = this.truth.endpoints.get(id)
    if (known === undefined) return
    const old = known.endpoint.secrets
    const { now } = this.#kernel
    const key = `whsec_${Buffer.from(this.#kernel.random.bytes(24)).toString('base64')}`
    const secrets = [
      { key, createdAt: now, expiresAt: null },
      ...old.map((secret) => ({ ...secret, expiresAt: now + 3_600_000 })),
    ]
    await this.#edit(id, { secrets })
  }

  async #edit(id: Endpoint['id'], change: Partial<Endpoint>): Promise<void> {
    const known = this.truth.endpoints.get(id)
    if (known === undefined) return
    const { applicationId } = known.endpoint
    const stored = await this.#store.findEndpoint({ applicationId, idOrUid: id })
    if (stored === null) return
    const endpoint = { ...stored, ...change, updatedAt: this.#kernel.now }
    await this.#store.updateEndpoint({ endpoint, expectedUpdatedAt: null })
    this.#kernel.trace(`edit ${id.slice(-6)} ${Object.keys(change).join()}`)
    this.truth.changed(endpoint)
    for (const [at, node] of this.#nodes.entries()) {
      // The first is told, since the change came to it; others find out by themselves.
      if (at === 0) node.views.invalidate(applicationId)
      if (!node.closing && !node.crashed) node.enter(() => node.engine.wake())
    }
  }

  async #resend({ id, applicationId, policy }: Endpoint): Promise<void> {
    const messages = [...this.truth.messages.values()].filter(
      (message) => message.applicationId === applicationId,
    )
    if (messages.length === 0) return
    const { id: messageId } = this.#kernel.pick(messages)
    const delivery = await this.#store.addDelivery({
      id: this.#ids.next('delivery'),
      applicationId,
      endpointId: id,
      messageId,
      trigger: 'manual',
      ordered: policy.ordering === 'fifo',
      now: this.#kernel.now,
    })
    if (typeof delivery === 'string') return
    const { sequence } = delivery
    const others = [...this.truth.deliveries.values()].filter((other) => other.endpointId === id)
    const isTail = others.every((other) => (other.sequence ?? 0) < (sequence ?? 1))
    this.truth.expect(isTail, 'rule 40 a resend goes to the tail', () => `${sequence}`)
    this.#kernel.trace(`resend ${delivery.id.slice(-6)}`)
    this.truth.add({
      id: delivery.id,
      endpointId: id,
      messageId,
      sequence,
      manual: true,
      lease: null,
    })
    for (const node of this.#nodes) {
      if (!node.closing && !node.crashed) node.enter(() => node.engine.wake())
    }
  }

  async #heal(): Promise<void> {
    this.#kernel.trace('heal')
    this.#healed = true
    this.#network.pauses = 0
    Object.assign(this.#faults, { refuse: 0, loseReply: 0, slow: 0, down: false })
    for (const id of this.#network.behaviours.keys()) this.#network.behaviours.set(id, kind)
    await this.#release()
    const tend = (): void => {
      if (!this.truth.isFinished) void this.#release()
      this.#kernel.after(15_000, tend)
    }
    this.#kernel.after(15_000, tend)
  }

  /** The operator opens what is closed and tries the heads of held streams again. */
  async #release(): Promise<void> {
    for (const { id, applicationId } of this.#endpoints) {
      const stored = await this.#store.findEndpoint({ applicationId, idOrUid: id })
      const shut = stored !== null && (stored.disabledAt ?? stored.pausedAt) !== null
      this.truth.reopen(id)
      if (shut) await this.#edit(id, { disabledAt: null, disabledReason: null, pausedAt: null })
      const now = this.#kernel.now
      const released = await this.#store.releaseHold({
        applicationId,
        endpointId: id,
        action: 'retry',
        now,
      })
      if (released === 'released') this.#kernel.trace(`release ${id.slice(-6)}`)
    }
  }

  async #close(): Promise<void> {
    // One that was stopped in the middle of its stop may not have come back yet.
    for (const node of this.#nodes) if (node.closing) this.truth.crashed(node.name)
    const running = this.#nodes.filter((node) => !node.crashed && !node.closing)
    let left = running.length
    for (const node of running) {
      void node.engine.stop().then(() => {
        left--
      })
    }
    const elapsed = this.#kernel.now - this.#kernel.startedAt
    const stopped = await this.#kernel.run(() => left === 0, elapsed + 60_000)
    this.truth.expect(stopped, 'a stop ends', () => `${left} still stopping`)
  }
}
