import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Bookmark, BookmarkPlus, Pencil, Trash2, Users } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { listViews, type SharedView } from '../api/view-calls.ts'
import { withWords } from '../i18n.tsx'
import { viewsEn } from '../messages/views-en.ts'
import { viewsEs } from '../messages/views-es.ts'
import { useApplications } from '../shell.tsx'
import { useScope } from '../state/scope.tsx'
import { parseSearch } from '../state/search.ts'
import { useMay, useSeesAll, useSession } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import { isSame, savedViews, saveViews, type View, type ViewsOf, viewOf } from '../state/views.ts'
import { useWords } from '../state/words.ts'
import { Menu, type MenuItem } from './menu.tsx'
import { toast } from './toast.tsx'

const ViewDialog = lazy(withWords(() => import('./view-dialogs.tsx')))

const words = { en: viewsEn, es: viewsEs }

/** Views of everybody, of this list and application; none in a portal. */
function useSharedViews(of: ViewsOf): readonly SharedView[] {
  const all = useSeesAll()
  const applications = useApplications().data?.data ?? []
  const here = applications.find(({ id, uid }) => id === of.application || uid === of.application)
  const found = useQuery({
    queryKey: ['views', of.list],
    queryFn: () => listViews(of.list),
    staleTime: 60_000,
    enabled: all,
  })
  return (found.data?.data ?? []).filter(
    ({ applicationId }) => applicationId === null || applicationId === here?.id,
  )
}

/** The views that somebody named: opens one, saves what the list shows now, forgets one. */
export function SavedViews(props: { readonly list: ViewsOf['list'] }) {
  const w = useWords(words)
  const client = useQueryClient()
  const person = useSession()?.user?.id ?? ''
  const of: ViewsOf = { person, application: useScope().application, list: props.list }
  const [search, change] = useUrlState()
  const [views, setViews] = useState(() => savedViews(of))
  const shared = useSharedViews(of)
  const [all, may] = [useSeesAll(), useMay('share-views')]
  const mayShare = all && may
  const [dialog, setDialog] = useState<'save' | 'rename' | 'delete' | null>(null)
  const current = views.find((view) => isSame(view.search, search))
  const theirs = shared.find(({ query }) => isSame(parseSearch(query), search))
  const filtered = Object.keys(viewOf(search)).length > 0
  if (views.length === 0 && shared.length === 0 && !filtered) return null

  function keep(next: readonly View[], said: string, undo?: () => void): void {
    setViews(next)
    const kept = saveViews(of, next)
    if (kept) toast(said, undo === undefined ? {} : { undo })
    else toast(w('views.notKept'), { tone: 'err' })
  }
  function open(asked: View['search']): void {
    const cleared = Object.fromEntries(Object.keys(viewOf(search)).map((name) => [name, undefined]))
    change({ ...cleared, sel: undefined, ...asked })
  }
  function forget(view: View): void {
    const left = views.filter((one) => one !== view)
    const back = () => keep(views, w('views.saved', { name: view.name }))
    keep(left, w('views.deleted', { name: view.name }), back)
  }
  const done = (): void => {
    setDialog(null)
    void client.invalidateQueries({ queryKey: ['views'] })
  }
  const save = { id: '+', label: w('views.save'), icon: <BookmarkPlus size={14} aria-hidden /> }
  const items: readonly (MenuItem | null)[] = [
    ...views.map((view) => ({
      id: view.name,
      label: view.name,
      icon: <Bookmark size={14} aria-hidden />,
      onSelect: () => open(view.search),
    })),
    ...shared.map(({ id, name, query, createdBy }) => ({
      id,
      label: name,
      icon: <Users size={14} aria-label={w('views.everybody')} />,
      ...(createdBy === null ? {} : { hint: createdBy }),
      onSelect: () => open(viewOf(parseSearch(query))),
    })),
    filtered && (current === undefined || theirs === undefined)
      ? { ...save, onSelect: () => setDialog('save') }
      : null,
    current === undefined
      ? null
      : {
          id: '-',
          label: w('views.delete', { name: current.name }),
          icon: <Trash2 size={14} aria-hidden />,
          danger: true,
          onSelect: () => forget(current),
        },
    ...(theirs === undefined || !mayShare
      ? []
      : [
          {
            id: 'rename',
            label: w('views.rename', { name: theirs.name }),
            icon: <Pencil size={14} aria-hidden />,
            onSelect: () => setDialog('rename'),
          },
          {
            id: 'delete',
            label: w('views.deleteShared', { name: theirs.name }),
            icon: <Trash2 size={14} aria-hidden />,
            danger: true,
            onSelect: () => setDialog('delete'),
          },
        ]),
  ]
  return (
    <>
      <Menu
        label={
          <span className="flex max-w-40 items-center gap-1.5">
            <Bookmark size={14} aria-hidden className="flex-none" />
            <span className="truncate">{current?.name ?? theirs?.name ?? w('views.open')}</span>
          </span>
        }
        items={items.filter((item) => item !== null)}
      />
      <Suspense>
        {dialog !== null && (
          <ViewDialog
            kind={dialog}
            of={of}
            search={viewOf(search)}
            mayShare={mayShare}
            view={theirs}
            onClose={() => setDialog(null)}
            onDone={done}
            onName={(name) => {
              setDialog(null)
              const others = views.filter((view) => view.name !== name)
              keep([...others, { name, search: viewOf(search) }], w('views.saved', { name }))
            }}
          />
        )}
      </Suspense>
    </>
  )
}
