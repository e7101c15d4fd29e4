import type { EventType } from '../../domain/event-type.ts'
import type { OrganizationId } from '../../domain/ids.ts'
import { limits } from '../../domain/limits.ts'
import type { EventTypeStore } from '../port/event-types.ts'
import type { Page } from '../port/page.ts'
import { jsonOrNull, parseOrNull } from './columns.ts'
import type { Database } from './database.ts'
import { idPage } from './page.ts'

type Input<Name extends keyof EventTypeStore> = Parameters<EventTypeStore[Name]>[0]

const columnsWith = (
  schemas: string,
): string => `organization_id, name, description, archived, deprecated, ${schemas},
  feature_flags, group_name, attributes, created_at, updated_at`

const columns = columnsWith('schemas')

const select = `
  select ${columns}
  from event_type
  where organization_id = ? and name = ?`

const selectNamed = `
  select ${columns}
  from event_type
  where organization_id = ? and name in (select value from json_each(?))`

const upsert = `
  insert into event_type (${columns})
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (organization_id, name) do update
  set description = excluded.description, archived = excluded.archived,
    deprecated = excluded.deprecated, schemas = excluded.schemas,
    feature_flags = excluded.feature_flags, group_name = excluded.group_name,
    attributes = excluded.attributes, created_at = excluded.created_at,
    updated_at = excluded.updated_at`

const listed = `
  from event_type
  where organization_id = ? and archived <= ?`

// The flags are bound as one JSON list.
const flagged = `${listed} and (
    feature_flags = '[]'
    or exists (
      select 1
      from json_each(feature_flags) mine
      join json_each(?) given on given.value = mine.value))`

const selectPage = `select ${columns}`
const selectPageWithout = `select ${columnsWith('null as schemas')}`
// The length is known without reading them.
const selectBytes = 'select name, coalesce(octet_length(schemas), 0) as bytes'

const archive = `
  update event_type
  set archived = 1, updated_at = ?
  where organization_id = ? and name = ? and archived = 0`

const remove = `
  delete from event_type
  where organization_id = ? and name = ?`

const selectMissing = `
  select given.value as name
  from json_each(?) given
  where not exists (
    select 1
    from event_type
    where organization_id = ? and name = given.value and archived = 0)`

interface Row {
  readonly organization_id: OrganizationId
  readonly name: string
  readonly description: string
  readonly archived: number
  readonly deprecated: number
  readonly schemas: string | null
  readonly feature_flags: string
  readonly group_name: string | null
  readonly attributes: string
  readonly created_at: number
  readonly updated_at: number
}

export function createEventType(db: Database, eventType: EventType): EventType | 'exists' {
  const stored = db.row<Row>(select, eventType.organizationId, eventType.name)
  if (stored !== undefined && stored.archived === 0) return 'exists'
  write(db, eventType)
  return eventType
}

export function putEventType(
  db: Database,
  eventType: EventType,
): { readonly eventType: EventType; readonly created: boolean } {
  const stored = db.row<Row>(select, eventType.organizationId, eventType.name)
  const kept = stored === undefined ? eventType : { ...eventType, createdAt: stored.created_at }
  write(db, kept)
  return { eventType: kept, created: stored === undefined }
}

export function updateEventType(
  db: Database,
  { eventType, expectedUpdatedAt }: Input<'updateEventType'>,
): EventType | 'not_found' | 'conflict' {
  const stored = db.row<Row>(select, eventType.organizationId, eventType.name)
  if (stored === undefined) return 'not_found'
  if (stored.updated_at !== expectedUpdatedAt) return 'conflict'
  const kept = { ...eventType, createdAt: stored.created_at }
  write(db, kept)
  return kept
}

export function findEventType(db: Database, input: Input<'findEventType'>): EventType | null {
  const row = db.row<Row>(select, input.organizationId, input.name)
  return row === undefined ? null : toEventType(row)
}

export function findEventTypes(
  db: Database,
  { organizationId, names }: Input<'findEventTypes'>,
): readonly EventType[] {
  return db.rows<Row>(selectNamed, organizationId, JSON.stringify(names)).map(toEventType)
}

export function listEventTypes(db: Database, input: Input<'listEventTypes'>): Page<EventType> {
  const { organizationId, includeArchived, featureFlags, withSchemas, page } = input
  const from = featureFlags === null ? listed : flagged
  const values = [
    organizationId,
    includeArchived ? 1 : 0,
    ...(featureFlags === null ? [] : [JSON.stringify(featureFlags)]),
  ]
  const list = { values, column: 'name' }
  const select = `${withSchemas ? selectPage : selectPageWithout} ${from}`
  if (!withSchemas) return idPage<Row, EventType>(db, { ...list, select, page, map: toEventType })
  const { items: sizes } = idPage<Size, Size>(db, {
    ...{ ...list, page },
    select: `${selectBytes} ${from}`,
    map: (size) => size,
  })
  const limit = roomFor(page.backwards ? sizes.toReversed() : sizes)
  return idPage<Row, EventType>(db, { ...list, select, page: { ...page, limit }, map: toEventType })
}

interface Size {
  readonly bytes: number
}

/** How many of them a page holds: one at least, and the one that passes the bound. */
function roomFor(sizes: readonly Size[]): number {
  let bytes = 0
  const fits = sizes.findIndex((one) => {
    bytes += one.bytes
    return bytes > limits.pageSchemaBytesMax
  })
  return fits === -1 ? Math.max(1, sizes.length) : fits + 1
}

export function deleteEventType(
  db: Database,
  input: Input<'deleteEventType'>,
): 'deleted' | 'not_found' {
  const { organizationId, name, expunge, now } = input
  const rows = expunge
    ? db.run(remove, organizationId, name)
    : db.run(archive, now, organizationId, name)
  return rows === 0 ? 'not_found' : 'deleted'
}

export function missingEventTypes(
  db: Database,
  input: Input<'missingEventTypes'>,
): readonly string[] {
  return db
    .rows<{ name: string }>(selectMissing, JSON.stringify(input.names), input.organizationId)
    .map((row) => row.name)
}

function write(db: Database, eventType: EventType): void {
  db.run(
    upsert,
    eventType.organizationId,
    eventType.name,
    eventType.description,
    eventType.archived ? 1 : 0,
    eventType.deprecated ? 1 : 0,
    jsonOrNull(eventType.schemas),
    JSON.stringify(eventType.featureFlags),
    eventType.groupName,
    JSON.stringify(eventType.attributes),
    eventType.createdAt,
    eventType.updatedAt,
  )
}

function toEventType(row: Row): EventType {
  return {
    organizationId: row.organization_id,
    name: row.name,
    description: row.description,
    archived: row.archived === 1,
    deprecated: row.deprecated === 1,
    schemas: parseOrNull(row.schemas),
    featureFlags: JSON.parse(row.feature_flags),
    groupName: row.group_name,
    attributes: JSON.parse(row.attributes),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
