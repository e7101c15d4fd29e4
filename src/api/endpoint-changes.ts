import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import {
  endpointData,
  endpointEvents,
  type OperationalEvent,
  raiseOperational,
} from '../intake/operational-events.ts'
import { type Call, conflict, endpointOf, notFound, type Services } from './call.ts'

export const endpointUidTaken = 'An endpoint with that id or uid already exists'

/** How often a change is made anew because another one came between its reading and its storing. */
const changesMax = 20

type Found = Awaited<ReturnType<typeof endpointOf>>
/** A change as it was stored. */
export interface Changed {
  readonly application: Application
  readonly before: Endpoint
  readonly after: Endpoint
}

/**
 * Reads the endpoint of the path, changes it, and stores it if it is still what was read; else all of
 * that again, so that of two changes of different settings both stay. A caller who says what was read
 * (`If-Match`) gets 409 instead.
 */
export async function changeEndpoint(
  call: Pick<Call<unknown, unknown>, 'principal' | 'path' | 'now' | 'ifMatch'>,
  services: Services,
  change: (found: Found) => Endpoint | Promise<Endpoint>,
): Promise<Changed> {
  for (let tried = 1; ; tried++) {
    const found = await endpointOf(call, services)
    const changed = await change(found)
    const expected = call.ifMatch ?? found.endpoint.updatedAt
    const after = await storeChanged(changed, found.endpoint, { services, now: call.now, expected })
    if (after !== 'conflict') {
      return { application: found.application, before: found.endpoint, after }
    }
    if (call.ifMatch !== null || tried === changesMax) {
      throw conflict('The endpoint was changed since it was read.')
    }
  }
}

/** Stores what `before` has become, unless it was changed since the time that is `expected`. */
async function storeChanged(
  changed: Endpoint,
  before: Endpoint,
  input: { readonly services: Services; readonly now: number; readonly expected: number },
): Promise<Endpoint | 'conflict'> {
  const { services, now, expected } = input
  // Each change has a time of its own, also within a millisecond: it is what the next one compares.
  const endpoint = { ...changed, updatedAt: Math.max(now, before.updatedAt + 1) }
  const saved = await services.store.updateEndpoint({ endpoint, expectedUpdatedAt: expected })
  services.views.invalidate(endpoint.applicationId)
  services.wake()
  if (saved === 'uid_taken') throw conflict(endpointUidTaken)
  if (saved === 'not_found') throw notFound()
  return saved === 'conflict' ? 'conflict' : endpoint
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
