import type { ApplicationId, EndpointId } from '../../domain/ids.ts'

/** Attempts that took about so long. `ms` is the lower end: exact below 100 ms, then two digits. */
export interface DurationCount {
  readonly succeeded: boolean
  readonly ms: number
  readonly count: number
}

export interface AttemptUsage {
  /** Number of the slice from `since` on; slices without attempts are absent. */
  readonly slices: readonly (DurationCount & { readonly slice: number })[]
  readonly endpoints: readonly (DurationCount & { readonly endpointId: EndpointId })[]
  readonly eventTypes: readonly {
    readonly name: string
    readonly succeeded: boolean
    readonly count: number
  }[]
  /** What failed attempts were answered; 0 and a class when there was no answer. */
  readonly errors: readonly {
    readonly responseStatus: number
    readonly errorClass: string | null
    readonly count: number
  }[]
}

export interface UsageStore {
  /**
   * Counts the attempts of an application, or of one of its endpoints, made in [since, until). Looks
   * at no more than `rowsMax` of them, whichever it finds first.
   */
  attemptUsage(input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId | null
    readonly since: number
    readonly until: number
    readonly sliceMs: number
    readonly rowsMax: number
  }): Promise<AttemptUsage>
}
