import { idAtTime } from '../../domain/ids.ts'
import type { SummaryInput, SummaryStore } from '../port/summaries.ts'
import { answersSql, type SummaryRow, summarySql, toSummary } from '../summary.ts'
import { adHoc, type Database, type Row } from './database.ts'
import { addEventFilter, answersAs, Conditions } from './page.ts'

export function summaryStore(database: Database): SummaryStore {
  return {
    async summarize(input) {
      const { from, bucketMs, rowsMax } = input
      const where = new Conditions()
      const limit = where.value(rowsMax)
      const candidates = candidatesOf(input, where, limit)
      const bucket = `(created_at - ${where.value(from)}::bigint) / ${where.value(bucketMs)}::bigint`
      const found = foundOf(input, where)
      const rows = await database.run(
        adHoc(
          `with candidate as materialized (${candidates} order by id desc limit ${limit}),
           found as (
             select ${bucket} as bucket, state, waits, event_type, endpoint_id, response_status
             from (${found}) as passed
           )
           ${summarySql}`,
        ),
        where.values,
      )
      const { source, answersMax } = input
      const counts = rows.map(countOf)
      if (source.kind !== 'delivery' || answersMax === undefined) {
        return toSummary(counts, rowsMax, undefined)
      }
      const answers = await answersOf(database, { ...input, source }, answersMax)
      return toSummary([...counts, ...answers], rowsMax, answersMax)
    },
  }
}

function countOf(row: Row): SummaryRow {
  return {
    facet: String(row['facet']),
    value: row['value'] === null ? null : String(row['value']),
    state: row['state'] === null ? null : String(row['state']),
    rows: Number(row['rows']),
  }
}

async function answersOf(
  database: Database,
  input: SummaryInput & { readonly source: DeliverySource },
  answersMax: number,
): Promise<readonly SummaryRow[]> {
  const where = new Conditions()
  const limit = where.value(input.rowsMax)
  const candidates = candidatesOf(input, where, limit)
  const rows = await database.run(
    adHoc(
      `with candidate as materialized (${candidates} order by id desc limit ${limit}),
       passed as materialized (
         select c.id, c.application_id, c.endpoint_id, c.message_id
         from candidate c
         join message m on m.application_id = c.application_id and m.id = c.message_id
         where c.attempt_count > 0 and ${deliveriesWanted(input, where)}
         order by c.id desc
         limit ${where.value(answersMax)}
       )
       ${answersSql(answered)}`,
    ),
    where.values,
  )
  return rows.map(countOf)
}

const answered = `
  passed p
  cross join lateral (
    select last.error_class, last.response_status from attempt last
    where last.application_id = p.application_id and last.message_id = p.message_id
      and last.delivery_id = p.id
    order by last.id desc limit 1
  ) a`

type DeliverySource = Extract<SummaryInput['source'], { readonly kind: 'delivery' }>

/** What the filters ask of a delivery `c` and its message `m`. */
function deliveriesWanted(
  { source, filter }: { readonly source: DeliverySource; readonly filter: SummaryInput['filter'] },
  values: Conditions,
): string {
  const own: string[] = ['true']
  const add = (sql: string, value: unknown) => own.push(sql.replaceAll('?', values.value(value)))
  addEventFilter({ add }, 'm', filter)
  if (source.states !== null) add('c.state = any(?)', source.states)
  if (source.answers !== undefined) {
    own.push(`(
      select ${answersAs('last', source.answers, values)} from attempt last
      where last.application_id = c.application_id and last.message_id = c.message_id
        and last.delivery_id = c.id
      order by last.id desc limit 1
    )`)
  }
  return own.join(' and ')
}

/** The newest rows of the range, with what counting them needs. */
function candidatesOf(
  { applicationId, source, from, to }: SummaryInput,
  where: Conditions,
  limit: string,
): string {
  const range = `application_id = ${where.value(applicationId)}
    and id >= ${where.value(idAtTime(source.kind, from))}
    and id < ${where.value(idAtTime(source.kind, to))}`
  switch (source.kind) {
    case 'message':
      return `select id, event_type, channels, tags, created_at from message where ${range}`
    case 'delivery': {
      const narrow =
        source.endpointIds === null
          ? ''
          : `and endpoint_id = any(${where.value(source.endpointIds)})`
      const columns =
        'application_id, id, endpoint_id, message_id, state, attempt_count, created_at'
      // Each branch ends by itself: of a sorted whole every row would be read.
      const newest = (table: string): string =>
        `(select ${columns} from ${table} where ${range} ${narrow} order by id desc limit ${limit})`
      return `select * from (
        ${newest('open_delivery')} union all ${newest('delivery')}
      ) as any_delivery`
    }
    case 'attempt':
      return `select id, endpoint_id, event_type, channels, tags, succeeded, response_status, created_at
        from attempt where ${range} and endpoint_id = ${where.value(source.endpointId)}`
    default:
      return source satisfies never
  }
}

function foundOf({ source, filter }: SummaryInput, values: Conditions): string {
  const part = (sql: string, value: unknown): string => sql.replaceAll('?', values.value(value))
  const own: string[] = ['true']
  if (source.kind !== 'delivery') {
    const add = (sql: string, value: unknown) => own.push(part(sql, value))
    addEventFilter({ add }, 'c', filter)
  }
  switch (source.kind) {
    case 'message':
      return `select c.created_at, null::text as state, null::text as waits, c.event_type,
          null::text as endpoint_id, null::integer as response_status
        from candidate c where ${own.join(' and ')}`
    case 'delivery':
      return `select c.created_at, c.state,
          case when c.state <> 'pending' then null
            when c.attempt_count > 0 then 'retrying' else 'queued' end as waits,
          m.event_type, c.endpoint_id, null::integer as response_status
        from candidate c
        join message m on m.application_id = c.application_id and m.id = c.message_id
        where ${deliveriesWanted({ source, filter }, values)}`
    case 'attempt': {
      if (source.succeeded !== null) own.push(part('c.succeeded = ?', source.succeeded))
      const { statusCodeClass: first } = source
      if (first !== null) {
        own.push(part('c.response_status >= ?', first))
        own.push(part('c.response_status <= ?', first + 99))
      }
      return `select c.created_at, case when c.succeeded then 'succeeded' else 'failed' end as state,
          null::text as waits, c.event_type, c.endpoint_id, c.response_status
        from candidate c where ${own.join(' and ')}`
    }
    default:
      return source satisfies never
  }
}
