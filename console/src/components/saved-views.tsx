import { Bookmark, BookmarkPlus, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useT } from '../i18n.tsx'
import { useScope } from '../state/scope.tsx'
import { useSession } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import { isSame, savedViews, saveViews, type View, type ViewsOf, viewOf } from '../state/views.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { TextField } from './field.tsx'
import { Menu } from './menu.tsx'
import { toast } from './toast.tsx'

const nameMax = 60

/** The views that somebody named: opens one, saves what the list shows now, forgets one. */
export function SavedViews(props: { readonly list: ViewsOf['list'] }) {
  const t = useT()
  const person = useSession()?.user?.id ?? ''
  const of: ViewsOf = { person, application: useScope().application, list: props.list }
  const [search, change] = useUrlState()
  const [views, setViews] = useState(() => savedViews(of))
  const [naming, setNaming] = useState(false)
  const current = views.find((view) => isSame(view.search, search))
  const filtered = Object.keys(viewOf(search)).length > 0
  if (views.length === 0 && !filtered) return null

  function keep(next: readonly View[], said: string, undo?: () => void): void {
    setViews(next)
    const kept = saveViews(of, next)
    if (kept) toast(said, undo === undefined ? {} : { undo })
    else toast(t('views.notKept'), { tone: 'err' })
  }
  function open(view: View): void {
    const cleared = Object.fromEntries(Object.keys(viewOf(search)).map((name) => [name, undefined]))
    change({ ...cleared, sel: undefined, ...view.search })
  }
  return (
    <>
      <Menu
        label={
          <span className="flex max-w-40 items-center gap-1.5">
            <Bookmark size={14} aria-hidden className="flex-none" />
            <span className="truncate">{current?.name ?? t('views.open')}</span>
          </span>
        }
        items={[
          ...views.map((view) => ({
            id: view.name,
            label: view.name,
            icon: <Bookmark size={14} aria-hidden />,
            onSelect: () => open(view),
          })),
          ...(filtered && current === undefined
            ? [
                {
                  id: '+',
                  label: t('views.save'),
                  icon: <BookmarkPlus size={14} aria-hidden />,
                  onSelect: () => setNaming(true),
                },
              ]
            : []),
          ...(current === undefined
            ? []
            : [
                {
                  id: '-',
                  label: t('views.delete', { name: current.name }),
                  icon: <Trash2 size={14} aria-hidden />,
                  danger: true,
                  onSelect: () =>
                    keep(
                      views.filter((view) => view !== current),
                      t('views.deleted', { name: current.name }),
                      () => keep(views, t('views.saved', { name: current.name })),
                    ),
                },
              ]),
        ]}
      />
      {naming && (
        <NameView
          onClose={() => setNaming(false)}
          onName={(name) => {
            setNaming(false)
            const others = views.filter((view) => view.name !== name)
            keep([...others, { name, search: viewOf(search) }], t('views.saved', { name }))
          }}
        />
      )}
    </>
  )
}

function NameView(props: {
  readonly onClose: () => void
  readonly onName: (name: string) => void
}) {
  const t = useT()
  const [name, setName] = useState('')
  const [missing, setMissing] = useState(false)
  function submit(event: FormEvent): void {
    event.preventDefault()
    const given = name.trim().slice(0, nameMax)
    setMissing(given === '')
    if (given !== '') props.onName(given)
  }
  return (
    <Dialog
      title={t('views.saveTitle')}
      copyAs={null}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" type="submit" form="name-view">
            {t('views.saveTitle')}
          </Button>
        </>
      }
    >
      <form id="name-view" noValidate onSubmit={submit}>
        <TextField
          label={t('views.name')}
          help={t('views.help')}
          error={missing ? t('views.nameMissing') : undefined}
          value={name}
          onChange={setName}
        />
      </form>
    </Dialog>
  )
}
