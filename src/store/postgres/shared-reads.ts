/**
 * Questions that come together share a statement. What a node does not have in memory of an
 * application is asked for while an event waits: after a start, or among more applications than fit,
 * hundreds of them ask at the same moment.
 */
import type { Application } from '../../domain/application.ts'
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { Sealer } from '../../runtime/sealing.ts'
import type { ApplicationStore } from '../port/applications.ts'
import type { ApplicationView, EndpointStore } from '../port/endpoints.ts'
import type { RecordStore, StoredRecord } from '../port/records.ts'
import { type BatchLimits, batcher } from './batcher.ts'
import { type Database, type Row, statement } from './database.ts'
import { recordOf } from './records.ts'
import { applicationOf, endpointOf, healthOf } from './rows.ts'

const findApplications = statement(
  'find_applications',
  `select w.place, a.*
   from unnest($1::text[], $2::text[]) with ordinality as w(organization_id, name, place)
   cross join lateral (
     select * from (
       select 1 as rank, a.* from application a
       where a.id = w.name and a.organization_id = w.organization_id and a.deleted_at is null
       union all
       select 2, a.* from application a
       where a.organization_id = w.organization_id and a.uid = w.name and a.deleted_at is null
     ) found
     order by rank
     limit 1
   ) a`,
)
const findRecords = statement(
  'find_records',
  `select w.place, r.*
   from unnest($1::text[], $2::text[]) with ordinality as w(kind, id, place)
   join record r on r.kind = w.kind and r.id = w.id`,
)
const viewApplications = statement(
  'view_applications',
  'select * from application where id = any ($1::text[]) and deleted_at is null',
)
const viewEndpoints = statement(
  'view_endpoints',
  `select * from endpoint where application_id = any ($1::text[]) and deleted_at is null
   order by application_id, id`,
)
const viewHealth = statement(
  'view_health',
  'select * from endpoint_health where application_id = any ($1::text[])',
)

const limits: BatchLimits = { rowsMax: 100, bytesMax: Infinity, parallel: 2, queueMax: 20_000 }

export type SharedReads = Pick<EndpointStore, 'loadApplicationView'> &
  Pick<ApplicationStore, 'findApplication'> &
  Pick<RecordStore, 'findRecord'>

export function sharedReads(database: Database, sealer: Sealer): SharedReads {
  const applications = batcher<
    Parameters<ApplicationStore['findApplication']>[0],
    Application | null
  >(
    async (inputs) => {
      const rows = await database.run(findApplications, [
        inputs.map(({ organizationId }) => organizationId),
        inputs.map(({ idOrUid }) => idOrUid),
      ])
      return inPlaces(inputs.length, rows, applicationOf)
    },
    () => 0,
    limits,
  )
  const records = batcher<Parameters<RecordStore['findRecord']>[0], StoredRecord | null>(
    async (inputs) => {
      const rows = await database.run(findRecords, [
        inputs.map(({ kind }) => kind),
        inputs.map(({ id }) => id),
      ])
      return inPlaces(inputs.length, rows, recordOf)
    },
    () => 0,
    limits,
  )
  const views = batcher<ApplicationId, ApplicationView | null>(
    (ids) => viewsOf(database, sealer, ids),
    () => 0,
    limits,
  )
  return {
    findApplication: (input) => applications.add(input),
    findRecord: (input) => records.add(input),
    loadApplicationView: (id) => views.add(id),
  }
}

/**
 * The application first: of a change that comes in between its endpoints are seen and its version is
 * not, so that an accept by this view is told that it is stale.
 */
async function viewsOf(
  database: Database,
  sealer: Sealer,
  ids: readonly ApplicationId[],
): Promise<readonly (ApplicationView | null)[]> {
  const wanted = [[...new Set(ids)]]
  const [applications, endpoints, health] = await database.transaction((session) =>
    Promise.all(
      [viewApplications, viewEndpoints, viewHealth].map((each) => session.run(each, wanted)),
    ),
  )
  const rows = new Map(applications?.map((row) => [row['id'], row]))
  const endpointsBy = Map.groupBy(endpoints ?? [], (row) => row['application_id'])
  const healthBy = Map.groupBy(health ?? [], (row) => row['application_id'])
  return ids.map((id) => {
    const row = rows.get(id)
    if (row === undefined) return null
    return {
      application: applicationOf(row),
      endpoints: (endpointsBy.get(id) ?? []).map((each) => endpointOf(each, sealer)),
      health: new Map(
        (healthBy.get(id) ?? []).map((each) => [
          each['endpoint_id'] as EndpointId, // a column of ours
          healthOf(each),
        ]),
      ),
    }
  })
}

/** Of rows that tell their `place`, from 1 on; null where there is none. */
function inPlaces<Found>(
  count: number,
  rows: readonly Row[],
  read: (row: Row) => Found,
): readonly (Found | null)[] {
  const found: (Found | null)[] = Array(count).fill(null)
  for (const row of rows) found[Number(row['place']) - 1] = read(row)
  return found
}
