import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { listNotes } from '../api/note-calls.ts'
import type { Mark } from '../charts/marks.tsx'
import type { Search } from './search.ts'
import { useSeesAll } from './session.tsx'
import { rangeKey, spanOf } from './strips.ts'

const none: readonly Mark[] = []

/** Notes of the application and of all, of the time that the URL asks for; a portal has none. */
export function useNotes(application: string, search: Search): readonly Mark[] {
  const notes = useQuery({
    queryKey: ['notes', application, rangeKey(search)],
    queryFn: () => listNotes({ app_id: application, ...spanOf(search) }),
    select: ({ data }): readonly Mark[] =>
      data.map(({ id, at, text, createdBy }) => ({
        ...{ id, at: Date.parse(at) },
        text: createdBy === null ? text : `${text} · ${createdBy}`,
      })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
    enabled: useSeesAll(),
    retry: false, // what it marks is there without it
  })
  return notes.data ?? none
}
