/** Makes the waiting retries of one endpoint, or one of them, due now; what waits for its `deliverAt` goes on waiting. */
import type { DeliveryStore } from '../port/deliveries.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { type Database, statement } from './database.ts'

const hastenDeliveries = statement(
  'hasten_deliveries',
  `with waiting as (
     select id from open_delivery
     where application_id = $2 and endpoint_id = $3 and state = 'pending' and attempt_count > 0
       and due_at > ${nowSql(1)}
     order by id
     limit $4
     for update skip locked
   )
   update open_delivery d set due_at = ${nowSql(1)}
   from waiting
   where d.application_id = $2 and d.id = waiting.id
   returning d.id`,
)
const hastenDelivery = statement(
  'hasten_delivery',
  `with waiting as (
     select id from open_delivery
     where application_id = $2 and id = $4 and endpoint_id = $3 and state = 'pending'
       and attempt_count > 0 and due_at > ${nowSql(1)}
     for update skip locked
   )
   update open_delivery d set due_at = ${nowSql(1)}
   from waiting
   where d.application_id = $2 and d.id = waiting.id
   returning d.id`,
)
const hastenHead = statement(
  'hasten_stream_head',
  `update stream s set ready_at = ${nowSql(1)}
   where s.application_id = $2 and s.endpoint_id = $3 and s.held_since is null
     and s.ready_at > ${nowSql(1)}
     and exists (
       select 1 from open_delivery d
       where d.application_id = $2 and d.endpoint_id = $3 and d.sequence = s.head
         and d.state = 'pending' and d.attempt_count > 0 and ($4::text is null or d.id = $4))
   returning s.endpoint_id`,
)
const closeCircuit = statement(
  'hasten_close_circuit',
  `update endpoint_health set open_until = ${nowSql(1)}
   where application_id = $2 and endpoint_id = $3 and open_until > ${nowSql(1)}`,
)

export function hastenRetries(database: Database, time: StoreTime): DeliveryStore['hastenRetries'] {
  return ({ applicationId, endpointId, deliveryId = null, now, limit }) =>
    database.transaction(async (session) => {
      const at = time.parameter(now)
      const of = [at, applicationId, endpointId]
      const ones =
        deliveryId === null
          ? await session.run(hastenDeliveries, [...of, limit])
          : await session.run(hastenDelivery, [...of, deliveryId])
      const heads = await session.run(hastenHead, [...of, deliveryId])
      const moved = ones.length + heads.length
      // A delivery that does not wait is no reason to send the others.
      if (deliveryId === null || moved > 0) await session.run(closeCircuit, of)
      return moved
    })
}
