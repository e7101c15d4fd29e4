/** Jobs over endpoints in words. */
import type { Job } from '../api/recovery-calls.ts'
import type { jobsEn } from '../messages/jobs-en.ts'

type JobWord = Extract<keyof typeof jobsEn, `jobs.${string}`>

const actions: Readonly<Record<string, JobWord>> = {
  pause: 'jobs.pause',
  resume: 'jobs.resume',
  enable: 'jobs.enable',
  disable: 'jobs.disable',
  delete: 'jobs.delete',
  'add-event-types': 'jobs.add',
  'remove-event-types': 'jobs.remove',
}

/** What it does, in a word or two; undefined: it is no work on endpoints. */
export function deedKey({ task, data }: Job): JobWord | undefined {
  if (task === 'endpoint.test') return 'jobs.test'
  return task === 'endpoint.change' ? actions[data.action ?? ''] : undefined
}

export function worksOnEndpoints({ task }: Job): boolean {
  return task === 'endpoint.test' || task === 'endpoint.change'
}

/** How many it has dealt with: of work on endpoints whatever was looked at. */
export function dealtWith(job: Job): number {
  return worksOnEndpoints(job) ? job.data.seen : job.data.done
}
