import type { Endpoint } from '../../domain/endpoint.ts'
import type { EndpointId } from '../../domain/ids.ts'
import type { Sealer } from '../../runtime/sealing.ts'
import type { EndpointStore, JudgedBy } from '../port/endpoints.ts'
import { moveConfigVersion } from './applications.ts'
import { type Database, type Session, statement } from './database.ts'
import { sqlState } from './driver-errors.ts'
import { addIterator, Conditions, pageOf, walk } from './page.ts'
import { endpointColumns, endpointOf, endpointValues } from './rows.ts'

const placeholders = endpointColumns
  .split(',')
  .map((_, index) => `$${index + 1}`)
  .join(', ')
const assignments = endpointColumns
  .split(', ')
  .map((column, index) => `${column} = $${index + 1}`)
  .slice(2)
  .filter((assignment) => !assignment.startsWith('created_at'))
  .join(', ')

const insertEndpoint = statement(
  'insert_endpoint',
  `insert into endpoint (${endpointColumns}) values (${placeholders})
   on conflict do nothing
   returning id`,
)
// Parameter 20 is created_at, which stays as it is; the condition names it only for its type.
const updateEndpoint = statement(
  'update_endpoint',
  `update endpoint set ${assignments}
   where application_id = $1 and id = $2 and deleted_at is null and $20::bigint is not null
     and ($22::bigint is null or updated_at = $22)
   returning *`,
)
// Locked: no other profile comes before the commit.
const holdProfile = statement(
  'hold_profile',
  `select profile from application
   where id = $1 and deleted_at is null
   for no key update`,
)
const selectEndpoint = statement(
  'select_endpoint',
  `select * from endpoint
   where application_id = $1 and (id = $2 or uid = $2) and deleted_at is null
   order by (id = $2) desc
   limit 1`,
)
const selectOpenCircuits = statement(
  'select_open_circuits',
  `select endpoint_id, open_until from endpoint_health
   where application_id = $1 and endpoint_id = any($2::text[]) and open_until > $3`,
)
// Enabled again: what was counted before it was disabled is over.
const forgetHealth = statement(
  'forget_health_of_disabled',
  `delete from endpoint_health h using endpoint e
   where h.application_id = $1 and h.endpoint_id = $2
     and e.application_id = $1 and e.id = $2 and e.disabled_at is not null`,
)
const deleteEndpoint = statement(
  'delete_endpoint',
  `update endpoint set deleted_at = $3, uid = null
   where application_id = $1 and id = $2 and deleted_at is null
   returning id`,
)
const cancelDeliveries = statement(
  'cancel_endpoint_deliveries',
  `with gone as (
     delete from open_delivery
     where application_id = $1 and id in (
       select id from open_delivery
       where application_id = $1 and endpoint_id = $2 and state = 'pending'
       order by id
       limit $4
     )
     returning *
   )
   insert into delivery (application_id, id, endpoint_id, message_id, state, trigger, attempt_count,
     sequence, created_at, updated_at)
   select application_id, id, endpoint_id, message_id, 'canceled', trigger, attempt_count, sequence,
     created_at, $3
   from gone`,
)
/** Open deliveries that the deleting transaction cancels itself; the sweeper takes the rest. */
const cancelledAtOnce = 1_000

export function endpointStore(
  database: Database,
  sealer: Sealer,
): Omit<EndpointStore, 'loadApplicationView'> {
  return {
    createEndpoint: (endpoint, judged) =>
      database.transaction(async (session) => {
        if (await isJudgedByAnother(session, endpoint, judged)) return 'profile_changed'
        if (!(await moveConfigVersion(session, endpoint.applicationId))) {
          return 'application_not_found'
        }
        const rows = await session.run(insertEndpoint, endpointValues(endpoint, sealer))
        return rows.length > 0 ? endpoint : 'uid_taken'
      }),

    async findEndpoint({ applicationId, idOrUid }) {
      const [row] = await database.run(selectEndpoint, [applicationId, idOrUid])
      return row === undefined ? null : endpointOf(row, sealer)
    },

    async listEndpoints({ applicationId, page }) {
      const where = new Conditions()
        .add('application_id = ?', applicationId)
        .add('deleted_at is null')
      addIterator(where, 'id', page)
      const rows = await database.run(
        statement(
          `list_endpoints_${page.iterator === null}_${walk(page).order}`,
          `select * from endpoint where ${where.text}
           order by id ${walk(page).order} limit ${where.value(page.limit + 1)}`,
        ),
        where.values,
      )
      return pageOf(
        rows.map((row) => endpointOf(row, sealer)),
        page,
      )
    },

    async updateEndpoint({ endpoint, expectedUpdatedAt, judged }) {
      try {
        return await database.transaction(async (session) => {
          if (await isJudgedByAnother(session, endpoint, judged)) return 'profile_changed'
          return replaceEndpoint(session, sealer, { endpoint, expectedUpdatedAt })
        })
      } catch (cause) {
        if (sqlState(cause) === '23505') return 'uid_taken'
        throw cause
      }
    },

    deleteEndpoint: ({ applicationId, endpointId, now }) =>
      database.transaction(async (session) => {
        const rows = await session.run(deleteEndpoint, [applicationId, endpointId, now])
        if (rows.length === 0) return 'not_found'
        await moveConfigVersion(session, applicationId)
        await session.run(cancelDeliveries, [applicationId, endpointId, now, cancelledAtOnce])
        return 'deleted'
      }),

    async openCircuits({ applicationId, endpointIds, now }) {
      const rows = await database.run(selectOpenCircuits, [applicationId, [...endpointIds], now])
      return rows.map((row) => ({
        endpointId: row['endpoint_id'] as EndpointId,
        openUntil: Number(row['open_until']),
      }))
    },
  }
}

/** Whether the application has another profile now; it stays until the commit. */
async function isJudgedByAnother(
  session: Session,
  { applicationId }: Endpoint,
  judged: JudgedBy | undefined,
): Promise<boolean> {
  if (judged === undefined) return false
  const [found] = await session.run(holdProfile, [applicationId])
  return found !== undefined && found['profile'] !== judged.profile
}

async function replaceEndpoint(
  session: Session,
  sealer: Sealer,
  input: { readonly endpoint: Endpoint; readonly expectedUpdatedAt: number | null },
): Promise<Endpoint | 'not_found' | 'conflict'> {
  const { endpoint, expectedUpdatedAt } = input
  const values = [...endpointValues(endpoint, sealer), expectedUpdatedAt]
  if (endpoint.disabledAt === null) {
    await session.run(forgetHealth, [endpoint.applicationId, endpoint.id])
  }
  const [row] = await session.run(updateEndpoint, values)
  if (row === undefined) {
    const found = await session.run(selectEndpoint, [endpoint.applicationId, endpoint.id])
    return found.length > 0 ? 'conflict' : 'not_found'
  }
  await moveConfigVersion(session, endpoint.applicationId)
  return endpointOf(row, sealer)
}
