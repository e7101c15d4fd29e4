import { idAtTime } from '../../domain/ids.ts'
import type { DeliveryStore } from '../port/deliveries.ts'
import { lastAttempt } from './attempts.ts'
import { stateCodes } from './columns.ts'
import type { Database } from './database.ts'
import { selectRow } from './deliveries.ts'
import { type DeliveryRow, toDelivery } from './delivery-row.ts'
import { toPage } from './page.ts'
import { eventConditions } from './window.ts'

const conditions = `
  where d.application_id = ? and d.endpoint_id = ? and d.sequence > ? and d.id >= ? and d.id < ?
    and d.state in (select value from json_each(?))`

export function listNumberedDeliveries(
  db: Database,
  input: Parameters<DeliveryStore['listNumberedDeliveries']>[0],
): Awaited<ReturnType<DeliveryStore['listNumberedDeliveries']>> {
  const { applicationId, endpointId, afterSequence, since, until, states, limit } = input
  const more = eventConditions('m', input)
  const rows = db.rows<DeliveryRow & { readonly event_type: string }>(
    `${selectRow} ${conditions}
      ${more.map(({ sql }) => sql).join(' ')}
    order by d.sequence
    limit ?`,
    ...[applicationId, endpointId, afterSequence],
    ...[idAtTime('delivery', since), idAtTime('delivery', until)],
    JSON.stringify(
      states === null ? Object.values(stateCodes) : states.map((each) => stateCodes[each]),
    ),
    ...more.flatMap(({ values }) => values),
    limit + 1,
  )
  return toPage(rows, limit, false, (row) => ({
    delivery: toDelivery(row),
    eventType: row.event_type,
    last: lastAttempt(db, row),
  }))
}
