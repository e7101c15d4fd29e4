/**
 * Accepting an event: match it against the application's view, plan a delivery for each endpoint
 * that wants it, and commit message and deliveries together (I1). With room in the engine the
 * deliveries are written already leased to this node and go out from memory after the commit;
 * otherwise they wait in the table. The accept transaction refuses a view that is no longer
 * current, and we match again.
 */
import type { Delivery } from '../domain/delivery.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { ApplicationId, EndpointId, MessageId, OrganizationId } from '../domain/ids.ts'
import type { Message } from '../domain/message.ts'
import { asUnsubscribed } from '../domain/message-marks.ts'
import type { World } from '../posthorn.ts'
import { after } from '../runtime/clock.ts'
import type { IdSource } from '../runtime/id-source.ts'
import type {
  AcceptInput,
  AcceptResult,
  AcceptStore,
  PlannedDelivery,
} from '../store/port/accept.ts'
import type { Claim } from '../store/port/deliveries.ts'
import { Admission, type AdmissionLimits, type Refusal } from './admission.ts'
import type { ApplicationViews, IndexedView } from './application-views.ts'
import { endpointsFor } from './endpoints-for.ts'

/** An event as the producer handed it in, already validated. */
export interface EventInput {
  readonly organizationId: OrganizationId
  readonly application: string
  readonly eventType: string
  readonly eventId: string | null
  readonly channels: readonly string[] | null
  readonly tags: readonly string[] | null
  readonly payload: Uint8Array
  readonly contentType: string
  readonly deliverAt: number | null
  /** How long the payload is kept, from now. */
  readonly retentionMs: number
  readonly attributes: Message['attributes']
  readonly idempotency: { readonly key: string; readonly requestHash: string } | null
  /** Deliver to this endpoint alone, if it matches (send-example). */
  readonly onlyEndpoint?: EndpointId
  /** Not to this endpoint: an event about it (self events). */
  readonly exceptEndpoint?: EndpointId
}

export type Acceptance =
  | { readonly kind: 'accepted'; readonly message: Message; readonly endpoints: number }
  | { readonly kind: 'repeated'; readonly message: Message }
  | { readonly kind: 'application_not_found' }
  | { readonly kind: 'event_id_taken'; readonly messageId: MessageId }
  | { readonly kind: 'key_mismatch' }
  /** Too much is in flight already; try again in a moment. */
  | Refusal

/** The engine of this node, as far as accepting needs it. */
export interface Dispatch {
  /** How many more deliveries of the application fit into memory; 0: they wait in the table. */
  room(applicationId: ApplicationId): number
  /** Token and end of a lease taken now. */
  lease(): { readonly token: string; readonly until: number }
  /** Durable deliveries leased to this node: send them. */
  accepted(claims: readonly Claim[]): void
  /** A stream of an ordered endpoint has something new. */
  streamReady(applicationId: ApplicationId, endpointId: EndpointId): void
  /** Something waits in the table, due at `at`. */
  dueAt(at: number): void
}

export interface Acceptor {
  accept(event: EventInput): Promise<Acceptance>
  /** Several events in one commit; results in order, each on its own merit. */
  acceptAll(events: readonly EventInput[]): Promise<readonly Acceptance[]>
  /** Events whose commit is awaited now. */
  readonly inFlight: number
}

/**
 * Views change while we match only when somebody edits endpoints at that very moment. An event that
 * meets so many edits is tried again after pauses, for a while: they end, and it is in time for the
 * endpoints that they make.
 */
const triesAtOnce = 4
const pauseMaxMs = 50
const staleForMs = 10_000

export interface AcceptDeps {
  readonly world: World
  readonly store: AcceptStore
  readonly views: ApplicationViews
  readonly ids: IdSource
  readonly dispatch: Dispatch
  /** How long a key is remembered, from now on. */
  readonly idempotencyMs: () => number
  readonly limits?: AdmissionLimits
}

interface Plan {
  readonly view: IndexedView
  readonly input: AcceptInput
  /** `input.deliveries[i]` is for `endpoints[i]`. */
  readonly endpoints: readonly Endpoint[]
}

export function acceptor(deps: AcceptDeps): Acceptor {
  const admission = new Admission(deps.world.clock, deps.limits)
  return {
    get inFlight() {
      return admission.events
    },
    async accept(event) {
      const application = knownId(event, deps) ?? (await askedId(event, deps))
      if (application === null) return { kind: 'application_not_found' }
      const load = { events: 1, bytes: event.payload.length }
      const refusal = admission.enter(application, load)
      if (refusal !== null) return refusal
      try {
        return await acceptOne(event, deps)
      } finally {
        admission.leave(application, load)
      }
    },
    async acceptAll(events) {
      const [first] = events
      if (first === undefined) return []
      // A request names one application.
      const application = knownId(first, deps) ?? (await askedId(first, deps))
      if (application === null) return events.map(() => ({ kind: 'application_not_found' }))
      const bytes = events.reduce((sum, event) => sum + event.payload.length, 0)
      const load = { events: events.length, bytes }
      const refusal = admission.enter(application, load)
      if (refusal !== null) return events.map(() => refusal)
      try {
        return await acceptMany(events, deps)
      } finally {
        admission.leave(application, load)
      }
    },
  }
}

/** The application's id, whether it was named by id or uid; undefined when it is not in memory. */
function knownId(event: EventInput, { views }: AcceptDeps): ApplicationId | undefined {
  return views.peek(event.organizationId, event.application)?.application.id
}

async function askedId(event: EventInput, { views }: AcceptDeps): Promise<ApplicationId | null> {
  const view = await views.find(event.organizationId, event.application)
  return view?.application.id ?? null
}

async function acceptOne(event: EventInput, deps: AcceptDeps): Promise<Acceptance> {
  const mayTryAgain = patience(deps.world)
  do {
    const plan = await planFor(event, deps)
    if (plan === null) return { kind: 'application_not_found' }
    const result = await deps.store.acceptMessage(plan.input)
    const acceptance = conclude(plan, result, deps)
    if (acceptance !== 'again') return acceptance
    deps.views.outdated(plan.view)
  } while (await mayTryAgain())
  return { kind: 'overloaded' }
}

/** Whether to try again: at once for the first times, then after a pause of chance, until time is up. */
function patience({ clock, random }: World): () => Promise<boolean> {
  const until = clock.monotonic() + staleForMs
  let tries = 0
  return async () => {
    tries += 1
    if (tries < triesAtOnce) return true
    if (clock.monotonic() >= until) return false
    await after(clock, Math.ceil(random.fraction() * pauseMaxMs))
    return true
  }
}

async function acceptMany(
  events: readonly EventInput[],
  deps: AcceptDeps,
): Promise<readonly Acceptance[]> {
  const results: Acceptance[] = events.map(() => ({ kind: 'overloaded' }))
  let open = events.map((event, index) => ({ event, index }))
  const mayTryAgain = patience(deps.world)
  do {
    const planned: { readonly plan: Plan; readonly item: (typeof open)[number] }[] = []
    for (const item of open) {
      const plan = await planFor(item.event, deps)
      if (plan === null) results[item.index] = { kind: 'application_not_found' }
      else planned.push({ plan, item })
    }
    const answers = await deps.store.acceptMessages(planned.map(({ plan }) => plan.input))
    open = []
    for (const [at, { plan, item }] of planned.entries()) {
      const acceptance = conclude(plan, answers[at] ?? { kind: 'stale' }, deps)
      if (acceptance === 'again') {
        deps.views.outdated(plan.view)
        open.push(item)
      } else {
        results[item.index] = acceptance
      }
    }
  } while (open.length > 0 && (await mayTryAgain()))
  return results
}

async function planFor(event: EventInput, deps: AcceptDeps): Promise<Plan | null> {
  const view =
    deps.views.peek(event.organizationId, event.application) ??
    (await deps.views.find(event.organizationId, event.application))
  if (view === null) return null
  const wanted = endpointsFor(event, view)
  return plan(event, view, wanted instanceof Promise ? await wanted : wanted, deps)
}

function plan(
  event: EventInput,
  view: IndexedView,
  endpoints: readonly Endpoint[],
  deps: AcceptDeps,
): Plan {
  const now = deps.world.clock.now()
  const deliveries: PlannedDelivery[] = []
  let unordered = 0
  for (const endpoint of endpoints) {
    const ordered = view.policy(endpoint).ordering === 'fifo'
    if (!ordered) unordered += 1
    deliveries.push({ id: deps.ids.next('delivery'), endpointId: endpoint.id, ordered })
  }
  const later = event.deliverAt !== null && event.deliverAt > now
  const lease = unordered > 0 && !later && deps.dispatch.room(view.application.id) >= unordered
  return {
    view,
    endpoints,
    input: {
      message: messageOf(event, view, { now, wanted: deliveries.length > 0 }, deps.ids),
      deliveries,
      configVersion: view.application.configVersion,
      lease: lease ? deps.dispatch.lease() : null,
      idempotency:
        event.idempotency === null
          ? null
          : { ...event.idempotency, expiresAt: now + deps.idempotencyMs() },
      now,
    },
  }
}

function messageOf(
  event: EventInput,
  view: IndexedView,
  { now, wanted }: { readonly now: number; readonly wanted: boolean },
  ids: IdSource,
): Message {
  return {
    id: ids.next('message'),
    applicationId: view.application.id,
    eventType: event.eventType,
    eventId: event.eventId,
    channels: event.channels,
    tags: event.tags,
    payload: event.payload,
    contentType: event.contentType,
    createdAt: now,
    deliverAt: event.deliverAt,
    payloadExpiresAt: Math.max(now, event.deliverAt ?? now) + event.retentionMs,
    attributes: wanted ? event.attributes : asUnsubscribed(event.attributes),
  }
}

function conclude(plan: Plan, result: AcceptResult, deps: AcceptDeps): Acceptance | 'again' {
  switch (result.kind) {
    case 'accepted':
      dispatch(plan, result.sequences, deps.dispatch)
      return {
        kind: 'accepted',
        message: plan.input.message,
        endpoints: plan.input.deliveries.length,
      }
    case 'repeated':
    case 'event_id_taken':
    case 'key_mismatch':
      return result
    case 'stale':
      return 'again'
    case 'application_not_found':
      // The view was of a deleted application; its uid may be another's by now, so look again.
      return 'again'
    default:
      return result satisfies never
  }
}

/** Hands what is leased to the engine and announces the rest. */
function dispatch(plan: Plan, sequences: readonly (number | null)[], engine: Dispatch): void {
  const { message, deliveries, lease, now } = plan.input
  const claims: Claim[] = []
  let waiting = false
  for (const [at, planned] of deliveries.entries()) {
    if (planned.ordered) {
      engine.streamReady(message.applicationId, planned.endpointId)
    } else if (lease === null) {
      waiting = true
    } else {
      const delivery = deliveryOf(message, planned, sequences[at] ?? null, now)
      claims.push({ delivery, message, token: lease.token, leaseUntil: lease.until })
    }
  }
  if (claims.length > 0) engine.accepted(claims)
  if (waiting) engine.dueAt(message.deliverAt ?? now)
}

function deliveryOf(
  message: Message,
  planned: PlannedDelivery,
  sequence: number | null,
  now: number,
): Delivery {
  return {
    id: planned.id,
    applicationId: message.applicationId,
    endpointId: planned.endpointId,
    messageId: message.id,
    state: 'sending',
    trigger: 'scheduled',
    attemptCount: 0,
    dueAt: null,
    sequence,
    createdAt: now,
    updatedAt: now,
  }
}
