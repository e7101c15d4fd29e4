import type { EventType } from '../../domain/event-type.ts'
import type { OrganizationId } from '../../domain/ids.ts'
import type { Page, PageRequest } from './page.ts'

export interface EventTypeStore {
  /** Revives an archived type of that name with the new content; `'exists'` for a live one. */
  createEventType(eventType: EventType): Promise<EventType | 'exists'>
  /** Creates or replaces, archived or not. Says which. */
  putEventType(
    eventType: EventType,
  ): Promise<{ readonly eventType: EventType; readonly created: boolean }>
  /**
   * Replaces everything but organisation, name and createdAt, archived or not, if the type was last
   * changed at `expectedUpdatedAt` (`'conflict'` otherwise).
   */
  updateEventType(input: {
    readonly eventType: EventType
    readonly expectedUpdatedAt: number
  }): Promise<EventType | 'not_found' | 'conflict'>
  findEventType(input: {
    readonly organizationId: OrganizationId
    readonly name: string
  }): Promise<EventType | null>
  /** Those of these names that there are, archived ones too, in no order. */
  findEventTypes(input: {
    readonly organizationId: OrganizationId
    readonly names: readonly string[]
  }): Promise<readonly EventType[]>
  /**
   * Ascending by name; the iterator is a name. Without schemas they are null. A page with them ends
   * where they pass what a page may hold (`pageSchemaBytesMax`); the type that passes it is on it.
   */
  listEventTypes(input: {
    readonly organizationId: OrganizationId
    readonly includeArchived: boolean
    /** Null: no restriction (an organisation's key). Otherwise types without a flag, or with one of these. */
    readonly featureFlags: readonly string[] | null
    readonly withSchemas: boolean
    readonly page: PageRequest
  }): Promise<Page<EventType>>
  /** Archives, or removes for good with `expunge`. */
  deleteEventType(input: {
    readonly organizationId: OrganizationId
    readonly name: string
    readonly expunge: boolean
    readonly now: number
  }): Promise<'deleted' | 'not_found'>
  /** Which of these names are not live event types of the organisation. */
  missingEventTypes(input: {
    readonly organizationId: OrganizationId
    readonly names: readonly string[]
  }): Promise<readonly string[]>
}
