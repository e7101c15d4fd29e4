import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { Claim } from './deliveries.ts'

export interface StreamKey {
  readonly applicationId: ApplicationId
  readonly endpointId: EndpointId
}

/** The leased stream of an ordered endpoint. Only the lease's holder may send its head (I9). */
export interface StreamClaim extends StreamKey {
  /** Random, checked by every write. */
  readonly token: string
  /** Counts up with each claim; for the log. */
  readonly epoch: number
  /** Sequence number of the first delivery that is not done. */
  readonly head: number
  readonly leaseUntil: number
}

export interface StreamStore {
  /**
   * Claims streams that have work, are ready and not leased; disabled and paused ones excluded. An
   * endpoint that was made ordered drains first: its stream is claimed once no unordered delivery of
   * it is open any more.
   */
  claimStreams(input: {
    readonly now: number
    readonly leaseUntil: number
    /** One fresh token per stream claimed, at most as many streams as tokens. */
    readonly tokens: readonly string[]
    readonly except: readonly EndpointId[]
    /** No others than these, at most as many as tokens; nothing is told of the next one then. */
    readonly only: readonly StreamKey[] | null
  }): Promise<{ readonly streams: readonly StreamClaim[]; readonly nextReadyAt: number | null }>
  /** The deliveries from the head on, in order, at most `limit`; empty when the token is not the lease's. */
  readStream(input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    readonly token: string
    readonly limit: number
    readonly bytesMax: number
    readonly now: number
  }): Promise<readonly Claim[]>
  renewStream(input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    readonly token: string
    readonly now: number
    readonly leaseUntil: number
  }): Promise<'renewed' | 'lease_lost'>
  /** Gives the lease back. Work left is claimable at once. */
  releaseStream(input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    readonly token: string
    readonly now: number
  }): Promise<void>
  /** A held stream (tries used up under `hold`): try its head again, or give it up and go on. */
  releaseHold(input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    readonly action: 'retry' | 'skip'
    readonly now: number
  }): Promise<'released' | 'not_held'>
  /** Null when the endpoint has no stream. */
  streamState(input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
  }): Promise<{
    readonly head: number
    readonly next: number
    readonly heldSince: number | null
    readonly readyAt: number | null
  } | null>
}
