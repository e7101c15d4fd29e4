import { idAtTime } from '../../domain/ids.ts'
import type { Summary, SummaryInput } from '../port/summaries.ts'
import { answersSql, type SummaryRow, summarySql, toSummary } from '../summary.ts'
import { stateCodes } from './columns.ts'
import type { Database, Value } from './database.ts'
import { deliveryConditions } from './deliveries.ts'
import { origin } from './lists.ts'
import { type Condition, eventConditions } from './window.ts'

const stateName = `case d.state ${Object.entries(stateCodes)
  .map(([name, code]) => `when ${code} then '${name}'`)
  .join(' ')} end`

const waits = `case when d.state <> ${stateCodes.pending} then null
  when d.attempt_count > 0 then 'retrying' else 'queued' end`

// Numbers are bound as reals: without the cast a bucket would be a fraction.
// Cross joins keep the order of the loops: candidates first.
const fromMessages = `
  select cast((m.created_at - ?) / ? as integer) as bucket, null as state, null as waits, m.event_type, null as endpoint_id,
    null as response_status
  from candidate c
  cross join message m on m.seq = c.seq and m.id = c.id`

const deliveryColumns = `
  select cast((d.created_at - ?) / ? as integer) as bucket, ${stateName} as state, ${waits} as waits,
    d.endpoint_id, null as response_status`
const deliveryRow = `
  from candidate c
  cross join delivery d on d.seq = c.seq and d.id = c.id`
const messageOfDelivery = 'm.id = d.message_id and m.application_id = d.application_id'

// The message, on a page of its own, is looked up for deliveries of an older schema only.
const fromDeliveries = `${deliveryColumns},
    coalesce(d.event_type, (select m.event_type from message m where ${messageOfDelivery}))
      as event_type
  ${deliveryRow}`

const fromDeliveriesOfMessages = `${deliveryColumns}, m.event_type
  ${deliveryRow}
  cross join message m on ${messageOfDelivery}`

const fromAttempts = `
  select cast((t.created_at - ?) / ? as integer) as bucket,
    case t.succeeded when 1 then 'succeeded' else 'failed' end as state, null as waits, t.event_type,
    t.endpoint_id, t.response_status
  from candidate c
  cross join attempt t on t.seq = c.seq and t.id = c.id`

export function summarize(db: Database, input: SummaryInput): Summary {
  const { from, bucketMs, rowsMax, source, answersMax } = input
  const candidates = newestOf(input)
  const { select, conditions } = foundOf(input)
  const narrow = conditions.map((condition) => condition.sql).join(' ')
  const wanted = conditions.flatMap((condition) => condition.values)
  const sql = `
    with ${candidates.sql}, found as (
      ${select}
      where true ${narrow}
    )
    ${summarySql}`
  const rows = db.rows<SummaryRow>(sql, ...candidates.values, from, bucketMs, ...wanted)
  if (source.kind !== 'delivery' || answersMax === undefined) {
    return toSummary(rows, rowsMax, undefined)
  }
  const answers = db.rows<SummaryRow>(
    `with ${candidates.sql}, passed as materialized (
      select d.id, d.application_id, d.endpoint_id, d.message_id, d.last_attempt_id
      ${deliveryRow}
      cross join message m on ${messageOfDelivery}
      where d.last_attempt_id is not null ${narrow}
      order by d.id desc
      limit ?
    )
    ${answersSql(answered)}`,
    ...[...candidates.values, ...wanted, answersMax],
  )
  return toSummary([...rows, ...answers], rowsMax, answersMax)
}

const answered = `
  passed p
  cross join attempt t
    on t.application_id = p.application_id and t.message_id = p.message_id
    and t.id = p.last_attempt_id`

/** `candidate`: the newest rows of the range. */
function newestOf(input: SummaryInput): Condition {
  const { from, to, rowsMax, source } = input
  const { listed, tail, values } = candidatesOf(input)
  const bounds = [idAtTime(source.kind, from), idAtTime(source.kind, to)]
  const sql = `candidate as materialized (
      ${listed} and id >= ? and id < ?
      union all
      ${tail} and +id >= ? and +id < ?
      order by id desc
      limit ?
    )`
  return { sql, values: [...values, ...bounds, ...values, ...bounds, rowsMax] }
}

function candidatesOf({ applicationId, source }: SummaryInput) {
  const key = { application_id: applicationId }
  const of = (kind: 'message' | 'delivery' | 'attempt', list: string, keys: Keys) => {
    const { listed, tail, values } = origin(kind, list, keys)
    return { listed, tail: tail ?? '', values } // a list that follows its table has a tail
  }
  switch (source.kind) {
    case 'message':
      return of('message', 'message_list', key)
    case 'delivery':
      return source.endpointIds?.length === 1
        ? of('delivery', 'delivery_endpoint_list', {
            ...key,
            endpoint_id: source.endpointIds[0] ?? '',
          })
        : of('delivery', 'delivery_list', key)
    case 'attempt':
      return of('attempt', 'attempt_endpoint_list', { ...key, endpoint_id: source.endpointId })
    default:
      return source satisfies never
  }
}
type Keys = Readonly<Record<string, Value>>

function foundOf({ source, filter }: SummaryInput): {
  readonly select: string
  readonly conditions: readonly Condition[]
} {
  switch (source.kind) {
    case 'message':
      return { select: fromMessages, conditions: eventConditions('m', filter) }
    case 'delivery': {
      const events = eventConditions('m', filter)
      const conditions = [...events, ...deliveryConditions(source)]
      return { select: events.length > 0 ? fromDeliveriesOfMessages : fromDeliveries, conditions }
    }
    case 'attempt': {
      const conditions = eventConditions('t', filter)
      if (source.succeeded !== null) {
        conditions.push({ sql: 'and t.succeeded = ?', values: [source.succeeded ? 1 : 0] })
      }
      if (source.statusCodeClass !== null) {
        const first = source.statusCodeClass
        const sql = 'and t.response_status between ? and ?'
        conditions.push({ sql, values: [first, first + 99] })
      }
      return { select: fromAttempts, conditions }
    }
    default:
      return source satisfies never
  }
}
