import { useCallback, useEffect, useState } from 'react'
import type { Feed } from './feed.ts'

/** So many pages are looked through in vain before a person is asked whether to go on. */
const pagesInVain = 10

/**
 * Goes on looking where the pages of a list have no row, or none that the filters here let through:
 * while nothing is shown by itself, and for each page that brings nothing at most `pagesInVain` in a row.
 */
export function useFurther(
  feed: Pick<Feed<unknown>, 'pages' | 'done' | 'gapAfter' | 'loadMore'>,
  shown: number,
): {
  readonly loadMore: () => void
  /** It stopped: what makes it go on. */
  readonly further: (() => void) | null
} {
  const { pages, done, gapAfter, loadMore } = feed
  const [since, setSince] = useState({ shown, pages })
  if (since.shown !== shown || pages < since.pages) setSince({ shown, pages })
  const waits = !done && gapAfter === null && pages - since.pages >= pagesInVain
  const empty = shown === 0 && pages > 0 && !done && !waits
  const more = useCallback(() => {
    if (!waits) loadMore()
  }, [waits, loadMore])
  useEffect(() => {
    if (empty) loadMore()
  }, [empty, loadMore])
  return { loadMore: more, further: waits ? () => setSince({ shown, pages }) : null }
}
