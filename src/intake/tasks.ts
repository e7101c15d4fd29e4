/**
 * Long jobs as records: started here, worked off by `upkeep/task-runner.ts`. Each change is guarded
 * by the record's version, so a job that was canceled, or taken over by another node, is not moved
 * by the one that had it.
 */
import type { EndpointWork } from '../domain/endpoint-work.ts'
import type { OrganizationId } from '../domain/ids.ts'
import type { Recovery } from '../domain/recovery.ts'
import { type Task, type TaskJob, taskFormat } from '../domain/task.ts'
import type { IdSource } from '../runtime/id-source.ts'
import type { RecordStore, StoredRecord } from '../store/port/records.ts'

/** What a step did; `over` when nothing is left. */
export interface StepResult {
  readonly cursor: string | null
  readonly seen: number
  readonly done: number
  readonly counts?: Task['counts']
  readonly recovery?: Recovery
  readonly work?: EndpointWork
  /** When the next step makes sense; absent: now. */
  readonly nextAt?: number
  readonly over: boolean
  /** It is over because it was given up. */
  readonly failed?: boolean
}

/** One step of a job over endpoints. */
export type EndpointWorker = (
  task: Task,
  job: Extract<TaskJob, { readonly kind: 'endpoint.change' | 'endpoint.test' }>,
  now: number,
) => Promise<StepResult>

/** A finished task is kept this long, for whoever asks how it went. */
const keptMs = 30 * 86_400_000

export async function startTask(
  deps: { readonly store: RecordStore; readonly ids: IdSource },
  input: {
    readonly organizationId: OrganizationId
    readonly job: TaskJob
    readonly now: number
    /** The channel on which its end is told; absent: to the usual receivers only. */
    readonly notify?: string | null
  },
): Promise<Task> {
  const task: Task = {
    id: deps.ids.next('task'),
    organizationId: input.organizationId,
    job: input.job,
    format: taskFormat,
    status: 'running',
    cursor: null,
    progress: { seen: 0, done: 0 },
    counts: {},
    ...(input.notify == null ? {} : { notify: input.notify }),
    createdAt: input.now,
    updatedAt: input.now,
  }
  await deps.store.insertRecord(taskRecord(task, { version: 1, dueAt: input.now }))
  return task
}

/** `dueAt`: when a node should take it up; null for one that is over. */
export function taskRecord(
  task: Task,
  place: { readonly version: number; readonly dueAt: number | null },
): StoredRecord {
  return {
    kind: 'task',
    id: task.id,
    owner: task.organizationId,
    version: place.version,
    dueAt: place.dueAt,
    expiresAt: isOpen(task) ? null : task.updatedAt + keptMs,
    body: { ...task },
  }
}

export function taskOf(record: StoredRecord): Task {
  return record.body as unknown as Task // written by `taskRecord` only
}

/** Whether it goes on, now or when a person says so. */
export function isOpen({ status }: Task): boolean {
  return status === 'running' || status === 'paused'
}

/** Stops a task where it is. `'over'` when it had ended already. */
export async function cancelTask(
  store: RecordStore,
  record: StoredRecord,
  now: number,
): Promise<'canceled' | 'over'> {
  const moved = await moveTask(store, record, (task) =>
    isOpen(task) ? { task: { ...task, status: 'canceled', updatedAt: now }, dueAt: null } : null,
  )
  return moved ? 'canceled' : 'over'
}

/** Holds a running task until `resumeTask`. False when it was not running. */
export function pauseTask(store: RecordStore, record: StoredRecord, now: number): Promise<boolean> {
  return moveTask(store, record, (task) =>
    task.status === 'running'
      ? { task: { ...task, status: 'paused', updatedAt: now }, dueAt: null }
      : null,
  )
}

/** Lets a paused task go on where it was. False when it was not paused. */
export function resumeTask(
  store: RecordStore,
  record: StoredRecord,
  now: number,
): Promise<boolean> {
  return moveTask(store, record, (task) =>
    task.status === 'paused'
      ? { task: { ...task, status: 'running', updatedAt: now }, dueAt: now }
      : null,
  )
}

/** Changes a task as it is now, again until nobody comes between. False when `change` says no. */
async function moveTask(
  store: RecordStore,
  record: StoredRecord,
  change: (task: Task) => { readonly task: Task; readonly dueAt: number | null } | null,
): Promise<boolean> {
  let current = record
  for (;;) {
    const to = change(taskOf(current))
    if (to === null) return false
    const { version } = current
    const next = taskRecord(to.task, { version, dueAt: to.dueAt })
    const result = await store.replaceRecord({ record: next, expectedVersion: version })
    if (result === 'replaced') return true
    const found = await store.findRecord({ kind: 'task', id: record.id })
    if (found === null) return false
    current = found
  }
}
