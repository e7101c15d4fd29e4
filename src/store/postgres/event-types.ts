import type { EventType } from '../../domain/event-type.ts'
import { limits } from '../../domain/limits.ts'
import type { EventTypeStore } from '../port/event-types.ts'
import { type Database, type Row, statement } from './database.ts'
import { addIterator, Conditions, pageOf, walk } from './page.ts'
import { eventTypeOf } from './rows.ts'

const columnsBut = (schemas: string): string =>
  `organization_id, name, description, archived, deprecated, ${schemas}, feature_flags, group_name, attributes, created_at, updated_at`
const columns = columnsBut('schemas')
const replaced =
  'description = excluded.description, archived = excluded.archived, deprecated = excluded.deprecated, schemas = excluded.schemas, feature_flags = excluded.feature_flags, group_name = excluded.group_name, attributes = excluded.attributes, updated_at = excluded.updated_at'

const createEventType = statement(
  'create_event_type',
  `insert into event_type (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
   on conflict (organization_id, name) do update set ${replaced}
   where event_type.archived
   returning *`,
)
// `xmax = 0` holds for a row that this statement inserted.
const putEventType = statement(
  'put_event_type',
  `insert into event_type (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
   on conflict (organization_id, name) do update set ${replaced}
   returning *, (xmax = 0) as created`,
)
const updateEventType = statement(
  'update_event_type',
  `update event_type
   set description = $3, archived = $4, deprecated = $5, schemas = $6, feature_flags = $7,
       group_name = $8, attributes = $9, updated_at = $10
   where organization_id = $1 and name = $2 and updated_at = $11
   returning *`,
)
const selectEventType = statement(
  'select_event_type',
  'select * from event_type where organization_id = $1 and name = $2',
)
const selectNamed = statement(
  'select_event_types',
  'select * from event_type where organization_id = $1 and name = any($2::text[])',
)
const archiveEventType = statement(
  'archive_event_type',
  `update event_type set archived = true, updated_at = $3
   where organization_id = $1 and name = $2 and not archived
   returning name`,
)
const removeEventType = statement(
  'remove_event_type',
  'delete from event_type where organization_id = $1 and name = $2 returning name',
)
const missingNames = statement(
  'missing_event_types',
  `select wanted.name from unnest($2::text[]) as wanted(name)
   where not exists (
     select 1 from event_type e
     where e.organization_id = $1 and e.name = wanted.name and not e.archived
   )`,
)

export function eventTypeStore(database: Database): EventTypeStore {
  return {
    async createEventType(eventType) {
      const [row] = await database.run(createEventType, valuesOf(eventType))
      return row === undefined ? 'exists' : eventTypeOf(row)
    },

    async putEventType(eventType) {
      const [row] = await database.run(putEventType, valuesOf(eventType))
      if (row === undefined) throw new Error('an upsert returned no row')
      return { eventType: eventTypeOf(row), created: row['created'] === true }
    },

    async updateEventType({ eventType, expectedUpdatedAt }) {
      const values = [...contentOf(eventType), eventType.updatedAt, expectedUpdatedAt]
      const [row] = await database.run(updateEventType, values)
      if (row !== undefined) return eventTypeOf(row)
      const { organizationId, name } = eventType
      const present = await database.run(selectEventType, [organizationId, name])
      return present.length > 0 ? 'conflict' : 'not_found'
    },

    async findEventType({ organizationId, name }) {
      const [row] = await database.run(selectEventType, [organizationId, name])
      return row === undefined ? null : eventTypeOf(row)
    },

    async findEventTypes({ organizationId, names }) {
      const rows = await database.run(selectNamed, [organizationId, names])
      return rows.map(eventTypeOf)
    },

    async listEventTypes({ organizationId, includeArchived, featureFlags, withSchemas, page }) {
      const where = new Conditions().add('organization_id = ?', organizationId)
      if (!includeArchived) where.add('not archived')
      if (featureFlags !== null) {
        where.add(`(feature_flags = '{}' or feature_flags && ?::text[])`, featureFlags)
      }
      addIterator(where, 'name', page)
      const order = walk(page).order
      const name = `list_event_types_${includeArchived}_${featureFlags === null}_${page.iterator === null}_${withSchemas}_${order}`
      const limit = where.value(page.limit + 1)
      const list = (which: string): string =>
        `select ${which} from event_type where ${where.text} order by name ${order} limit ${limit}`
      const text = withSchemas
        ? bySchemas(list(columns), order)
        : list(columnsBut('null as schemas'))
      const rows = await database.run(statement(name, text), where.values)
      return pageOf(rows.map(eventTypeOf), page, listedOf(rows))
    },

    async deleteEventType({ organizationId, name, expunge, now }) {
      const rows = expunge
        ? await database.run(removeEventType, [organizationId, name])
        : await database.run(archiveEventType, [organizationId, name, now])
      return rows.length > 0 ? 'deleted' : 'not_found'
    },

    async missingEventTypes({ organizationId, names }) {
      const rows = await database.run(missingNames, [organizationId, names])
      return rows.map((row) => String(row['name']))
    },
  }
}

/** The rows of a list up to where schemas pass what a page may hold, and how many there were. */
function bySchemas(list: string, order: string): string {
  return `select * from (
      select each.*, count(*) over () as listed,
        sum(octet_length(schemas)) over (
          order by name ${order} rows between unbounded preceding and 1 preceding
        ) as bytes_before
      from (${list}) each
    ) counted
    where coalesce(bytes_before, 0) <= ${limits.pageSchemaBytesMax}
    order by name ${order}`
}

function listedOf(rows: readonly Row[]): number {
  return Number(rows[0]?.['listed'] ?? rows.length)
}

function valuesOf(eventType: EventType): readonly unknown[] {
  return [...contentOf(eventType), eventType.createdAt, eventType.updatedAt]
}

function contentOf(eventType: EventType): readonly unknown[] {
  return [
    eventType.organizationId,
    eventType.name,
    eventType.description,
    eventType.archived,
    eventType.deprecated,
    eventType.schemas === null ? null : JSON.stringify(eventType.schemas),
    eventType.featureFlags,
    eventType.groupName,
    JSON.stringify(eventType.attributes),
  ]
}
