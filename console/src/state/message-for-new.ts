/** A message that is to go to an endpoint which is being made: named in the URL of the form. */
import { useScope } from './scope.tsx'
import type { Search } from './search.ts'
import { useUrlState } from './url.ts'

export interface MessageForNew {
  readonly id: string
  /** Its event type; empty where the URL does not say. */
  readonly type: string
}

/** Null: there is none, or the reader may not send. */
export function useMessageForNew(): MessageForNew | null {
  const { may } = useScope()
  const [{ message, event }] = useUrlState()
  if (message === undefined || message === '' || !may.resend) return null
  return { id: message, type: event ?? '' }
}

/** The query of the form's URL. */
export const searchForNew = ({ id, type }: MessageForNew): Search => ({ message: id, event: type })
