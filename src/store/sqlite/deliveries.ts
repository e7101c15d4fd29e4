import type { AnswerFilter } from '../../domain/answer-filter.ts'
import type { Attempt } from '../../domain/attempt.ts'
import type { Delivery, DeliveryState } from '../../domain/delivery.ts'
import type { ApplicationId, EndpointId, MessageId } from '../../domain/ids.ts'
import type { DeliveryStore } from '../port/deliveries.ts'
import type { Page } from '../port/page.ts'
import { lastAttempt } from './attempts.ts'
import { stateCodes, stateOf } from './columns.ts'
import type { Database } from './database.ts'
import {
  type DeliveryRow,
  deliveryColumns,
  finishDelivery,
  insertDelivery,
  toDelivery,
} from './delivery-row.ts'
import { type Origin, origin } from './lists.ts'
import { findMessage } from './messages.ts'
import { idPage } from './page.ts'
import { appendToStream, closeGap, streamIsLeased } from './streams.ts'
import { answerCondition, type Condition, type Filtered, filteredPage } from './window.ts'

type Input<Name extends keyof DeliveryStore> = Parameters<DeliveryStore[Name]>[0]

const selectById = `
  select ${deliveryColumns}
  from delivery
  where application_id = ? and id = ?`

const selectOfMessage = `
  select ${deliveryColumns}
  from delivery
  where application_id = ? and message_id = ?`

/** A delivery as `d` and the event type of its message, `m`; the where clause is added. */
export const selectRow = `
  select ${deliveryColumns
    .split(/,\s*/)
    .map((column) => `d.${column}`)
    .join(', ')}, m.event_type
  from delivery d
  join message m on m.id = d.message_id and m.application_id = d.application_id`

// The states are spelled out: only then the partial indexes are used.
const selectPending = 'select id, seq from delivery where state = 0 and application_id = ?'
const selectFailed = 'select id, seq from delivery where state = 3 and application_id = ?'
const selectCanceled = 'select id, seq from delivery where state = 4 and application_id = ?'
const selects: Readonly<Record<DeliveryState, string | null>> = {
  pending: selectPending,
  sending: null,
  succeeded: null,
  failed: selectFailed,
  canceled: selectCanceled,
}
const ofEndpoint = ' and endpoint_id = ?'
const idsOfMessage = 'select id, seq from delivery where application_id = ? and message_id = ?'
/** Lists of endpoints that are read side by side; of more, all deliveries are looked at. */
const endpointsSideBySide = 20

const selectEndpoint = `
  select 1
  from endpoint
  where application_id = ? and id = ? and deleted_at is null`

const countByState = `
  select state, count(*) as count
  from delivery
  group by state`

const selectDue = `
  select count(*) as due, min(due_at) as oldest
  from delivery
  where due_at <= ?`

export function addDelivery(
  db: Database,
  input: Input<'addDelivery'>,
): Delivery | 'message_not_found' | 'endpoint_not_found' | 'payload_gone' {
  const { id, applicationId, endpointId, messageId, trigger, ordered, now } = input
  const before = findDelivery(db, { applicationId, deliveryId: id })
  if (before !== null) return before // the same call again
  const message = findMessage(db, { applicationId, idOrEventId: messageId, withPayload: true })
  if (message === null || message.id !== messageId) return 'message_not_found'
  if (db.row(selectEndpoint, applicationId, endpointId) === undefined) return 'endpoint_not_found'
  if (message.payload === null) return 'payload_gone'
  const sequence = ordered ? appendToStream(db, { applicationId, endpointId, readyAt: now }) : null
  const state: DeliveryState = 'pending'
  const dueAt = ordered ? null : now
  const delivery = {
    ...{ id, applicationId, endpointId, messageId, state, trigger, attemptCount: 0 },
    ...{ dueAt, sequence },
  }
  insertDelivery(db, { ...delivery, leaseToken: null, eventType: message.eventType, now })
  return { ...delivery, createdAt: now, updatedAt: now }
}

export function findDelivery(db: Database, input: Input<'findDelivery'>): Delivery | null {
  const row = db.row<DeliveryRow>(selectById, input.applicationId, input.deliveryId)
  return row === undefined ? null : toDelivery(row)
}

type WithLast = { readonly delivery: Delivery; readonly last: Attempt | null }

export function listMessageDeliveries(
  db: Database,
  input: Input<'listMessageDeliveries'>,
): Page<WithLast> {
  return idPage<DeliveryRow, WithLast>(db, {
    select: selectOfMessage,
    values: [input.applicationId, input.messageId],
    page: input.page,
    map: (row) => ({ delivery: toDelivery(row), last: lastAttempt(db, row) }),
  })
}

type Listed = WithLast & { readonly eventType: string }

export function listDeliveries(db: Database, input: Input<'listDeliveries'>): Page<Listed> {
  const { answers } = input
  const list: Filtered<DeliveryRow & { readonly event_type: string }, Listed> = {
    kind: 'delivery',
    origins: deliveryOrigins(input),
    select: selectRow,
    table: 'd',
    eventTable: 'm',
    conditions: deliveryConditions(input),
    ...(answers === undefined ? {} : { rowsMax: answers.rowsMax }),
    map: (row) => ({
      delivery: toDelivery(row),
      eventType: row.event_type,
      last: lastAttempt(db, row),
    }),
  }
  return filteredPage(db, list, input)
}

/** Of the delivery `d`. */
export function deliveryConditions({
  endpointIds,
  messageId,
  states,
  answers,
}: Pick<Input<'listDeliveries'>, 'endpointIds' | 'messageId' | 'states'> & {
  readonly answers?: AnswerFilter
}): Condition[] {
  const conditions: Condition[] = []
  if (endpointIds !== null && (endpointIds.length !== 1 || messageId !== undefined)) {
    const sql = 'and d.endpoint_id in (select value from json_each(?))'
    conditions.push({ sql, values: [JSON.stringify(endpointIds)] })
  }
  if (states !== null) {
    const codes = states.map((state) => stateCodes[state])
    const sql = 'and d.state in (select value from json_each(?))'
    conditions.push({ sql, values: [JSON.stringify(codes)] })
  }
  if (answers !== undefined) conditions.push(answerCondition(answers))
  return conditions
}

/** Waiting, failed and canceled deliveries have indexes of their own: they are looked for among many others. */
export function deliveryOrigins(input: {
  readonly applicationId: ApplicationId
  readonly endpointIds: readonly EndpointId[] | null
  readonly messageId?: MessageId
  readonly states: readonly DeliveryState[] | null
}): readonly Origin[] {
  const { applicationId, endpointIds, messageId, states } = input
  if (messageId !== undefined) {
    return [{ listed: idsOfMessage, tail: null, values: [applicationId, messageId] }]
  }
  const only = endpointIds?.length === 1 ? endpointIds[0] : undefined
  const rare = states?.map((state) => selects[state]) ?? [null]
  if (rare.every((select) => select !== null)) {
    const values = only === undefined ? [applicationId] : [applicationId, only]
    const more = only === undefined ? '' : ofEndpoint
    return rare.map((select) => ({ listed: select + more, tail: null, values }))
  }
  const key = { application_id: applicationId }
  const at = (endpoint_id: EndpointId): Origin =>
    origin('delivery', 'delivery_endpoint_list', { ...key, endpoint_id })
  return endpointIds === null || endpointIds.length > endpointsSideBySide
    ? [origin('delivery', 'delivery_list', key)]
    : endpointIds.map(at)
}

export function cancelMessageDeliveries(
  db: Database,
  input: Input<'cancelMessageDeliveries'>,
): number {
  const { applicationId, messageId, deliveryId, now } = input
  const rows = db.rows<DeliveryRow>(selectOfMessage, applicationId, messageId)
  const wanted = rows.filter((row) => deliveryId === undefined || row.id === deliveryId)
  return wanted.filter((row) => cancelIfIdle(db, row, now)).length
}

/** Cancels an open delivery that nobody can be sending. Says whether it did. */
export function cancelIfIdle(db: Database, row: DeliveryRow, now: number): boolean {
  const { application_id: applicationId, endpoint_id: endpointId, id, sequence } = row
  if (row.state === stateCodes.sending && (row.due_at ?? 0) > now) return false
  if (row.state > stateCodes.sending) return false
  if (sequence === null) return finishDelivery(db, { applicationId, id, state: 'canceled', now })
  if (streamIsLeased(db, { applicationId, endpointId }, now)) return false
  finishDelivery(db, { applicationId, id, state: 'canceled', now })
  closeGap(db, { applicationId, endpointId, sequence, now })
  return true
}

export function countDue(
  db: Database,
  input: Input<'countDue'>,
): Awaited<ReturnType<DeliveryStore['countDue']>> {
  const row = db.row<{ due: number; oldest: number | null }>(selectDue, input.now)
  return { due: row?.due ?? 0, oldestDueAt: row?.oldest ?? null }
}

export function countDeliveries(
  db: Database,
  input: Input<'countDeliveries'>,
): Awaited<ReturnType<DeliveryStore['countDeliveries']>> {
  const byState = { pending: 0, sending: 0, succeeded: 0, failed: 0, canceled: 0 }
  for (const row of db.rows<{ state: number; count: number }>(countByState)) {
    byState[stateOf(row.state)] = row.count
  }
  return { byState, ...countDue(db, input) }
}
