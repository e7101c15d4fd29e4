import type Type from 'typebox'
import * as contract from '../contract/issue.ts'
import { type EndpointId, idTime } from '../domain/ids.ts'
import {
  groupIssues,
  type IssueFacts,
  type IssueWord,
  issueId,
  issueState,
  issueStates,
} from '../domain/issue.ts'
import type { IndexedView } from '../intake/application-views.ts'
import { putRecord } from '../store/put-record.ts'
import { absent } from './absent.ts'
import {
  answer,
  type Call,
  conflict,
  notFound,
  type Route,
  route,
  type Services,
  visible,
} from './call.ts'
import { summaryAnswersMax, summaryRowsMax } from './summaries.ts'
import { timeText } from './times.ts'

const kind = 'issue'
const dayMs = 86_400_000
const windowMs = 14 * dayMs
/** Issues whose words are read at once; of more, the first. */
const wordsMax = 1_000
const hourMs = 3_600_000

type Out = Type.Static<typeof contract.IssueOut>

export const issueRoutes: readonly Route[] = [
  route(contract.listIssues, async (call, services) => {
    const { issues, countedSince } = await issuesOf(call, services)
    const wanted = call.query.state
    return answer(200, {
      data: issues.filter(({ state }) => wanted === undefined || wanted.includes(state)),
      open: issues.filter(({ state }) => state === 'open').length,
      countedSince: timeText(countedSince),
    })
  }),

  route(contract.patchIssue, async (call, services) => {
    const { issues, facts, view } = await issuesOf(call, services)
    const found = issues.find(({ id }) => id === call.path['issue_id'])
    const seen = facts.find((one) => issueId(one) === found?.id)
    if (found === undefined || seen === undefined) throw notFound(absent.issue)
    const { id: applicationId } = view.application
    const { state = found.state, note = found.note } = call.body
    const by = call.principal.actor.name
    const word = { state, note: note.trim(), by, at: call.now }
    const record = {
      ...({ kind, id: recordId(view, found.id), owner: applicationId } as const),
      body: { ...word, count: seen.count, lastId: seen.lastId },
    }
    if (!(await putRecord(services.store, record))) {
      throw conflict({
        en: 'Others change this issue too; try again.',
        es: 'Otras personas cambian también esta incidencia; inténtalo de nuevo.',
      })
    }
    return answer(200, { ...found, ...word, at: timeText(call.now) })
  }),
]

const recordId = ({ application }: IndexedView, id: string): string => `${application.id}/${id}`

async function issuesOf(
  call: Pick<Call<unknown, unknown>, 'principal' | 'path' | 'now'>,
  services: Services,
) {
  const { principal, now } = call
  const view = await services.views.find(principal.organizationId, call.path.app_id)
  if (view === null || !visible(principal, view.application.id)) throw notFound(absent.application)
  const { id: applicationId } = view.application
  const from = now - windowMs
  const { endpointAnswers, answersSince, countedSince } = await services.store.summarize({
    applicationId,
    source: { kind: 'delivery', endpointIds: null, states: ['failed', 'pending'] },
    filter: { eventTypes: null, channel: null, tag: null },
    ...{ from, to: now + hourMs, bucketMs: windowMs },
    ...{ rowsMax: summaryRowsMax, answersMax: summaryAnswersMax },
  })
  const facts = groupIssues(
    endpointAnswers
      .filter(({ endpointId }) => view.endpoint(endpointId) !== undefined)
      .map(({ firstId, lastId, ...rest }) => ({
        ...rest,
        lastId,
        firstAt: idTime(firstId) ?? from,
        lastAt: idTime(lastId) ?? from,
      })),
  )
  const failing = await failingSince(facts, { ...services, applicationId, now })
  const words = await wordsOf(services, applicationId)
  const issues = facts.map((one) =>
    issueOut(one, words.get(issueId(one)) ?? null, failing.get(one.endpointId) ?? null),
  )
  return {
    view,
    facts,
    issues,
    countedSince: Math.max(answersSince ?? from, countedSince ?? from, from),
  }
}

/** Endpoints that do not go well, each with the beginning of its spell. */
async function failingSince(
  facts: readonly IssueFacts[],
  of: Pick<Services, 'store'> & {
    readonly applicationId: IndexedView['application']['id']
    readonly now: number
  },
): Promise<ReadonlyMap<EndpointId, number>> {
  const endpointIds = [...new Set(facts.map(({ endpointId }) => endpointId))]
  if (endpointIds.length === 0) return new Map()
  const until = Math.ceil((of.now + 1) / hourMs) * hourMs
  const activity = await of.store.endpointActivity({
    ...{ applicationId: of.applicationId, endpointIds },
    ...{ since: until - hourMs, until, sliceMs: hourMs },
    ...{ rowsMax: 1, waitingMax: 1, lastSince: of.now - windowMs },
  })
  return new Map(
    activity.flatMap(({ endpointId, failingSince: since, last }) =>
      // One that has not been tried of late has not been seen to go well either.
      since === null && last?.succeeded === true ? [] : [[endpointId, since ?? 0] as const],
    ),
  )
}

/** What people said, by issue. */
async function wordsOf(
  { store }: Pick<Services, 'store'>,
  applicationId: IndexedView['application']['id'],
): Promise<ReadonlyMap<string, IssueWord>> {
  const { items } = await store.listRecords({
    ...{ kind, owner: applicationId },
    page: { limit: wordsMax, order: 'ascending', iterator: null, backwards: false },
  })
  return new Map(
    items.flatMap(({ id, body: { state, note, by, at, count, lastId } }) => {
      const known = issueStates.find((one) => one === state)
      if (known === undefined || typeof at !== 'number') return []
      const word: IssueWord = {
        state: known,
        note: typeof note === 'string' ? note : '',
        by: typeof by === 'string' ? by : null,
        at,
        seen: { count: Number(count), lastId: String(lastId) },
      }
      return [[id.slice(applicationId.length + 1), word] as const]
    }),
  )
}

function issueOut(facts: IssueFacts, word: IssueWord | null, failing: number | null): Out {
  const { endpointId, kind: what, count, answers } = facts
  return {
    id: issueId(facts),
    ...{ endpointId, kind: what, count, answers: [...answers] },
    firstSeen: timeText(facts.firstAt),
    lastSeen: timeText(facts.lastAt),
    state: issueState(facts, word, failing),
    note: word?.note ?? '',
    by: word?.by ?? null,
    at: word === null ? null : timeText(word.at),
  }
}
