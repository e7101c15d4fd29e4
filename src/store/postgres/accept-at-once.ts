/**
 * A batch of accepts in one statement, one journey and one commit: what nearly every batch is.
 *
 * It is all or nothing. Where an application's settings have moved, a key, an event id or a message
 * is known already, or anything else needs a decision, the statement fails and nothing is written;
 * the batch then goes step by step (`accept.ts`), which gives each input its own answer. Events for
 * ordered endpoints wait for their streams, in a statement before it.
 */
import type { AcceptInput, AcceptResult, PlannedDelivery } from '../port/accept.ts'
import type { StreamKey } from '../port/streams.ts'
import {
  deliveryValues,
  eventIdValues,
  insertDeliveries,
  insertEventIds,
  insertKeys,
  insertMessages,
  keyValues,
  messageValues,
  type NewDelivery,
} from './accept-rows.ts'
import { allOrNothing, isNothing } from './all-or-nothing.ts'
import { binaryColumns } from './binary-array.ts'
import type { StoreTime } from './clock.ts'
import { type Database, statement } from './database.ts'
import { lockedStreams, placesOfStreams } from './places.ts'
import { generationOf, hasNumbers, type StreamGenerations } from './stream-generations.ts'

/** The settings that were looked at, the keys, the event ids and the messages: $1 to $20, and three from $32 on. */
const first = `fresh as materialized (
     select bool_and(coalesce(
       (select p.config_version = a.version and p.deleted_at is null from application p
        where p.id >= a.id and p.id <= a.id order by p.id limit 1), false)) as ok
     from unnest($1::text[], $2::bigint[]) as a(id, version)),
   taken as (${insertKeys(3, 'where (select ok from fresh)')} returning 1),
   named as (
     ${insertEventIds(32, 'where (select count(*) from taken) = cardinality($3::text[])')}
     returning 1),
   stored as (
     ${insertMessages(
       9,
       `where (select count(*) from taken) = cardinality($3::text[])
         and (select count(*) from named) = cardinality($32::text[])`,
     )}
     returning 1)`
const isFresh = '(select ok from fresh)'
const allStored = '(select count(*) from stored) = cardinality($9::text[])'
const allAdded = '(select count(*) from added) = cardinality($21::text[])'

export const lockStreams = statement('accept_lock_streams', lockedStreams)

export const acceptAll = statement(
  'accept_at_once',
  `with ${first},
   added as (${insertDeliveries(21, { condition: `where ${allStored}` })} returning 1)
   ${allOrNothing(isFresh, allStored, allAdded)}`,
)

// The streams are locked; each gives its next numbers, from `sequence` on. Messages without an ordered
// delivery come along.
export const acceptInOrder = statement(
  'accept_in_order',
  `with ${first},
   numbered as (
     update stream s set next = s.next + r.count, generation = ${generationOf('s.next + r.count')}
     from (${placesOfStreams(`unnest($35::text[], $36::text[], $37::bigint[], $38::bigint[])
       as r(application_id, endpoint_id, generation, count)`)}) r
     where s.ctid = r.place and ${hasNumbers('s.next', 'r.count')} and ${allStored}
     returning s.application_id, s.endpoint_id, s.generation, s.next - r.count as first),
   added as (
     ${insertDeliveries(21, {
       sequence: 'n.first + d.sequence',
       join: `left join numbered n on d.sequence is not null
         and n.application_id = d.application_id and n.endpoint_id = d.endpoint_id`,
       condition: 'where d.sequence is null or n.first is not null',
     })}
     returning 1),
   checked as materialized (
     ${allOrNothing(
       isFresh,
       allStored,
       '(select count(*) from numbered) = cardinality($35::text[])',
       allAdded,
     )} as ok)
   select n.application_id, n.endpoint_id, n.generation, n.first
   from checked left join numbered n on checked.ok = 1`,
)

/** Null: nothing was written, and the inputs are to be taken step by step. */
export async function acceptAtOnce(
  database: Database,
  time: StoreTime,
  inputs: readonly AcceptInput[],
): Promise<readonly AcceptResult[] | null> {
  const deliveries = inputs.flatMap((input) =>
    input.deliveries.map((delivery): NewDelivery => ({ input, delivery, sequence: null })),
  )
  const values = valuesOf(inputs, deliveries, time)
  if (values === null) return null
  const done = await orNothing(() => database.seek(acceptAll, values, 'by_key'))
  if (done === null) return null
  return inputs.map((each) => ({ kind: 'accepted', sequences: each.deliveries.map(() => null) }))
}

/** The same for inputs with deliveries to ordered endpoints, whose streams are locked before. */
export async function acceptNumbered(
  database: Database,
  time: StoreTime,
  inputs: readonly AcceptInput[],
  generations: StreamGenerations,
): Promise<readonly AcceptResult[] | null> {
  const streams = new Map<string, NewNumbers>()
  const places = inputs.map((input) =>
    input.deliveries.map((delivery) =>
      delivery.ordered ? placeIn(streams, input, delivery) : null,
    ),
  )
  const deliveries = inputs.flatMap((input, at) =>
    input.deliveries.map(
      (delivery, n): NewDelivery => ({ input, delivery, sequence: places[at]?.[n] ?? null }),
    ),
  )
  const values = valuesOf(inputs, deliveries, time)
  if (values === null) return null
  const numbered = [...streams.values()]
  const columns = binaryColumns(
    ['text', 'text', 'bigint', 'bigint'],
    [
      numbered.map(({ applicationId }) => applicationId),
      numbered.map(({ endpointId }) => endpointId),
      generations.of(numbered),
      numbered.map(({ count }) => count),
    ],
  )
  const rows = await orNothing(() =>
    database.seekLocked(
      [lockStreams, columns.slice(0, 3)],
      [acceptInOrder, [...values, ...columns]],
    ),
  )
  if (rows === null) return null
  generations.saw(rows)
  const firsts = new Map(
    rows.map((row) => [
      streamName(row['application_id'], row['endpoint_id']),
      Number(row['first']),
    ]),
  )
  return inputs.map(({ message, deliveries: planned }, at) => ({
    kind: 'accepted',
    sequences: planned.map(({ endpointId }, n) => {
      const place = places[at]?.[n] ?? null
      const first = firsts.get(streamName(message.applicationId, endpointId))
      return place === null || first === undefined ? null : first + place
    }),
  }))
}

interface NewNumbers extends StreamKey {
  count: number
}

/** Its place among the new ones of its stream, from 0 on. */
function placeIn(
  streams: Map<string, NewNumbers>,
  { message: { applicationId } }: AcceptInput,
  { endpointId }: PlannedDelivery,
): number {
  const name = streamName(applicationId, endpointId)
  const stream = streams.get(name)
  if (stream === undefined) {
    streams.set(name, { applicationId, endpointId, count: 1 })
    return 0
  }
  return stream.count++
}

function streamName(application: unknown, endpoint: unknown): string {
  return `${String(application)} ${String(endpoint)}`
}

/** 34 parameters; null: two of them looked at different settings of one application. */
function valuesOf(
  inputs: readonly AcceptInput[],
  deliveries: readonly NewDelivery[],
  time: StoreTime,
): readonly unknown[] | null {
  const versions = new Map<string, number>()
  for (const { message, configVersion } of inputs) {
    const other = versions.get(message.applicationId)
    if (other !== undefined && other !== configVersion) return null
    versions.set(message.applicationId, configVersion)
  }
  const keyed = inputs.filter(({ idempotency }) => idempotency !== null).sort(byKey)
  return [
    [...versions.keys()],
    [...versions.values()],
    ...keyValues(keyed),
    ...messageValues(inputs.map(({ message }) => message)),
    ...deliveryValues(deliveries),
    time.parameter(inputs[0]?.now ?? 0),
    ...eventIdValues(inputs),
  ]
}

async function orNothing<Result>(write: () => Promise<Result>): Promise<Result | null> {
  try {
    return await write()
  } catch (cause) {
    if (isNothing(cause)) return null
    throw cause
  }
}

/** As every batch takes its keys, so that two do not deadlock. */
function byKey(a: AcceptInput, b: AcceptInput): number {
  return keyName(a) < keyName(b) ? -1 : 1
}

function keyName({ message, idempotency }: AcceptInput): string {
  return `${message.applicationId} ${idempotency?.key}`
}
