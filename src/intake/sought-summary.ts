/**
 * Counts of rows that are looked at one by one: the same counts as the store's own, of the newest rows
 * that one answer may look at.
 */
import { type EndpointId, idTime } from '../domain/ids.ts'
import type { Message } from '../domain/message.ts'
import type { Counted, Summary, SummaryInput } from '../store/port/summaries.ts'
import type { DeliveryRow, SoughtPage } from './sought-rows.ts'

/** As many values of each kind as the store gives. */
const valuesMax = 100

type Span = Pick<SummaryInput, 'from' | 'bucketMs'>

/** What was looked at and found, from the end of the range back. */
export type Looked<Row> = Pick<SoughtPage<Row>, 'done' | 'scannedTo'> & {
  readonly items: readonly Row[]
}

export function countMessages(found: Looked<Message>, span: Span): Summary {
  const rows = found.items.map(({ createdAt, eventType }) => ({
    createdAt,
    state: null,
    eventType,
  }))
  return {
    ...{ buckets: bucketsOf(rows, span), countedSince: sinceOf(found) },
    eventTypes: tally(rows.map(({ eventType }) => eventType)),
    ...{
      states: [],
      endpoints: [],
      statusCodes: [],
      answers: [],
      endpointAnswers: [],
      answersSince: null,
      waiting: [],
    },
  }
}

export function countDeliveries(found: Looked<DeliveryRow>, span: Span): Summary {
  const rows = found.items.map(({ delivery, eventType }) => ({ ...delivery, eventType }))
  const answers = found.items.flatMap(({ last }) =>
    last === null ? [] : [last.errorClass ?? String(last.responseStatus)],
  )
  const waiting = tally(
    rows.flatMap(({ state, endpointId, attemptCount }) =>
      state === 'pending' ? [`${endpointId}/${attemptCount > 0}`] : [],
    ),
  )
  return {
    ...{ buckets: bucketsOf(rows, span), countedSince: sinceOf(found) },
    states: tally(rows.map(({ state }) => state)),
    eventTypes: tally(rows.map(({ eventType }) => eventType)),
    endpoints: tally(rows.map(({ endpointId }) => endpointId)),
    ...{ statusCodes: [], answers: tally(answers), endpointAnswers: [], answersSince: null },
    waiting: waiting.map(({ value, count }) => {
      const [endpointId = '', attempted] = value.split('/')
      return { endpointId: endpointId as EndpointId, attempted: attempted === 'true', count } // ours, from above
    }),
  }
}

function sinceOf({ done, scannedTo }: Looked<unknown>): number | null {
  return done || scannedTo === undefined ? null : idTime(scannedTo.id)
}

function bucketsOf(
  rows: readonly { readonly createdAt: number; readonly state: string | null }[],
  { from, bucketMs }: Span,
): Summary['buckets'] {
  const counts = new Map<string, { bucket: number; state: string | null; count: number }>()
  for (const { createdAt, state } of rows) {
    const bucket = Math.floor((createdAt - from) / bucketMs)
    const key = `${bucket}/${state}`
    const before = counts.get(key) ?? { bucket, state, count: 0 }
    counts.set(key, { ...before, count: before.count + 1 })
  }
  return [...counts.values()].sort((a, b) => a.bucket - b.bucket)
}

/** Most frequent first. */
function tally(values: readonly string[]): readonly Counted[] {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, valuesMax)
}
