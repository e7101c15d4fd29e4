/**
 * The rows that an accept writes, as inserts of whole columns: the same for a batch that goes in at
 * once (`accept-at-once.ts`) and for one that goes step by step (`accept.ts`). Each takes its
 * parameters from a number on, and a condition that the statement adds.
 */
import type { Message } from '../../domain/message.ts'
import type { AcceptInput, PlannedDelivery } from '../port/accept.ts'
import { binaryColumns, type ElementType } from './binary-array.ts'
import { nowSql } from './clock.ts'

function parameters(first: number, types: readonly ElementType[]): string {
  return types.map((type, at) => `$${first + at}::${type}[]`).join(', ')
}

const keyTypes: readonly ElementType[] = ['text', 'text', 'text', 'text', 'bigint']

/** Parameters: five columns, then the time by which a key has expired. */
export function insertKeys(first: number, condition = ''): string {
  // A key that has expired, or that was reserved and never completed, is free again.
  return `insert into idempotency_key (scope, key, request_hash, message_id, expires_at)
   select * from unnest(${parameters(first, keyTypes)})
   ${condition}
   on conflict (scope, key) do update
   set request_hash = excluded.request_hash, message_id = excluded.message_id,
       expires_at = excluded.expires_at, status = null, body = null, reserved_until = null
   where idempotency_key.expires_at <= $${first + 5}`
}

/** Of inputs that have a key. */
export function keyValues(inputs: readonly AcceptInput[]): readonly unknown[] {
  const columns = binaryColumns(keyTypes, [
    inputs.map((each) => each.message.applicationId),
    inputs.map((each) => each.idempotency?.key),
    inputs.map((each) => each.idempotency?.requestHash),
    inputs.map((each) => each.message.id),
    inputs.map((each) => each.idempotency?.expiresAt),
  ])
  return [...columns, inputs.reduce((latest, each) => Math.max(latest, each.now), 0)]
}

const eventIdTypes: readonly ElementType[] = ['text', 'text', 'text']

/** Three parameters. One that is taken stays as it is. */
export function insertEventIds(first: number, condition = ''): string {
  return `insert into message_event_id (application_id, event_id, message_id)
   select * from unnest(${parameters(first, eventIdTypes)})
   ${condition}
   on conflict do nothing`
}

/** Of inputs whose message has one, in the order in which every batch takes them: two do not deadlock. */
export function eventIdValues(inputs: readonly AcceptInput[]): readonly Buffer[] {
  const named = inputs
    .map(({ message }) => message)
    .filter(({ eventId }) => eventId !== null)
    .sort((a, b) => (eventName(a) < eventName(b) ? -1 : 1))
  return binaryColumns(eventIdTypes, [
    named.map((message) => message.applicationId),
    named.map((message) => message.eventId),
    named.map((message) => message.id),
  ])
}

export function eventName({ applicationId, eventId }: Message): string {
  return `${applicationId} ${eventId}`
}

const messageTypes: readonly ElementType[] = [
  ...(['text', 'text', 'text', 'text', 'text', 'text', 'bytea', 'text'] as const),
  ...(['bigint', 'bigint', 'bigint', 'text'] as const),
]

/** Twelve parameters. Arrays travel as JSON text, because unnest would flatten an array of arrays. */
export function insertMessages(first: number, condition = ''): string {
  return `insert into message (application_id, id, event_type, event_id, channels, tags, payload,
     content_type, created_at, deliver_at, payload_expires_at, attributes)
   select application_id, id, event_type, event_id,
     case when channels is null then null
          else (select array_agg(value) from json_array_elements_text(channels::json) as value) end,
     case when tags is null then null
          else (select array_agg(value) from json_array_elements_text(tags::json) as value) end,
     payload, content_type, created_at, deliver_at, payload_expires_at, attributes
   from unnest(${parameters(first, messageTypes)})
     as m(application_id, id, event_type, event_id, channels, tags, payload, content_type,
       created_at, deliver_at, payload_expires_at, attributes)
   ${condition}
   on conflict do nothing`
}

export function messageValues(messages: readonly Message[]): readonly Buffer[] {
  return binaryColumns(messageTypes, [
    messages.map((message) => message.applicationId),
    messages.map((message) => message.id),
    messages.map((message) => message.eventType),
    messages.map((message) => message.eventId),
    messages.map((message) => jsonOrNull(message.channels)),
    messages.map((message) => jsonOrNull(message.tags)),
    messages.map((message) => message.payload),
    messages.map((message) => message.contentType),
    messages.map((message) => message.createdAt),
    messages.map((message) => message.deliverAt),
    messages.map((message) => message.payloadExpiresAt),
    messages.map((message) => JSON.stringify(message.attributes)),
  ])
}

const deliveryTypes: readonly ElementType[] = [
  ...(['text', 'text', 'text', 'text', 'text', 'bigint', 'bigint', 'bigint', 'text'] as const),
  'bigint',
]

/**
 * Parameters: ten columns, then the time that decides. A lease is a duration on the database's clock;
 * a due time without one is absolute. One that has passed is now: claims do not look far back
 * (`claim-floors.ts`).
 */
export function insertDeliveries(
  first: number,
  { condition = '', sequence = 'd.sequence', join = '' } = {},
): string {
  return `insert into open_delivery (application_id, id, endpoint_id, message_id, state, trigger,
     attempt_count, due_at, sequence, lease_token, created_at, updated_at)
   select d.application_id, d.id, d.endpoint_id, d.message_id, d.state, 'scheduled', 0,
     case when d.lease_ms is not null then ${nowSql(first + 10)} + d.lease_ms
          when d.due_at < ${nowSql(first + 10)} then ${nowSql(first + 10)}
          else d.due_at end,
     ${sequence}, d.lease_token, d.created_at, d.created_at
   from unnest(${parameters(first, deliveryTypes)})
     as d(application_id, id, endpoint_id, message_id, state, due_at, lease_ms, sequence,
       lease_token, created_at)
   ${join}
   ${condition}`
}

/** A planned delivery with its message's input and its number, or its place among new ones, if it is ordered. */
export interface NewDelivery {
  readonly input: AcceptInput
  readonly delivery: PlannedDelivery
  readonly sequence: number | null
}

export function deliveryValues(deliveries: readonly NewDelivery[]): readonly Buffer[] {
  const leases = deliveries.map(({ input, delivery }) => leaseOf(input, delivery.ordered))
  return binaryColumns(deliveryTypes, [
    deliveries.map(({ input }) => input.message.applicationId),
    deliveries.map(({ delivery }) => delivery.id),
    deliveries.map(({ delivery }) => delivery.endpointId),
    deliveries.map(({ input }) => input.message.id),
    leases.map((lease) => (lease === null ? 'pending' : 'sending')),
    deliveries.map(({ input, delivery }) => (delivery.ordered ? null : input.message.deliverAt)),
    deliveries.map(({ input, delivery }, at) => leaseMs(input, delivery, leases[at] ?? null)),
    deliveries.map(({ sequence }) => sequence),
    leases.map((lease) => lease?.token ?? null),
    deliveries.map(({ input }) => input.now),
  ])
}

/** An ordered delivery is leased by its stream, one for later waits for its time. */
function leaseOf({ lease, message, now }: AcceptInput, ordered: boolean): AcceptInput['lease'] {
  return ordered || (message.deliverAt !== null && message.deliverAt > now) ? null : lease
}

/** Null where the due time is absolute or the stream decides; 0 is due now. */
function leaseMs(
  input: AcceptInput,
  { ordered }: PlannedDelivery,
  lease: AcceptInput['lease'],
): number | null {
  if (lease !== null) return lease.until - input.now
  return ordered || input.message.deliverAt !== null ? null : 0
}

function jsonOrNull(value: readonly string[] | null): string | null {
  return value === null ? null : JSON.stringify(value)
}
