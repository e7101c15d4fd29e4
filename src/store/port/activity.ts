import type { ApplicationId, EndpointId, OrganizationId } from '../../domain/ids.ts'
import type { DurationCount } from './usage.ts'

/** What a row of a list of endpoints shows. */
export interface EndpointActivity {
  readonly endpointId: EndpointId
  /**
   * By slice from `since` on. Where two slices meet, up to five minutes of attempts may be told in
   * the other one; so may those before `since` and after `until`.
   */
  readonly slices: readonly {
    readonly slice: number
    readonly succeeded: boolean
    readonly count: number
  }[]
  /** False: some slice holds more than was looked at; its newest are counted. */
  readonly complete: boolean
  /** How long attempts took: of all that were looked at, or of the newest `rowsMax` of them. */
  readonly durations: readonly DurationCount[]
  /** Deliveries that are neither arrived nor given up, at most `waitingMax`. */
  readonly waiting: number
  /** When the oldest of them came; null: none waits. */
  readonly oldestWaitingAt: number | null
  /** First failure after the last success; null: it goes well. */
  readonly failingSince: number | null
  /** The newest attempt of [lastSince, until); null: there is none. */
  readonly last: {
    readonly at: number
    readonly succeeded: boolean
    readonly responseStatus: number
    readonly errorClass: string | null
  } | null
}

export interface ActivityInput {
  readonly applicationId: ApplicationId
  readonly endpointIds: readonly EndpointId[]
  readonly since: number
  readonly until: number
  /** Divides the span without a rest. */
  readonly sliceMs: number
  /** Attempts looked at of each endpoint. */
  readonly rowsMax: number
  readonly waitingMax: number
  readonly lastSince: number
}

/** What a row of a list of applications shows of the application's endpoints. */
export interface ApplicationStanding {
  readonly applicationId: ApplicationId
  readonly endpoints: number
  /** Neither disabled nor paused, and the newest attempt failed. */
  readonly failing: number
  /** Disabled because they failed for too long or answered 410. */
  readonly givenUp: number
  readonly paused: number
  /** The earliest first failure of those that fail; null: none does. */
  readonly failingSince: number | null
  /** Deliveries that wait for an attempt, at most `waitingMax`. */
  readonly waiting: number
  /** When the oldest of them came; null: none waits. */
  readonly oldestWaitingAt: number | null
}

export interface ActivityStore {
  /** How applications do, in the order asked for. `organizationId`: theirs only. */
  applicationStanding(input: {
    readonly organizationId: OrganizationId
    readonly applicationIds: readonly ApplicationId[]
    readonly waitingMax: number
  }): Promise<readonly ApplicationStanding[]>
  /**
   * What became of the attempts of some endpoints, slice by slice, and what waits for each, in the
   * order asked for. The cost is bounded by slices and endpoints, however many rows there are.
   */
  endpointActivity(input: ActivityInput): Promise<readonly EndpointActivity[]>
}
