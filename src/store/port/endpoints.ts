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

/** The profile whose rules an endpoint was judged by: with another one nothing is stored. */
export interface JudgedBy {
  readonly profile: string
}

export interface EndpointStore {
  /**
   * Moves the application's `configVersion` in the same commit, as do update and delete.
   * `'profile_changed'` when the application has another profile than it was judged by.
   */
  createEndpoint(
    endpoint: Endpoint,
    judged?: JudgedBy,
  ): Promise<Endpoint | 'uid_taken' | 'application_not_found' | 'profile_changed'>
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
   * `expectedUpdatedAt` (`'conflict'` otherwise; null: whatever it is), and if the application has
   * the profile that it was judged by (`'profile_changed'`).
   */
  updateEndpoint(input: {
    readonly endpoint: Endpoint
    readonly expectedUpdatedAt: number | null
    readonly judged?: JudgedBy
  }): Promise<Endpoint | 'uid_taken' | 'not_found' | 'conflict' | 'profile_changed'>
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
