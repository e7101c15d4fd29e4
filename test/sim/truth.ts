/**
 * What really happened, as seen at the two places that cannot be wrong: the store, at the instant of
 * each commit, and the wire, at the instant when bytes leave. The checks are made there and then, by
 * the invariants of `DESIGN.md` (I…) and the rules of the reliability notes.
 */
import type { Config } from '../../src/config.ts'
import type { OutboundRequest } from '../../src/delivery/transport.ts'
import type { Endpoint } from '../../src/domain/endpoint.ts'
import type { ApplicationId, DeliveryId, EndpointId, MessageId } from '../../src/domain/ids.ts'
import type { Message } from '../../src/domain/message.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { DeliveryPolicy } from '../../src/domain/policy.ts'
import type { Verdict } from '../../src/domain/verdict.ts'
import { verifySignature } from '../../src/domain/verify.ts'
import type { AcceptInput, AcceptResult } from '../../src/store/port/accept.ts'
import type { Claim, RecordInput, RecordResult } from '../../src/store/port/deliveries.ts'
import type { StreamClaim } from '../../src/store/port/streams.ts'
import type { Store } from '../../src/store/store.ts'
import { type Kernel, Violation } from './kernel.ts'
import { endpointOf, header } from './network.ts'

interface Lease {
  readonly node: string
  readonly token: string
  readonly until: number
}

interface Known {
  readonly id: DeliveryId
  readonly endpointId: EndpointId
  readonly messageId: MessageId
  readonly sequence: number | null
  readonly manual: boolean
  state: 'open' | 'succeeded' | 'failed' | 'canceled'
  lease: Lease | null
  /** Set by the last recorded retry. */
  notBefore: number
  /** Requests that the receiver answered with 2xx, whatever became of the answer. */
  claims: number
  readonly acceptedAt: number
  readonly handled: { readonly attempt: string; readonly node: string; readonly faults: number }[]
}

interface Stream {
  lease: Lease | null
  /** Highest sequence that has been on the wire. */
  highest: number
  held: boolean
}

interface Open {
  readonly node: string
  readonly deliveryId: string
  readonly endpointId: EndpointId
  readonly applicationId: string
  readonly startedAt: number
  timeoutAt: number
}

export interface KnownEndpoint {
  endpoint: Endpoint
  readonly policy: DeliveryPolicy
  /** Since when nothing may start; null while it is open. */
  closedAt: number | null
}

/** A delivery is claimed for each attempt, and after faults; not without end. */
const claimsMax = 60
/** A view that was read before a change may start one more attempt while its answer is on the way. */
const viewDelayMs = 4_000
/** The longest attempt, and its record. */
const calmStopMsMax = 2_100
/** A store without faults answers within this. */
const answerMaxMs = 20

export class Truth {
  readonly deliveries = new Map<DeliveryId, Known>()
  readonly endpoints = new Map<EndpointId, KnownEndpoint>()
  readonly messages = new Map<MessageId, Message>()
  readonly streams = new Map<EndpointId, Stream>()
  readonly #keys = new Map<string, MessageId>()
  readonly #recorded = new Set<string>()
  readonly #sent = new Map<string, string>()
  readonly #outcomes = new Map<string, Outcome>()
  readonly #open = new Map<string, Open>()
  readonly #starts = new Map<string, number[]>()
  readonly #circuits = new Map<string, { readonly until: number; readonly since: number }>()
  readonly #troubled = new Map<string, number>()
  readonly #dead = new Set<string>()
  readonly #resumedAt = new Map<string, number>()
  readonly #stopping = new Map<string, number>()
  readonly #kernel: Kernel
  readonly #limits: Pick<Config, 'inFlightMax' | 'inFlightPerApplicationMax' | 'stopTimeoutMs'>
  readonly #store: Store
  requests = 0
  /** No fault is injected: nothing is slow either. */
  isCalm = false
  #storeFaults = 0
  /** One process: what it read before a stop it goes by after it, for nobody else can change it. */
  isEmbedded = true
  /** The process has disabled an endpoint. */
  onDisabled: (applicationId: ApplicationId) => void = () => {}
  /** The first check that failed; thrown by the scenario, for checks run inside callbacks. */
  violation: Violation | null = null

  constructor(kernel: Kernel, store: Store, limits: Truth['limits']) {
    this.#kernel = kernel
    this.#store = store
    this.#limits = limits
  }

  get limits() {
    return this.#limits
  }

  expect(holds: boolean, rule: string, detail: () => string): void {
    if (holds || this.violation !== null) return
    this.violation = new Violation(rule, detail())
    this.#kernel.trace(`VIOLATION ${this.violation.message}`)
  }

  // What goes wrong on purpose.

  crashed(node: string): void {
    this.#dead.add(node)
    this.#trouble(node)
    for (const [attempt, open] of this.#open) if (open.node === node) this.#open.delete(attempt)
  }

  stopping(node: string): void {
    this.#stopping.set(node, this.#kernel.now)
  }

  /** After a graceful stop that nothing disturbed. */
  stopped(node: string): void {
    // A claim whose answer was lost is leased to a node that does not know of it.
    if (this.#faults(node) > 0) return
    const stopAt = this.#stopping.get(node) ?? 0
    const tookMs = this.#kernel.now - stopAt
    const prompt = !this.isCalm || tookMs <= calmStopMsMax
    this.expect(prompt, 'rule 28 a stop waits for what is in flight only', () => `${tookMs} ms`)
    for (const known of this.deliveries.values()) {
      // What was still being accepted when the stop began is left to its lease.
      const before = stopAt - (this.isCalm ? answerMaxMs : viewDelayMs)
      const held = known.lease !== null && known.lease.until > this.#kernel.now
      const mine = held && known.lease?.node === node && known.acceptedAt < before
      const kept = known.state === 'open' && mine
      this.expect(!kept, 'rule 28 a stop gives leases back', () => known.id)
    }
  }

  paused(node: string): void {
    this.#trouble(node)
  }

  resumed(node: string): void {
    this.#resumedAt.set(node, this.#kernel.now)
  }

  storeFault(): void {
    this.#storeFaults++
  }

  #trouble(node: string): void {
    this.#troubled.set(node, (this.#troubled.get(node) ?? 0) + 1)
  }

  /** Grows with whatever may explain that a request is repeated. */
  #faults(node: string): number {
    return this.#storeFaults + (this.#troubled.get(node) ?? 0)
  }

  // At the store.

  committed(node: string, name: string, input: unknown, result: unknown): void {
    switch (name) {
      case 'acceptMessage':
        this.#accepted(node, input as AcceptInput, result as AcceptResult)
        break
      case 'claimDue':
        this.#claimed(node, (result as { readonly claims: readonly Claim[] }).claims)
        break
      case 'recordAttempt':
        this.#wrote(node, input as RecordInput, result as RecordResult)
        break
      case 'renewLeases':
        this.#renewed(node, input as { leaseUntil: number }, result as DeliveryId[])
        break
      case 'claimStreams':
        this.#claimedStreams(node, (result as { streams: readonly StreamClaim[] }).streams)
        break
      case 'renewStream':
        if (result === 'renewed') this.#renewedStream(node, input as StreamClaim)
        break
      case 'releaseStream':
        this.#releasedStream(input as StreamClaim)
        break
      case 'releaseLeasesOfDeadNodes':
        for (const known of this.deliveries.values()) known.lease = null
        for (const stream of this.streams.values()) stream.lease = null
        break
      default:
    }
  }

  #accepted(node: string, input: AcceptInput, result: AcceptResult): void {
    if (result.kind !== 'accepted') return
    const { message, lease, deliveries } = input
    const key = input.idempotency?.key ?? message.id
    this.expect(!this.#keys.has(key), 'one message per key', () => key)
    this.#keys.set(key, message.id)
    this.messages.set(message.id, message)
    this.#kernel.trace(`${node} accepted ${message.id.slice(-6)}`)
    for (const [at, planned] of deliveries.entries()) {
      const sequence = result.sequences[at] ?? null
      const leased = lease !== null && sequence === null
      this.add({
        id: planned.id,
        endpointId: planned.endpointId,
        messageId: message.id,
        sequence,
        manual: false,
        lease: leased ? { node, ...lease } : null,
      })
    }
  }

  add(delivery: Omit<Known, 'state' | 'notBefore' | 'handled' | 'claims' | 'acceptedAt'>): void {
    const fresh = { state: 'open', notBefore: 0, handled: [], claims: 0 } as const
    const acceptedAt = this.#kernel.now
    this.deliveries.set(delivery.id, { ...delivery, ...fresh, acceptedAt, handled: [] })
  }

  #claimed(node: string, claims: readonly Claim[]): void {
    for (const claim of claims) {
      const known = this.#known(claim.delivery.id)
      const { now } = this.#kernel
      this.#kernel.trace(`${node} claimed ${known.id.slice(-6)}`)
      this.expect(known.state === 'open', 'I2 a final delivery is not claimed', () => known.id)
      const free = known.lease === null || known.lease.until <= now
      this.expect(free, 'I4 a leased delivery is not claimed', () => known.id)
      this.expect(known.notBefore <= now, 'a retry is not claimed early', () => known.id)
      const { closedAt } = this.#endpoint(known.endpointId)
      this.expect(closedAt === null, 'rule 22 nothing is claimed while closed', () => known.id)
      known.lease = { node, token: claim.token, until: claim.leaseUntil }
      known.claims++
      this.expect(known.claims <= claimsMax, 'claims do not spin', () => known.id)
    }
  }

  #renewed(node: string, input: { readonly leaseUntil: number }, ids: readonly DeliveryId[]): void {
    for (const id of ids) {
      const known = this.#known(id)
      if (known.lease?.node === node) known.lease = { ...known.lease, until: input.leaseUntil }
    }
  }

  #claimedStreams(node: string, claims: readonly StreamClaim[]): void {
    for (const claim of claims) {
      const stream = this.#stream(claim.endpointId)
      const free = stream.lease === null || stream.lease.until <= this.#kernel.now
      this.#kernel.trace(`${node} stream ${claim.endpointId.slice(-6)} at ${claim.head}`)
      this.expect(free, 'I4 a leased stream is not claimed', () => claim.endpointId)
      stream.lease = { node, token: claim.token, until: claim.leaseUntil }
    }
  }

  #renewedStream(node: string, input: StreamClaim): void {
    const stream = this.#stream(input.endpointId)
    stream.lease = { node, token: input.token, until: input.leaseUntil }
  }

  #releasedStream(input: StreamClaim): void {
    const stream = this.#stream(input.endpointId)
    if (stream.lease?.token === input.token) stream.lease = null
  }

  #wrote(node: string, input: RecordInput, result: RecordResult): void {
    const known = this.#known(input.deliveryId)
    const { verdict, attempt, effect } = input
    const again = attempt !== null && this.#recorded.has(attempt.id)
    if (attempt !== null) this.#recorded.add(attempt.id)
    const what = `${known.id.slice(-6)} ${verdict.kind}`
    this.#kernel.trace(`${node} ${result} ${what}${again ? ' again' : ''}`)
    if (result !== 'recorded' || again) return
    this.expect(known.state === 'open', 'I2 a final delivery stays as it is', () => what)
    const ordered = known.sequence !== null
    const lease = ordered ? this.#stream(known.endpointId).lease : known.lease
    this.expect(lease?.token === input.token, 'I4 who lost the lease moves nothing', () => what)
    if (attempt !== null) this.#checkVerdict(known, input, attempt.id)
    this.#move(known, input)
    if (known.manual && known.state === 'succeeded') this.#cancelSiblings(known)
    if (effect.disable !== undefined) {
      this.close(known.endpointId, this.#kernel.now)
      this.onDisabled(input.applicationId)
    }
    if (effect.health !== undefined && known.sequence === null) {
      const until = effect.health.openUntil ?? 0
      this.#circuits.set(`${node} ${known.endpointId}`, { until, since: this.#kernel.now })
    }
  }

  #move(known: Known, { verdict, stream }: RecordInput): void {
    const held = verdict.kind === 'failed' && stream?.whenExhausted === 'hold'
    const waits = verdict.kind === 'retry' || verdict.kind === 'returned' || held
    known.lease = null
    if (verdict.kind === 'retry') known.notBefore = verdict.at
    if (!waits) known.state = verdict.kind as Exclude<Verdict['kind'], 'retry' | 'returned'>
    if (stream === null || !waits) return
    const known2 = this.#stream(known.endpointId)
    known2.lease = null
    known2.held = held
  }

  /** A person's success makes waiting tries of the same message pointless. */
  #cancelSiblings({ messageId, endpointId }: Known): void {
    for (const other of this.deliveries.values()) {
      const sibling = other.messageId === messageId && other.endpointId === endpointId
      const waits = other.state === 'open' && other.sequence === null && other.lease === null
      if (sibling && waits) other.state = 'canceled'
    }
  }

  /** The verdict fits the outcome and the policy; times only add. */
  #checkVerdict(known: Known, input: RecordInput, attemptId: string): void {
    const outcome = this.#outcomes.get(attemptId)
    const { verdict, attempt, effect, now } = input
    const { policy } = this.#endpoint(known.endpointId)
    const what = (): string => `${attemptId} ${JSON.stringify(verdict)}`
    if (outcome === undefined || attempt === null) {
      this.expect(false, 'rule 13 an attempt row stands for a request', what)
      return
    }
    const status = outcome.kind === 'answered' ? outcome.status : 0
    const succeeded = status >= 200 && status <= 299
    this.expect((verdict.kind === 'succeeded') === succeeded, 'the status decides', what)
    if (status === 410) {
      this.expect(effect.disable?.reason === 'gone', 'rule 17 410 disables', what)
      return
    }
    const aborted = outcome.kind === 'unanswered' && outcome.errorClass === 'aborted'
    if (succeeded || aborted) return
    const tried = known.manual && known.sequence === null ? Infinity : attempt.number
    const scheduledMs = policy.retryScheduleMs[tried - 1]
    if (scheduledMs === undefined) {
      this.expect(verdict.kind === 'failed', 'the schedule ends', what)
      return
    }
    this.expect(verdict.kind === 'retry', 'the schedule is used up', what)
    if (verdict.kind !== 'retry') return
    const asked = outcome.kind === 'answered' ? Number(outcome.headers['retry-after'] ?? 0) : 0
    const leastMs = Math.max(scheduledMs, policy.honorRetryAfter ? asked * 1000 : 0)
    const waitMs = verdict.at - now
    this.expect(waitMs >= leastMs, 'rule 17 never earlier than asked', what)
    this.expect(waitMs <= leastMs * (1 + policy.retryJitter) + 1, 'jitter is bounded', what)
    const throttled = status === 429 && known.sequence === null && effect.disable === undefined
    if (throttled && leastMs > 0) {
      this.expect((effect.health?.openUntil ?? 0) > now, 'rule 17 429 throttles', what)
    }
  }

  // On the wire.

  starts(node: string, endpointId: EndpointId, applicationId: string, attempt: string): void {
    const { now } = this.#kernel
    const { closedAt, endpoint, policy } = this.#endpoint(endpointId)
    const resumedAt = this.isEmbedded ? (this.#resumedAt.get(node) ?? 0) : 0
    const knownBy = Math.max(closedAt ?? now, resumedAt) + viewDelayMs
    const late = closedAt !== null && now > knownBy
    this.expect(!late, 'rule 22 nothing starts after a disable or pause', () => endpointId)
    const circuit = this.#circuits.get(`${node} ${endpointId}`)
    const open = circuit !== undefined && now > circuit.since + viewDelayMs && now < circuit.until
    this.expect(!open || policy.ordering === 'fifo', 'rule 19 an open circuit waits', () => {
      return `${endpointId} until ${circuit?.until}`
    })
    const starts = this.#starts.get(`${node} ${endpointId}`) ?? []
    starts.push(now)
    this.#starts.set(`${node} ${endpointId}`, starts)
    const lately = starts.filter((at) => at > now - 1000).length
    const most = endpoint.throttleRate === null ? Infinity : 3 * endpoint.throttleRate
    this.expect(lately <= most, 'the throttle holds', () => `${endpointId} ${lately} in a second`)
    const timeoutAt = now + policy.attemptTimeoutMs
    this.#open.set(attempt, {
      node,
      endpointId,
      applicationId,
      deliveryId: '',
      startedAt: now,
      timeoutAt,
    })
    this.#checkSlots(node, endpointId, applicationId, policy)
  }

  #checkSlots(
    node: string,
    endpointId: EndpointId,
    applicationId: string,
    policy: DeliveryPolicy,
  ): void {
    const mine = [...this.#open.values()].filter((open) => open.node === node)
    const toEndpoint = mine.filter((open) => open.endpointId === endpointId).length
    const ofApplication = mine.filter((open) => open.applicationId === applicationId).length
    const most = policy.ordering === 'fifo' ? 1 : policy.concurrencyMax
    this.expect(toEndpoint <= most, 'rule 23 slots of an endpoint', () => `${toEndpoint}`)
    const { inFlightMax, inFlightPerApplicationMax } = this.#limits
    this.expect(ofApplication <= inFlightPerApplicationMax, 'rule 23 slots of an application', () =>
      String(ofApplication),
    )
    this.expect(mine.length <= inFlightMax, 'rule 23 slots of a node', () => `${mine.length}`)
  }

  /** The node has decided to send: from here the request counts as made. */
  sent(node: string, request: OutboundRequest, attempt: string): void {
    this.requests++
    const { now } = this.#kernel
    const known = this.deliveries.get(header(request, 'sim-delivery') as DeliveryId)
    this.expect(known !== undefined, 'I1 nothing is sent uncommitted', () => attempt)
    if (known === undefined) return
    const what = (): string => `${known.id} ${attempt} by ${node}`
    this.#sent.set(attempt, node)
    this.expect(known.state === 'open', 'a finished delivery is not sent', what)
    this.expect(known.notBefore <= now, 'a retry is not sent early', what)
    this.#checkContent(known, request, what)
    this.#checkLease(known, node, attempt, what)
    if (known.sequence !== null) this.#checkOrder(known, known.sequence, what)
    const prior = known.handled[0]
    if (prior !== undefined) {
      const outcome = this.#outcomes.get(prior.attempt)
      const seen = outcome?.kind === 'answered'
      const excused = !seen || this.#faults(prior.node) > prior.faults
      this.expect(excused, 'a duplicate was in flight at a fault', what)
    }
  }

  #checkLease(known: Known, node: string, attempt: string, what: () => string): void {
    const { now } = this.#kernel
    const ordered = known.sequence !== null
    const lease = ordered ? this.#stream(known.endpointId).lease : known.lease
    const holds = lease !== null && lease.node === node && lease.until > now
    this.expect(
      holds,
      ordered ? 'I9 only the lease holder sends' : 'I4 only the holder sends',
      () => {
        return `${what()}: lease ${lease?.node ?? 'none'} ${(lease?.until ?? now) - now}`
      },
    )
    const own = this.#open.get(attempt)
    if (own === undefined || lease === null) return
    this.expect(lease.until >= own.timeoutAt, 'the lease covers the whole attempt', what)
    for (const [id, other] of this.#open) {
      const twice = id !== attempt && other.deliveryId === known.id && other.timeoutAt >= now
      this.expect(!twice, 'I4 one delivery is sent by one at a time', what)
    }
    this.#open.set(attempt, { ...own, deliveryId: known.id })
  }

  #checkOrder(known: Known, sequence: number, what: () => string): void {
    const stream = this.#stream(known.endpointId)
    this.expect(sequence >= stream.highest, 'I9 no stale copy', () => {
      return `${what()}: ${sequence} after ${stream.highest}`
    })
    stream.highest = Math.max(stream.highest, sequence)
    for (const other of this.deliveries.values()) {
      const before =
        other.endpointId === known.endpointId && (other.sequence ?? Infinity) < sequence
      this.expect(!before || other.state !== 'open', 'I9 no overtake', () => {
        return `${what()}: ${sequence} before ${other.sequence}`
      })
    }
  }

  #checkContent(known: Known, request: OutboundRequest, what: () => string): void {
    const message = this.messages.get(known.messageId)
    const { endpoint } = this.#endpoint(known.endpointId)
    this.expect(header(request, 'webhook-id') === known.messageId, 'I5 the id is constant', what)
    const same = Buffer.compare(request.body, message?.payload ?? new Uint8Array()) === 0
    this.expect(same, 'I3 the bytes are those accepted', what)
    const right = endpointOf(request) === known.endpointId
    this.expect(right, 'a delivery goes to its endpoint', what)
    const headers = Object.fromEntries(request.headers)
    const nowMs = this.#kernel.now
    const verified = endpoint.secrets.some(
      ({ key }) => verifySignature({ headers, body: request.body, key, nowMs }).valid,
    )
    this.expect(verified, 'a current secret verifies', what)
    const ordered = header(request, 'webhook-sequence') !== ''
    this.expect(ordered === (known.sequence !== null), 'rule 41 sequence header', what)
  }

  /** The receiver has handled it. */
  arrived(node: string, request: OutboundRequest, attempt: string, status: number): void {
    const known = this.deliveries.get(header(request, 'sim-delivery') as DeliveryId)
    if (status < 200 || status > 299 || known === undefined) return
    known.handled.push({ attempt, node, faults: this.#faults(node) })
  }

  answered(attempt: string, outcome: Outcome): void {
    this.#outcomes.set(attempt, outcome)
    const stopAt = this.#stopping.get(this.#sent.get(attempt) ?? '')
    const aborted = outcome.kind === 'unanswered' && outcome.errorClass === 'aborted'
    const early = stopAt !== undefined && this.#kernel.now < stopAt + this.#limits.stopTimeoutMs
    this.expect(!(aborted && early), 'rule 28 a stop finishes what is in flight', () => attempt)
    this.#open.delete(attempt)
  }

  // By people.

  close(endpointId: EndpointId, at: number): void {
    const known = this.#endpoint(endpointId)
    known.closedAt ??= at
  }

  reopen(endpointId: EndpointId): void {
    this.#endpoint(endpointId).closedAt = null
  }

  changed(endpoint: Endpoint): void {
    this.#endpoint(endpoint.id).endpoint = endpoint
  }

  /** An answer with 2xx names a message that is durable, and always the same for one key. */
  acknowledged(key: string, message: Message): void {
    this.expect(this.messages.has(message.id), 'I1 acknowledged means durable', () => message.id)
    this.expect(this.#keys.get(key) === message.id, 'one answer per key', () => key)
  }

  get isFinished(): boolean {
    for (const known of this.deliveries.values()) if (known.state === 'open') return false
    return true
  }

  openDeliveries(): readonly Known[] {
    return [...this.deliveries.values()].filter((known) => known.state === 'open')
  }

  /** At the end: the store agrees, and what was sent was recorded. */
  async finish(): Promise<void> {
    for (const known of this.deliveries.values()) {
      const { applicationId } = this.#endpoint(known.endpointId).endpoint
      const stored = await this.#store.findDelivery({ applicationId, deliveryId: known.id })
      this.expect(stored?.state === known.state, 'I2 every delivery ends', () => {
        return `${known.id} ${known.state}, stored ${stored?.state}`
      })
    }
    const counted = await this.#store.countDeliveries({ now: this.#kernel.now })
    const total = Object.values(counted.byState).reduce((sum, count) => sum + count, 0)
    this.expect(total === this.deliveries.size, 'G30 conservation', () => {
      return `${total} stored, ${this.deliveries.size} known`
    })
    for (const [attempt, node] of this.#sent) {
      const written = this.#recorded.has(attempt) || this.#dead.has(node)
      this.expect(written, 'rule 13 a request on the wire has its row', () => attempt)
    }
  }

  #known(id: DeliveryId): Known {
    const known = this.deliveries.get(id)
    if (known === undefined) throw new Violation('I1', `unknown delivery ${id}`)
    return known
  }

  #endpoint(id: EndpointId): KnownEndpoint {
    const known = this.endpoints.get(id)
    if (known === undefined) throw new Violation('setup', `unknown endpoint ${id}`)
    return known
  }

  #stream(endpointId: EndpointId): Stream {
    let stream = this.streams.get(endpointId)
    if (stream === undefined) {
      stream = { lease: null, highest: 0, held: false }
      this.streams.set(endpointId, stream)
    }
    return stream
  }
}
