import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import { listBins, listEndpoints, path } from '../api/calls.ts'
import { useT } from '../i18n.tsx'
import { useSettingsSections } from '../pages/settings-on-page.tsx'
import { type NavItem, useApplications } from '../shell.tsx'
import { endpointName } from '../state/data.ts'
import { goToPart, kindOf, placeOf } from '../state/find-id.ts'
import { setPreferences, usePreferences } from '../state/preferences.ts'
import { useMay } from '../state/session.tsx'
import { toast } from './toast.tsx'

interface Command {
  readonly id: string
  readonly label: string
  readonly hint: string
  readonly run: () => void
}

/** Go to a page or an id, or do a thing, by typing a part of its name. */
export default function Palette(props: {
  readonly items: readonly NavItem[]
  readonly onClose: () => void
}) {
  const t = useT()
  const navigate = useNavigate()
  const { language, theme, zone, application } = usePreferences()
  const mayCreate = useMay('manage-endpoints')
  const seesSettings = useMay('read-configuration')
  const sections = useSettingsSections()
  const hasSettings = props.items.some(({ to }) => to === '/settings')
  const places = usePlaces(props.items)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const dialog = useRef<HTMLDialogElement>(null)
  const listId = useId()
  useEffect(() => dialog.current?.showModal(), [])

  const commands = useMemo<readonly Command[]>(() => {
    const pages = props.items.map((item) => ({
      id: item.to,
      label: item.text ?? t(item.label),
      hint: t('palette.page'),
      run: () => void navigate({ to: item.to }),
    }))
    const deed = (id: string, label: string, run: () => void): Command => ({
      id,
      label,
      hint: t('palette.action'),
      run,
    })
    const base = props.items.find((item) => item.to.endsWith('/endpoints'))?.to
    const parts = sections.flatMap(([part, label]) =>
      label === undefined || !hasSettings || (!seesSettings && !open.includes(part))
        ? []
        : [
            {
              id: `part-${part}`,
              label,
              hint: t('nav.settings'),
              run: () => void navigate({ to: '/settings' }).then(() => goToPart(part)),
            },
          ],
    )
    return [
      ...pages,
      ...parts,
      ...(base === undefined || !mayCreate
        ? []
        : [deed('new-endpoint', t('endpoint.create'), () => void navigate({ to: `${base}/new` }))]),
      deed('language', language === 'es' ? 'English' : 'Español', () =>
        setPreferences({ language: language === 'es' ? 'en' : 'es' }),
      ),
      deed('theme', t(theme === 'dark' ? 'theme.light' : 'theme.dark'), () =>
        setPreferences({ theme: theme === 'dark' ? 'light' : 'dark' }),
      ),
      deed('zone', zone === 'utc' ? t('zone.local') : 'UTC', () =>
        setPreferences({ zone: zone === 'utc' ? 'local' : 'utc' }),
      ),
    ]
  }, [
    props.items,
    t,
    navigate,
    language,
    theme,
    zone,
    mayCreate,
    seesSettings,
    hasSettings,
    sections,
  ])

  const goToId = useCallback(
    async (id: string): Promise<void> => {
      const place = await placeOf(id, application).catch(() => null)
      if (place === null) toast(t('palette.noSuch', { id }), { tone: 'err' })
      else void navigate({ to: place.to, search: (place.search ?? {}) as never }) // routes are not typed here
    },
    [application, navigate, t],
  )
  const found = useMemo(() => {
    const wanted = plain(text)
    const matching = commands.filter((command) => plain(command.label).includes(wanted))
    const typed = text.trim()
    const go = (id: string, hint: string, run: () => void): Command => ({
      ...{ id, label: typed, hint, run },
    })
    const isId = hasSettings && kindOf(typed) !== null
    const messages = props.items.find((item) => item.to.endsWith('/messages'))?.to
    // An id of the producer's own, or a tag: the list of messages finds them however old they are.
    const search = { q: typed } as never // routes are not typed here
    return [
      ...(isId ? [go('go', t('palette.goTo'), () => void goToId(typed))] : []),
      ...matching,
      ...(wanted.length < 2 ? [] : places.filter(({ label }) => plain(label).includes(wanted))),
      ...(typed === '' || isId || messages === undefined
        ? []
        : [go('find', t('palette.find'), () => void navigate({ to: messages, search }))]),
    ]
  }, [commands, text, navigate, t, props.items, places, hasSettings, goToId])

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setAt((at + step + found.length) % Math.max(1, found.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(found[at])
    }
  }
  function choose(command: Command | undefined): void {
    if (command === undefined) return
    props.onClose()
    command.run()
  }

  return (
    <dialog
      ref={dialog}
      aria-label={t('palette.title')}
      className="overlay mt-[12vh] w-[min(calc(100vw-2rem),34rem)] overflow-hidden p-0"
      onClose={props.onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) props.onClose()
      }}
      onKeyDown={onKeyDown}
    >
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found[at] === undefined ? undefined : `${listId}-${at}`}
        aria-label={t('palette.title')}
        className="w-full border-line border-b bg-transparent px-4 py-3 text-base outline-none"
        placeholder={t('palette.placeholder')}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
      />
      <div
        id={listId}
        role="listbox"
        aria-label={t('palette.title')}
        className="max-h-80 overflow-auto p-1"
      >
        {found.map((command, index) => (
          <div
            key={command.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === at}
            className={`flex min-h-8 cursor-pointer items-center gap-2 rounded-sm px-3 ${index === at ? 'bg-accent-soft text-accent' : ''}`}
            onClick={() => choose(command)}
            onPointerMove={() => setAt(index)}
          >
            <span className="flex-1 truncate">{command.label}</span>
            <span className="text-ink-3 text-xs">{command.hint}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="px-4 pb-3 text-ink-3">{t('palette.nothing')}</p>}
    </dialog>
  )
}

const plain = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()

/** Parts of the settings that everybody has. */
const open: readonly string[] = ['browser', 'system']

/** Applications, endpoints and bins by their names, as far as the person's pages show them. */
function usePlaces(items: readonly NavItem[]): readonly Command[] {
  const t = useT()
  const navigate = useNavigate()
  const { application } = usePreferences()
  const has = (page: string): boolean => items.some(({ to }) => to === page)
  const applications = useApplications().data?.data ?? []
  const bins = useQuery({ queryKey: ['bins'], queryFn: listBins, enabled: has('/inspector') })
  const endpoints = useQuery({
    queryKey: ['endpoints', application, 'palette'],
    queryFn: () => listEndpoints(application ?? ''),
    enabled: application !== null && has(`/app/${encodeURIComponent(application)}/endpoints`),
  })
  const place = (to: string, label: string, hint: string): Command => ({
    ...{ id: to, label, hint, run: () => void navigate({ to }) },
  })
  return [
    ...(has('/applications') ? applications : []).map(({ id, uid, name }) =>
      place(`${path('app', uid ?? id)}/deliveries`, name, t('application.switch')),
    ),
    ...(endpoints.data?.data ?? []).map((one) =>
      place(
        path('app', application ?? '', 'endpoints', one.id),
        endpointName(one),
        t('column.endpoint'),
      ),
    ),
    ...(bins.data?.data ?? []).map(({ name }) =>
      place(path('inspector', name), name, t('nav.inspector')),
    ),
  ]
}
