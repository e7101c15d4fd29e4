/**
 * One step of a job over endpoints: what was chosen by the step before is done, each by itself, under
 * its own rules and with its own audit entry; then the next are chosen. Both are written down
 * together, so a node that takes the job over knows what was in hand: what it finds done already was
 * done by this job when the audit log has it so, since each entry names the task as its request.
 */
import { changeEndpoints } from '../contract/endpoint-change.ts'
import { testEndpoint } from '../contract/webhook.ts'
import type { Application } from '../domain/application.ts'
import { type Endpoint, endpointTitle } from '../domain/endpoint.ts'
import {
  type EndpointResult,
  type EndpointSelection,
  type EndpointWork,
  workAfter,
} from '../domain/endpoint-work.ts'
import type { Problem } from '../domain/errors.ts'
import type { EndpointId } from '../domain/ids.ts'
import { alike, type Sentence } from '../domain/sentence.ts'
import type { Task } from '../domain/task.ts'
import type { EndpointWorker, StepResult } from '../intake/tasks.ts'
import { withTrail } from './audit-trail.ts'
import { answer, noContent, type Services } from './call.ts'
import { changes, refusalOf } from './endpoint-change-many.ts'
import { soughtEndpoints } from './endpoint-list.ts'
import type { Principal } from './principal.ts'
import { firstOf } from './sample-types.ts'
import { atOnce, testResults } from './systems/test-events.ts'

type Job = Parameters<EndpointWorker>[1]
type JobOf<Kind extends Job['kind']> = Extract<Job, { readonly kind: Kind }>

/** Endpoints changed in one step, one after the other. */
const changedAtOnce = 25
/** Endpoints tested in one step, side by side. */
const testedAtOnce = 5
/** More than this is not counted beforehand: progress is then told without a whole. */
const countMax = 10_000

interface Context {
  readonly task: Task
  readonly application: Application
  readonly services: Services
  readonly now: number
}

export function endpointWorker(services: Services): EndpointWorker {
  return async (task, job, now) => {
    const { organizationId } = task
    const idOrUid = job.applicationId
    const application = await services.store.findApplication({ organizationId, idOrUid })
    if (application === null) return { cursor: task.cursor, seen: 0, done: 0, over: true }
    const context: Context = { task, application, services, now }
    const { work } = task
    if (work === undefined) return begun(job, context)
    const results = await resultsOf(job, work, context)
    const next = work.last ? null : await chosen(job, context)
    const done = results.filter(({ fate }) => fate !== 'unchanged' && fate !== 'gone')
    return {
      cursor: next?.cursor ?? task.cursor,
      seen: results.length,
      done: done.filter(({ fate }) => fate !== 'refused').length,
      work: workAfter(work, results, next ?? { inHand: [], last: true }),
      over: next === null,
    }
  }
}

async function begun(job: Job, context: Context): Promise<StepResult> {
  const total = job.ids?.length ?? (await countOf(job, context))
  const { cursor, inHand, last } = await chosen(job, context)
  const work: EndpointWork = { total, inHand, last, tally: {}, results: [] }
  return { cursor, seen: 0, done: 0, work, over: false }
}

/** Null: there are more. */
async function countOf({ sought }: EndpointSelection, context: Context): Promise<number | null> {
  let [count, iterator] = [0, null as string | null] // where the page before ended
  for (;;) {
    const page = await pageOf(sought, { ...context, iterator, limit: countMax })
    count += page.items.length
    iterator = page.scannedTo?.id ?? null
    if (page.done || iterator === null) return count
    if (count >= countMax) return null
  }
}

function pageOf(
  sought: EndpointSelection['sought'],
  of: Context & { readonly iterator: string | null; readonly limit: number },
) {
  const { iterator, limit } = of
  const page = { limit, order: 'descending', iterator, backwards: false } as const
  return soughtEndpoints(sought, { ...of, page })
}

interface Chosen extends Pick<EndpointWork, 'inHand' | 'last'> {
  readonly cursor: string | null
}

/** The next ones, newest first, behind the cursor. */
async function chosen({ kind, ids, sought }: Job, context: Context): Promise<Chosen> {
  const { cursor } = context.task
  const limit = kind === 'endpoint.test' ? testedAtOnce : changedAtOnce
  if (ids !== null) {
    const left = ids.filter((id) => cursor === null || id < cursor)
    const inHand = left.slice(0, limit)
    return { inHand, last: left.length <= limit, cursor: inHand.at(-1) ?? cursor }
  }
  const page = await pageOf(sought, { ...context, iterator: cursor, limit })
  const inHand = page.items.map(({ id }) => id)
  return { inHand, last: page.done, cursor: page.scannedTo?.id ?? cursor }
}

async function resultsOf(
  job: Job,
  { inHand }: EndpointWork,
  context: Context,
): Promise<readonly EndpointResult[]> {
  if (job.kind === 'endpoint.test') {
    return Promise.all(inHand.map((id) => tested(id, job, context)))
  }
  const results: EndpointResult[] = []
  for (const id of inHand) results.push(await changed(id, job, context))
  return results
}

function found(id: EndpointId, { application, services }: Context): Promise<Endpoint | null> {
  return services.store.findEndpoint({ applicationId: application.id, idOrUid: id })
}

async function changed(
  id: EndpointId,
  job: JobOf<'endpoint.change'>,
  context: Context,
): Promise<EndpointResult> {
  const endpoint = await found(id, context)
  const name = endpoint === null ? id : endpointTitle(endpoint)
  const { action, eventTypes } = job
  const body = { action, eventTypes: eventTypes === null ? null : [...eventTypes] }
  const call = { ...callOf(id, job, context), body }
  let isSo = endpoint === null
  const refusal = await refusalOf(async () => {
    if (endpoint === null) return
    const change = (await changes({ ...context, call }))(endpoint)
    isSo = change === null
    if (change === null) return
    const origin = originOf(job, context)
    await withTrail(call, { operation: changeEndpoints, ...context, origin }, async (services) => {
      await change(services)
      return noContent
    })
  })
  if (refusal !== null) return refused({ id, name }, refusal)
  if (!isSo || (await didSo(id, context))) return { id, name, fate: 'changed' }
  return { id, name, fate: endpoint === null ? 'gone' : 'unchanged' }
}

/** Whether this job did it before a node that had it died. */
async function didSo(id: EndpointId, { task, application, services }: Context): Promise<boolean> {
  const { items } = await services.store.listAudit({
    organizationId: task.organizationId,
    filter: {
      ...{ actorKind: null, actorId: null, operation: changeEndpoints.id },
      ...{ resourceKind: 'endpoint', resourceId: id, applicationId: application.id },
      ...{ after: task.createdAt, before: null },
    },
    page: { limit: 10, order: 'descending', iterator: null, backwards: false },
  })
  return items.some(({ requestId }) => requestId === task.id)
}

async function tested(
  id: EndpointId,
  job: JobOf<'endpoint.test'>,
  context: Context,
): Promise<EndpointResult> {
  const endpoint = await found(id, context)
  if (endpoint === null) return { id, name: id, fate: 'gone' }
  const name = endpointTitle(endpoint)
  const { application, services, now } = context
  const { language } = job.by
  let result: EndpointResult = { id, name, fate: 'gone' }
  const refusal = await refusalOf(async () => {
    const types = job.eventTypes ?? (await typesFor(endpoint, context))
    const call = { ...callOf(id, job, context), body: { eventTypes: types } }
    const origin = originOf(job, context)
    await withTrail(call, { operation: testEndpoint, services, origin }, async () => {
      const results = await testResults(endpoint, types, { application, services, language, now })
      const told = results.find(({ succeeded }) => !succeeded) ?? results[0]
      result = {
        ...{ id, name, fate: results.every(({ succeeded }) => succeeded) ? 'succeeded' : 'failed' },
        ...{ status: told?.responseStatusCode ?? null, durationMs: told?.durationMs ?? 0 },
        ...(told?.error == null ? {} : { why: alike(told.error) }),
      }
      return answer(200, {})
    })
  })
  return refusal === null ? result : refused({ id, name }, refusal)
}

/** Who gets everything is sent the first type there is: one of each may be hundreds. */
async function typesFor(
  { eventTypes }: Endpoint,
  { application, services }: Context,
): Promise<readonly string[] | undefined> {
  if (eventTypes !== null)
    return eventTypes.length <= atOnce ? undefined : eventTypes.slice(0, atOnce)
  const first = await firstOf('', application, services.store)
  return first === null ? [] : [first]
}

function refused(
  { id, name }: Pick<EndpointResult, 'id' | 'name'>,
  problem: Problem,
): EndpointResult {
  if (problem.status === 404) return { id, name, fate: 'gone' } // it went meanwhile
  const why: Sentence = problem.issues?.[0]?.msg ?? problem.detail
  return { id, name, fate: 'refused', code: problem.code, why }
}

/** The call that one who asks for this endpoint alone would make. */
function callOf(id: EndpointId, { by }: EndpointSelection, { task, application, now }: Context) {
  return {
    principal: principalOf(by, task),
    path: { ...noPath, app_id: application.id as string, endpoint_id: id as string }, // ids are texts
    language: by.language,
    now,
  }
}

const noPath = { msg_id: '', attempt_id: '', event_type_name: '' }

function principalOf(
  { actor, applicationId }: EndpointSelection['by'],
  { organizationId }: Task,
): Principal {
  return {
    kind: applicationId === null ? 'organization' : 'application',
    ...{ organizationId, applicationId, actor },
    permissions: new Set(['read', 'manage-endpoints']),
    ...{ featureFlags: null, expiresAt: null, sessionId: null },
  }
}

function originOf({ by }: EndpointSelection, { task }: Context) {
  return { address: by.address, requestId: task.id }
}
