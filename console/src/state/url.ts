import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { Search } from './search.ts'

/** The query of the page's URL and the way to change it; each change is a step of Back. */
export function useUrlState(): readonly [
  search: Search,
  change: (patch: Search, options?: { readonly replace?: boolean }) => void,
] {
  const search = useSearch({ strict: false }) as Search // our own parser makes nothing but texts
  const navigate = useNavigate()
  const change = useCallback(
    (patch: Search, options: { readonly replace?: boolean } = {}) => {
      void navigate({
        to: '.',
        search: ((previous: Search) => ({ ...previous, ...patch })) as never, // routes are not typed here
        replace: options.replace ?? false,
        resetScroll: false,
      })
    },
    [navigate],
  )
  return [search, change]
}
