/**
 * Counting a list, the same in both databases. An adapter names two relations: `candidate`, the
 * newest rows of the range by `id`, at most as many as may be looked at; and `found`, those of them
 * that pass the filters, with `bucket`, `state`, `waits` (`queued` or `retrying` of a delivery that
 * is pending, else null), `event_type`, `endpoint_id`, `response_status`. They are grouped once by all of these, and each count is a sum of the few groups.
 */

import type { EndpointId } from '../domain/ids.ts'
import { idTime } from '../domain/ids.ts'
import type { Counted, EndpointAnswer, Summary } from './port/summaries.ts'

const valuesMax = 100

function facet(name: string, column: string): string {
  return `
    select '${name}' as facet, cast(value as text) as value, cast(null as text) as state, rows
    from (
      select ${column} as value, sum(rows) as rows
      from grouped
      where ${column} is not null
      group by ${column}
      order by rows desc, value
      limit ${valuesMax}
    ) as ${name}_counts`
}

/** Follows the two relations, as a third and the counts. */
export const summarySql = `, grouped as materialized (
    select bucket, state, waits, event_type, endpoint_id, response_status, count(*) as rows
    from found
    group by bucket, state, waits, event_type, endpoint_id, response_status
  )
  select 'bucket' as facet, cast(bucket as text) as value, state, sum(rows) as rows
  from grouped
  group by bucket, state
  union all ${facet('state', 'state')}
  union all ${facet('type', 'event_type')}
  union all ${facet('endpoint', 'endpoint_id')}
  union all ${facet('status', 'response_status')}
  union all
  select 'waiting' as facet, value, state, rows
  from (
    select endpoint_id as value, waits as state, sum(rows) as rows
    from grouped
    where waits is not null
    group by endpoint_id, waits
    order by rows desc, value
    limit ${valuesMax}
  ) as waiting_counts
  union all
  select 'looked_at', min(id), cast(null as text), count(*)
  from candidate`

export interface SummaryRow {
  readonly facet: string
  readonly value: string | null
  readonly state: string | null
  readonly rows: number
}

/**
 * Counting the last answers of deliveries. An adapter names `passed` (`p`), the newest found that were tried, by
 * `id`, with their `endpoint_id`, and says how each comes to the `error_class` and `response_status` of its last attempt.
 */
export const answersSql = (answered: string): string => `
  select 'answer' as facet, value, cast(null as text) as state, rows
  from (
    select coalesce(error_class, cast(response_status as text)) as value, count(*) as rows
    from ${answered}
    group by 1
    order by 2 desc, 1
    limit ${valuesMax}
  ) as answer_counts
  union all
  select 'endpoint_answer', endpoint_id || ' ' || first_id || ' ' || last_id, value, rows
  from (
    select p.endpoint_id, coalesce(error_class, cast(response_status as text)) as value, count(*) as rows,
      min(p.id) as first_id, max(p.id) as last_id
    from ${answered}
    group by 1, 2
    order by 3 desc, 1, 2
    limit ${valuesMax}
  ) as endpoint_answers
  union all
  select 'answered', min(id), cast(null as text), count(*)
  from passed`

function endpointAnswerOf({ value, state, rows }: SummaryRow): EndpointAnswer {
  const [endpointId = '', firstId = '', lastId = ''] = (value ?? '').split(' ')
  return {
    endpointId: endpointId as EndpointId, // as it was stored
    ...{ answer: state ?? '', count: rows, firstId, lastId },
  }
}

/** `answersMax`: as many as were looked at for answers at most. */
export function toSummary(
  rows: readonly SummaryRow[],
  rowsMax: number,
  answersMax: number | undefined,
): Summary {
  const counted = (name: string): readonly Counted[] =>
    rows
      .filter(({ facet }) => facet === name)
      .map(({ value, rows: count }) => ({ value: value ?? '', count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  const since = (name: string, most: number): number | null => {
    const lookedAt = rows.find(({ facet }) => facet === name)
    return lookedAt !== undefined && lookedAt.rows >= most ? idTime(lookedAt.value ?? '') : null
  }
  return {
    buckets: rows
      .filter(({ facet }) => facet === 'bucket')
      .map(({ value, state, rows: count }) => ({ bucket: Number(value), state, count }))
      .sort((a, b) => a.bucket - b.bucket),
    states: counted('state'),
    eventTypes: counted('type'),
    endpoints: counted('endpoint'),
    statusCodes: counted('status'),
    answers: counted('answer'),
    endpointAnswers: rows.filter(({ facet }) => facet === 'endpoint_answer').map(endpointAnswerOf),
    answersSince: answersMax === undefined ? null : since('answered', answersMax),
    waiting: rows
      .filter(({ facet }) => facet === 'waiting')
      .map(({ value, state, rows: count }) => ({
        endpointId: value ?? '',
        attempted: state === 'retrying',
        count,
      }))
      .sort((a, b) => b.count - a.count || (a.endpointId < b.endpointId ? -1 : 1)),
    countedSince: since('looked_at', rowsMax),
  }
}
