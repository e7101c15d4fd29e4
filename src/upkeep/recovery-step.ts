/**
 * One step of the jobs over chosen deliveries: sending them again with the care that
 * `domain/recovery.ts` rules, and taking them back. The cursor is the place of the endpoint and the
 * last delivery dealt with there: `0/dlv_…`, or by its number where order counts: `0/#7`.
 */
import type { Delivery } from '../domain/delivery.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import {
  added,
  beginRecovery,
  nextEndpoint,
  nextMove,
  type OptionsThere,
  observed,
  optionsAt,
  type Recovery,
  type Watched,
  watchMs,
} from '../domain/recovery.ts'
import type { Task, TaskJob } from '../domain/task.ts'
import type { IndexedView } from '../intake/application-views.ts'
import {
  countSelection,
  deliveriesAt,
  selectionPage,
  settledBy,
  toSend,
} from '../intake/delivery-selection.ts'
import type { EndpointNow } from '../intake/sought-rows.ts'
import type { StepResult } from '../intake/tasks.ts'
import { addManual, type Target, taskDeliveryId } from './add-delivery.ts'
import type { StepDeps } from './task-steps.ts'

type RecoverJob = Extract<TaskJob, { readonly kind: 'delivery.recover' }>
type CancelJob = Extract<TaskJob, { readonly kind: 'delivery.cancel' }>
interface Context {
  readonly deps: StepDeps
  readonly now: number
}

/** More than this is not counted beforehand: progress is then told without a whole. */
const countMax = 20_000
/** How soon a step that waits for answers, or for its rate, looks again. */
const waitMs = 200

export async function recoverStep(
  task: Task,
  job: RecoverJob,
  context: Context,
): Promise<StepResult> {
  const { deps, now } = context
  if (task.recovery === undefined) return countFirst(job, context)
  const place = placeOf(task)
  const endpointId = job.endpointIds[place.at]
  if (endpointId === undefined) return ended(task, task.recovery, job)
  const target = await targetOf(job, endpointId, context)
  if (target === null) return moveOn(nextEndpoint(task.recovery), place.at)
  const options = optionsAt(job.options, target.endpoint)
  const recovery = { ...(await observe(task.recovery, job, context)), rate: options.rate }
  const move = nextMove(recovery, options, now)
  switch (move.kind) {
    case 'next':
      return moveOn(nextEndpoint(recovery), place.at)
    case 'stop': {
      const stopped = [...recovery.stopped, { endpointId, reason: move.reason }]
      return moveOn(nextEndpoint({ ...recovery, stopped }), place.at)
    }
    case 'wait':
      return { cursor: task.cursor, seen: 0, done: 0, recovery, nextAt: now + waitMs, over: false }
    case 'add':
      return addSome(task, job, { recovery, options, target, place, max: move.max, deps })
    default:
      return move satisfies never
  }
}

async function countFirst(job: RecoverJob, { deps, now }: Context): Promise<StepResult> {
  const endpoint = await endpointsOf(job, deps)
  const count = await countSelection(deps.store, job, { max: countMax, now, endpoint })
  const total = count.complete ? toSend(count, job.options.skipDelivered) : null
  return { cursor: null, seen: 0, done: 0, recovery: beginRecovery(total, now), over: false }
}

interface Place {
  readonly at: number
  readonly last: string | null
}

function placeOf({ cursor }: Task): Place {
  const [at = '0', last = ''] = cursor?.split('/') ?? []
  return { at: Number(at), last: last === '' ? null : last }
}

function moveOn(recovery: Recovery, at: number): StepResult {
  return { cursor: `${at + 1}/`, seen: 0, done: 0, recovery, over: false }
}

/** It failed when each of its endpoints was stopped. */
function ended(task: Task, recovery: Recovery, job: RecoverJob): StepResult {
  const failed = recovery.stopped.length > 0 && recovery.stopped.length === job.endpointIds.length
  return { cursor: task.cursor, seen: 0, done: 0, recovery, over: true, failed }
}

/** What the selection says of endpoints is held against their settings of now. */
async function endpointsOf(
  { applicationId }: { readonly applicationId: Endpoint['applicationId'] },
  { views }: StepDeps,
): Promise<EndpointNow> {
  const view = await views.get(applicationId)
  return (id) => view?.endpoint(id)
}

async function targetOf(
  job: { readonly applicationId: Endpoint['applicationId'] },
  endpointId: Endpoint['id'],
  { deps, now }: Context,
): Promise<Target | null> {
  const view: IndexedView | null = await deps.views.get(job.applicationId)
  const endpoint = view?.endpoint(endpointId)
  return view === null || endpoint === undefined ? null : { view, endpoint, now }
}

/** Looks how the first attempts of what was added went. */
async function observe(
  recovery: Recovery,
  { applicationId, options }: RecoverJob,
  { deps, now }: Context,
): Promise<Recovery> {
  const patienceMs = recovery.probe === 'passed' || !options.probe ? watchMs : Infinity // nextMove bounds a probe's
  const still: Watched[] = []
  let [succeeded, failing] = [0, 0]
  for (const watched of recovery.watching) {
    const found = await deps.store.findDelivery({ applicationId, deliveryId: watched.id })
    if (found === null || found.state === 'canceled') continue
    if (found.state === 'succeeded') succeeded += 1
    else if (found.attemptCount > 0) failing += 1
    else if (now - watched.at < patienceMs) still.push(watched)
  }
  return observed(recovery, { succeeded, failing, still })
}

/** Goes through the next page until `max` were added. */
async function addSome(
  task: Task,
  job: RecoverJob,
  input: {
    readonly recovery: Recovery
    readonly options: OptionsThere
    readonly target: Target
    readonly place: Place
    readonly max: number
    readonly deps: StepDeps
  },
): Promise<StepResult> {
  const { recovery, options, target, place, max, deps } = input
  const { endpoint, now } = target
  const byNumber = target.view.policy(endpoint).ordering === 'fifo'
  const from = {
    ...{ endpointId: endpoint.id, cursor: place.last, now, byNumber },
    endpoint: await endpointsOf(job, deps),
  }
  const page = await selectionPage(deps.store, job, from)
  const ids: Watched['id'][] = []
  let [seen, skipped, unsendable] = [0, 0, 0]
  let cursor = page.cursor
  for (const { delivery, place: behind } of page.items) {
    if (ids.length >= max) break
    cursor = behind
    seen += 1
    const result = await sendAgain(task, job, { delivery, target, deps })
    if (result === 'skipped') skipped += 1
    else if (result === 'unsendable') unsendable += 1
    else if (result !== 'repeated') ids.push(result)
  }
  const whole = seen === page.items.length
  const next = added(recovery, ids, { options, now })
  return {
    cursor: `${place.at}/${whole ? page.cursor : cursor}`,
    seen,
    done: ids.length,
    recovery: {
      ...next,
      skipped: next.skipped + skipped,
      unsendable: next.unsendable + unsendable,
      endedAt: whole && page.done ? now : null,
    },
    over: false,
  }
}

/**
 * Adds the task's delivery of the message. `repeated`: a later delivery of a message that was dealt
 * with. One that an earlier try of this step added counts as added by this one.
 */
async function sendAgain(
  task: Task,
  job: RecoverJob,
  input: { readonly delivery: Delivery; readonly target: Target; readonly deps: StepDeps },
): Promise<Watched['id'] | 'skipped' | 'unsendable' | 'repeated'> {
  const { delivery, target, deps } = input
  const { messageId } = delivery
  const id = taskDeliveryId(task, messageId, target.endpoint)
  const others = await deliveriesAt(deps.store, delivery)
  if (others.some((other) => other.id === id)) {
    const first = others.find(({ state }) => job.states.includes(state))
    return first?.id === delivery.id ? id : 'repeated'
  }
  if (job.options.skipDelivered && settledBy(others, delivery.id) !== null) return 'skipped'
  return (await addManual(deps.store, { id, messageId }, target)) ? id : 'unsendable'
}

/** Takes back what waits, a page at a time. */
export async function cancelStep(
  task: Task,
  job: CancelJob,
  { deps, now }: Context,
): Promise<StepResult> {
  const place = placeOf(task)
  const endpointId = job.endpointIds[place.at]
  if (endpointId === undefined) return { cursor: task.cursor, seen: 0, done: 0, over: true }
  const endpoint = await endpointsOf(job, deps)
  const page = await selectionPage(deps.store, job, {
    ...{ endpointId, cursor: place.last, now, endpoint },
  })
  let done = 0
  for (const { delivery } of page.items) {
    const { applicationId, messageId, id: deliveryId } = delivery
    done += await deps.store.cancelMessageDeliveries({ applicationId, messageId, deliveryId, now })
  }
  const cursor = page.done ? `${place.at + 1}/` : `${place.at}/${page.cursor}`
  return { cursor, seen: page.items.length, done, over: false }
}
