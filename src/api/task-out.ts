/** Long jobs as the API tells of them. */
import type Type from 'typebox'
import type * as contract from '../contract/task.ts'
import type { EndpointWork } from '../domain/endpoint-work.ts'
import type { Recovery } from '../domain/recovery.ts'
import type { Task, TaskJob, TaskStatus } from '../domain/task.ts'
import type { Language } from '../i18n/translate.ts'
import { isOpen } from '../intake/tasks.ts'
import { timeText } from './times.ts'

type EndpointJob = Extract<TaskJob, { readonly kind: 'endpoint.change' | 'endpoint.test' }>

export function worksOnEndpoints(job: TaskJob): job is EndpointJob {
  return job.kind === 'endpoint.change' || job.kind === 'endpoint.test'
}

export function taskOut(task: Task): Type.Static<typeof contract.TaskOut> {
  return {
    id: task.id,
    status: publicStatus(task),
    task: task.job.kind,
    updatedAt: timeText(task.updatedAt),
  }
}

/** The statuses that each public one stands for. */
export const statusesOf: Readonly<Record<PublicStatus, readonly TaskStatus[]>> = {
  running: ['running', 'paused'],
  finished: ['finished'],
  failed: ['failed', 'canceled'],
}
type PublicStatus = 'running' | 'finished' | 'failed'

function publicStatus(task: Task): PublicStatus {
  if (isOpen(task)) return 'running'
  return task.status === 'finished' ? 'finished' : 'failed'
}

/** `whole`: with what became of each thing, where the job keeps that. */
export function backgroundTaskOut(
  task: Task,
  { language, whole = false }: { readonly language: Language; readonly whole?: boolean },
): Type.Static<typeof contract.BackgroundTaskOut> {
  const { progress, counts, job, status, recovery, work } = task
  return {
    ...taskOut(task),
    data: {
      ...progress,
      ...(status === 'canceled' ? { canceled: true } : {}),
      ...(status === 'paused' ? { paused: true } : {}),
      ...('endpointId' in job ? { endpointId: job.endpointId } : {}),
      ...('applicationId' in job ? { appId: job.applicationId } : {}),
      ...('endpointIds' in job ? { endpointIds: job.endpointIds } : {}),
      ...(Object.keys(counts).length > 0 ? { counts } : {}),
      ...(task.notify === undefined ? {} : { notify: true }),
      ...(job.kind === 'delivery.recover' ? recoveryOut(job, recovery) : {}),
      ...(worksOnEndpoints(job) ? workOut(job, work, whole ? language : null) : {}),
      createdAt: timeText(task.createdAt),
    },
  }
}

function recoveryOut(
  { options }: Extract<TaskJob, { readonly kind: 'delivery.recover' }>,
  recovery: Recovery | undefined,
): Readonly<Record<string, unknown>> {
  const { rate: asked } = options
  if (recovery === undefined) return { ...options, rate: asked === 'usual' ? null : asked }
  const { total, skipped, unsendable, succeeded, failing, stopped, watching } = recovery
  const counted = { total, skipped, unsendable, succeeded, failing, waiting: watching.length }
  const rate = recovery.rate ?? (asked === 'usual' ? null : asked)
  return { ...options, rate, ...counted, stopped }
}

/** `language`: that of the reasons; null: without what became of each. */
function workOut(
  job: EndpointJob,
  work: EndpointWork | undefined,
  language: Language | null,
): Readonly<Record<string, unknown>> {
  const asked = {
    ...(job.kind === 'endpoint.change' ? { action: job.action } : {}),
    ...(job.eventTypes === null ? {} : { eventTypes: job.eventTypes }),
  }
  if (work === undefined) return { ...asked, total: job.ids?.length ?? null }
  const { total, tally, results } = work
  if (language === null) return { ...asked, total, tally }
  const shown = results.map(({ why, ...result }) => ({
    ...result,
    ...(why === undefined ? {} : { why: why[language] }),
  }))
  return { ...asked, total, tally, results: shown }
}
