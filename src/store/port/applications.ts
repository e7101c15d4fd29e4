import type { Application } from '../../domain/application.ts'
import type { ApplicationId, OrganizationId } from '../../domain/ids.ts'
import type { Page, PageRequest } from './page.ts'

export interface ApplicationStore {
  /** `'uid_taken'` when a living application of the organisation has that uid. */
  createApplication(application: Application): Promise<Application | 'uid_taken'>
  /** By id or uid. Null when missing, deleted, or another organisation's. */
  findApplication(input: {
    readonly organizationId: OrganizationId
    readonly idOrUid: string
  }): Promise<Application | null>
  listApplications(input: {
    readonly organizationId: OrganizationId
    readonly page: PageRequest
  }): Promise<Page<Application>>
  /**
   * Replaces the mutable fields and moves `configVersion`, if the application was last changed at
   * `expectedUpdatedAt` (`'conflict'` otherwise; null: whatever it is), and if nothing of its
   * configuration moved since `expectedConfigVersion`, its endpoints included (the same).
   */
  updateApplication(input: {
    readonly application: Application
    readonly expectedUpdatedAt: number | null
    readonly expectedConfigVersion?: number
  }): Promise<Application | 'uid_taken' | 'not_found' | 'conflict'>
  /** Soft delete: frees the uid, cancels open deliveries (in bounded chunks by the sweeper), sends nothing more. */
  deleteApplication(input: {
    readonly organizationId: OrganizationId
    readonly applicationId: ApplicationId
    readonly now: number
  }): Promise<'deleted' | 'not_found'>
}
