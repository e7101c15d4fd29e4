import { ChevronDown, ChevronRight, ClipboardPaste, X } from 'lucide-react'
import { useState } from 'react'
import type { EventTypeOut } from '../api/model.ts'
import { useLocalization, useT } from '../i18n.tsx'
import { localizedText } from '../state/data.ts'
import { type EventGroup, groupEvents, namesIn } from '../state/event-tree.ts'
import { Button, IconButton } from './button.tsx'
import { Field } from './field.tsx'
import { Loading } from './states.tsx'

/** `null` is every event type, those to come included. */
export type EventChoice = readonly string[] | null

/** Which events an endpoint wants: search, groups with three states, everything, a pasted list. */
export function EventPicker(props: {
  /** Undefined: they are still on their way. */
  readonly types: readonly EventTypeOut[] | undefined
  readonly value: EventChoice
  readonly onChange: (value: EventChoice) => void
  readonly error?: string | undefined
  /** The system's own word for them. */
  readonly label?: string
  /** The system has no subscription to everything. */
  readonly withoutAll?: boolean
}) {
  const t = useT()
  const { language } = useLocalization()
  const [text, setText] = useState('')
  const [pasting, setPasting] = useState(false)
  const { types = [], value, onChange } = props
  const loading = props.types === undefined
  const chosen = new Set(value ?? [])
  const wanted = text.toLowerCase()
  const shown = types.filter(
    (type) =>
      wanted === '' ||
      type.name.toLowerCase().includes(wanted) ||
      localizedText(type, 'label', language).toLowerCase().includes(wanted),
  )
  // A system's own order means something; a mixed catalog is looked up by its letters.
  const groups =
    props.withoutAll === true
      ? groupEvents(shown)
      : groupEvents(shown).toSorted((a, b) => a.name.localeCompare(b.name))

  function toggle(names: readonly string[], on: boolean): void {
    const next = new Set(chosen)
    for (const name of names) {
      if (on) next.add(name)
      else next.delete(name)
    }
    onChange([...next])
  }

  return (
    <Field
      label={props.label ?? t('events.label')}
      help={value === null ? t('events.allHelp') : t('events.chosen', { count: value.length })}
      error={props.error}
    >
      {(control) => (
        <div className="rounded-md border border-line">
          <div className="flex flex-wrap items-center gap-2 border-line border-b p-2">
            <input
              {...control}
              type="search"
              className="input min-w-40 flex-1"
              placeholder={loading ? '' : t('events.search', { count: types.length })}
              value={text}
              disabled={value === null}
              onChange={(event) => setText(event.target.value)}
            />
            <Button disabled={value === null} onClick={() => setPasting(!pasting)}>
              <ClipboardPaste size={14} aria-hidden /> {t('events.paste')}
            </Button>
          </div>
          {pasting && value !== null && (
            <PasteList
              types={types}
              onUse={(names) => {
                toggle(names, true)
              }}
            />
          )}
          {value !== null && value.length > 0 && (
            <Chosen names={value} onRemove={(name) => toggle([name], false)} />
          )}
          <div className="max-h-80 overflow-auto p-1">
            {props.withoutAll !== true && (
              <label className="flex min-h-8 cursor-pointer items-center gap-2 rounded-sm px-2 hover:bg-sunken">
                <input
                  type="checkbox"
                  className="checkbox"
                  checked={value === null}
                  onChange={(event) => onChange(event.target.checked ? null : [])}
                />
                <span className="font-[550]">{t('events.everything')}</span>
                <span className="pill tone-info">{t('events.future')}</span>
              </label>
            )}
            {value !== null &&
              groups.map((group) => (
                <Group
                  key={group.name}
                  group={group}
                  types={types}
                  chosen={chosen}
                  openAtFirst={wanted !== '' || groups.length <= 3}
                  onToggle={toggle}
                />
              ))}
            {value !== null && loading && <Loading rows={3} />}
            {value !== null && !loading && shown.length === 0 && (
              <p className="px-2 py-1 text-ink-3">
                {types.length === 0 ? t('events.none') : t('filter.nothing')}
              </p>
            )}
          </div>
        </div>
      )}
    </Field>
  )
}

const chosenShownMax = 12

/** What is chosen, seen without opening its groups; a press takes one away. */
function Chosen(props: {
  readonly names: readonly string[]
  readonly onRemove: (name: string) => void
}) {
  const t = useT()
  const { names } = props
  return (
    <ul
      aria-label={t('events.chosen', { count: names.length })}
      className="flex flex-wrap gap-1 border-line border-b p-2"
    >
      {names.slice(0, chosenShownMax).map((name) => (
        <li key={name} className="chip mono max-w-full py-0 pr-0.5 pl-2">
          <span className="truncate">{name}</span>
          <IconButton label={t('events.remove', { name })} onClick={() => props.onRemove(name)}>
            <X size={12} aria-hidden />
          </IconButton>
        </li>
      ))}
      {names.length > chosenShownMax && (
        <li className="px-1 py-1 text-ink-3">+{names.length - chosenShownMax}</li>
      )}
    </ul>
  )
}

function Group(props: {
  readonly group: EventGroup
  readonly types: readonly EventTypeOut[]
  readonly chosen: ReadonlySet<string>
  readonly openAtFirst: boolean
  readonly onToggle: (names: readonly string[], on: boolean) => void
}) {
  const t = useT()
  const { language } = useLocalization()
  const { group, chosen } = props
  const [open, setOpen] = useState<boolean | null>(null)
  const isOpen = open ?? props.openAtFirst
  const count = group.events.filter((name) => chosen.has(name)).length
  const Icon = isOpen ? ChevronDown : ChevronRight
  return (
    <div>
      <div className="flex min-h-8 items-center gap-1 rounded-sm hover:bg-sunken">
        <button
          type="button"
          className="inline-flex size-7 items-center justify-center rounded-sm text-ink-3"
          aria-expanded={isOpen}
          aria-label={t('events.group', { name: group.name })}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon size={14} aria-hidden />
        </button>
        <label className="flex flex-1 cursor-pointer items-center gap-2 py-1">
          <input
            type="checkbox"
            className="checkbox"
            checked={count === group.events.length}
            ref={(element) => {
              if (element !== null) {
                element.indeterminate = count > 0 && count < group.events.length
              }
            }}
            onChange={(event) => props.onToggle(group.events, event.target.checked)}
          />
          <span className="font-[550]">{group.name}</span>
          <span className="text-ink-3 text-xs">
            {count > 0 ? `${count}/${group.events.length}` : group.events.length}
          </span>
        </label>
      </div>
      {isOpen &&
        group.events.map((name) => {
          const type = props.types.find((one) => one.name === name)
          return (
            <label
              key={name}
              className="flex min-h-[30px] cursor-pointer items-center gap-2 rounded-sm py-1 pr-2 pl-9 hover:bg-sunken"
            >
              <input
                type="checkbox"
                className="checkbox"
                checked={chosen.has(name)}
                onChange={(event) => props.onToggle([name], event.target.checked)}
              />
              <span className="mono break-all">{name}</span>
              <span className="min-w-0 flex-1 truncate text-ink-3">
                {type === undefined
                  ? ''
                  : localizedText(type, 'label', language) || type.description}
              </span>
            </label>
          )
        })}
    </div>
  )
}

/** Takes names out of any text and says which of them are known. */
function PasteList(props: {
  readonly types: readonly EventTypeOut[]
  readonly onUse: (names: readonly string[]) => void
}) {
  const t = useT()
  const [text, setText] = useState('')
  const [result, setResult] = useState<{ known: number; unknown: readonly string[] } | null>(null)
  const byName = new Map(props.types.map(({ name }) => [name.toLowerCase(), name]))
  function use(): void {
    const names = namesIn(text)
    const known = names.flatMap((name) => byName.get(name.toLowerCase()) ?? [])
    props.onUse(known)
    setResult({
      known: known.length,
      unknown: names.filter((name) => !byName.has(name.toLowerCase())),
    })
  }
  return (
    <div className="flex flex-col gap-2 border-line border-b p-2">
      <Field label={t('events.pasteLabel')}>
        {(control) => (
          <textarea
            {...control}
            className="input mono min-h-24"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={use}>{t('events.pasteUse')}</Button>
        {result !== null && (
          <p role="status">
            {t('events.pasteKnown', { count: result.known })}
            {result.unknown.length > 0 && (
              <span className="text-warn">
                {' '}
                {t('events.pasteUnknown', { count: result.unknown.length })}{' '}
                <span className="mono">{result.unknown.slice(0, 20).join(', ')}</span>
              </span>
            )}
          </p>
        )}
      </div>
    </div>
  )
}
