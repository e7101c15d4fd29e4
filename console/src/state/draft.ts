import { useState } from 'react'
import { ApiError } from '../api/http.ts'

interface Base<Value> {
  readonly stored: Value
  /** The `updatedAt` that the stored value came with. */
  readonly version: string
  /** The one that a save of this form replaced: what still shows it is only late. */
  readonly replaced?: string
}

/**
 * What is typed over something stored, which others may change meanwhile. While nothing is typed it
 * follows the stored value; typed text is never overwritten: `overtaken` says that it was changed.
 */
export function useDraft<Value>(input: {
  readonly stored: Value
  readonly version: string
  /** What of it is stored: without what only the form needs. */
  readonly plain?: (value: Value) => unknown
}) {
  const [base, setBase] = useState<Base<Value>>(input)
  const [draft, setDraft] = useState(input.stored)
  const { plain = (value: Value): unknown => value } = input
  const same = (a: Value, b: Value): boolean =>
    JSON.stringify(plain(a)) === JSON.stringify(plain(b))
  const dirty = !same(draft, base.stored)
  const moved = input.version !== base.version && input.version !== base.replaced
  const changed = moved && !same(input.stored, base.stored)
  if (moved && (!changed || !dirty || same(draft, input.stored))) {
    setBase(input) // other fields moved, nothing was typed here, or this is what was typed
    if (!dirty) setDraft(input.stored)
  }
  return {
    draft,
    setDraft,
    dirty,
    /** What a save is to be compared with. */
    version: base.version,
    overtaken: changed && dirty,
    /** What was sent is stored, with that version. */
    settle: (sent: Value, version: string) =>
      setBase({ stored: sent, version, replaced: base.version }),
    /** Goes on with what is typed, over what the other person stored. */
    keepMine: () => setBase(input),
    takeTheirs: () => {
      setBase(input)
      setDraft(input.stored)
    },
    discard: () => setDraft(base.stored),
  }
}

/**
 * What a save waits for before it tells why it failed. When somebody else stored something, what they
 * stored is there before it is told; anything else is told at once, above all that nobody answers.
 */
export function lookAtTheirs(error: unknown, look: () => Promise<void>): Promise<void> | undefined {
  return error instanceof ApiError && overtakenStatuses.has(error.status) ? look() : undefined
}

const overtakenStatuses: ReadonlySet<number> = new Set([404, 409, 412])
