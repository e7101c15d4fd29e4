/**
 * Recording what happened, a batch in one transaction: attempts, deliveries, streams, health.
 * Every move is guarded by the lease's token. Where the token no longer fits, the attempt row is
 * kept and nothing else is touched (I4).
 */
import { type RecordInput, type RecordResult, triesOf } from '../port/deliveries.ts'
import { moveConfigVersion } from './applications.ts'
import { markLeaseLost, storeAttempts } from './attempts.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { type Session, statement } from './database.ts'
import { lockStreams } from './record-in-order.ts'
import {
  delayOf,
  finalColumns,
  finalValues,
  healthValues,
  insertDone,
  laterValues,
  postpone,
  removeDone,
  upsertHealth,
} from './record-rows.ts'

const finishDeliveries = statement(
  'record_finish',
  `with done as (${removeDone(1)})
   ${insertDone(nowSql(6))}
   returning id, application_id, endpoint_id, message_id, state, trigger`,
)
const postponeDeliveries = statement('record_postpone', `${postpone(1, nowSql(6))} returning d.id`)
// A resend that succeeded settles what the schedule would have tried again.
const cancelSiblings = statement(
  'record_cancel_siblings',
  `with gone as (
     delete from open_delivery d
     using unnest($1::text[], $2::text[], $3::text[]) as r(application_id, message_id, endpoint_id)
     where d.application_id = r.application_id and d.message_id = r.message_id
       and d.endpoint_id = r.endpoint_id and d.state = 'pending' and d.sequence is null
     returning d.*
   )
   insert into delivery (${finalColumns})
   select application_id, id, endpoint_id, message_id, 'canceled', trigger, attempt_count, sequence,
     created_at, ${nowSql(4)}
   from gone`,
)
const advanceHead = statement(
  'record_advance_head',
  `update stream s
   set ready_at = ${nowSql(5)}, head = coalesce(
     (select min(d.sequence) from open_delivery d
      where d.application_id = s.application_id and d.endpoint_id = s.endpoint_id
        and d.sequence > s.head), s.next)
   where application_id = $1 and endpoint_id = $2 and lease_token = $3 and head = $4
   returning head`,
)
const postponeHead = statement(
  'record_postpone_head',
  `update stream
   set ready_at = ${nowSql(5)} + $6, lease_token = null, lease_until = null
   where application_id = $1 and endpoint_id = $2 and lease_token = $3 and head = $4
   returning head`,
)
const holdHead = statement(
  'record_hold_head',
  `update stream
   set held_since = ${nowSql(5)}, ready_at = null, lease_token = null, lease_until = null
   where application_id = $1 and endpoint_id = $2 and lease_token = $3 and head = $4
   returning head`,
)
const finishOrdered = statement(
  'record_finish_ordered',
  `with done as (
     delete from open_delivery where application_id = $1 and id = $2 returning *
   )
   insert into delivery (${finalColumns})
   select application_id, id, endpoint_id, message_id, $3, trigger, attempt_count + $4, sequence,
     created_at, ${nowSql(5)}
   from done`,
)
const countTry = statement(
  'record_count_try',
  `update open_delivery
   set state = 'pending', attempt_count = attempt_count + $3, updated_at = ${nowSql(4)}
   where application_id = $1 and id = $2`,
)
const writeHealth = statement('record_health', upsertHealth(1))
const disableEndpoint = statement(
  'record_disable',
  `update endpoint set disabled_at = $3, disabled_reason = $4, updated_at = greatest(updated_at + 1, $3)
   where application_id = $1 and id = $2 and disabled_at is null and deleted_at is null
   returning id`,
)

export async function recordBatch(
  session: Session,
  time: StoreTime,
  inputs: readonly RecordInput[],
): Promise<readonly RecordResult[]> {
  const now = time.parameter(inputs[0]?.now ?? 0)
  const before = await storeAttempts(
    session,
    inputs.flatMap((each) => each.attempt ?? []),
  )
  const fresh = inputs.filter((each) => !before.has(each.attempt?.id ?? ''))
  const moved = await moveUnordered(
    session,
    fresh.filter((each) => each.stream === null),
    now,
  )
  const ordered = fresh.filter((each) => each.stream !== null)
  if (ordered.length > 0) {
    await session.run(lockStreams, [
      ordered.map((each) => each.applicationId),
      ordered.map((each) => each.endpointId),
      ordered.map(() => 0),
    ])
  }
  for (const input of ordered) {
    if (input.stream !== null && (await moveOrdered(session, input, input.stream, now))) {
      moved.add(input.deliveryId)
    }
  }
  const lost = fresh.filter((each) => !moved.has(each.deliveryId))
  await markLeaseLost(
    session,
    lost.flatMap((each) => each.attempt ?? []),
  )
  await applyEffects(
    session,
    fresh.filter((each) => moved.has(each.deliveryId)),
  )
  return inputs.map((each) => {
    const wasLost = before.get(each.attempt?.id ?? '')
    const isLost = wasLost ?? !moved.has(each.deliveryId)
    return isLost ? 'lease_lost' : 'recorded'
  })
}

async function moveUnordered(
  session: Session,
  inputs: readonly RecordInput[],
  now: number | null,
): Promise<Set<string>> {
  const moved = new Set<string>()
  const finals = inputs.filter((each) => !('at' in each.verdict))
  if (finals.length > 0) {
    const rows = await session.run(finishDeliveries, [...finalValues(finals), now])
    for (const row of rows) moved.add(String(row['id']))
    const manual = rows.filter((row) => row['trigger'] === 'manual' && row['state'] === 'succeeded')
    if (manual.length > 0) {
      await session.run(cancelSiblings, [
        manual.map((row) => row['application_id']),
        manual.map((row) => row['message_id']),
        manual.map((row) => row['endpoint_id']),
        now,
      ])
    }
  }
  const later = inputs.filter((each) => 'at' in each.verdict)
  if (later.length > 0) {
    const rows = await session.run(postponeDeliveries, [...laterValues(later), now])
    for (const row of rows) moved.add(String(row['id']))
  }
  return moved
}

/** True when the head was ours and has moved, waits or holds. */
async function moveOrdered(
  session: Session,
  input: RecordInput,
  stream: NonNullable<RecordInput['stream']>,
  now: number | null,
): Promise<boolean> {
  const guard = [input.applicationId, input.endpointId, input.token, stream.sequence, now]
  const { verdict } = input
  if (verdict.kind === 'retry' || verdict.kind === 'returned') {
    const rows = await session.run(postponeHead, [...guard, delayOf(input)])
    if (rows.length === 0) return false
    await session.run(countTry, [input.applicationId, input.deliveryId, triesOf(input), now])
    return true
  }
  if (verdict.kind === 'failed' && stream.whenExhausted === 'hold') {
    if ((await session.run(holdHead, guard)).length === 0) return false
    await session.run(countTry, [input.applicationId, input.deliveryId, triesOf(input), now])
    return true
  }
  if ((await session.run(advanceHead, guard)).length === 0) return false
  await session.run(finishOrdered, [
    input.applicationId,
    input.deliveryId,
    verdict.kind,
    triesOf(input),
    now,
  ])
  return true
}

async function applyEffects(session: Session, inputs: readonly RecordInput[]): Promise<void> {
  const health = healthValues(inputs)
  if (health !== null) await session.run(writeHealth, health)
  // All endpoints before any application, each in one order: as changes over the API take them.
  const changed = new Set<string>()
  for (const { applicationId, endpointId, effect } of inputs.toSorted(byEndpoint)) {
    const { disable } = effect
    if (disable === undefined) continue
    const values = [applicationId, endpointId, Math.round(disable.at), disable.reason]
    if ((await session.run(disableEndpoint, values)).length > 0) changed.add(applicationId)
  }
  for (const applicationId of [...changed].sort()) await moveConfigVersion(session, applicationId)
}

function byEndpoint(a: RecordInput, b: RecordInput): number {
  return a.endpointId < b.endpointId ? -1 : 1
}
