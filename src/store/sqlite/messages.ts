import type { ApplicationId, MessageId } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import { type MessageView, markTexts } from '../../domain/message-marks.ts'
import { prefixEnd, splitTypes } from '../../domain/type-rule.ts'
import type { MessageStore } from '../port/messages.ts'
import type { Page } from '../port/page.ts'
import { parseOrNull } from './columns.ts'
import type { Database } from './database.ts'
import { type Origin, origin } from './lists.ts'
import { eventConditions, type Filtered, filteredPage } from './window.ts'

type Input<Name extends keyof MessageStore> = Parameters<MessageStore[Name]>[0]

/** Everything but the payload. `m` is the message wherever these columns are selected. */
export const messageColumns = `m.application_id, m.id, m.event_type, m.event_id, m.channels,
  m.tags, m.content_type, m.created_at, m.deliver_at, m.payload_expires_at, m.attributes`

export const messageColumnsWithPayload = `${messageColumns}, m.payload`

/** For whoever reads it: with the length of a payload that is gone. */
const messageColumnsWhole = `${messageColumnsWithPayload},
  case when m.payload is null then m.payload_bytes end as payload_bytes`

/** Of a blob SQLite knows the length without reading it. */
const messageColumnsWithLength = `${messageColumns}, 
  coalesce(length(m.payload), m.payload_bytes) as payload_bytes`

const selectById = `
  select ${messageColumnsWithLength}
  from message m
  where m.application_id = ? and m.id = ?`

const selectByIdWithPayload = `
  select ${messageColumnsWhole}
  from message m
  where m.application_id = ? and m.id = ?`

const selectByEventId = `
  select ${messageColumnsWithLength}
  from message m
  where m.application_id = ? and m.event_id = ?`

const selectByEventIdWithPayload = `
  select ${messageColumnsWhole}
  from message m
  where m.application_id = ? and m.event_id = ?`

/** Without its payload, but for the length; the where clause is added. */
export const selectRowWithLength = `
  select ${messageColumnsWithLength}
  from message m`

// A message of which several deliveries failed comes several times, one behind the other. Further
// conditions stand in the statement: one row at a time, 300,000 that do not pass took seconds.
const selectFailed = (narrow: string): string => `
  select id, seq
  from (
    select d.message_id as id, m.seq
    from delivery d indexed by delivery_failed_message
    cross join message m
    where d.state = 3 and d.application_id = ?
      and m.id = d.message_id and m.application_id = d.application_id
      ${narrow})
  where true`

const selectMarked = (mark: string, narrow: string): string => `
  select id, seq
  from message m
  where substr(attributes, 1, ${mark.length}) = '${mark}' and application_id = ?
    ${narrow}`

/** The candidates of a view that pass the filter. */
function viewOrigin(
  view: MessageView,
  applicationId: ApplicationId,
  filter: Input<'listMessages'>['filter'],
): Origin {
  const conditions = eventConditions('m', filter)
  const narrow = conditions.map(({ sql }) => sql).join(' ')
  return {
    listed: view === 'failed' ? selectFailed(narrow) : selectMarked(markTexts[view], narrow),
    tail: null,
    values: [applicationId, ...conditions.flatMap(({ values }) => values)],
  }
}

const noEventFilter = { eventTypes: null, channel: null, tag: null }

const selectRowWithPayload = `
  select ${messageColumnsWhole}
  from message m`

const selectNextType = `
  select event_type
  from message_type_list
  where application_id = ? and event_type > ? and event_type < ?
  order by event_type
  limit 1`

/** Those of the rows that the list does not hold yet: at most a few thousand. */
const selectRecentTypes = `
  select distinct event_type
  from message not indexed
  where seq > (select p.seq from list_progress p where p.source = 'message')
    and application_id = ? and event_type > ? and event_type < ?`

/** Lists of one type that are read side by side for a rule. */
const typesMax = 200

const dropPayload = `
  update message
  set payload = null, payload_bytes = coalesce(length(payload), payload_bytes)
  where application_id = ? and id = ?`

export interface MessageRow {
  readonly application_id: ApplicationId
  readonly id: MessageId
  readonly event_type: string
  readonly event_id: string | null
  readonly channels: string | null
  readonly tags: string | null
  readonly content_type: string | null
  readonly created_at: number
  readonly deliver_at: number | null
  readonly payload_expires_at: number
  readonly attributes: string | null
  readonly payload?: Uint8Array | null
  /** Of a payload that is not selected, or gone. */
  readonly payload_bytes?: number | null
}

export function findMessage(db: Database, input: Input<'findMessage'>): Message | null {
  const { applicationId, idOrEventId, withPayload } = input
  const byId = withPayload ? selectByIdWithPayload : selectById
  const byEventId = withPayload ? selectByEventIdWithPayload : selectByEventId
  const row =
    db.row<MessageRow>(byId, applicationId, idOrEventId) ??
    db.row<MessageRow>(byEventId, applicationId, idOrEventId)
  return row === undefined ? null : toMessage(row)
}

export function listMessages(db: Database, input: Input<'listMessages'>): Page<Message> {
  const { applicationId, filter, view = null } = input
  const rows = {
    kind: 'message',
    select: input.withPayload ? selectRowWithPayload : selectRowWithLength,
    table: 'm',
    eventTable: 'm',
    map: toMessage,
    weigh: ({ payload }: Message) => payload?.length ?? 0,
  } as const
  if (view !== null) {
    const list = { ...rows, origins: [viewOrigin(view, applicationId, filter)] }
    return filteredPage(db, list, { ...input, filter: { ...filter, ...noEventFilter } })
  }
  const eventTypes = typesIn(db, applicationId, filter.eventTypes)
  const list: Filtered<MessageRow, Message> = {
    ...rows,
    origins:
      eventTypes === null
        ? [origin('message', 'message_list', { application_id: applicationId })]
        : eventTypes.map((event_type) =>
            origin('message', 'message_type_list', { application_id: applicationId, event_type }),
          ),
  }
  const left = eventTypes === null ? filter.eventTypes : null
  return filteredPage(db, list, { ...input, filter: { ...filter, eventTypes: left } })
}

/**
 * The names that a filter means, each rule as the types that the application has messages of: one
 * step of the index for each, however many messages there are. Null: all, or so many that looking at
 * every message is better.
 */
function typesIn(
  db: Database,
  applicationId: ApplicationId,
  wanted: readonly string[] | null,
): readonly string[] | null {
  if (wanted === null) return null
  const { names, prefixes } = splitTypes(wanted)
  const found = new Set(names)
  for (const prefix of prefixes) {
    const end = prefixEnd(prefix)
    // The tail first: what moves into the list meanwhile is then seen twice, never missed.
    const recent = db.rows<{ event_type: string }>(selectRecentTypes, applicationId, prefix, end)
    for (const { event_type } of recent) found.add(event_type)
    for (let after = prefix; found.size <= typesMax; ) {
      const next = db.row<{ event_type: string }>(selectNextType, applicationId, after, end)
      if (next === undefined) break
      found.add(next.event_type)
      after = next.event_type
    }
    if (found.size > typesMax) return null
  }
  return [...found]
}

export function expungeMessage(
  db: Database,
  input: Input<'expungeMessage'>,
): 'expunged' | 'not_found' {
  const rows = db.run(dropPayload, input.applicationId, input.messageId)
  return rows === 0 ? 'not_found' : 'expunged'
}

export const defaultContentType = 'application/json'

export function toMessage(row: MessageRow): Message {
  const length = row.payload == null ? row.payload_bytes : undefined
  return {
    id: row.id,
    applicationId: row.application_id,
    eventType: row.event_type,
    eventId: row.event_id,
    channels: parseOrNull(row.channels),
    tags: parseOrNull(row.tags),
    payload: row.payload ?? null,
    ...(length === undefined ? {} : { payloadBytes: length }),
    contentType: row.content_type ?? defaultContentType,
    createdAt: row.created_at,
    deliverAt: row.deliver_at,
    payloadExpiresAt: row.payload_expires_at,
    attributes: row.attributes === null ? {} : JSON.parse(row.attributes),
  }
}
