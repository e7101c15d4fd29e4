import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import {
  endpointData,
  endpointEvents,
  type OperationalEvent,
  raiseOperational,
} from '../intake/operational-events.ts'
import { conflict, notFound, type Services } from './call.ts'

export const endpointUidTaken = 'An endpoint with that id or uid already exists'

/** Stores a changed endpoint. `expectedUpdatedAt` null: what changed it meanwhile is overwritten. */
export async function saveEndpoint(
  endpoint: Endpoint,
  services: Services,
  expectedUpdatedAt: number | null = null,
): Promise<void> {
  const saved = await services.store.updateEndpoint({ endpoint, expectedUpdatedAt })
  services.views.invalidate(endpoint.applicationId)
  services.wake()
  if (saved === 'uid_taken') throw conflict(endpointUidTaken)
  if (saved === 'not_found') throw notFound()
  if (saved === 'conflict') throw conflict('The endpoint was changed since it was read.')
}

export interface ChangeContext {
  readonly application: Application
  readonly services: Services
  readonly now: number
}

/** Tells the organisation's operational webhooks of a change that is stored. `after` null: deleted. */
export async function announceChange(
  before: Endpoint | null,
  after: Endpoint | null,
  { application, services, now }: ChangeContext,
): Promise<void> {
  const events: readonly OperationalEvent[] =
    after !== null
      ? endpointEvents(application, before, after)
      : before !== null
        ? [{ type: 'endpoint.deleted', data: endpointData(application, before) }]
        : []
  const deps = { acceptor: services.acceptor, log: services.world.log }
  for (const event of events) {
    await raiseOperational(deps, { organizationId: application.organizationId, event, now })
  }
}
