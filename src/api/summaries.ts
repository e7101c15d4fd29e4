import { lookBounds } from '../contract/sought.ts'
import * as contract from '../contract/summary.ts'
import { answerFilter } from '../domain/answer-filter.ts'
import { invalid } from '../domain/errors.ts'
import { idTickMs } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Sentence } from '../domain/sentence.ts'
import { seekingOf } from '../domain/sought.ts'
import { soughtDeliveries, soughtMessages } from '../intake/sought-rows.ts'
import { countDeliveries, countMessages } from '../intake/sought-summary.ts'
import type { EventFilter, PageRequest } from '../store/port/page.ts'
import type { Summary, SummaryInput, SummarySource } from '../store/port/summaries.ts'
import {
  type Answer,
  answer,
  applicationOf,
  type Call,
  endpointOf,
  type Route,
  route,
  type Services,
} from './call.ts'
import { answersWanted } from './deliveries.ts'
import { aroundNamed, endpointsNow, endpointsWanted, lookBound, soughtOf } from './sought.ts'
import { queryTime, timeText } from './times.ts'

/** Rows looked at for one summary: tens of milliseconds with a million messages, see bench/RESULTS.md. */
export const summaryRowsMax = 10_000
/** Deliveries whose last answers are counted: each is a look-up of its own. */
export const summaryAnswersMax = 1_000
const rangeDefaultMs = 86_400_000
const bucketsDefault = 60
/** Lengths of buckets, in seconds: what people read off an axis. */
const lengths = [
  ...[1, 2, 5, 10, 15, 30],
  ...[60, 120, 300, 600, 900, 1800],
  ...[3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000, 7_776_000],
] as const

interface Query {
  readonly after?: string
  readonly before?: string
  readonly buckets?: number
  readonly event_types?: readonly string[]
  readonly channel?: string
  readonly tag?: string
}

export const summaryRoutes: readonly Route[] = [
  route(contract.summarizeMessages, async (call, services) => {
    const { id: applicationId } = await applicationOf(call, services)
    const { sought, selective } = await soughtOf(call.query, call, { services, applicationId })
    const source: SummarySource = { kind: 'message' }
    if (!selective) return summaryOf(call, services, { applicationId, source })
    return soughtSummary(call, async (filter, span) => {
      const found = await soughtMessages(
        services.store,
        { applicationId, withPayload: false, now: call.now, filter: aroundNamed(filter, sought) },
        { seeking: seekingOf(sought), page: allLookedAt, bound: lookBound(services) },
      )
      return countMessages(found, span)
    })
  }),

  route(contract.summarizeDeliveries, async (call, services) => {
    const { id: applicationId } = await applicationOf(call, services)
    const endpointIds = await endpointsWanted(call.query.endpoint_id, (idOrUid) =>
      services.store.findEndpoint({ applicationId, idOrUid }),
    )
    const { sought, states, selective } = await soughtOf(call.query, call, {
      ...{ services, applicationId },
    })
    if (selective) {
      const endpoint = await endpointsNow(applicationId, services)
      return soughtSummary(call, async (filter, span) => {
        const answers = answersWanted(call.query.code)
        const found = await soughtDeliveries(
          services.store,
          { applicationId, endpointIds, states, ...answers, filter, now: call.now },
          { seeking: seekingOf(sought), endpoint, page: allLookedAt, bound: lookBound(services) },
        )
        return countDeliveries(found, span)
      })
    }
    const wantedAnswers = answerFilter(call.query.code)
    const source: SummarySource = {
      ...{ kind: 'delivery', endpointIds, states },
      ...(wantedAnswers === null ? {} : { answers: wantedAnswers }),
    }
    return summaryOf(call, services, {
      ...{ applicationId, source },
      ...(wantedAnswers === null ? {} : { rowsMax: limits.answerRowsMax }),
      ...(call.query.answers === true ? { answersMax: summaryAnswersMax } : {}),
    })
  }),

  route(contract.summarizeAttempts, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    const { status, status_code_class: statusCodeClass = null } = call.query
    const succeeded = status === undefined ? null : status === 0
    const source: SummarySource = {
      ...{ kind: 'attempt', endpointId: endpoint.id, succeeded, statusCodeClass },
    }
    return summaryOf(call, services, { applicationId: application.id, source })
  }),
]

async function summaryOf(
  call: Call<Query, null>,
  { store }: Services,
  of: Pick<SummaryInput, 'applicationId' | 'source' | 'answersMax'> & { readonly rowsMax?: number },
): Promise<Answer> {
  const { event_types, channel, tag } = call.query
  const span = rangeOf(call.query, call.now)
  const summary = await store.summarize({
    ...{ rowsMax: summaryRowsMax, ...of, ...span },
    filter: { eventTypes: event_types ?? null, channel: channel ?? null, tag: tag ?? null },
  })
  return summaryAnswer(summary, span, of.answersMax !== undefined)
}

/** All that may be looked at for one answer, newest first. */
const allLookedAt: PageRequest = {
  ...{ limit: lookBounds.rows, order: 'descending', iterator: null, backwards: false },
}

/** The same of rows that are looked at one by one. */
async function soughtSummary(
  call: Call<Query & { readonly answers?: boolean }, null>,
  count: (filter: EventFilter, span: Span) => Promise<Summary>,
): Promise<Answer> {
  const span = rangeOf(call.query, call.now)
  const { event_types, channel, tag, answers = false } = call.query
  const named = { eventTypes: event_types ?? null, channel: channel ?? null, tag: tag ?? null }
  const summary = await count({ ...named, after: span.from, before: span.to }, span)
  return summaryAnswer(summary, span, answers)
}

function summaryAnswer(summary: Summary, span: Span, withAnswers: boolean): Answer {
  const { from, to, bucketMs } = span
  const { states, eventTypes, endpoints, statusCodes, waiting, countedSince } = summary
  const counted = Math.max(countedSince ?? from, from)
  const count = Math.ceil((to - from) / bucketMs)
  const buckets = Array.from({ length: count }, (_, at) => ({
    timestamp: timeText(from + at * bucketMs),
    total: 0,
    states: {} as Record<string, number>, // filled below
  }))
  for (const { bucket, state, count: rows } of summary.buckets) {
    // An id is rounded to 4 ms: a row at an edge counts into the bucket beside it.
    const into = buckets[Math.min(Math.max(bucket, 0), count - 1)]
    if (into === undefined) continue
    into.total += rows
    if (state !== null) into.states[state] = (into.states[state] ?? 0) + rows
  }
  return answer(200, {
    after: timeText(from),
    before: timeText(to),
    bucketSeconds: bucketMs / 1000,
    total: buckets.reduce((sum, { total }) => sum + total, 0),
    partial: countedSince !== null,
    countedSince: timeText(counted),
    ...(withAnswers
      ? { answersSince: timeText(Math.max(summary.answersSince ?? counted, from)) }
      : {}),
    buckets,
    facets: {
      ...{ state: states, eventType: eventTypes, endpointId: endpoints, statusCode: statusCodes },
      ...(withAnswers ? { answer: summary.answers } : {}),
      waiting,
    },
  })
}

type Span = Pick<SummaryInput, 'from' | 'to' | 'bucketMs'>

/** The range that is asked for, its beginning moved back to the edge of a bucket. */
function rangeOf(query: Query, now: number): Span {
  const to = queryTime(query.before, 'before') ?? now + idTickMs // what came this very moment counts too
  const after = queryTime(query.after, 'after') ?? to - rangeDefaultMs
  if (after >= to)
    throw refused('after', {
      en: 'must be earlier than the end of the range',
      es: 'debe ser anterior al final del intervalo',
    })
  if (to - after > limits.listWindowMs)
    throw refused('after', {
      en: 'the range is longer than 90 days',
      es: 'el intervalo pasa de 90 días',
    })
  const most = query.buckets ?? bucketsDefault
  for (const seconds of lengths) {
    const bucketMs = seconds * 1000
    const from = Math.floor(after / bucketMs) * bucketMs
    if ((to - from) / bucketMs <= most) return { from, to, bucketMs }
  }
  return { from: after, to, bucketMs: Math.ceil((to - after) / 1000) * 1000 }
}

function refused(name: string, msg: Sentence): Error {
  return invalid({ loc: ['query', name], msg, type: 'value_error' })
}
