/** Cancels what is open at endpoints that were deleted: a first part at once, the rest by the sweeper. */
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { Database } from './database.ts'
import { cancelIfIdle } from './deliveries.ts'
import { type DeliveryRow, deliveryColumns } from './delivery-row.ts'

const selectDeletedEndpoints = `
  select application_id, id
  from endpoint
  where cancel_open = 1
  order by id
  limit ?`

// What is being sent is left to its holder: its outcome is recorded, and a retry is found here.
const selectIdle = `
  select ${deliveryColumns}
  from delivery
  where endpoint_id = ? and due_at is not null and (state = 0 or due_at <= ?)
  limit ?`

const selectOrdered = `
  select ${deliveryColumns}
  from delivery
  where application_id = ? and endpoint_id = ? and sequence is not null and state < 2
    and not exists (
      select 1
      from stream
      where stream.application_id = delivery.application_id
        and stream.endpoint_id = delivery.endpoint_id and lease_until > ?)
  order by sequence desc
  limit ?`

const selectOpen = `
  select 1
  where exists (
      select 1
      from delivery
      where endpoint_id = ?1 and due_at is not null)
    or exists (
      select 1
      from delivery
      where application_id = ?2 and endpoint_id = ?1 and sequence is not null and state < 2)`

const nothingLeft = `
  update endpoint
  set cancel_open = 0
  where application_id = ? and id = ?`

/** Deliveries canceled in the commit of the deletion itself. */
export const cancelAtOnceMax = 500

/** Deleted endpoints that are looked at in one call. */
const endpointsMax = 64

/** Cancels at most `limit` deliveries. False when there may be more to cancel now. */
export function cancelOfDeleted(
  db: Database,
  input: { readonly now: number; readonly limit: number },
): boolean {
  const { now, limit } = input
  let left = limit
  const endpoints = db.rows<{ application_id: ApplicationId; id: EndpointId }>(
    selectDeletedEndpoints,
    endpointsMax,
  )
  for (const { application_id: applicationId, id } of endpoints) {
    const unordered = db.rows<DeliveryRow>(selectIdle, id, now, left)
    const ordered = db.rows<DeliveryRow>(selectOrdered, applicationId, id, now, left)
    const rows = [...unordered, ...ordered].slice(0, left)
    for (const row of rows) cancelIfIdle(db, row, now)
    if (db.row(selectOpen, id, applicationId) === undefined) db.run(nothingLeft, applicationId, id)
    left -= rows.length
    if (left <= 0) return false
  }
  return true
}
