/**
 * Works off long jobs, a page at a time and in turn, so that a large one does not hold up a small
 * one. A task is leased by its due time: a node that dies leaves it to the next one, which goes on
 * at its cursor. Steps that wait for others' servers have no turn: they go on beside the others, and
 * their lease is renewed meanwhile.
 */
import { type Task, taskFormat } from '../domain/task.ts'
import type { ApplicationViews } from '../intake/application-views.ts'
import { type EndpointWorker, isOpen, taskOf, taskRecord } from '../intake/tasks.ts'
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
const renewMs = leaseMs / 3
/** Steps that go on beside the others; one that finds no place is looked at again after `pollMs`. */
const asideMax = 4
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
  /** Does what the API does to an endpoint; absent: such jobs fail. */
  readonly endpoints?: EndpointWorker
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
  const slow = new Set<Promise<void>>()
  const aside = (leased: Leased): void => {
    const step = advance(leased, deps)
      .then(() => {}, failed)
      .finally(() => {
        slow.delete(step)
        if (!stopping) void inTurn()
      })
    slow.add(step)
  }
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
        const isSlow = waitsForOthers(taskOf(record))
        if (isSlow && slow.size >= asideMax) {
          await later(record, deps)
          continue
        }
        const leased = await take(record, deps)
        if (leased === null) continue
        if (isSlow) aside(leased)
        else nextAt = Math.min(nextAt, await advance(leased, deps))
      }
    }
  }
  const failed = (error: unknown): void => {
    if (!(error instanceof StoreUnavailable)) log.error('tasks.failed', {}, error)
  }
  const inTurn = (): Promise<void> => {
    running ??= round()
      .catch(failed)
      .finally(() => {
        running = null
      })
    return running
  }
  const schedule = (): void => {
    const delayMs = Math.min(pollMs, Math.max(pollMinMs, nextAt - clock.now()))
    timer = clock.setTimer(delayMs, () => {
      void inTurn().then(() => {
        if (!stopping) schedule()
      })
    })
  }
  return {
    async runDue() {
      await inTurn()
      while (slow.size > 0) {
        await Promise.all(slow)
        await inTurn()
      }
    },
    async start() {
      schedule()
    },
    async stop() {
      stopping = true
      timer?.cancel()
      await running
      await Promise.all(slow)
    },
  }
}

const never = Number.POSITIVE_INFINITY

/** Whether a step takes as long as the slowest server that it asks. */
function waitsForOthers({ job }: Task): boolean {
  return job.kind === 'endpoint.test'
}

/** Another task takes its place for a moment. */
async function later(record: StoredRecord, { world, store }: TaskRunnerDeps): Promise<void> {
  const { version } = record
  const place = { version, dueAt: world.clock.now() + pollMs }
  await store.replaceRecord({ record: taskRecord(taskOf(record), place), expectedVersion: version })
}

interface Leased {
  readonly task: Task
  /** Of its record. */
  readonly version: number
}

/** Takes the lease; null: somebody else did. */
async function take(
  record: StoredRecord,
  { world: { clock }, store }: TaskRunnerDeps,
): Promise<Leased | null> {
  const task = { ...taskOf(record), turn: (taskOf(record).turn ?? 0) + 1 }
  const leased = taskRecord(task, { version: record.version, dueAt: clock.now() + leaseMs })
  const taken = await store.replaceRecord({ record: leased, expectedVersion: record.version })
  return taken === 'conflict' ? null : { task, version: record.version + 1 }
}

/** Does one step, and records it. When it wants to be looked at again: in ms. */
async function advance({ task, version }: Leased, deps: TaskRunnerDeps): Promise<number> {
  const { log } = deps.world
  const lease = renewed(task, version, deps)
  const step = await afterStep(task, deps).finally(lease.release)
  const after = await saved(step, await lease.release(), deps)
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

/**
 * Keeps the lease of a step that takes long, until `release`, which tells the record's version then.
 * What somebody else wrote meanwhile ends it: `saved` sees to that.
 */
function renewed(
  task: Task,
  version: number,
  { world: { clock }, store }: TaskRunnerDeps,
): { release(): Promise<number> } {
  if (!waitsForOthers(task)) return { release: async () => version }
  let current = version
  let renewing = Promise.resolve()
  let timer: Timer | null = null
  const renew = async (): Promise<void> => {
    const record = taskRecord(task, { version: current, dueAt: clock.now() + leaseMs })
    const result = await store.replaceRecord({ record, expectedVersion: current })
    if (result !== 'replaced') return
    current += 1
    if (timer !== null) schedule()
  }
  const schedule = (): void => {
    timer = clock.setTimer(renewMs, () => {
      renewing = renew().catch(() => {}) // the store is away: the lease runs out
    })
  }
  schedule()
  return {
    async release() {
      timer?.cancel()
      timer = null
      await renewing
      return current
    },
  }
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
    const { recovery, work, nextAt = now } = result
    const stands = { ...(recovery && { recovery }), ...(work && { work }) }
    return { task: { ...after, ...stands }, nextAt }
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error // the lease runs out and it is tried again
    log.error('task.failed', { task: task.id, kind: task.job.kind }, error)
    return { task: { ...task, status: 'failed', updatedAt: clock.now() }, nextAt: 0 }
  }
}
