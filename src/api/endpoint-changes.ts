import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import {
  endpointData,
  endpointEvents,
  type OperationalEvent,
  raiseOperational,
} from '../intake/operational-events.ts'
import { type Changed, changeStored } from '../store/change.ts'
import { absent } from './absent.ts'
import { applicationOf, type Call, conflict, notFound, type Services } from './call.ts'

export const endpointUidTaken = {
  en: 'An endpoint with that id or uid already exists',
  es: 'Ya existe un endpoint con ese id o uid',
}

/** The rules that it was checked by are no longer its application's. */
export const profileChanged = {
  en: 'The application was given another profile meanwhile. Try again.',
  es: 'La aplicación recibió otro perfil mientras tanto. Inténtalo de nuevo.',
}

/** An endpoint with the application it belongs to. */
interface Found {
  readonly application: Application
  readonly endpoint: Endpoint
}

export type ChangedEndpoint = Changed<Endpoint> & Pick<Found, 'application'>

/**
 * Changes the endpoint of the path: as it is now, also when others change it meanwhile. A caller who
 * says what was read (`If-Match`) gets 409 instead, and so does one whose change was `judged` by the
 * rules of a profile that is no longer the application's.
 */
export async function changeEndpoint(
  call: Pick<Call<unknown, unknown>, 'principal' | 'path' | 'now' | 'ifMatch'>,
  services: Services,
  change: (found: Found) => Endpoint | Promise<Endpoint>,
  judged?: Application,
): Promise<ChangedEndpoint> {
  const { store, views, wake } = services
  const application = await applicationOf(call, services)
  const key = { applicationId: application.id, idOrUid: call.path.endpoint_id }
  const result = await changeStored({
    read: () => store.findEndpoint(key),
    change: (endpoint) => change({ application, endpoint }),
    async store(endpoint, expectedUpdatedAt) {
      const saved = await store.updateEndpoint({
        endpoint,
        expectedUpdatedAt,
        judged: judged ?? application,
      })
      views.invalidate(application.id)
      wake()
      return saved
    },
    now: call.now,
    knownUpdatedAt: call.ifMatch,
  })
  if (result === 'uid_taken') throw conflict(endpointUidTaken)
  if (result === 'not_found') throw notFound(absent.endpoint)
  if (result === 'profile_changed') throw conflict(profileChanged)
  if (result === 'conflict')
    throw conflict({
      en: 'The endpoint was changed since it was read.',
      es: 'El endpoint cambió desde que se leyó.',
    })
  return { ...result, application }
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
        ? [
            {
              type: 'endpoint.deleted',
              data: endpointData(application, before),
              about: { application, endpoint: before },
            },
          ]
        : []
  const { acceptor, world, config } = services
  const deps = { acceptor, log: world.log, consoleUrl: config.publicUrl }
  for (const event of events) {
    await raiseOperational(deps, { organizationId: application.organizationId, event, now })
  }
}
