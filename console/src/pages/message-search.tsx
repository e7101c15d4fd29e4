/** What the boxes above the list of messages find beyond the rows that are loaded. */
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { getMessage, listMessages } from '../api/calls.ts'
import { ApiError } from '../api/http.ts'
import type { MessageOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { useFormats } from '../i18n.tsx'
import { messageEn } from '../messages/message-en.ts'
import { messageEs } from '../messages/message-es.ts'
import { useWords } from '../state/words.ts'

const words = { en: messageEn, es: messageEs }

const taggedMax = 100

/**
 * Messages that bear that text as a tag, however old; and, where no row has it (`unseen`), the one whose
 * id or event id it is.
 */
export function useExactHits(
  application: string,
  text: string,
  unseen: boolean,
): readonly MessageOut[] {
  const found = useQuery({
    queryKey: ['messages', application, 'exact', text, unseen],
    queryFn: async () => {
      const [one, tagged] = await Promise.all([
        unseen ? named(application, text) : null,
        tagOf(text) === null
          ? []
          : listMessages(application, { tag: text, limit: taggedMax }).then(({ data }) => data),
      ])
      return one === null ? tagged : [one, ...tagged.filter(({ id }) => id !== one.id)]
    },
    enabled: text !== '',
    staleTime: 10_000,
    placeholderData: (before) => before,
  })
  return text === '' ? [] : (found.data ?? [])
}

/** What can be a tag; others the server refuses. */
function tagOf(text: string): string | null {
  return /^[\w.-]{1,128}$/.test(text) ? text : null
}

async function named(application: string, text: string): Promise<MessageOut | null> {
  if (!/^[\w.-]{1,256}$/.test(text)) return null
  try {
    return await getMessage(application, text)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

/** Newest first, each once. */
export function withHits(
  rows: readonly MessageOut[],
  hits: readonly MessageOut[],
): readonly MessageOut[] {
  const known = new Set(rows.map(({ id }) => id))
  const more = hits.filter(({ id }) => !known.has(id))
  return more.length === 0 ? rows : [...rows, ...more].sort((a, b) => (a.id < b.id ? 1 : -1))
}

export interface Looked {
  readonly count: number
  /** Null: nothing yet. */
  readonly until: string | null
}

/** How far a search by payload got, and going further. */
export function LookedAt(props: { readonly looked: Looked; readonly onFurther: () => void }) {
  const w = useWords(words)
  const formats = useFormats()
  const { count, until } = props.looked
  if (until === null) return null
  return (
    <p className="flex flex-wrap items-center gap-2 px-5 py-2 text-ink-2 max-sm:px-3" role="status">
      {w('messages.looked', { count, at: formats.moment(Date.parse(until)) })}
      <Button onClick={props.onFurther}>{w('messages.further')}</Button>
    </p>
  )
}

/** Each condition of the search by payload, to be removed by itself. One alone is in the box. */
export function Conditions(props: {
  readonly where: string
  readonly onChange: (where: string) => void
}) {
  const w = useWords(words)
  const parts = conditionsOf(props.where)
  if (parts.length < 2) return null
  return (
    <ul className="flex flex-wrap gap-1.5 px-5 pb-2 max-sm:px-3">
      {parts.map((part, at) => (
        <li key={part} className="chip mono max-w-full py-0 pr-0.5">
          <span className="truncate">{part}</span>
          <button
            type="button"
            className="btn btn-quiet btn-icon"
            aria-label={w('messages.condition', { condition: part })}
            onClick={() => props.onChange(parts.filter((_, other) => other !== at).join(' and '))}
          >
            <X size={13} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** The parts between `and`s that are not in quotes; a filter as JSON is one. */
function conditionsOf(where: string): readonly string[] {
  if (where.trim().startsWith('{')) return [where]
  const parts: string[] = []
  let rest = ''
  for (const piece of where.split(/\sand\s/i)) {
    rest = rest === '' ? piece : `${rest} and ${piece}`
    if ((rest.replaceAll('\\"', '').match(/"/g)?.length ?? 0) % 2 === 1) continue
    parts.push(rest.trim())
    rest = ''
  }
  return rest === '' ? parts : [...parts, rest.trim()]
}
