/**
 * Works off long jobs, a page at a time and in turn, so that a large one does not hold up a small
 * one. A task is leased by its due time: a node that dies leaves it to the next one, which goes on
 * at its cursor.
 */
import { type Task, taskFormat } from '../domain/task.ts'
import type { ApplicationViews } from '../intake/application-views.ts'
import { isOpen, taskOf, taskRecord } from '../intake/tasks.ts'
import type { World } from '../posthorn.ts'
import type { Timer } from '../runtime/clock.ts'
import type { Service } from '../runtime/service.ts'
import type { StoredRecord } from '../store/port/records.ts'
import type { Store } from '../store/store.ts'
import { StoreUnavailable } from '../store/store.ts'
import { stepOf } from './task-steps.ts'

/**
 * Longer than a step takes. One that takes longer all the same is done twice, to the same end: what it
 * adds has ids of the task's own.
 */
const leaseMs = 15_000
const pollMs = 1_000
/** How soon a task that asked to be looked at again is. */
const pollMinMs = 50
const tasksMax = 8
/** How often expired records (tasks, sessions, keys) are removed, and how many at most. */
const sweepMs = 60_000
const sweepRows = 1_000

export interface TaskRunnerDeps {
  readonly world: World
  readonly store: Store
  readonly views: ApplicationViews
  /** Deliveries were added to the table: look soon. */
  readonly wake: () => void
  /** A task ended. */
  readonly onFinished?: (task: Task) => void
}

export interface TaskRunner extends Service {
  /** Looks for tasks now; resolves when nothing is due. */
  runDue(): Promise<void>
}

export function taskRunner(deps: TaskRunnerDeps): TaskRunner {
  const { clock, log } = deps.world
  let timer: Timer | null = null
  let stopping = false
  let running: Promise<void> | null = null
  let sweptAt = 0

  const sweep = async (): Promise<void> => {
    if (clock.now() - sweptAt < sweepMs) return
    sweptAt = clock.now()
    await deps.store.sweepRecords({ now: sweptAt, limit: sweepRows })
  }
  /** When a task of this node wants to be looked at again. */
  let nextAt = Number.POSITIVE_INFINITY
  const round = async (): Promise<void> => {
    await sweep()
    nextAt = Number.POSITIVE_INFINITY
    for (;;) {
      const now = clock.now()
      const due = await deps.store.listDueRecords({ kind: 'task', now, limit: tasksMax })
      // What a newer release began is for nodes of that release, which take the others too.
      const known = due.filter((record) => (taskOf(record).format ?? 1) <= taskFormat)
      if (known.length === 0 || stopping) return
      for (const record of known) {
        if (stopping) return
        nextAt = Math.min(nextAt, await advance(record, deps))
      }
    }
  }
  const runDue = (): Promise<void> => {
    running ??= round()
      .catch((error: unknown) => {
        if (!(error instanceof StoreUnavailable)) log.error('tasks.failed', {}, error)
      })
      .finally(() => {
        running = null
      })
    return running
  }
  const schedule = (): void => {
    const delayMs = Math.min(pollMs, Math.max(pollMinMs, nextAt - clock.now()))
    timer = clock.setTimer(delayMs, () => {
      void runDue().then(() => {
        if (!stopping) schedule()
      })
    })
  }
  return {
    runDue,
    async start() {
      schedule()
    },
    async stop() {
      stopping = true
      timer?.cancel()
      await running
    },
  }
}

const never = Number.POSITIVE_INFINITY

/** Takes the lease, does one step, and records it. When it wants to be looked at again: in ms. */
async function advance(record: StoredRecord, deps: TaskRunnerDeps): Promise<number> {
  const { clock, log } = deps.world
  const task = { ...taskOf(record), turn: (taskOf(record).turn ?? 0) + 1 }
  const leased = taskRecord(task, { version: record.version, dueAt: clock.now() + leaseMs })
  const taken = await deps.store.replaceRecord({
    record: leased,
    expectedVersion: record.version,
  })
  if (taken === 'conflict') return never
  const step = await afterStep(task, deps)
  const after = await saved(step, record.version + 1, deps)
  if (after === null) return never
  if (isOpen(after)) return after.status === 'running' ? step.nextAt : never
  const { seen, done } = after.progress
  log.info('task.finished', {
    task: task.id,
    kind: task.job.kind,
    status: after.status,
    seen,
    done,
  })
  deps.onFinished?.(after)
  return never
}

interface Step {
  readonly task: Task
  /** When the next one makes sense. */
  readonly nextAt: number
}

/**
 * Writes down what a step did. A person who paused, resumed or canceled the task meanwhile keeps
 * their word, and the task what was done; a node that took it over meanwhile knows better: null.
 */
async function saved(
  { task, nextAt }: Step,
  version: number,
  { store }: TaskRunnerDeps,
): Promise<Task | null> {
  let [after, expectedVersion] = [task, version]
  for (;;) {
    const dueAt = after.status === 'running' ? nextAt : null
    const record = taskRecord(after, { version: expectedVersion, dueAt })
    if ((await store.replaceRecord({ record, expectedVersion })) === 'replaced') return after
    const found = await store.findRecord({ kind: 'task', id: task.id })
    if (found === null || taskOf(found).turn !== task.turn) return null
    const { status } = taskOf(found)
    after = { ...task, status: task.status === 'running' ? status : task.status }
    if (status === 'canceled') after = { ...task, status }
    expectedVersion = found.version
  }
}

async function afterStep(task: Task, deps: TaskRunnerDeps): Promise<Step> {
  const { clock, log } = deps.world
  try {
    const result = await stepOf(task, deps, clock.now())
    if (result.done > 0) deps.wake()
    const now = clock.now()
    const after: Task = {
      ...task,
      status: !result.over ? 'running' : result.failed === true ? 'failed' : 'finished',
      cursor: result.cursor,
      progress: {
        seen: task.progress.seen + result.seen,
        done: task.progress.done + result.done,
      },
      counts: result.counts ?? task.counts,
      updatedAt: now,
    }
    const { recovery, nextAt = now } = result
    return { task: recovery === undefined ? after : { ...after, recovery }, nextAt }
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error // the lease runs out and it is tried again
    log.error('task.failed', { task: task.id, kind: task.job.kind }, error)
    return { task: { ...task, status: 'failed', updatedAt: clock.now() }, nextAt: 0 }
  }
}
