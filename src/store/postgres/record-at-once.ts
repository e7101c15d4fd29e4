/**
 * A batch of outcomes in one statement, one journey and one commit: what nearly every batch is.
 *
 * It is all or nothing. Where a lease is lost, an attempt known already, or anything else needs a
 * decision, the statement fails and nothing is written; the batch then goes step by step
 * (`record.ts`), which gives each its own answer. Those that disable their endpoint or settle others
 * of their message always do. Ordered deliveries have a way of their own (`record-in-order.ts`), since
 * their streams are locked first.
 */
import type { RecordInput } from '../port/deliveries.ts'
import { allOrNothing, isNothing } from './all-or-nothing.ts'
import { attemptColumnCount, attemptValues, insertAttempts } from './attempts.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { type Database, statement } from './database.ts'
import {
  finalValues,
  healthValues,
  insertDone,
  laterValues,
  noHealth,
  postpone,
  removeDone,
  upsertHealth,
} from './record-rows.ts'

const now = attemptColumnCount + 1
const finals = now + 1
const later = finals + 5
const health = later + 5

export const recordAll = statement(
  'record_at_once',
  `with stored as (${insertAttempts} returning 1),
   done as (${removeDone(finals)}),
   ended as (${insertDone(nowSql(now))} returning 1),
   postponed as (${postpone(later, nowSql(now))} returning 1),
   healed as (${upsertHealth(health)})
   ${allOrNothing(
     '(select count(*) from stored) = cardinality($2::text[])',
     `(select count(*) from ended) = cardinality($${finals}::text[])`,
     `(select count(*) from postponed) = cardinality($${later}::text[])`,
   )}`,
)
/** Whether nothing in the input needs a step of its own. */
export function isPlain({ attempt, verdict, effect, stream }: RecordInput): boolean {
  const settlesOthers = verdict.kind === 'succeeded' && attempt?.trigger !== 'scheduled'
  return stream === null && effect.disable === undefined && !settlesOthers
}

/** False: nothing was written, and the inputs are to be taken step by step. */
export async function recordAtOnce(
  database: Database,
  time: StoreTime,
  inputs: readonly RecordInput[],
): Promise<boolean> {
  try {
    await database.seek(
      recordAll,
      [
        ...attemptValues(inputs.flatMap((each) => each.attempt ?? [])),
        time.parameter(inputs[0]?.now ?? 0),
        ...finalValues(inputs.filter((each) => !('at' in each.verdict))),
        ...laterValues(inputs.filter((each) => 'at' in each.verdict)),
        ...(healthValues(inputs) ?? noHealth),
      ],
      'by_key',
    )
    return true
  } catch (cause) {
    if (isNothing(cause)) return false
    throw cause
  }
}
