/**
 * Recording what happened: the attempt row and the move of its delivery, in one commit guarded by
 * the lease's token. A token that no longer holds moves nothing (I4): the attempt row is kept and
 * the answer is `lease_lost`. An attempt that is stored already gets its first answer again.
 */
import { type RecordInput, type RecordResult, triesOf } from '../port/deliveries.ts'
import {
  attemptLostLease,
  type FlatAttempt,
  flattenAttempt,
  insertAttempt,
  markAttemptLeaseLost,
} from './attempts.ts'
import { stateCodes } from './columns.ts'
import type { Database } from './database.ts'
import { disableEndpoint, writeHealth } from './endpoints.ts'
import { advanceHead, holdStream, holdsHead, retryHeadAt } from './streams.ts'

const moveLeased = `
  update delivery
  set state = ?, attempt_count = attempt_count + ?, due_at = ?, lease_token = null,
    last_attempt_id = coalesce(?, last_attempt_id), updated_at = ?
  where application_id = ? and id = ? and lease_token = ? and state = 1`

const moveOrdered = `
  update delivery
  set state = ?, attempt_count = attempt_count + ?,
    last_attempt_id = coalesce(?, last_attempt_id), updated_at = ?
  where application_id = ? and id = ? and sequence = ? and state < 2`

// Another try for the same message and endpoint is pointless after a person's success.
const cancelSiblings = `
  update delivery
  set state = 4, due_at = null, updated_at = ?
  where application_id = ? and message_id = ? and endpoint_id = ? and id <> ?
    and state = 0 and sequence is null`

/** A record as it travels to the writer. */
export interface FlatRecord extends Omit<RecordInput, 'attempt'> {
  readonly attempt: FlatAttempt | null
}

export function flattenRecord(input: RecordInput): FlatRecord {
  return { ...input, attempt: input.attempt === null ? null : flattenAttempt(input.attempt) }
}

export function recordAttempt(db: Database, input: FlatRecord): RecordResult {
  const { attempt, effect } = input
  if (attempt !== null && !insertAttempt(db, attempt)) {
    return attemptLostLease(db, attempt) ? 'lease_lost' : 'recorded'
  }
  const moved = input.stream === null ? move(db, input) : moveInStream(db, input, input.stream)
  if (!moved) {
    if (attempt !== null) markAttemptLeaseLost(db, attempt)
    return 'lease_lost'
  }
  if (effect.health !== undefined) writeHealth(db, input, effect.health)
  if (effect.disable !== undefined) disableEndpoint(db, input, effect.disable)
  if (attempt?.trigger === 'manual' && input.verdict.kind === 'succeeded') {
    const { applicationId, messageId, endpointId, deliveryId, now } = input
    db.run(cancelSiblings, now, applicationId, messageId, endpointId, deliveryId)
  }
  return 'recorded'
}

function move(db: Database, input: FlatRecord): boolean {
  const { verdict, now } = input
  const again = verdict.kind === 'retry' || verdict.kind === 'returned'
  const rows = db.run(
    moveLeased,
    again ? stateCodes.pending : stateCodes[verdict.kind],
    triesOf(input),
    again ? verdict.at : null,
    input.attempt?.id ?? null,
    now,
    input.applicationId,
    input.deliveryId,
    input.token,
  )
  return rows === 1
}

function moveInStream(
  db: Database,
  input: FlatRecord,
  stream: NonNullable<RecordInput['stream']>,
): boolean {
  const { applicationId, endpointId, token, verdict, now } = input
  const key = { applicationId, endpointId }
  const { sequence, whenExhausted } = stream
  if (!holdsHead(db, { ...key, token, head: sequence })) return false
  const held = verdict.kind === 'failed' && whenExhausted === 'hold'
  const again = verdict.kind === 'retry' || verdict.kind === 'returned' || held
  const rows = db.run(
    moveOrdered,
    again ? stateCodes.pending : stateCodes[verdict.kind],
    triesOf(input),
    input.attempt?.id ?? null,
    now,
    applicationId,
    input.deliveryId,
    sequence,
  )
  if (rows === 0) return false
  if (held) holdStream(db, key, now)
  else if (verdict.kind === 'retry' || verdict.kind === 'returned') retryHeadAt(db, key, verdict.at)
  else advanceHead(db, { ...key, head: sequence, now })
  return true
}
