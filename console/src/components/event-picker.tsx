import { ChevronDown, ChevronRight, ClipboardPaste, Info, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { groupText } from '../../../src/domain/event-type.ts'
import { withRule, withType } from '../../../src/domain/type-choice.ts'
import { isTypeRule, isTypeRuleValid, wantsType } from '../../../src/domain/type-rule.ts'
import type { EventTypeOut } from '../api/model.ts'
import { type T, useLocalization, useT } from '../i18n.tsx'
import { localizedText } from '../state/data.ts'
import { type EventGroup, groupEvents, namesIn } from '../state/event-tree.ts'
import { Button, IconButton } from './button.tsx'
import { Field } from './field.tsx'
import { Loading } from './states.tsx'

const EventPeek = lazy(async () => ({ default: (await import('./event-peek.tsx')).EventPeek }))

/** Names and rules (`order.*`); `null` is every event type, those to come included. */
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
  /** The system's catalog is closed: neither everything nor rules. */
  readonly withoutAll?: boolean
}) {
  const t = useT()
  const { language } = useLocalization()
  const [text, setText] = useState('')
  const [pasting, setPasting] = useState(false)
  const { types = [], value, onChange } = props
  const loading = props.types === undefined
  const chosen = value ?? []
  const wanted = text.toLowerCase().replace(/[._]?\*$/, '')
  const shown = types.filter(
    (type) =>
      wanted === '' ||
      type.name.toLowerCase().includes(wanted) ||
      localizedText(type, 'label', language).toLowerCase().includes(wanted),
  )
  // A system's own order means something; a mixed catalog is looked up by its letters.
  const all = groupEvents(types).map((group) =>
    props.withoutAll === true ? { ...group, rule: null } : group,
  )
  const groups =
    props.withoutAll === true ? all : all.toSorted((a, b) => a.name.localeCompare(b.name))
  const names = new Set(shown.map(({ name }) => name))

  /** A group's box is its rule where it has one; else it stands for the types that are shown. */
  function toggleGroup(group: EventGroup, on: boolean): void {
    if (group.rule !== null) onChange(withRule(chosen, group.rule, on))
    else
      toggle(
        group.events.filter((name) => names.has(name)),
        on,
      )
  }
  function toggle(some: readonly string[], on: boolean): void {
    onChange(some.reduce((left, name) => withType(left, name, { on, types }), chosen))
  }

  return (
    <Field
      label={props.label ?? t('events.label')}
      help={value === null ? t('events.allHelp') : summaryOf(value, t)}
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
              rules={props.withoutAll !== true}
              onUse={(some) => onChange([...new Set([...chosen, ...some])])}
            />
          )}
          {value !== null && value.length > 0 && (
            <Chosen
              names={value}
              onRemove={(name) => onChange(value.filter((one) => one !== name))}
            />
          )}
          <div className="max-h-96 overflow-auto p-1">
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
              groups
                .filter(({ events }) => events.some((name) => names.has(name)))
                .map((group) => (
                  <Group
                    key={group.name}
                    group={group}
                    shown={names}
                    types={types}
                    chosen={chosen}
                    openAtFirst={wanted !== '' || groups.length <= 3}
                    onGroup={(on) => toggleGroup(group, on)}
                    onToggle={(name, on) => toggle([name], on)}
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

/** "14 types + 2 rules". */
function summaryOf(chosen: readonly string[], t: T): string {
  const rules = chosen.filter(isTypeRule).length
  const types = chosen.length - rules
  if (rules === 0) return t('events.chosen', { count: types })
  const ruled = t('events.rules', { count: rules })
  return types === 0 ? ruled : `${t('events.types', { count: types })} + ${ruled}`
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
    <ul aria-label={summaryOf(names, t)} className="flex flex-wrap gap-1 border-line border-b p-2">
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
  /** Names that fit the search. */
  readonly shown: ReadonlySet<string>
  readonly types: readonly EventTypeOut[]
  readonly chosen: readonly string[]
  readonly openAtFirst: boolean
  readonly onGroup: (on: boolean) => void
  readonly onToggle: (name: string, on: boolean) => void
}) {
  const t = useT()
  const { language } = useLocalization()
  const { group, chosen } = props
  const { rule } = group
  const member = props.types.find(({ groupName }) => groupName === group.name)
  const words = member === undefined ? group.name : groupText(member, language)
  const [open, setOpen] = useState<boolean | null>(null)
  const isOpen = open ?? props.openAtFirst
  const ruled = rule !== null && chosen.includes(rule)
  const count = group.events.filter((name) => wantsType(chosen, name)).length
  const total = group.events.length
  const matching = group.events.filter((name) => props.shown.has(name)).length
  const whole = rule === null ? count === total : ruled
  const Icon = isOpen ? ChevronDown : ChevronRight
  return (
    <div>
      <div className="flex min-h-8 items-center gap-1 rounded-sm hover:bg-sunken">
        <button
          type="button"
          className="inline-flex size-7 shrink-0 items-center justify-center rounded-sm text-ink-3"
          aria-expanded={isOpen}
          aria-label={t('events.group', { name: words })}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon size={14} aria-hidden />
        </button>
        <label className="flex min-w-0 flex-1 cursor-pointer items-center gap-x-2 py-1 pr-2">
          <input
            type="checkbox"
            className="checkbox shrink-0"
            checked={whole}
            ref={(element) => {
              if (element !== null) element.indeterminate = !whole && count > 0
            }}
            onChange={(event) => props.onGroup(event.target.checked)}
          />
          <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2">
            <span
              className={rule === null ? 'break-words font-[550]' : 'mono break-all font-[550]'}
            >
              {rule ?? words}
            </span>
            {rule !== null && rule.slice(0, -2) !== group.name && (
              <span className="text-ink-2">{words}</span>
            )}
            {rule !== null && <span className="pill tone-info">{t('events.future')}</span>}
          </span>
          <span className="text-ink-3 text-xs">
            {matching < total
              ? t('events.matching', { count: matching, total })
              : count > 0
                ? `${count}/${total}`
                : total}
          </span>
        </label>
      </div>
      {isOpen &&
        group.events
          .filter((name) => props.shown.has(name))
          .map((name) => (
            <TypeRow
              key={name}
              name={name}
              type={props.types.find((one) => one.name === name)}
              checked={wantsType(chosen, name)}
              onToggle={(on) => props.onToggle(name, on)}
            />
          ))}
    </div>
  )
}

/** One type; a press on its end shows what it means and looks like. */
function TypeRow(props: {
  readonly name: string
  readonly type: EventTypeOut | undefined
  readonly checked: boolean
  readonly onToggle: (on: boolean) => void
}) {
  const t = useT()
  const { language } = useLocalization()
  const [open, setOpen] = useState(false)
  const { name, type } = props
  const label = type === undefined ? '' : localizedText(type, 'label', language) || type.description
  return (
    <div>
      <div className="flex items-start rounded-sm hover:bg-sunken">
        <label className="flex min-h-[30px] min-w-0 flex-1 cursor-pointer items-start gap-2 py-1 pl-9 max-sm:pl-7">
          <input
            type="checkbox"
            className="checkbox mt-0.5 shrink-0"
            checked={props.checked}
            onChange={(event) => props.onToggle(event.target.checked)}
          />
          <span className="flex min-w-0 flex-1 flex-wrap gap-x-2">
            <span className="mono break-all">{name}</span>
            {type?.deprecated === true && (
              <span className="pill tone-warn">{t('eventType.deprecated')}</span>
            )}
            <span className="line-clamp-2 min-w-0 text-ink-3">{label}</span>
          </span>
        </label>
        {type !== undefined && (
          <IconButton
            label={t('events.peek', { name })}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <Info size={14} aria-hidden />
          </IconButton>
        )}
      </div>
      {open && type !== undefined && (
        <Suspense>
          <EventPeek type={type} />
        </Suspense>
      )}
    </div>
  )
}

/** Takes names out of any text and says which of them are known. */
function PasteList(props: {
  readonly types: readonly EventTypeOut[]
  /** Whether rules may be pasted too. */
  readonly rules: boolean
  readonly onUse: (names: readonly string[]) => void
}) {
  const t = useT()
  const [text, setText] = useState('')
  const [result, setResult] = useState<{ known: number; unknown: readonly string[] } | null>(null)
  const byName = new Map(props.types.map(({ name }) => [name.toLowerCase(), name]))
  function use(): void {
    const names = namesIn(text)
    const isKnown = (name: string): boolean =>
      byName.has(name.toLowerCase()) || (props.rules && isTypeRuleValid(name))
    const known = names.filter(isKnown).map((name) => byName.get(name.toLowerCase()) ?? name)
    props.onUse(known)
    setResult({ known: known.length, unknown: names.filter((name) => !isKnown(name)) })
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
