/**
 * What one step of each long job does: one page, from the cursor on. A step may be done again after
 * a crash: deliveries that a task adds have ids made of task and message, so that none is added
 * twice.
 */
import type { DeliveryState } from '../domain/delivery.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { type ApplicationId, idAtTime, type MessageId } from '../domain/ids.ts'
import type { Message } from '../domain/message.ts'
import { nothingSought, seekingOf } from '../domain/sought.ts'
import type { Task, TaskJob } from '../domain/task.ts'
import type { ApplicationViews, IndexedView } from '../intake/application-views.ts'
import { deliveriesAt } from '../intake/delivery-selection.ts'
import { missingPage } from '../intake/missing-messages.ts'
import { messagesThatFit } from '../intake/sought-rows.ts'
import type { EndpointWorker, StepResult } from '../intake/tasks.ts'
import type { EventFilter, PageRequest } from '../store/port/page.ts'
import type { Store } from '../store/store.ts'
import { addManual, type Target, taskDeliveryId } from './add-delivery.ts'
import { cancelStep, recoverStep } from './recovery-step.ts'

export interface StepDeps {
  readonly store: Store
  readonly views: ApplicationViews
  /** Does what the API does to an endpoint; absent: such jobs fail. */
  readonly endpoints?: EndpointWorker
}

const pageSize = 100
const over: StepResult = { cursor: null, seen: 0, done: 0, over: true }

export function stepOf(task: Task, deps: StepDeps, now: number): Promise<StepResult> {
  const { job } = task
  switch (job.kind) {
    case 'endpoint.recover':
    case 'endpoint.bulk-replay':
      return resendStep(task, job, { deps, now })
    case 'endpoint.replay':
      return missingStep(task, job, { deps, now })
    case 'delivery.recover':
      return recoverStep(task, job, { deps, now })
    case 'delivery.cancel':
      return cancelStep(task, job, { deps, now })
    case 'application.purge_content':
      return purgeStep(task, job, { deps, now })
    case 'encryption.rotate':
      return sealStep(task, deps)
    case 'endpoint.change':
    case 'endpoint.test':
      if (deps.endpoints === undefined) throw new Error('nothing works on endpoints here')
      return deps.endpoints(task, job, now)
    case 'application.stats':
    case 'event-type.aggregate':
      return countStep(task, job, { deps, now })
    default:
      return job satisfies never
  }
}

/** Endpoints whose secrets are under another key, sealed with the current one. */
async function sealStep(task: Task, { store }: StepDeps): Promise<StepResult> {
  const { cursor, seen, done } = await store.sealAnew({ cursor: task.cursor, limit: pageSize })
  return { cursor, seen, done, over: cursor === null }
}

interface Context {
  readonly deps: StepDeps
  readonly now: number
}
type JobOf<Kind extends TaskJob['kind']> = Extract<TaskJob, { readonly kind: Kind }>

/** Lists are read towards newer items: each page goes on after the cursor, up to `until`. */
function pageAfter(cursor: string): PageRequest {
  return { limit: pageSize, order: 'descending', iterator: cursor, backwards: true }
}

function range(until: number, changes: Partial<EventFilter> = {}): EventFilter {
  return { before: until, after: null, eventTypes: null, channel: null, tag: null, ...changes }
}

async function endpointOf(
  job: { readonly applicationId: ApplicationId; readonly endpointId: Endpoint['id'] },
  deps: StepDeps,
): Promise<{ readonly view: IndexedView; readonly endpoint: Endpoint } | null> {
  const view = await deps.views.get(job.applicationId)
  const endpoint = view?.endpoint(job.endpointId)
  return view === null || endpoint === undefined ? null : { view, endpoint }
}

/** Where the numbered ones of an ordered endpoint are gone through: the number dealt with last. */
const numberedCursor = /^number\/(\d+)$/

/**
 * Goes through the endpoint's deliveries and sends again those that the job means, oldest first. Of
 * an ordered endpoint those without a number, from before it was ordered; then the others by number,
 * since ids tell only the clocks of the nodes that made them.
 */
async function resendStep(
  task: Task,
  job: JobOf<'endpoint.recover'> | JobOf<'endpoint.bulk-replay'>,
  { deps, now }: Context,
): Promise<StepResult> {
  const found = await endpointOf(job, deps)
  if (found === null) return over
  const bulk = job.kind === 'endpoint.bulk-replay' ? job : null
  const page = await resendPage(task, job, { deps, now, isOrdered: isOrdered(found) })
  let done = 0
  for (const { delivery, last } of page.items) {
    const statusClass = last === null ? null : Math.floor(last.responseStatus / 100) * 100
    if (bulk !== null && bulk.statusCodeClass !== null && bulk.statusCodeClass !== statusClass) {
      continue
    }
    if (bulk === null && (await isSettled(delivery.messageId, job, deps))) continue
    if (await addOnce(task, delivery.messageId, { ...found, deps, now })) done += 1
  }
  return { cursor: page.cursor, seen: page.items.length, done, over: page.over }
}

function isOrdered({ view, endpoint }: Pick<Target, 'view' | 'endpoint'>): boolean {
  return view.policy(endpoint).ordering === 'fifo'
}

/** The next deliveries to look at, oldest first, and where to go on after them. */
async function resendPage(
  task: Task,
  job: JobOf<'endpoint.recover'> | JobOf<'endpoint.bulk-replay'>,
  { deps, now, isOrdered }: Context & { readonly isOrdered: boolean },
) {
  const { applicationId, endpointId, since, until } = job
  const bulk = job.kind === 'endpoint.bulk-replay' ? job : null
  const { eventTypes = null, channel = null, tag = null } = bulk ?? {}
  const states = bulk === null ? (['failed'] as const) : bulk.states
  const chosen = { applicationId, endpointId, states }
  const number = numberedCursor.exec(task.cursor ?? '')?.[1]
  if (number !== undefined) {
    const page = await deps.store.listNumberedDeliveries({
      ...{ ...chosen, since, until, eventTypes, channel, tag },
      ...{ afterSequence: Number(number), limit: pageSize },
    })
    const last = page.items.at(-1)?.delivery.sequence ?? number
    return { items: page.items, cursor: `number/${last}`, over: page.done }
  }
  const page = await deps.store.listDeliveries({
    ...{ applicationId, endpointIds: [endpointId], states },
    filter: range(until, { eventTypes, channel, tag }),
    page: pageAfter(task.cursor ?? idAtTime('delivery', since)),
    now,
  })
  const all = [...page.items].reverse()
  if (!isOrdered) {
    return { items: all, cursor: all.at(-1)?.delivery.id ?? task.cursor, over: page.done }
  }
  const items = all.filter(({ delivery }) => delivery.sequence === null)
  const cursor = page.done ? 'number/0' : (all.at(-1)?.delivery.id ?? task.cursor)
  return { items, cursor, over: false }
}

const settledStates: ReadonlySet<DeliveryState> = new Set(['succeeded', 'pending', 'sending'])

/** Whether the message got through to the endpoint some other time, or is on its way. */
async function isSettled(
  messageId: MessageId,
  job: { readonly applicationId: ApplicationId; readonly endpointId: Endpoint['id'] },
  deps: StepDeps,
): Promise<boolean> {
  const states = await statesAt(messageId, job, deps)
  return states.some((state) => settledStates.has(state))
}

async function statesAt(
  messageId: MessageId,
  job: { readonly applicationId: ApplicationId; readonly endpointId: Endpoint['id'] },
  deps: StepDeps,
): Promise<readonly DeliveryState[]> {
  const { applicationId, endpointId } = job
  const all = await deliveriesAt(deps.store, { applicationId, endpointId, messageId })
  return all.map(({ state }) => state)
}

/** Adds the task's delivery of a message, unless an earlier try of this step did. */
async function addOnce(
  task: Task,
  messageId: MessageId,
  { deps, ...target }: Target & { readonly deps: StepDeps },
): Promise<boolean> {
  const id = taskDeliveryId(task, messageId)
  const { applicationId } = target.endpoint
  if ((await deps.store.findDelivery({ applicationId, deliveryId: id })) !== null) return false
  return addManual(deps.store, { id, messageId }, target)
}

/** Goes through the application's messages and adds those that the endpoint wants and never got. */
async function missingStep(
  task: Task,
  job: JobOf<'endpoint.replay'>,
  { deps, now }: Context,
): Promise<StepResult> {
  const found = await endpointOf(job, deps)
  if (found === null) return over
  const { since, until } = job
  const at = { since, until, cursor: task.cursor, now }
  const page = await missingPage(deps.store, found, at)
  let done = 0
  for (const { id } of page.missing) {
    if (await addOnce(task, id, { ...found, deps, now })) done += 1
  }
  return { cursor: page.last ?? task.cursor, seen: page.seen, done, over: page.done }
}

async function messagesAfter(
  task: Task,
  job: { readonly applicationId: ApplicationId; readonly since: number; readonly until: number },
  { deps, now }: Context,
  narrower: Partial<EventFilter> = {},
): Promise<{ readonly items: readonly Message[]; readonly done: boolean }> {
  const page = await deps.store.listMessages({
    applicationId: job.applicationId,
    filter: range(job.until, narrower),
    page: pageAfter(task.cursor ?? idAtTime('message', job.since)),
    withPayload: false,
    now,
  })
  return { items: [...page.items].reverse(), done: page.done }
}

async function purgeStep(
  task: Task,
  job: JobOf<'application.purge_content'>,
  context: Context,
): Promise<StepResult> {
  const { applicationId, eventTypes = null, tag = null, sought = nothingSought } = job
  const { store } = context.deps
  const page = await messagesAfter(task, job, context, { eventTypes, tag })
  const seeking = seekingOf(sought)
  const { items } = await messagesThatFit(store, page.items, seeking)
  for (const { id: messageId } of items) await store.expungeMessage({ applicationId, messageId })
  const newest = page.items[page.items.length - 1]?.id ?? null
  const seen = page.items.length
  return { cursor: newest ?? task.cursor, seen, done: items.length, over: page.done }
}

/** The cursor is the application being counted and its last message: `app_…/msg_…`. */
async function countStep(
  task: Task,
  job: Extract<TaskJob, { readonly applicationIds: unknown }>,
  context: Context,
): Promise<StepResult> {
  const [current, message = null] = task.cursor?.split('/') ?? [job.applicationIds[0]]
  const at = current === undefined ? -1 : job.applicationIds.map(String).indexOf(current)
  const applicationId = job.applicationIds[at]
  if (applicationId === undefined) return over
  const range = { applicationId, since: job.since, until: job.until }
  const page = await messagesAfter({ ...task, cursor: message || null }, range, context)
  const size = page.items.length
  const counts = new Map(Object.entries(task.counts))
  for (const { eventType } of page.items) {
    const key = job.kind === 'application.stats' ? applicationId : eventType
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const newest = page.items[size - 1]?.id ?? message
  const base = { seen: size, done: size, counts: Object.fromEntries(counts) }
  const next = job.applicationIds[at + 1]
  if (!page.done) {
    return { ...base, cursor: `${applicationId}/${newest}`, over: false }
  }
  const cursor = next === undefined ? task.cursor : `${next}/`
  return { ...base, cursor, over: next === undefined }
}
