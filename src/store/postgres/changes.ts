/**
 * Facts in the order of transactions. Ids sort by the time at which nodes minted them, and commits
 * come in another order: a reader that went by ids would step over the late ones. Instead each row
 * knows its transaction, and only transactions below the snapshot's xmin are read: they are over,
 * and none of that number will commit later. So each fact is read once and none is missed; what is
 * new waits for the oldest transaction in flight, which is milliseconds.
 */
import type { Change, ChangeStore } from '../port/changes.ts'
import { type Database, patient, type Row } from './database.ts'

/** Behind all transactions below `tx`, and behind those rows of `tx` up to `id`. */
interface Place {
  readonly tx: string
  readonly id: string
}

const selectHorizon = patient(
  'change_horizon',
  'select pg_snapshot_xmin(pg_current_snapshot())::text as tx',
)

const newMessages = patient(
  'change_messages',
  `select m.tx::text as tx, p.organization_id, m.application_id, m.id, m.event_type, m.created_at
   from message m
   join application p on p.id = m.application_id
   where m.tx >= $1::xid8 and (m.tx, m.id) > ($1::xid8, $2)
     and m.tx < $3::xid8
   order by m.tx, m.id
   limit $4`,
)

const newAttempts = patient(
  'change_attempts',
  `select t.tx::text as tx, p.organization_id, t.application_id, t.id, t.message_id, t.event_type,
     t.created_at, t.delivery_id, t.endpoint_id, t.succeeded, t.response_status, t.error_class,
     t.duration_ms, t.number, t.next_attempt_at,
     case when t.succeeded then 'succeeded' when t.next_attempt_at is not null then 'pending'
       else coalesce((
         select o.state from open_delivery o
         where o.application_id = t.application_id and o.id = t.delivery_id), 'failed')
     end as state
   from attempt t
   join application p on p.id = t.application_id
   where t.tx >= $1::xid8 and (t.tx, t.id) > ($1::xid8, $2)
     and t.tx < $3::xid8 and not t.lease_lost
   order by t.tx, t.id
   limit $4`,
)

export function changeStore(database: Database): ChangeStore {
  const horizon = async (): Promise<string> => {
    const [row] = await database.run(selectHorizon)
    return String(row?.['tx'])
  }
  const newRows = async (
    select: typeof newMessages,
    from: Place,
    until: string,
    limit: number,
  ): Promise<{ readonly rows: readonly Row[]; readonly end: Place }> => {
    if (BigInt(from.tx) >= BigInt(until)) return { rows: [], end: from }
    const rows = await database.run(select, [from.tx, from.id, until, limit])
    const last = rows.length < limit ? undefined : rows.at(-1)
    const end = last === undefined ? { tx: until, id: '' } : placeOf(last)
    return { rows, end }
  }
  return {
    async lastChange() {
      const end = { tx: await horizon(), id: '' }
      return textOf(end, end)
    },
    async readChanges({ after, limit }) {
      const from = positionOf(after)
      if (from === null) return 'not_a_position'
      const until = await horizon()
      const messages = await newRows(newMessages, from.message, until, limit)
      const attempts = await newRows(newAttempts, from.attempt, until, limit)
      let { message, attempt } = from
      const changes: Change[] = []
      for (const row of merged(messages.rows, attempts.rows)) {
        if ('delivery_id' in row) attempt = placeOf(row)
        else message = placeOf(row)
        changes.push(changeOf(row, textOf(message, attempt)))
      }
      const more = messages.rows.length === limit || attempts.rows.length === limit
      return { changes, end: textOf(messages.end, attempts.end), more }
    },
  }
}

/** By time, so that a message comes before its attempts. */
function* merged(messages: readonly Row[], attempts: readonly Row[]): Generator<Row> {
  let next = 0
  for (const message of messages) {
    for (; next < attempts.length; next++) {
      const attempt = attempts[next]
      if (attempt === undefined || madeAt(attempt) >= madeAt(message)) break
      yield attempt
    }
    yield message
  }
  yield* attempts.slice(next)
}

function madeAt(row: Row): number {
  return Number(row['created_at'])
}

function changeOf(row: Row, position: string): Change {
  const isAttempt = 'delivery_id' in row
  const happened = {
    organizationId: row['organization_id'],
    applicationId: row['application_id'],
    messageId: isAttempt ? row['message_id'] : row['id'],
    eventType: row['event_type'],
    at: madeAt(row),
    position,
  }
  if (!isAttempt) return { kind: 'message', ...happened } as Change // columns of ours
  return {
    kind: 'attempt',
    ...happened,
    attemptId: row['id'],
    deliveryId: row['delivery_id'],
    endpointId: row['endpoint_id'],
    succeeded: row['succeeded'],
    responseStatus: row['response_status'],
    errorClass: row['error_class'],
    durationMs: Math.round(Number(row['duration_ms'])),
    number: row['number'],
    state: row['state'],
    nextAttemptAt: row['next_attempt_at'],
  } as Change // columns of ours
}

function placeOf(row: Row): Place {
  return { tx: String(row['tx']), id: String(row['id']) }
}

const form = /^p(\d{1,20})\.(\w{0,40})-(\d{1,20})\.(\w{0,40})$/

function textOf(message: Place, attempt: Place): string {
  return `p${message.tx}.${message.id}-${attempt.tx}.${attempt.id}`
}

function positionOf(text: string): { readonly message: Place; readonly attempt: Place } | null {
  const [, messageTx = '', messageId = '', attemptTx = '', attemptId = ''] = form.exec(text) ?? []
  if (messageTx === '' || attemptTx === '') return null
  if (BigInt(messageTx) > txMax || BigInt(attemptTx) > txMax) return null
  return {
    message: { tx: messageTx, id: messageId },
    attempt: { tx: attemptTx, id: attemptId },
  }
}
const txMax = 2n ** 63n - 1n
