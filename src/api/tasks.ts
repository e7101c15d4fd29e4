/** Long jobs: started here, worked off in the background, looked at and stopped here. */

import * as contract from '../contract/task.ts'
import type { DeliveryState } from '../domain/delivery.ts'
import { Problem, problems } from '../domain/errors.ts'
import type { ApplicationId } from '../domain/ids.ts'
import type { Task, TaskJob } from '../domain/task.ts'
import { countMissing } from '../intake/missing-messages.ts'
import { cancelTask, pauseTask, resumeTask, startTask, taskOf } from '../intake/tasks.ts'
import type { StoredRecord } from '../store/port/records.ts'
import { absent } from './absent.ts'
import {
  type Answer,
  answer,
  applicationOf,
  type Call,
  conflict,
  endpointOf,
  notFound,
  type Route,
  route,
  type Services,
} from './call.ts'
import { noticeChannel } from './job-notice.ts'
import { listText, pageRequest } from './pagination.ts'
import { type Principal, requirePermission } from './principal.ts'
import { isSdk } from './sdk.ts'
import { soughtOf } from './sought.ts'
import { backgroundTaskOut, statusesOf, taskOut, worksOnEndpoints } from './task-out.ts'
import { bodyTime, timeText } from './times.ts'
import { refuse } from './validate.ts'

const dayMs = 86_400_000
const slackMs = 5 * 60_000
const recoverMaxMs = 14 * dayMs
const replayMaxMs = 90 * dayMs
const statsMaxMs = 28 * dayMs
const applicationsMax = 10_000

export const taskRoutes: readonly Route[] = [
  route(contract.recoverEndpoint, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const range = pastRange(call.body, call.now, recoverMaxMs)
    const { id: endpointId, applicationId } = endpoint
    return startJob(
      call,
      { kind: 'endpoint.recover', applicationId, endpointId, ...range },
      services,
    )
  }),

  route(contract.replayMissing, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const range = pastRange(call.body, call.now, replayMaxMs)
    const { id: endpointId, applicationId } = endpoint
    const job: TaskJob = { kind: 'endpoint.replay', applicationId, endpointId, ...range }
    const notify = await noticeChannel(call, call.body.notify, services)
    return startJob(call, job, services, notify)
  }),

  route(contract.previewMissing, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const range = pastRange(call.body, call.now, replayMaxMs)
    const view = await services.views.get(endpoint.applicationId)
    const current = view?.endpoint(endpoint.id)
    if (view === null || current === undefined) throw notFound(absent.endpoint)
    const bound = { ...range, max: contract.missingPreviewMax, now: call.now }
    const count = await countMissing(services.store, { view, endpoint: current }, bound)
    return answer(200, {
      missing: count.missing,
      seen: count.seen,
      oldest: count.oldestAt === null ? null : timeText(count.oldestAt),
      newest: count.newestAt === null ? null : timeText(count.newestAt),
      eventTypes: [...count.eventTypes]
        .map(([name, number]) => ({ name, count: number }))
        .sort((a, b) => b.count - a.count),
      complete: count.complete,
    })
  }),

  route(contract.bulkReplay, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const { eventTypes, channel, tag, status, statusCodeClass } = call.body
    const job: TaskJob = {
      kind: 'endpoint.bulk-replay',
      applicationId: endpoint.applicationId,
      endpointId: endpoint.id,
      ...pastRange(call.body, call.now, replayMaxMs),
      eventTypes: eventTypes ?? null,
      channel: channel ?? null,
      tag: tag ?? null,
      states: typeof status === 'number' ? (statesByStatus[status] ?? null) : null,
      statusCodeClass: statusCodeClass ?? null,
    }
    return startJob(call, job, services)
  }),

  route(contract.expungeAllContents, async (call, services) => {
    const application = await applicationOf(call, services)
    const { since, until, eventTypes, tag } = call.body
    const { id: applicationId } = application
    const { sought, selective } = await soughtOf(call.body, call, {
      ...{ services, applicationId, inBody: true },
    })
    const job: TaskJob = {
      kind: 'application.purge_content',
      applicationId,
      since:
        since === undefined
          ? application.createdAt - dayMs // ids of its messages may be a moment older
          : bodyTime(since, 'since'),
      until: until === undefined ? call.now : Math.min(bodyTime(until, 'until'), call.now),
      eventTypes: eventTypes ?? null,
      tag: tag ?? null,
      ...(selective ? { sought } : {}),
    }
    if (job.since > job.until)
      throw refuse('since', { en: 'after `until`', es: 'posterior a `until`' })
    return startJob(call, job, services)
  }),

  route(contract.aggregateAppStats, async (call, services) => {
    const { appIds } = call.body
    const { since, until } = rangeOf(call.body, call.now, statsMaxMs)
    const { organizationId } = call.principal
    const known = new Set<ApplicationId>()
    const unresolved: string[] = []
    for (const idOrUid of appIds ?? []) {
      const found = await services.store.findApplication({ organizationId, idOrUid })
      if (found === null) unresolved.push(idOrUid)
      else known.add(found.id)
    }
    const applicationIds =
      appIds === null || appIds === undefined ? await allApplications(call, services) : [...known]
    const job: TaskJob = { kind: 'application.stats', applicationIds, since, until }
    const { body } = await startJob(call, job, services)
    return answer(202, { ...JSON.parse(body ?? '{}'), unresolvedAppIds: unresolved })
  }),

  route(contract.aggregateEventTypes, async (call, services) => {
    const applicationIds = await allApplications(call, services)
    const job: TaskJob = {
      kind: 'event-type.aggregate',
      applicationIds,
      since: call.now - statsMaxMs,
      until: call.now,
    }
    return startJob(call, job, services)
  }),

  route(contract.listTasks, async (call, services) => {
    const { status, task } = call.query
    const kinds = task === undefined ? (isSdk(call) ? contract.sdkTaskKinds : null) : [task]
    const page = await services.store.listRecords({
      kind: 'task',
      owner: call.principal.organizationId,
      page: pageRequest(call.query, { kind: 'task', order: 'descending' }),
      having: [
        ...(status === undefined ? [] : [{ path: ['status'], anyOf: statusesOf[status] }]),
        ...(kinds === null ? [] : [{ path: ['job', 'kind'], anyOf: kinds }]),
      ],
    })
    const render = (item: StoredRecord) => JSON.stringify(backgroundTaskOut(taskOf(item), call))
    const body = listText(page, { idOf: (item) => item.id, render })
    return { status: 200, body }
  }),

  route(contract.getTask, async (call, services) =>
    answer(200, wholeOut(await recordOf(call, services), call)),
  ),

  route(contract.cancelTask, async (call, services) => {
    const record = await movableOf(call, services)
    const result = await cancelTask(services.store, record, call.now)
    if (result === 'over') throw conflict({ en: 'The task is over.', es: 'La tarea ya terminó.' })
    return answer(200, wholeOut(await recordOf(call, services), call))
  }),

  route(contract.pauseTask, async (call, services) => {
    const record = await movableOf(call, services)
    const paused = await pauseTask(services.store, record, call.now)
    if (!paused)
      throw conflict({ en: 'The task is not running.', es: 'La tarea no está en curso.' })
    return answer(200, wholeOut(await recordOf(call, services), call))
  }),

  route(contract.resumeTask, async (call, services) => {
    const record = await movableOf(call, services)
    const resumed = await resumeTask(services.store, record, call.now)
    if (!resumed)
      throw conflict({ en: 'The task is not paused.', es: 'La tarea no está en pausa.' })
    services.wake()
    return answer(200, wholeOut(await recordOf(call, services), call))
  }),
]

const statesByStatus: readonly (readonly DeliveryState[])[] = [
  ['succeeded'],
  ['pending'],
  ['failed'],
  ['sending'],
  ['canceled'],
]

/** A replay ends now at the latest: what it adds itself lies after that. */
export function pastRange(...input: Parameters<typeof rangeOf>): ReturnType<typeof rangeOf> {
  const { since, until } = rangeOf(...input)
  return { since, until: Math.min(until, input[1]) }
}

/** `since` and `until` of a body, at most so far apart. */
function rangeOf(
  body: { readonly since: string; readonly until?: string | null },
  now: number,
  maxMs: number,
): { readonly since: number; readonly until: number } {
  const since = bodyTime(body.since, 'since')
  const until = typeof body.until === 'string' ? bodyTime(body.until, 'until') : now
  if (until - since > maxMs + slackMs) {
    throw refuse('since', {
      en: `at most ${maxMs / dayMs} days before \`until\``,
      es: `como máximo ${maxMs / dayMs} días antes de \`until\``,
    })
  }
  if (since > until) throw refuse('since', { en: 'after `until`', es: 'posterior a `until`' })
  return { since, until }
}

async function allApplications(
  call: Pick<Call<unknown, unknown>, 'principal'>,
  services: Services,
): Promise<readonly ApplicationId[]> {
  const found: ApplicationId[] = []
  let iterator: string | null = null
  for (;;) {
    const page = await services.store.listApplications({
      organizationId: call.principal.organizationId,
      page: { limit: 250, order: 'ascending', iterator, backwards: false },
    })
    found.push(...page.items.map(({ id }) => id))
    if (found.length > applicationsMax) {
      throw new Problem(problems.limitReached, {
        detail: {
          en: 'Too many applications: name some.',
          es: 'Demasiadas aplicaciones: nombra algunas.',
        },
      })
    }
    iterator = found[found.length - 1] ?? null
    if (page.done || iterator === null) return found
  }
}

/** Writes the job down; the answer tells its id. */
export async function startJob(
  call: Pick<Call<unknown, unknown>, 'principal' | 'now'>,
  job: TaskJob,
  services: Services,
  notify: string | null = null,
): Promise<Answer> {
  const { organizationId } = call.principal
  const task = await startTask(services, { organizationId, job, now: call.now, notify })
  services.wake()
  return answer(202, taskOut(task))
}

async function recordOf(
  call: Pick<Call<unknown, unknown>, 'principal' | 'path'>,
  services: Services,
): Promise<StoredRecord> {
  const id = call.path['task_id'] ?? ''
  const found = await services.store.findRecord({ kind: 'task', id })
  if (found === null || !isVisible(taskOf(found), call.principal)) throw notFound(absent.task)
  return found
}

/** What somebody may pause, resume or end: work on endpoints only who may change them. */
async function movableOf(
  call: Pick<Call<unknown, unknown>, 'principal' | 'path'>,
  services: Services,
): Promise<StoredRecord> {
  const record = await recordOf(call, services)
  if (worksOnEndpoints(taskOf(record).job)) requirePermission(call.principal, 'manage-endpoints')
  return record
}

function wholeOut(record: StoredRecord, { language }: Pick<Call<unknown, unknown>, 'language'>) {
  return backgroundTaskOut(taskOf(record), { language, whole: true })
}

function isVisible(task: Task, principal: Principal): boolean {
  const { organizationId, applicationId } = principal
  if (task.organizationId !== organizationId) return false
  if (applicationId === null) return true
  return 'applicationId' in task.job && task.job.applicationId === applicationId
}
