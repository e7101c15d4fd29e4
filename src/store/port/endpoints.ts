import type { Application } from '../../domain/application.ts'
import type { Endpoint, EndpointHealth } from '../../domain/endpoint.ts'
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { Page, PageRequest } from './page.ts'

/** All that matching and sending need to know of an application, at one `configVersion`. */
export interface ApplicationView {
  readonly application: Application
  /** Every living endpoint, disabled and paused ones included. */
  readonly endpoints: readonly Endpoint[]
  readonly health: ReadonlyMap<EndpointId, EndpointHealth>
}

export interface EndpointStore {
  /** Moves the application's `configVersion` in the same commit, as do update and delete. */
  createEndpoint(endpoint: Endpoint): Promise<Endpoint | 'uid_taken' | 'application_not_found'>
  findEndpoint(input: {
    readonly applicationId: ApplicationId
    readonly idOrUid: string
  }): Promise<Endpoint | null>
  listEndpoints(input: {
    readonly applicationId: ApplicationId
    readonly page: PageRequest
  }): Promise<Page<Endpoint>>
  /**
   * Replaces everything but id, application and createdAt, if `updatedAt` in the store still equals
   * `expectedUpdatedAt` (`'conflict'` otherwise; null: whatever it is).
   */
  updateEndpoint(input: {
    readonly endpoint: Endpoint
    readonly expectedUpdatedAt: number | null
  }): Promise<Endpoint | 'uid_taken' | 'not_found' | 'conflict'>
  /** Soft delete: frees the uid. Nothing starts after this commit; open deliveries become canceled. */
  deleteEndpoint(input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    readonly now: number
  }): Promise<'deleted' | 'not_found'>
  /** Which of the endpoints have a circuit that is open at `now`, and until when. */
  openCircuits(input: {
    readonly applicationId: ApplicationId
    readonly endpointIds: readonly EndpointId[]
    readonly now: number
  }): Promise<readonly { readonly endpointId: EndpointId; readonly openUntil: number }[]>
  /** Null when the application is missing or deleted. */
  loadApplicationView(applicationId: ApplicationId): Promise<ApplicationView | null>
}
