/**
 * Self events: a webhook's creation, change and deletion are themselves events of the application
 * (WEBHOOK_CREATED, ...), where the profile has them. Guards against loops: an event about an
 * endpoint never goes to that endpoint, deliveries raise none, and an application raises at most a
 * bounded number a minute, whatever its receivers do with our API.
 */
import type { Application } from '../../domain/application.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import type { ApplicationId } from '../../domain/ids.ts'
import { profileOf } from '../../profiles/profiles.ts'
import type { Services } from '../call.ts'

const eventNames = {
  created: 'WEBHOOK_CREATED',
  updated: 'WEBHOOK_UPDATED',
  deleted: 'WEBHOOK_DELETED',
} as const

export const selfEventsPerMinute = 60
const minuteMs = 60_000
const dayMs = 86_400_000
const applicationsMax = 10_000

interface Window {
  readonly startedAt: number
  count: number
}
const windows = new WeakMap<Services['views'], Map<ApplicationId, Window>>()

/** Raises the event after the change is stored. The change stands whatever becomes of the event. */
export async function raiseSelfEvent(
  what: keyof typeof eventNames,
  endpoint: Endpoint,
  context: {
    readonly application: Application
    readonly services: Services
    readonly now: number
    /** The endpoint before the change. */
    readonly before?: Endpoint
  },
): Promise<void> {
  const { application, services, now, before } = context
  if (!profileOf(application.profile).rules.selfEvents) return
  const changed = before === undefined ? null : changedFields(before, endpoint)
  if (changed?.length === 0) return
  if (!takes(application.id, services, now)) {
    services.world.log.warn('self_event.dropped', { applicationId: application.id })
    return
  }
  const data = {
    webhook_id: endpoint.id,
    url: endpoint.url,
    ...(changed === null ? {} : { changed_fields: changed }),
  }
  const acceptance = await services.acceptor.accept({
    organizationId: application.organizationId,
    application: application.id,
    eventType: eventNames[what],
    eventId: null,
    channels: null,
    tags: null,
    payload: Buffer.from(JSON.stringify({ current_context: null, data })),
    contentType: 'application/json',
    deliverAt: null,
    retentionMs: services.config.retentionDays * dayMs,
    attributes: {},
    idempotency: null,
    exceptEndpoint: endpoint.id,
  })
  if (acceptance.kind === 'accepted') return
  services.world.log.warn('self_event.not_accepted', { why: acceptance.kind })
}

/** Whether the application may raise one more in this minute. */
function takes(applicationId: ApplicationId, services: Services, now: number): boolean {
  const known = windows.get(services.views) ?? new Map<ApplicationId, Window>()
  windows.set(services.views, known)
  const open = known.get(applicationId)
  if (open === undefined || now - open.startedAt >= minuteMs) {
    if (known.size >= applicationsMax) known.clear()
    known.set(applicationId, { startedAt: now, count: 1 })
    return true
  }
  open.count += 1
  return open.count <= selfEventsPerMinute
}

function changedFields(before: Endpoint, after: Endpoint): readonly string[] {
  const fields = {
    url: (endpoint: Endpoint) => endpoint.url,
    events: (endpoint: Endpoint) => endpoint.eventTypes,
    disable: (endpoint: Endpoint) => endpoint.disabledAt !== null,
    headers: (endpoint: Endpoint) => endpoint.headers,
    signing_key: (endpoint: Endpoint) => endpoint.secrets,
    api_key: (endpoint: Endpoint) => endpoint.credentials ?? {},
    policy: (endpoint: Endpoint) => endpoint.policy,
    settings: (endpoint: Endpoint) => [endpoint.description, endpoint.attributes],
  }
  return Object.entries(fields)
    .filter(([, read]) => JSON.stringify(read(before)) !== JSON.stringify(read(after)))
    .map(([name]) => name)
}
