/** The boxes above a list, a chip for each condition, and how far the server looked. */
import { X } from 'lucide-react'
import { useFormats, useT } from '../i18n.tsx'
import { soughtEn } from '../messages/sought-en.ts'
import { soughtEs } from '../messages/sought-es.ts'
import { conditionsOf } from '../state/sought.ts'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'
import { Button } from './button.tsx'
import { QueryBox, SearchBox } from './filters.tsx'

const words = { en: soughtEn, es: soughtEs }

/** A text, and a condition on the payload: both are asked of the server. */
export function SoughtBoxes(props: { readonly label: string; readonly hint: string }) {
  const t = useT()
  const [search, change] = useUrlState()
  return (
    <>
      <SearchBox
        label={props.label}
        placeholder={props.hint}
        value={search['q'] ?? ''}
        onChange={(q) => change({ q: q.trim() === '' ? undefined : q })}
      />
      <QueryBox
        label={t('messages.where')}
        placeholder='data.order.id = "o_91"'
        value={search['where'] ?? ''}
        onSubmit={(where) => change({ where: where === '' ? undefined : where })}
      />
    </>
  )
}

/**
 * Each condition, to be taken away by itself. Text and a lone condition stand in the boxes already:
 * `all` shows them where there are none.
 */
export function SoughtChips(props: { readonly all?: boolean }) {
  const w = useWords(words)
  const [search, change] = useUrlState()
  const { q, tag, where } = search
  const parts = where === undefined ? [] : conditionsOf(where)
  const chips = [
    ...(q === undefined || props.all !== true
      ? []
      : [{ text: w('sought.text', { text: q }), without: { q: undefined } }]),
    ...(tag === undefined ? [] : [{ text: w('sought.tag', { tag }), without: { tag: undefined } }]),
    ...(parts.length > 1 || props.all === true ? parts : []).map((part, at) => ({
      text: part,
      without: { where: parts.filter((_, other) => other !== at).join(' and ') || undefined },
    })),
  ]
  if (chips.length === 0) return null
  return (
    <ul
      className={`flex flex-wrap gap-1.5 ${props.all === true ? 'pt-2' : 'px-5 pb-2 max-sm:px-3'}`}
    >
      {chips.map(({ text, without }) => (
        <li key={text} className="chip mono max-w-full py-0 pr-0.5">
          <span className="truncate">{text}</span>
          <button
            type="button"
            className="btn btn-quiet btn-icon"
            aria-label={w('sought.condition', { condition: text })}
            onClick={() => change(without)}
          >
            <X size={13} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** What was looked at so far. */
export interface Looked {
  readonly count: number
  readonly skipped: number
  /** Null: nothing yet. */
  readonly until: string | null
}

/** How far a list was looked through, and going further. */
export function LookedAt(props: { readonly looked: Looked; readonly onFurther: () => void }) {
  const w = useWords(words)
  const formats = useFormats()
  const { count, skipped, until } = props.looked
  if (until === null) return null
  return (
    <p
      className="flex flex-wrap items-center gap-2 px-5 py-2 text-ink-2 max-sm:px-3"
      role="status"
      title={w('sought.hint')}
    >
      {w('sought.looked', { count, at: formats.moment(Date.parse(until)) })}
      {skipped > 0 && ` ${w('sought.skipped', { count: skipped })}`}
      <Button onClick={props.onFurther}>{w('sought.further')}</Button>
    </p>
  )
}
