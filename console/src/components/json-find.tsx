/** Finding a text in what is shown: the box with its count, and the marks. */
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useT } from '../i18n.tsx'
import { jsonEn } from '../messages/json-en.ts'
import { jsonEs } from '../messages/json-es.ts'
import { foundMax } from '../state/json-tree.ts'
import { useWords } from '../state/words.ts'
import { IconButton } from './button.tsx'

const words = { en: jsonEn, es: jsonEs }

export interface Finding {
  readonly text: string
  /** Which of what was found is looked at, from 0. */
  readonly at: number
}

/** Enter and Shift+Enter go on and back, Escape ends it. */
export function FindBox(props: {
  readonly finding: Finding
  readonly count: number
  readonly onChange: (finding: Finding) => void
  readonly onClose: () => void
}) {
  const t = useT()
  const w = useWords(words)
  const { finding, count } = props
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])
  const go = (by: 1 | -1): void => {
    if (count > 0) props.onChange({ ...finding, at: (finding.at + by + count) % count })
  }
  return (
    <search className="flex flex-wrap items-center gap-1 border-line border-b px-2.5 py-1">
      <input
        ref={input}
        type="search"
        className="input min-w-28 flex-1"
        aria-label={w('json.find')}
        placeholder={w('json.findHint')}
        spellCheck={false}
        autoComplete="off"
        value={finding.text}
        onChange={(event) => props.onChange({ text: event.target.value, at: 0 })}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1)
          else if (event.key === 'Escape') props.onClose()
          else return
          event.preventDefault()
          event.stopPropagation()
        }}
      />
      <span className="flex items-center">
        <span role="status" className="min-w-14 px-1 text-ink-2 text-xs">
          {finding.text === ''
            ? ''
            : count === 0
              ? w('json.foundNone')
              : w(count === foundMax ? 'json.foundSome' : 'json.found', {
                  ...{ at: finding.at + 1, count },
                })}
        </span>
        <IconButton label={w('json.previous')} disabled={count === 0} onClick={() => go(-1)}>
          <ChevronUp size={14} aria-hidden />
        </IconButton>
        <IconButton label={w('json.next')} disabled={count === 0} onClick={() => go(1)}>
          <ChevronDown size={14} aria-hidden />
        </IconButton>
        <IconButton label={t('action.close')} onClick={props.onClose}>
          <X size={14} aria-hidden />
        </IconButton>
      </span>
    </search>
  )
}

/** Where the text begins in the other, as often as it is there; `foundMax` at most. */
export function placesOf(text: string, wanted: string): readonly number[] {
  const places: number[] = []
  if (wanted === '') return places
  const pattern = new RegExp(wanted.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi')
  for (const { index } of text.matchAll(pattern)) {
    if (places.push(index) === foundMax) break
  }
  return places
}

/** The text with what is looked for marked in it. */
export function Marked(props: {
  readonly text: string
  readonly wanted: string
  /** Which of the marks is looked at; all of them where `true`. */
  readonly current: number | boolean
}): ReactNode {
  const { text, wanted, current } = props
  const parts: ReactNode[] = []
  let end = 0
  let mark = 0
  for (const at of placesOf(text, wanted)) {
    const looked = current === true || current === mark
    parts.push(
      text.slice(end, at),
      <mark
        key={at}
        className={`rounded-xs bg-warn-soft text-inherit ${looked ? 'outline-2 outline-accent' : ''}`}
        {...(looked ? { 'data-current': true } : {})}
      >
        {text.slice(at, at + wanted.length)}
      </mark>,
    )
    end = at + wanted.length
    mark++
  }
  return parts.length === 0 ? text : [...parts, text.slice(end)]
}
