import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useT } from '../i18n.tsx'
import type { NavItem } from '../shell.tsx'
import { setPreferences, usePreferences } from '../state/preferences.ts'
import { useMay } from '../state/session.tsx'

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
    return [
      ...pages,
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
  }, [props.items, t, navigate, language, theme, zone, mayCreate])

  const found = useMemo(() => {
    const wanted = plain(text)
    const matching = commands.filter((command) => plain(command.label).includes(wanted))
    const typed = text.trim()
    const go = (id: string, hint: string, run: () => void): Command => ({
      ...{ id, label: typed, hint, run },
    })
    const to = pageOfId(typed, application)
    const messages = props.items.find((item) => item.to.endsWith('/messages'))?.to
    // An id of the producer's own, or a tag: the list of messages finds them however old they are.
    const search = { q: typed } as never // routes are not typed here
    return [
      ...(to === null ? [] : [go('go', t('palette.goTo'), () => void navigate({ to }))]),
      ...matching,
      ...(typed === '' || to !== null || messages === undefined
        ? []
        : [go('find', t('palette.find'), () => void navigate({ to: messages, search }))]),
    ]
  }, [commands, text, application, navigate, t, props.items])

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

/** The page of an id that somebody pasted; null when the text is no id. */
function pageOfId(text: string, application: string | null): string | null {
  if (application === null) return null
  const base = `/app/${encodeURIComponent(application)}`
  if (/^msg_[0-9A-Za-z]{27}$/.test(text)) return `${base}/messages/${text}`
  if (/^ep_[0-9A-Za-z]{27}$/.test(text)) return `${base}/endpoints/${text}`
  return null
}
