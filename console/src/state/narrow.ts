import { useSyncExternalStore } from 'react'

/** Below this a list shows cards, and its filters come as a sheet. */
const narrow = matchMedia('(width < 40rem)')

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      narrow.addEventListener('change', changed)
      return () => narrow.removeEventListener('change', changed)
    },
    () => narrow.matches,
  )
}
