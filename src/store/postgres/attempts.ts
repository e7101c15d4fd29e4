import type { Attempt } from '../../domain/attempt.ts'
import { idAtTime } from '../../domain/ids.ts'
import type { AttemptFilter, AttemptStore } from '../port/attempts.ts'
import { sumOfAttempts } from './attempt-counts.ts'
import { binaryColumns, type ElementType } from './binary-array.ts'
import { adHoc, type Database, type Session, statement } from './database.ts'
import { addEventFilter, addWindow, Conditions } from './page.ts'
import { attemptColumns, attemptOf, timingsText } from './rows.ts'

const columnTypes: readonly ElementType[] = [
  ...(['text', 'text', 'text', 'text', 'text', 'text', 'text', 'text', 'text'] as const),
  ...(['int', 'boolean', 'text', 'int', 'bytea', 'boolean', 'text', 'double precision'] as const),
  ...(['text', 'text', 'text', 'text', 'bigint', 'bigint'] as const),
]

/** Of so many columns, from parameter 1 on. Safe to repeat: the same attempt is stored once. */
export const insertAttempts = `insert into attempt (application_id, id, endpoint_id, message_id,
     delivery_id, event_type, channels, tags, trigger, number, succeeded, url, response_status,
     response_body, response_truncated, error_class, duration_ms, request_headers,
     response_headers, timings, remote_address, next_attempt_at, created_at)
   select application_id, id, endpoint_id, message_id, delivery_id, event_type,
     case when channels is null then null
          else (select array_agg(value) from json_array_elements_text(channels::json) as value) end,
     case when tags is null then null
          else (select array_agg(value) from json_array_elements_text(tags::json) as value) end,
     trigger, number, succeeded, url, response_status, response_body, response_truncated,
     error_class, duration_ms, request_headers, response_headers, timings, remote_address,
     next_attempt_at, created_at
   from unnest(${columnTypes.map((type, at) => `$${at + 1}::${type}[]`).join(', ')})
     as a(application_id, id, endpoint_id, message_id, delivery_id, event_type, channels, tags,
       trigger, number, succeeded, url, response_status, response_body, response_truncated,
       error_class, duration_ms, request_headers, response_headers, timings, remote_address,
       next_attempt_at, created_at)
   on conflict do nothing`
export const attemptColumnCount = columnTypes.length

const addAttempts = statement('insert_attempts', `${insertAttempts} returning id`)
const markLost = statement(
  'mark_lost_attempts',
  `update attempt a set lease_lost = true
   from unnest($1::text[], $2::text[]) as lost(application_id, id)
   where a.application_id = lost.application_id and a.id = lost.id`,
)
const selectLost = statement(
  'select_lost_attempts',
  `select a.id, a.lease_lost from attempt a
   join unnest($1::text[], $2::text[]) as known(application_id, id)
     on a.application_id = known.application_id and a.id = known.id`,
)
const findAttempt = statement(
  'find_attempt',
  `select ${attemptColumns(true)} from attempt a
   where a.application_id = $1 and a.message_id = $2 and a.id = $3`,
)
const expungeAttempt = statement(
  'expunge_attempt',
  `update attempt set response_body = 'EXPUNGED', response_headers = '{}',
     response_truncated = false
   where application_id = $1 and message_id = $2 and id = $3
   returning id`,
)
const countOpen = statement(
  'endpoint_open_counts',
  `select count(*) filter (where state = 'pending') as pending,
     count(*) filter (where state = 'sending') as sending
   from open_delivery
   where application_id = $1 and endpoint_id = $2 and id >= $3 and id < $4`,
)
const countFinal = statement(
  'endpoint_final_counts',
  `select count(*) filter (where state = 'canceled') as canceled,
     count(*) filter (where state = 'failed') as exhausted
   from delivery
   where application_id = $1 and endpoint_id = $2 and state in ('canceled', 'failed')
     and id >= $3 and id < $4`,
)

/**
 * Stores attempts in the caller's transaction. Returns those that were stored before, with whether
 * their lease had been lost then: a record that is repeated gets the answer it got.
 */
export async function storeAttempts(
  session: Session,
  attempts: readonly Attempt[],
): Promise<ReadonlyMap<string, boolean>> {
  if (attempts.length === 0) return new Map()
  const stored = await session.run(addAttempts, attemptValues(attempts))
  if (stored.length === attempts.length) return new Map()
  const fresh = new Set(stored.map((row) => row['id']))
  const known = attempts.filter((each) => !fresh.has(each.id))
  const rows = await session.run(selectLost, keysOf(known))
  return new Map(rows.map((row) => [String(row['id']), row['lease_lost'] === true]))
}

export function attemptValues(attempts: readonly Attempt[]): readonly Buffer[] {
  const column = <Value>(read: (attempt: Attempt) => Value): Value[] => attempts.map(read)
  return binaryColumns(columnTypes, [
    column((each) => each.applicationId),
    column((each) => each.id),
    column((each) => each.endpointId),
    column((each) => each.messageId),
    column((each) => each.deliveryId),
    column((each) => each.eventType),
    column((each) => (each.channels === null ? null : JSON.stringify(each.channels))),
    column((each) => (each.tags === null ? null : JSON.stringify(each.tags))),
    column((each) => each.trigger),
    column((each) => each.number),
    column((each) => each.succeeded),
    column((each) => each.url),
    column((each) => each.responseStatus),
    column((each) => Buffer.from(each.responseBody)),
    column((each) => each.responseTruncated),
    column((each) => each.errorClass),
    column((each) => each.durationMs),
    column((each) => JSON.stringify(each.requestHeaders)),
    column((each) => JSON.stringify(each.responseHeaders)),
    column(timingsText),
    column((each) => each.remoteAddress),
    column((each) => each.nextAttemptAt),
    column((each) => each.createdAt),
  ])
}

/** Remembers that these attempts moved nothing. */
export async function markLeaseLost(session: Session, attempts: readonly Attempt[]): Promise<void> {
  if (attempts.length > 0) await session.run(markLost, keysOf(attempts))
}

function keysOf(attempts: readonly Attempt[]): readonly unknown[] {
  return [attempts.map((each) => each.applicationId), attempts.map((each) => each.id)]
}

export function attemptStore(database: Database): AttemptStore {
  return {
    listEndpointAttempts: ({ endpointId, ...input }) =>
      list(database, input, (where) => where.add('a.endpoint_id = ?', endpointId)),

    listMessageAttempts: ({ messageId, endpointId, ...input }) =>
      list(database, input, (where) => {
        where.add('a.message_id = ?', messageId)
        if (endpointId !== null) where.add('a.endpoint_id = ?', endpointId)
      }),

    async findAttempt({ applicationId, messageId, attemptId }) {
      const [row] = await database.run(findAttempt, [applicationId, messageId, attemptId])
      return row === undefined ? null : attemptOf(row)
    },

    async expungeAttempt({ applicationId, messageId, attemptId }) {
      const rows = await database.run(expungeAttempt, [applicationId, messageId, attemptId])
      return rows.length > 0 ? 'expunged' : 'not_found'
    },

    async endpointStats({ applicationId, endpointId, since, until }) {
      const key = { applicationId, endpointId }
      const between = [idAtTime('delivery', since), idAtTime('delivery', until)]
      const [open] = await database.run(countOpen, [applicationId, endpointId, ...between])
      const [final] = await database.run(countFinal, [applicationId, endpointId, ...between])
      return {
        ...(await sumOfAttempts(database, { ...key, since, until })),
        pending: Number(open?.['pending']),
        sending: Number(open?.['sending']),
        canceled: Number(final?.['canceled']),
        exhausted: Number(final?.['exhausted']),
      }
    },
  }
}

type ListInput = Omit<Parameters<AttemptStore['listEndpointAttempts']>[0], 'endpointId'>

async function list(
  database: Database,
  input: ListInput,
  narrow: (where: Conditions) => void,
): ReturnType<AttemptStore['listEndpointAttempts']> {
  const { applicationId, filter, page, withContent, now } = input
  const where = new Conditions().add('a.application_id = ?', applicationId)
  narrow(where)
  const window = addWindow(where, { column: 'a.id', kind: 'attempt', filter, page, now })
  addEventFilter(where, 'a', filter)
  addOutcomeFilter(where, filter)
  const rows = await database.run(
    adHoc(
      `select ${attemptColumns(withContent)} from attempt a where ${where.text}
       order by a.id ${window.order} limit ${where.value(page.limit + 1)}`,
    ),
    where.values,
  )
  return window.cut(rows.map(attemptOf))
}

function addOutcomeFilter(where: Conditions, filter: AttemptFilter): void {
  if (filter.succeeded !== null) where.add('a.succeeded = ?', filter.succeeded)
  if (filter.statusCodeClass === null) return
  where.add(
    'a.response_status between ? and ?',
    filter.statusCodeClass,
    filter.statusCodeClass === 0 ? 0 : filter.statusCodeClass + 99,
  )
}
