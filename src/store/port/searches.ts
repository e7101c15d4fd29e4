import type { ApplicationId, MessageId } from '../../domain/ids.ts'
import type { MessageView } from '../../domain/message-marks.ts'
import type { PayloadQuery } from '../../domain/payload-query.ts'

export interface MessageNamed {
  readonly applicationId: ApplicationId
  readonly id: MessageId
}

/** What one message is found to be. */
export interface MessageLook {
  readonly id: MessageId
  /** The text is in it; false when none was asked for. */
  readonly hasText: boolean
  /** Its payload fits the query and it is of the view, as far as they were asked for. */
  readonly fits: boolean
  /** Its payload was wanted and has expired, or is larger than the bound. */
  readonly skipped: boolean
}

export interface SearchStore {
  /**
   * Looks into those messages, at most a page of them: for rows of other lists, which are read first.
   * What is gone, or of another application than it was asked for, has no entry.
   */
  lookIntoMessages(input: {
    readonly messages: readonly MessageNamed[]
    /** In lower case. */
    readonly text: string | null
    readonly query: PayloadQuery | null
    readonly view: MessageView | null
  }): Promise<readonly MessageLook[]>
}
