import type { Endpoint } from '../domain/endpoint.ts'
import { conflict, notFound, type Services } from './call.ts'

export const endpointUidTaken = 'An endpoint with that id or uid already exists'

/** Stores a changed endpoint; whatever changed it in the meantime is overwritten. */
export async function saveEndpoint(endpoint: Endpoint, services: Services): Promise<void> {
  const saved = await services.store.updateEndpoint({ endpoint, expectedUpdatedAt: null })
  services.views.invalidate(endpoint.applicationId)
  services.wake()
  if (saved === 'uid_taken') throw conflict(endpointUidTaken)
  if (saved === 'not_found') throw notFound()
  if (saved === 'conflict') throw conflict('The endpoint was changed at the same moment.')
}
