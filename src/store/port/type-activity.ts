import type { ApplicationId } from '../../domain/ids.ts'

/** Messages of one type in one slice of time. */
export interface TypeVolume {
  readonly eventType: string
  /** Number of the slice from `since` on. */
  readonly slice: number
  readonly count: number
  /**
   * From when on they were counted, in ms: the slice's beginning, or later where it holds more than
   * are looked at. Those counted are its newest.
   */
  readonly countedSince: number
}

export interface TypeActivityStore {
  /** Counts the messages of some types, slice by slice, at a bounded cost however many there are. */
  typeVolume(input: {
    readonly applicationId: ApplicationId
    readonly eventTypes: readonly string[]
    readonly since: number
    readonly until: number
    /** Divides the span without a rest. */
    readonly sliceMs: number
    /** Rows looked at, over all slices; each slice has the same share. */
    readonly rowsMax: number
  }): Promise<readonly TypeVolume[]>
  /**
   * Payloads of the newest messages of some types, newest first of each. Those that are gone, or
   * larger than `bytesEach`, are left out.
   */
  newestPayloads(input: {
    readonly applicationId: ApplicationId
    readonly eventTypes: readonly string[]
    /** Messages of one type. */
    readonly each: number
    readonly bytesEach: number
    /** Messages of the application that are looked through where the types have no list of their own. */
    readonly rowsMax: number
  }): Promise<readonly { readonly eventType: string; readonly payload: Uint8Array }[]>
}
