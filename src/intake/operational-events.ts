/**
 * Operational webhooks: our own events about endpoints, attempts and tasks, sent to whoever the
 * organisation registered. They travel as ordinary messages of a hidden application, one for each
 * organisation, in an organisation that nobody's key belongs to. Events about those applications
 * themselves raise none, so that nothing goes round in circles.
 */
import type { Application } from '../domain/application.ts'
import type { Attempt } from '../domain/attempt.ts'
import { type Endpoint, endpointTitle } from '../domain/endpoint.ts'
import type { OrganizationId } from '../domain/ids.ts'
import type { Message } from '../domain/message.ts'
import type { NoticeAbout } from '../domain/notice.ts'
import type { Task } from '../domain/task.ts'
import type { EndpointEffect, Verdict } from '../domain/verdict.ts'
import type { Log } from '../runtime/log.ts'
import type { Acceptor } from './accept.ts'
import type { ApplicationViews } from './application-views.ts'

/** Owns the hidden applications; their uid is the organisation that they are for. */
export const managementOrganization = 'org_00000000000SvixManagement00' as OrganizationId // of an id's form

export const operationalTypes = [
  'endpoint.created',
  'endpoint.updated',
  'endpoint.deleted',
  'endpoint.enabled',
  'endpoint.disabled',
  'endpoint.failing',
  'endpoint.recovered',
  'message.attempt.failing',
  'message.attempt.exhausted',
  'message.attempt.recovered',
  'background_task.finished',
] as const
export type OperationalType = (typeof operationalTypes)[number]

export interface OperationalEvent {
  readonly type: OperationalType
  readonly data: Readonly<Record<string, unknown>>
  /** Raised once under this name, by whichever node comes first. */
  readonly once?: string
  /** Reaches besides those without channels who listens on this one. */
  readonly channel?: string
  /** Path of the console that shows it, where no endpoint has a link. */
  readonly page?: string
  /** Names for those who are told in a sentence. */
  readonly about?: { readonly application: Application; readonly endpoint?: Endpoint }
}

/** An endpoint that has failed for so long is told of, once; so is its recovery then. */
const tellFailingAfterMs = 15 * 60_000

const retentionMs = 14 * 86_400_000
/** The failed attempt after which an endpoint counts as failing; a success after it is a recovery. */
const failingAttempt = 4

interface Deps {
  readonly acceptor: Acceptor
  readonly log: Log
  /** `https://host` of the console, for links; null: not known. */
  readonly consoleUrl: string | null
}

/** Sends an event to the organisation's receivers; without any, nothing happens. Never rejects. */
export async function raiseOperational(
  deps: Deps,
  input: {
    readonly organizationId: OrganizationId
    readonly event: OperationalEvent
    readonly now: number
  },
): Promise<void> {
  const { organizationId, event, now } = input
  if (organizationId === managementOrganization) return
  const body = { type: event.type, timestamp: new Date(now).toISOString(), data: event.data }
  try {
    await deps.acceptor.accept({
      organizationId: managementOrganization,
      application: organizationId,
      eventType: event.type,
      eventId: event.once ?? null,
      channels: event.channel === undefined ? null : [event.channel],
      tags: null,
      payload: Buffer.from(JSON.stringify(body)),
      contentType: 'application/json',
      deliverAt: null,
      retentionMs,
      attributes: aboutOf(event, deps),
      idempotency: null,
    })
  } catch (error) {
    deps.log.warn('operational_event.lost', { type: event.type, why: String(error) })
  }
}

/** Whether a name comes for the first time. Beyond `max` names the older half is forgotten. */
export function firstTime(max: number): (name: string) => boolean {
  let recent = new Set<string>()
  let older = new Set<string>()
  return (name) => {
    if (recent.has(name) || older.has(name)) return false
    if (recent.size >= max / 2) {
      older = recent
      recent = new Set()
    }
    recent.add(name)
    return true
  }
}

function aboutOf(
  { about, page }: OperationalEvent,
  { consoleUrl }: Deps,
): { readonly about?: NoticeAbout } {
  if (about === undefined && page === undefined) return {}
  const { application, endpoint } = about ?? {}
  const shown =
    application === undefined || endpoint === undefined
      ? page
      : `/app/${application.id}/endpoints/${endpoint.id}`
  return {
    about: {
      ...(application === undefined ? {} : { application: application.name }),
      ...(endpoint === undefined ? {} : { endpoint: endpointTitle(endpoint) }),
      link: consoleUrl === null || shown === undefined ? null : consoleUrl + shown,
    },
  }
}

export function endpointData(
  application: Pick<Application, 'id' | 'uid'>,
  endpoint: Pick<Endpoint, 'id' | 'uid'>,
): Readonly<Record<string, unknown>> {
  return {
    appId: application.id,
    appUid: application.uid,
    endpointId: endpoint.id,
    endpointUid: endpoint.uid,
  }
}

/** What a change of an endpoint is worth telling. */
export function endpointEvents(
  application: Application,
  before: Endpoint | null,
  after: Endpoint,
): readonly OperationalEvent[] {
  const data = endpointData(application, after)
  const about = { application, endpoint: after }
  if (before === null) return [{ type: 'endpoint.created', data, about }]
  const events: OperationalEvent[] = [{ type: 'endpoint.updated', data, about }]
  const [was, is] = [before.disabledAt !== null, after.disabledAt !== null]
  if (was && !is) events.push({ type: 'endpoint.enabled', data, about })
  if (!was && is) {
    const why = { ...data, trigger: after.disabledReason }
    events.push({ type: 'endpoint.disabled', data: why, about })
  }
  return events
}

export interface FinishedAttempt {
  readonly attempt: Attempt
  readonly verdict: Verdict
  readonly effect: EndpointEffect
  readonly application: Application
  readonly endpoint: Endpoint
  readonly message: Message
  readonly failedSince: number | null
}

/** What a recorded attempt is worth telling. */
export function attemptEvents(finished: FinishedAttempt): readonly OperationalEvent[] {
  const { attempt, verdict, effect, application, endpoint, message } = finished
  const base = endpointData(application, endpoint)
  const data = {
    ...base,
    msgId: message.id,
    msgEventId: message.eventId,
    lastAttempt: {
      id: attempt.id,
      responseStatusCode: attempt.responseStatus,
      timestamp: new Date(attempt.createdAt).toISOString(),
    },
  }
  const about = { application, endpoint }
  const events: OperationalEvent[] = []
  if (verdict.kind === 'failed') {
    events.push({ type: 'message.attempt.exhausted', data, about })
  } else if (verdict.kind === 'retry' && attempt.number === failingAttempt) {
    events.push({ type: 'message.attempt.failing', data, about })
  } else if (verdict.kind === 'succeeded' && attempt.number > failingAttempt) {
    events.push({ type: 'message.attempt.recovered', data, about })
  }
  const spell = spellEvent(finished)
  if (spell !== null) events.push({ ...spell, about })
  if (effect.disable !== undefined && endpoint.disabledAt === null) {
    const failSince = effect.health?.failingSince ?? attempt.createdAt
    events.push({
      type: 'endpoint.disabled',
      data: {
        ...base,
        failSince: new Date(failSince).toISOString(),
        trigger: effect.disable.reason,
      },
      about,
    })
  }
  return events
}

/** That an endpoint has failed for a while, or that this is over. Null: neither. */
function spellEvent(finished: FinishedAttempt): OperationalEvent | null {
  const { attempt, verdict, application, endpoint, failedSince } = finished
  if (failedSince === null || attempt.createdAt - failedSince < tellFailingAfterMs) return null
  const type =
    verdict.kind === 'succeeded'
      ? 'endpoint.recovered'
      : attempt.succeeded
        ? null
        : 'endpoint.failing'
  if (type === null) return null
  const data = {
    ...endpointData(application, endpoint),
    failSince: new Date(failedSince).toISOString(),
  }
  return { type, data, once: `${type}:${endpoint.id}:${failedSince}` }
}

/** Tells of a job that ended, by the name of its application where that can be had. Never rejects. */
export async function raiseTaskEnd(
  deps: Deps & { readonly views: Pick<ApplicationViews, 'get'> },
  task: Task,
  now: number,
): Promise<void> {
  const { organizationId, job } = task
  const id = 'applicationId' in job ? job.applicationId : null
  const view = id === null ? null : await deps.views.get(id).catch(() => null)
  const event = taskEvent(task, view?.application ?? null)
  await raiseOperational(deps, { organizationId, event, now })
}

function taskEvent(task: Task, application: Application | null): OperationalEvent {
  const status = task.status === 'canceled' ? 'failed' : task.status // over, so never `paused`
  const { job, notify } = task
  return {
    type: 'background_task.finished',
    ...(notify === undefined ? {} : { channel: notify }),
    ...('applicationId' in job ? { page: `/app/${job.applicationId}/recovery/${task.id}` } : {}),
    ...(application === null ? {} : { about: { application } }),
    data: { taskId: task.id, task: task.job.kind, status, data: { ...task.progress } },
  }
}
