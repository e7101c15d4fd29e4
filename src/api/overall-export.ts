/** The deliveries of all applications as a file: with whose each is. */
import { exportAllDeliveries } from '../contract/overall.ts'
import type { OverallDelivery } from '../store/port/overall.ts'
import { type Route, route } from './call.ts'
import { csvLine } from './csv.ts'
import { fileOf, isCsv, pageFrom, partOf, placeOf } from './export-parts.ts'
import { deliveryColumns } from './exports.ts'
import { deliveriesOfAll, deliveryText } from './overall.ts'

const names = ['applicationId', 'application', ...deliveryColumns.map(([name]) => name)]

export const overallExportRoutes: readonly Route[] = [
  route(exportAllDeliveries, async (call, services) => {
    const read = await deliveriesOfAll(call, services)
    const part = await partOf<OverallDelivery>({
      ...placeOf(call.query, 'delivery'),
      clock: services.world.clock,
      read: async (iterator) => {
        const { items, done, scannedTo } = await read(pageFrom(iterator))
        return { items, scannedTo: scannedTo?.id ?? items.at(-1)?.delivery.id ?? null, done }
      },
      idOf: ({ delivery }) => delivery.id,
      line: isCsv(call.query)
        ? (row) => csvLine(cellsOf(row))
        : (row) => `${deliveryText(row, call.now)}\n`,
    })
    return fileOf(call, { part, heading: csvLine(names), name: 'deliveries' })
  }),
]

function cellsOf(row: OverallDelivery): readonly (string | number | null)[] {
  const { application } = row
  const whole = { ...row, endpoint: row.endpoint ?? undefined, circuits: new Map() }
  return [application.id, application.name, ...deliveryColumns.map(([, of]) => of(whole))]
}
