/**
 * A batch of outcomes of ordered endpoints in one journey: their streams are locked, then one
 * statement moves all heads, each only under its token and from its own place (I4, I9).
 *
 * All or nothing, as `record-at-once.ts` is. An endpoint that is twice in a batch, a lease that is
 * lost, an attempt known already, or an outcome that disables its endpoint: the batch goes step by
 * step (`record.ts`).
 */
import { type RecordInput, triesOf } from '../port/deliveries.ts'
import { allOrNothing, isNothing } from './all-or-nothing.ts'
import { attemptColumnCount, attemptValues, insertAttempts } from './attempts.ts'
import { binaryColumns } from './binary-array.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { type Database, statement } from './database.ts'
import { lockedStreams, placesOfOpen, placesOfStreams } from './places.ts'
import { delayOf, healthValues, insertDone, noHealth, upsertHealth } from './record-rows.ts'
import type { StreamGenerations } from './stream-generations.ts'

// Before anything of the streams is looked at: an accept that holds one of them may be numbering a
// delivery that a statement begun earlier would not see, and the head would be moved past it. In the
// order of the key, as accepts lock them, so that the two do not deadlock.
export const lockStreams = statement('record_lock_streams', lockedStreams)

const columnTypes = [
  ...(['text', 'text', 'bigint'] as const),
  ...(['text', 'text', 'bigint', 'text', 'text', 'bigint', 'int'] as const),
]
const now = attemptColumnCount + 1
const moves = now + 1
const health = moves + columnTypes.length
const given = columnTypes.map((type, at) => `$${moves + at}::${type}[]`).join(', ')
const tried = `d.attempt_count + r.tries`

export const recordAll = statement(
  'record_in_order',
  `with stored as (${insertAttempts} returning 1),
   given as materialized (
     select * from unnest(${given})
       as r(application_id, endpoint_id, generation, id, token, sequence, move, state, delay, tries)
   ),
   moved as (
     update stream s
     set head = case when r.move = 'advance' then coalesce(
           (select d.sequence from open_delivery d
            where d.application_id = s.application_id and d.endpoint_id = s.endpoint_id
              and d.sequence > s.head
            order by d.sequence limit 1), s.next)
         else s.head end,
       ready_at = case when r.move = 'hold' then null else ${nowSql(now)} + r.delay end,
       held_since = case when r.move = 'hold' then ${nowSql(now)} else s.held_since end,
       lease_token = case when r.move = 'advance' then s.lease_token end,
       lease_until = case when r.move = 'advance' then s.lease_until end
     from (${placesOfStreams('given r')}) r
     where s.ctid = r.place and s.lease_token = r.token and s.head = r.sequence
     returning 1
   ),
   done as (
     delete from open_delivery d using (${placesOfOpen('given r', `r.move = 'advance'`)}) r
     where d.ctid = r.place
     returning d.application_id, d.id, d.endpoint_id, d.message_id, r.state, d.trigger,
       ${tried} as attempt_count, d.sequence, d.created_at
   ),
   ended as (${insertDone(nowSql(now))} returning 1),
   kept as (
     update open_delivery d
     set state = 'pending', attempt_count = ${tried}, updated_at = ${nowSql(now)}
     from (${placesOfOpen('given r', `r.move <> 'advance'`)}) r
     where d.ctid = r.place
     returning 1
   ),
   healed as (${upsertHealth(health)})
   ${allOrNothing(
     '(select count(*) from stored) = cardinality($2::text[])',
     `(select count(*) from moved) = cardinality($${moves}::text[])`,
     `(select count(*) from ended) + (select count(*) from kept) = cardinality($${moves}::text[])`,
   )}`,
)

/** Of an ordered delivery, and nothing in it needs a step of its own. */
export function isOrdered({ stream, effect }: RecordInput): boolean {
  return stream !== null && effect.disable === undefined
}

/** False: nothing was written, and the inputs are to be taken step by step. */
export async function recordInOrder(
  database: Database,
  time: StoreTime,
  inputs: readonly RecordInput[],
  generations: StreamGenerations,
): Promise<boolean> {
  const columns = moveValues(inputs, generations)
  try {
    await database.seekLocked(
      [lockStreams, columns.slice(0, 3)],
      [
        recordAll,
        [
          ...attemptValues(inputs.flatMap((each) => each.attempt ?? [])),
          time.parameter(inputs[0]?.now ?? 0),
          ...columns,
          ...(healthValues(inputs) ?? noHealth),
        ],
      ],
    )
    return true
  } catch (cause) {
    if (isNothing(cause)) return false
    throw cause
  }
}

function moveValues(
  inputs: readonly RecordInput[],
  generations: StreamGenerations,
): readonly Buffer[] {
  return binaryColumns(columnTypes, [
    inputs.map((each) => each.applicationId),
    inputs.map((each) => each.endpointId),
    generations.of(inputs),
    inputs.map((each) => each.deliveryId),
    inputs.map((each) => each.token),
    inputs.map((each) => each.stream?.sequence),
    inputs.map(moveOf),
    inputs.map((each) => each.verdict.kind),
    inputs.map(delayOf),
    inputs.map(triesOf),
  ])
}

/** What the verdict does to the head. */
function moveOf({ verdict, stream }: RecordInput): 'advance' | 'postpone' | 'hold' {
  if ('at' in verdict) return 'postpone'
  return verdict.kind === 'failed' && stream?.whenExhausted === 'hold' ? 'hold' : 'advance'
}
