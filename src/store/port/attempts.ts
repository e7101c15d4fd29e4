import type { Attempt } from '../../domain/attempt.ts'
import type { ApplicationId, AttemptId, EndpointId, MessageId } from '../../domain/ids.ts'
import type { EventFilter, Page, PageRequest } from './page.ts'

export interface AttemptFilter extends EventFilter {
  readonly succeeded: boolean | null
  /** 0, 100, 200, 300, 400 or 500. */
  readonly statusCodeClass: number | null
}

export interface AttemptStore {
  /** Newest first. `withContent: false` leaves body and headers out. */
  listEndpointAttempts(input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    readonly filter: AttemptFilter
    readonly page: PageRequest
    readonly withContent: boolean
    readonly now: number
  }): Promise<Page<Attempt>>
  listMessageAttempts(input: {
    readonly applicationId: ApplicationId
    readonly messageId: MessageId
    readonly endpointId: EndpointId | null
    readonly filter: AttemptFilter
    readonly page: PageRequest
    readonly withContent: boolean
    readonly now: number
  }): Promise<Page<Attempt>>
  findAttempt(input: {
    readonly applicationId: ApplicationId
    readonly messageId: MessageId
    readonly attemptId: AttemptId
  }): Promise<Attempt | null>
  /** The response becomes `EXPUNGED`. */
  expungeAttempt(input: {
    readonly applicationId: ApplicationId
    readonly messageId: MessageId
    readonly attemptId: AttemptId
  }): Promise<'expunged' | 'not_found'>
  /** Attempts of the endpoint in [since, until), by outcome, plus what waits now. */
  endpointStats(input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    readonly since: number
    readonly until: number
  }): Promise<{
    readonly success: number
    readonly pending: number
    readonly sending: number
    readonly fail: number
    readonly canceled: number
    /** Deliveries that failed for good: `success + exhausted` is a count by delivery. */
    readonly exhausted: number
  }>
}
