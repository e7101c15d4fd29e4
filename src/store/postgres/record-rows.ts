/**
 * The rows that an outcome moves, as statements over whole columns: the same for a batch that is
 * recorded at once (`record-at-once.ts`) and for one that goes step by step (`record.ts`). Each takes
 * its parameters from a number on.
 */
import type { EndpointHealth } from '../../domain/endpoint.ts'
import { type RecordInput, triesOf } from '../port/deliveries.ts'
import { binaryColumns } from './binary-array.ts'
import { placesOfOpen } from './places.ts'

export const finalColumns =
  'application_id, id, endpoint_id, message_id, state, trigger, attempt_count, sequence, created_at, updated_at'

/** Five columns: takes those that are final out of the open ones, each only under its token. */
export function removeDone(first: number): string {
  const [application, id, token, state, tries] = [first, first + 1, first + 2, first + 3, first + 4]
  const given = `unnest($${application}::text[], $${id}::text[], $${token}::text[],
       $${state}::text[], $${tries}::int[]) as r(application_id, id, token, state, tries)`
  return `delete from open_delivery d
     using (${placesOfOpen(given)}) r
     where d.ctid = r.place and d.lease_token = r.token
     returning d.application_id, d.id, d.endpoint_id, d.message_id, r.state, d.trigger,
       d.attempt_count + r.tries as attempt_count, d.sequence, d.created_at`
}

/** What `done` took out. */
export function insertDone(now: string): string {
  return `insert into delivery (${finalColumns})
   select application_id, id, endpoint_id, message_id, state, trigger, attempt_count, sequence,
     created_at, ${now}
   from done`
}

const finalTypes = ['text', 'text', 'text', 'text', 'int'] as const

export function finalValues(inputs: readonly RecordInput[]): readonly Buffer[] {
  return binaryColumns(finalTypes, [
    inputs.map((each) => each.applicationId),
    inputs.map((each) => each.deliveryId),
    inputs.map((each) => each.token),
    inputs.map((each) => each.verdict.kind),
    inputs.map(triesOf),
  ])
}

/** Five columns: those that wait for their next attempt, each only under its token. */
export function postpone(first: number, now: string): string {
  const [application, id, token, delay, tries] = [first, first + 1, first + 2, first + 3, first + 4]
  const given = `unnest($${application}::text[], $${id}::text[], $${token}::text[],
       $${delay}::bigint[], $${tries}::int[]) as r(application_id, id, token, delay, tries)`
  return `update open_delivery d
   set state = 'pending', lease_token = null, due_at = ${now} + r.delay,
       attempt_count = d.attempt_count + r.tries, updated_at = ${now}
   from (${placesOfOpen(given)}) r
   where d.ctid = r.place and d.lease_token = r.token`
}

export function laterValues(inputs: readonly RecordInput[]): readonly unknown[] {
  return [
    inputs.map((each) => each.applicationId),
    inputs.map((each) => each.deliveryId),
    inputs.map((each) => each.token),
    inputs.map(delayOf),
    inputs.map(triesOf),
  ]
}

/** Until the next attempt, by the node's own clock; the database adds it to its own. */
export function delayOf(input: RecordInput): number {
  return 'at' in input.verdict ? Math.max(0, Math.round(input.verdict.at - input.now)) : 0
}

/** Five columns, in the order of endpoints. */
export function upsertHealth(first: number): string {
  return `insert into endpoint_health (application_id, endpoint_id, failing_since,
     consecutive_failures, open_until)
   select * from unnest($${first}::text[], $${first + 1}::text[], $${first + 2}::bigint[],
     $${first + 3}::int[], $${first + 4}::bigint[])
   on conflict (application_id, endpoint_id) do update
   set failing_since = excluded.failing_since,
       consecutive_failures = excluded.consecutive_failures, open_until = excluded.open_until`
}

/** Of a batch that changes none. */
export const noHealth: readonly unknown[] = [[], [], [], [], []]

/** The last word on each endpoint of the batch; null: none has changed. */
export function healthValues(inputs: readonly RecordInput[]): readonly unknown[] | null {
  const health = new Map<string, { readonly input: RecordInput; readonly health: EndpointHealth }>()
  for (const input of inputs) {
    if (input.effect.health === undefined) continue
    health.set(input.endpointId, { input, health: input.effect.health })
  }
  if (health.size === 0) return null
  const rows = [...health.values()].sort((a, b) =>
    a.input.endpointId < b.input.endpointId ? -1 : 1,
  )
  return [
    rows.map((row) => row.input.applicationId),
    rows.map((row) => row.input.endpointId),
    rows.map((row) => row.health.failingSince),
    rows.map((row) => row.health.consecutiveFailures),
    rows.map((row) => row.health.openUntil),
  ]
}
