/**
 * Facts in the order of commits: there is one writer, so `seq` is that order. It is given anew when
 * the newest rows were swept; a position therefore remembers the time of its row as well, and is
 * looked for by time when the row is another one, or gone with all behind it.
 */
import type {
  ApplicationId,
  AttemptId,
  DeliveryId,
  EndpointId,
  MessageId,
  OrganizationId,
} from '../../domain/ids.ts'
import type { ErrorClass } from '../../domain/outcome.ts'
import type { Change, ChangePage, ChangeStore } from '../port/changes.ts'
import { stateOf } from './columns.ts'
import type { Database } from './database.ts'

type Input<Name extends keyof ChangeStore> = Parameters<ChangeStore[Name]>[0]

interface Place {
  readonly seq: number
  /** When that row was made; what is newer has not been seen. */
  readonly at: number
}

interface Position {
  readonly message: Place
  readonly attempt: Place
}

const lastMessage = 'select seq, created_at as at from message order by seq desc limit 1'
const lastAttempt = 'select seq, created_at as at from attempt order by seq desc limit 1'
const messageAt = 'select seq, created_at as at from message where seq = ?'
const attemptAt = 'select seq, created_at as at from attempt where seq = ?'

// Cross joins keep the order of the loops: the few new rows first.
const newMessages = `
  select m.seq, a.organization_id, m.application_id, m.id as message_id, m.event_type,
    m.created_at
  from message m
  cross join application a on a.id = m.application_id
  where m.seq > ? and m.created_at > ?
  order by m.seq
  limit ?`

const newAttempts = `
  select t.seq, a.organization_id, t.application_id, t.message_id, t.event_type, t.created_at,
    t.id, t.delivery_id, t.endpoint_id, t.succeeded, t.response_status, t.error_class,
    t.duration_ms, t.number, t.next_attempt_at,
    case when t.succeeded = 1 then 2 when t.next_attempt_at is not null then 0
      else coalesce((
        select d.state
        from delivery d
        where d.id = t.delivery_id and d.application_id = t.application_id), 3)
    end as state
  from attempt t
  cross join application a on a.id = t.application_id
  where t.seq > ? and t.created_at > ? and t.lease_lost = 0
  order by t.seq
  limit ?`

interface MessageRow {
  readonly seq: number
  readonly organization_id: OrganizationId
  readonly application_id: ApplicationId
  readonly message_id: MessageId
  readonly event_type: string
  readonly created_at: number
}

interface AttemptRow extends MessageRow {
  readonly id: AttemptId
  readonly delivery_id: DeliveryId
  readonly endpoint_id: EndpointId
  readonly succeeded: number
  readonly response_status: number
  readonly error_class: ErrorClass | null
  readonly duration_ms: number
  readonly number: number
  readonly next_attempt_at: number | null
  readonly state: number
}

const nowhere: Place = { seq: 0, at: -1 }

export function lastChange(db: Database, _input: null): string {
  return textOf({
    message: db.row<Place>(lastMessage) ?? nowhere,
    attempt: db.row<Place>(lastAttempt) ?? nowhere,
  })
}

export function readChanges(
  db: Database,
  input: Input<'readChanges'>,
): ChangePage | 'not_a_position' {
  const { limit } = input
  const from = positionOf(input.after)
  if (from === null) return 'not_a_position'
  const messages = db.rows<MessageRow>(newMessages, ...start(db, 'message', from.message), limit)
  const attempts = db.rows<AttemptRow>(newAttempts, ...start(db, 'attempt', from.attempt), limit)
  let at = from
  const changes: Change[] = []
  for (const row of merged(messages, attempts)) {
    const place = { seq: row.seq, at: row.created_at }
    at = 'id' in row ? { ...at, attempt: place } : { ...at, message: place }
    changes.push('id' in row ? attemptChange(row, textOf(at)) : messageChange(row, textOf(at)))
  }
  const more = messages.length === limit || attempts.length === limit
  return { changes, end: textOf(at), more }
}

/** The bounds that a place stands for now: a row by its number, or by time where numbers restarted. */
function start(
  db: Database,
  table: 'message' | 'attempt',
  place: Place,
): readonly [seq: number, at: number] {
  if (place.seq === 0) return [0, place.at]
  const there = db.row<Place>(table === 'message' ? messageAt : attemptAt, place.seq)
  if (there?.at === place.at) return [place.seq, -1]
  const last = db.row<Place>(table === 'message' ? lastMessage : lastAttempt)
  const sweptFromUnder = there === undefined && last !== undefined && last.seq > place.seq
  return sweptFromUnder ? [place.seq, -1] : [0, place.at]
}

/** By time, so that a message comes before its attempts. */
function* merged(
  messages: readonly MessageRow[],
  attempts: readonly AttemptRow[],
): Generator<MessageRow | AttemptRow> {
  let next = 0
  for (const message of messages) {
    for (; (attempts[next]?.created_at ?? Infinity) < message.created_at; next++) {
      const attempt = attempts[next]
      if (attempt !== undefined) yield attempt
    }
    yield message
  }
  yield* attempts.slice(next)
}

function messageChange(row: MessageRow, position: string): Change {
  return { kind: 'message', ...happened(row), position }
}

function attemptChange(row: AttemptRow, position: string): Change {
  return {
    kind: 'attempt',
    ...happened(row),
    position,
    attemptId: row.id,
    deliveryId: row.delivery_id,
    endpointId: row.endpoint_id,
    succeeded: row.succeeded === 1,
    responseStatus: row.response_status,
    errorClass: row.error_class,
    durationMs: row.duration_ms,
    number: row.number,
    state: stateOf(row.state),
    nextAttemptAt: row.next_attempt_at,
  }
}

function happened(row: MessageRow) {
  return {
    organizationId: row.organization_id,
    applicationId: row.application_id,
    messageId: row.message_id,
    eventType: row.event_type,
    at: row.created_at,
  }
}

const form = /^s(\d{1,16})\.(\d{1,16}|n)-(\d{1,16})\.(\d{1,16}|n)$/

function textOf({ message, attempt }: Position): string {
  const place = ({ seq, at }: Place): string => `${seq}.${at < 0 ? 'n' : at}`
  return `s${place(message)}-${place(attempt)}`
}

function positionOf(text: string): Position | null {
  const [, messageSeq, messageTime, attemptSeq, attemptTime] = form.exec(text) ?? []
  if (messageSeq === undefined) return null
  const time = (digits: string | undefined): number => (digits === 'n' ? -1 : Number(digits))
  const message = { seq: Number(messageSeq), at: time(messageTime) }
  const attempt = { seq: Number(attemptSeq), at: time(attemptTime) }
  const numbers = [message.seq, message.at, attempt.seq, attempt.at]
  return numbers.every(Number.isSafeInteger) ? { message, attempt } : null
}
