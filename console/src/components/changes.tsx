import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useWords } from '../state/words.ts'

const words = { en: createEn, es: createEs }
const shownMax = 160

export interface FieldChange {
  readonly label: string
  readonly before: string
  readonly after: string
}

/** What a save would change, each as it is and as it would be. Nothing where nothing would. */
export function Changes(props: { readonly changes: readonly FieldChange[] }) {
  const w = useWords(words)
  const changed = props.changes.filter(({ before, after }) => before !== after)
  if (changed.length === 0) return null
  return (
    <ul aria-label={w('changes.title')} className="flex flex-col gap-1 text-xs">
      {changed.map(({ label, before, after }) => (
        <li key={label} className="min-w-0 break-words">
          <span className="text-ink-2">{label}: </span>
          <del className="mono break-all text-err">{shown(before)}</del>
          <span aria-hidden> → </span>
          <span className="sr-only"> {w('changes.becomes')} </span>
          <ins className="mono break-all text-ok no-underline">{shown(after)}</ins>
        </li>
      ))}
    </ul>
  )
}

function shown(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ')
  if (line === '') return '–'
  return line.length > shownMax ? `${line.slice(0, shownMax)}…` : line
}
