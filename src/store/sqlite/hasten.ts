/** Makes the waiting retries of one endpoint, or one of them, due now; what waits for its `deliverAt` goes on waiting. */
import type { DeliveryStore } from '../port/deliveries.ts'
import type { Database } from './database.ts'

const hastenDeliveries = `
  update delivery
  set due_at = ?1
  where seq in (
    select seq
    from delivery indexed by delivery_due
    where endpoint_id = ?3 and due_at > ?1 and state = 0 and attempt_count > 0
      and application_id = ?2
    order by due_at
    limit ?4)
  returning 1`

const hastenDelivery = `
  update delivery
  set due_at = ?1
  where application_id = ?2 and id = ?4 and endpoint_id = ?3 and due_at > ?1 and state = 0
    and attempt_count > 0
  returning 1`

const hastenHead = `
  update stream
  set retry_at = ?1
  where application_id = ?2 and endpoint_id = ?3 and retry_at > ?1 and held_since is null
    and exists (
      select 1
      from delivery
      where application_id = ?2 and endpoint_id = ?3 and sequence = stream.head
        and state = 0 and attempt_count > 0 and (?4 is null or id = ?4))
  returning 1`

const closeCircuit = `
  update endpoint_health
  set open_until = ?1
  where application_id = ?2 and endpoint_id = ?3 and open_until > ?1`

export function hastenRetries(
  db: Database,
  input: Parameters<DeliveryStore['hastenRetries']>[0],
): number {
  const { applicationId, endpointId, deliveryId = null, now, limit } = input
  const ones =
    deliveryId === null
      ? db.rows(hastenDeliveries, now, applicationId, endpointId, limit)
      : db.rows(hastenDelivery, now, applicationId, endpointId, deliveryId)
  const heads = db.rows(hastenHead, now, applicationId, endpointId, deliveryId)
  const moved = ones.length + heads.length
  // A delivery that does not wait is no reason to send the others.
  if (deliveryId === null || moved > 0) db.run(closeCircuit, now, applicationId, endpointId)
  return moved
}
