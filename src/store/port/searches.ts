import type { ApplicationId } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import type { PayloadQuery } from '../../domain/payload-query.ts'
import type { EventFilter } from './page.ts'

export interface SearchPage {
  /** Newest first, with their payloads. */
  readonly items: readonly Message[]
  /** Id of the last message that was looked at; the next call's `before`. Null: none was. */
  readonly scannedTo: string | null
  /** Nothing is left to look at. */
  readonly done: boolean
  readonly scanned: number
  /** Of these, not looked into: the payload has expired or is larger than the bound. */
  readonly skipped: number
}

export interface SearchStore {
  /**
   * Looks through payloads from the newest message of the range, or from behind `iterator`, until
   * `limit` fit or `rowsMax` were looked at. Never holds a thread that others wait for more than
   * some milliseconds.
   */
  searchMessages(input: {
    readonly applicationId: ApplicationId
    readonly filter: EventFilter
    readonly query: PayloadQuery
    readonly iterator: string | null
    readonly limit: number
    readonly rowsMax: number
    readonly now: number
  }): Promise<SearchPage>
}
