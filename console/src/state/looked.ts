import { useCallback, useState } from 'react'
import type { LookedThrough } from '../api/calls.ts'
import type { Looked } from '../components/sought.tsx'

const nothing: Looked = { count: 0, skipped: 0, until: null }

/** Adds up how far the pages of a list were looked through; it begins anew with the first. */
export function useLooked(): {
  readonly looked: Looked
  readonly took: (iterator: string | null, page: LookedThrough<unknown>) => void
} {
  const [looked, setLooked] = useState(nothing)
  const took = useCallback((iterator: string | null, page: LookedThrough<unknown>): void => {
    const { scanned = 0, skipped = 0, searchedUntil = null } = page
    setLooked((before) => {
      const from = iterator === null ? nothing : before
      return {
        count: from.count + scanned,
        skipped: from.skipped + skipped,
        until: searchedUntil ?? from.until,
      }
    })
  }, [])
  return { looked, took }
}
