import type { Attempt } from '../../domain/attempt.ts'
import {
  type ApplicationId,
  type AttemptId,
  type DeliveryId,
  type EndpointId,
  idAtTime,
  type MessageId,
} from '../../domain/ids.ts'
import type { ErrorClass } from '../../domain/outcome.ts'
import type { AttemptFilter, AttemptStore } from '../port/attempts.ts'
import type { Page } from '../port/page.ts'
import { jsonOrNull, parseOrNull, triggerCode, triggerOf } from './columns.ts'
import type { Database } from './database.ts'
import { origin, spanLength } from './lists.ts'
import { type Condition, type Filtered, filteredPage } from './window.ts'

type Input<Name extends keyof AttemptStore> = Parameters<AttemptStore[Name]>[0]

const columns = `application_id, message_id, id, endpoint_id, delivery_id, event_type, channels,
  tags, trigger, number, succeeded, response_status, error_class, duration_ms, next_attempt_at,
  created_at, response_truncated, detail, response_body`

const columnsWithoutBody = columns.replace('response_body', "'' as response_body")

const insert = `
  insert into attempt (${columns})
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (application_id, message_id, id) do nothing`

const markLeaseLost = `
  update attempt
  set lease_lost = 1
  where application_id = ? and message_id = ? and id = ?`

const selectLeaseLost = `
  select lease_lost
  from attempt
  where application_id = ? and message_id = ? and id = ?`

const selectById = `
  select ${columns}
  from attempt
  where application_id = ? and message_id = ? and id = ?`

const selectByIdWithoutBody = `
  select ${columnsWithoutBody}
  from attempt
  where application_id = ? and message_id = ? and id = ?`

const selectRow = `
  select ${columns}
  from attempt`

const selectRowWithoutBody = `
  select ${columnsWithoutBody}
  from attempt`

const selectFailed = `
  select id, seq
  from attempt
  where succeeded = 0 and application_id = ? and endpoint_id = ?`

const selectOfMessage = `
  select id, seq
  from attempt
  where message_id = ? and application_id = ?`

const expunge = `
  update attempt
  set response_body = 'EXPUNGED', response_truncated = 0,
    detail = json_set(detail, '$.responseHeaders', json('{}'))
  where application_id = ? and message_id = ? and id = ?`

// Whole spans, less what lies in the first and the last of them outside of the bounds: of a time
// until now that is nothing. The list and its tail in one statement, so that none is counted twice.
const spanOf = (bound: string): string => `substr(${bound}, 1, ${spanLength})`
const countAttempts = `
  select succeeded, sum(count) as count
  from (
    select succeeded, count
    from attempt_count
    where application_id = ?1 and endpoint_id = ?2
      and span >= ${spanOf('?3')} and span <= ${spanOf('?4')}
    union all
    select succeeded, -count(*) as count
    from attempt_endpoint_list
    where application_id = ?1 and endpoint_id = ?2 and id >= ${spanOf('?3')} and id < ?3
    group by succeeded
    union all
    select succeeded, -count(*) as count
    from attempt_endpoint_list
    where application_id = ?1 and endpoint_id = ?2 and id >= ?4 and id < ${spanOf('?4')} || '~'
    group by succeeded
    union all
    select succeeded, count(*) as count
    from attempt
    where seq > (select p.seq from list_progress p where p.source = 'attempt')
      and application_id = ?1 and endpoint_id = ?2 and +id >= ?3 and +id < ?4
    group by succeeded)
  group by succeeded`

// A branch for each state, so that each uses its partial index.
const countDeliveries = `
  select 0 as state, count(*) as count
  from delivery
  where state = 0 and application_id = ?1 and endpoint_id = ?2 and id >= ?3 and id < ?4
  union all
  select 1, count(*)
  from delivery
  where due_at is not null and state = 1 and endpoint_id = ?2
    and application_id = ?1 and +id >= ?3 and +id < ?4
  union all
  select 3, count(*)
  from delivery
  where state = 3 and application_id = ?1 and endpoint_id = ?2 and id >= ?3 and id < ?4
  union all
  select 4, count(*)
  from delivery
  where state = 4 and application_id = ?1 and endpoint_id = ?2 and id >= ?3 and id < ?4`

/** What is read whole or not at all; one JSON text costs less than eight columns. */
interface Detail {
  readonly url: string
  readonly requestHeaders: Attempt['requestHeaders']
  readonly responseHeaders: Attempt['responseHeaders']
  readonly timings: Attempt['timings']
  readonly remoteAddress: string | null
  /** Absent in rows of older releases, like the one below. */
  readonly connection?: Attempt['connection']
  readonly responseBytes?: Attempt['responseBytes']
  /** Both or neither: only code says another method than POST. */
  readonly method?: Attempt['method']
  readonly rewriting?: Attempt['rewriting']
}

interface Row {
  readonly application_id: ApplicationId
  readonly message_id: MessageId
  readonly id: AttemptId
  readonly endpoint_id: EndpointId
  readonly delivery_id: DeliveryId
  readonly event_type: string
  readonly channels: string | null
  readonly tags: string | null
  readonly trigger: number
  readonly number: number
  readonly succeeded: number
  readonly response_status: number
  readonly error_class: ErrorClass | null
  readonly duration_ms: number
  readonly next_attempt_at: number | null
  readonly created_at: number
  readonly response_truncated: number
  readonly detail: string
  readonly response_body: string
}

/** An attempt as it is stored. Its detail becomes text once, before it changes threads. */
export interface FlatAttempt extends Omit<Attempt, keyof Detail> {
  readonly detail: string
}

export function flattenAttempt(attempt: Attempt): FlatAttempt {
  const { url, requestHeaders, responseHeaders, timings, remoteAddress, ...more } = attempt
  const { connection, responseBytes, method, rewriting, ...rest } = more
  const usual = { url, requestHeaders, responseHeaders, timings, remoteAddress, connection }
  const detail: Detail =
    responseBytes === null && rewriting === null
      ? usual
      : {
          ...usual,
          ...(responseBytes === null ? {} : { responseBytes }),
          ...(rewriting === null ? {} : { method, rewriting }),
        }
  return { ...rest, detail: JSON.stringify(detail) }
}

/** Says whether the row is new; an attempt of that id is stored once. */
export function insertAttempt(db: Database, attempt: FlatAttempt): boolean {
  const rows = db.run(
    insert,
    attempt.applicationId,
    attempt.messageId,
    attempt.id,
    attempt.endpointId,
    attempt.deliveryId,
    attempt.eventType,
    jsonOrNull(attempt.channels),
    jsonOrNull(attempt.tags),
    triggerCode(attempt.trigger),
    attempt.number,
    attempt.succeeded ? 1 : 0,
    attempt.responseStatus,
    attempt.errorClass,
    Math.round(attempt.durationMs),
    attempt.nextAttemptAt,
    attempt.createdAt,
    attempt.responseTruncated ? 1 : 0,
    attempt.detail,
    attempt.responseBody,
  )
  return rows === 1
}

export function markAttemptLeaseLost(db: Database, attempt: FlatAttempt): void {
  db.run(markLeaseLost, attempt.applicationId, attempt.messageId, attempt.id)
}

/** Whether the stored attempt of that id had lost its lease. */
export function attemptLostLease(db: Database, attempt: FlatAttempt): boolean {
  const { applicationId, messageId, id } = attempt
  const row = db.row<{ lease_lost: number }>(selectLeaseLost, applicationId, messageId, id)
  return row?.lease_lost === 1
}

export function listEndpointAttempts(
  db: Database,
  input: Input<'listEndpointAttempts'>,
): Page<Attempt> {
  const { applicationId, endpointId, filter } = input
  const key = { application_id: applicationId, endpoint_id: endpointId }
  const all = origin('attempt', 'attempt_endpoint_list', key)
  // Failures have an index of their own: they are looked for among many successes.
  const failed = { listed: selectFailed, tail: null, values: [applicationId, endpointId] }
  const list: Filtered<Row, Attempt> = {
    kind: 'attempt',
    origins: [filter.succeeded === false ? failed : all],
    select: input.withContent ? selectRow : selectRowWithoutBody,
    table: 'attempt',
    eventTable: 'attempt',
    conditions: outcomeConditions(filter),
    map: (row) => toAttempt(row, input.withContent),
  }
  return filteredPage(db, list, input)
}

export function listMessageAttempts(
  db: Database,
  input: Input<'listMessageAttempts'>,
): Page<Attempt> {
  const { applicationId, messageId, endpointId } = input
  const conditions = outcomeConditions(input.filter)
  if (endpointId !== null) conditions.push({ sql: 'and endpoint_id = ?', values: [endpointId] })
  const list: Filtered<Row, Attempt> = {
    kind: 'attempt',
    origins: [{ listed: selectOfMessage, tail: null, values: [messageId, applicationId] }],
    select: input.withContent ? selectRow : selectRowWithoutBody,
    table: 'attempt',
    eventTable: 'attempt',
    conditions,
    map: (row) => toAttempt(row, input.withContent),
  }
  return filteredPage(db, list, input)
}

export function findAttempt(db: Database, input: Input<'findAttempt'>): Attempt | null {
  const { applicationId, messageId, attemptId } = input
  const row = db.row<Row>(selectById, applicationId, messageId, attemptId)
  return row === undefined ? null : toAttempt(row, true)
}

export function expungeAttempt(
  db: Database,
  input: Input<'expungeAttempt'>,
): 'expunged' | 'not_found' {
  const { applicationId, messageId, attemptId } = input
  return db.run(expunge, applicationId, messageId, attemptId) === 0 ? 'not_found' : 'expunged'
}

export function endpointStats(
  db: Database,
  input: Input<'endpointStats'>,
): Awaited<ReturnType<AttemptStore['endpointStats']>> {
  const { applicationId, endpointId, since, until } = input
  const key = [applicationId, endpointId] as const
  const attempts = db.rows<{ succeeded: number; count: number }>(
    countAttempts,
    ...key,
    idAtTime('attempt', since),
    idAtTime('attempt', until),
  )
  const deliveries = db.rows<{ state: number; count: number }>(
    countDeliveries,
    ...key,
    idAtTime('delivery', since),
    idAtTime('delivery', until),
  )
  const outcomes = (succeeded: number): number =>
    attempts.find((row) => row.succeeded === succeeded)?.count ?? 0
  const waiting = (state: number): number =>
    deliveries.find((row) => row.state === state)?.count ?? 0
  return {
    success: outcomes(1),
    fail: outcomes(0),
    pending: waiting(0),
    sending: waiting(1),
    canceled: waiting(4),
    exhausted: waiting(3),
  }
}

/** The last attempt of a delivery, without its content. */
export function lastAttempt(
  db: Database,
  delivery: {
    readonly application_id: ApplicationId
    readonly message_id: MessageId
    readonly last_attempt_id: AttemptId | null
  },
): Attempt | null {
  const { application_id, message_id, last_attempt_id } = delivery
  if (last_attempt_id === null) return null
  const row = db.row<Row>(selectByIdWithoutBody, application_id, message_id, last_attempt_id)
  return row === undefined ? null : toAttempt(row, false)
}

function outcomeConditions(filter: AttemptFilter): Condition[] {
  const conditions: Condition[] = []
  if (filter.succeeded !== null) {
    conditions.push({ sql: 'and succeeded = ?', values: [filter.succeeded ? 1 : 0] })
  }
  if (filter.statusCodeClass !== null) {
    const from = filter.statusCodeClass
    const to = from === 0 ? 99 : from + 99
    conditions.push({ sql: 'and response_status between ? and ?', values: [from, to] })
  }
  return conditions
}

function toAttempt(row: Row, withContent: boolean): Attempt {
  const detail: Detail = JSON.parse(row.detail)
  return {
    id: row.id,
    applicationId: row.application_id,
    endpointId: row.endpoint_id,
    messageId: row.message_id,
    deliveryId: row.delivery_id,
    eventType: row.event_type,
    channels: parseOrNull(row.channels),
    tags: parseOrNull(row.tags),
    trigger: triggerOf(row.trigger),
    number: row.number,
    succeeded: row.succeeded === 1,
    method: detail.method ?? 'POST',
    url: detail.url,
    responseStatus: row.response_status,
    responseBody: row.response_body,
    responseTruncated: row.response_truncated === 1,
    responseBytes: detail.responseBytes ?? null,
    errorClass: row.error_class,
    durationMs: row.duration_ms,
    requestHeaders: withContent ? detail.requestHeaders : {},
    rewriting: detail.rewriting ?? null,
    responseHeaders: withContent ? detail.responseHeaders : {},
    timings: detail.timings,
    remoteAddress: detail.remoteAddress,
    connection: detail.connection ?? null,
    nextAttemptAt: row.next_attempt_at,
    createdAt: row.created_at,
  }
}
