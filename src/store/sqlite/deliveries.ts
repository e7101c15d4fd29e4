import type { Attempt } from '../../domain/attempt.ts'
import type { Delivery, DeliveryState } from '../../domain/delivery.ts'
import type { DeliveryStore } from '../port/deliveries.ts'
import type { Page } from '../port/page.ts'
import { lastAttempt } from './attempts.ts'
import { stateCodes, stateOf } from './columns.ts'
import type { Database, Value } from './database.ts'
import {
  type DeliveryRow,
  deliveryColumns,
  finishDelivery,
  insertDelivery,
  toDelivery,
} from './delivery-row.ts'
import { findMessage } from './messages.ts'
import { idPage } from './page.ts'
import { appendToStream, closeGap, streamIsLeased } from './streams.ts'
import { type Filtered, filteredPage } from './window.ts'

type Input<Name extends keyof DeliveryStore> = Parameters<DeliveryStore[Name]>[0]

const selectById = `
  select ${deliveryColumns}
  from delivery
  where application_id = ? and id = ?`

const selectOfMessage = `
  select ${deliveryColumns}
  from delivery
  where application_id = ? and message_id = ?`

const selectPage = `
  select ${deliveryColumns
    .split(/,\s*/)
    .map((column) => `d.${column}`)
    .join(', ')}, m.event_type
  from delivery d
  join message m on m.application_id = d.application_id and m.id = d.message_id
  where d.application_id = ?`

const selectEndpoint = `
  select 1
  from endpoint
  where application_id = ? and id = ? and deleted_at is null`

const countByState = `
  select state, count(*) as count
  from delivery
  group by state`

const countDue = `
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
  insertDelivery(db, { ...delivery, leaseToken: null, now })
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
  const conditions: { sql: string; values: readonly Value[] }[] = []
  if (input.endpointId !== null) {
    conditions.push({ sql: 'and d.endpoint_id = ?', values: [input.endpointId] })
  }
  if (input.states !== null) {
    conditions.push({
      sql: 'and d.state in (select value from json_each(?))',
      values: [JSON.stringify(input.states.map((state) => stateCodes[state]))],
    })
  }
  const list: Filtered<DeliveryRow & { readonly event_type: string }, Listed> = {
    kind: 'delivery',
    select: selectPage,
    values: [input.applicationId],
    idColumn: 'd.id',
    eventColumns: 'm',
    conditions,
    map: (row) => ({
      delivery: toDelivery(row),
      eventType: row.event_type,
      last: lastAttempt(db, row),
    }),
  }
  return filteredPage(db, list, input)
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

export function countDeliveries(
  db: Database,
  input: Input<'countDeliveries'>,
): Awaited<ReturnType<DeliveryStore['countDeliveries']>> {
  const byState = { pending: 0, sending: 0, succeeded: 0, failed: 0, canceled: 0 }
  for (const row of db.rows<{ state: number; count: number }>(countByState)) {
    byState[stateOf(row.state)] = row.count
  }
  const due = db.row<{ due: number; oldest: number | null }>(countDue, input.now)
  return { byState, due: due?.due ?? 0, oldestDueAt: due?.oldest ?? null }
}
