import { lazy, Suspense } from 'react'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useWords } from '../state/words.ts'

const words = { en: createEn, es: createEs }
const shownMax = 160

// Few fields have lines: their comparison comes when there are some.
const LineDiff = lazy(async () => ({ default: (await import('./line-diff.tsx')).LineDiff }))

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
      {changed.map((change) => (
        <li key={change.label} className="min-w-0 break-words">
          <span className="text-ink-2">{change.label}: </span>
          {hasLines(change) ? (
            <Suspense>
              <LineDiff before={change.before} after={change.after} />
            </Suspense>
          ) : (
            <InLine {...change} />
          )}
        </li>
      ))}
    </ul>
  )
}

const hasLines = ({ before, after }: FieldChange): boolean => /\n/.test(before + after)

function InLine(props: FieldChange) {
  const w = useWords(words)
  const [before, after] = [lineOf(props.before), lineOf(props.after)]
  const from = partedAt(before, after)
  return (
    <>
      <del className="mono break-all text-err">{shown(before, from)}</del>
      <span aria-hidden> → </span>
      <span className="sr-only"> {w('changes.becomes')} </span>
      <ins className="mono break-all text-ok no-underline">{shown(after, from)}</ins>
    </>
  )
}

const lineOf = (text: string): string => text.trim().replaceAll(/\s+/g, ' ')

/** Where to begin with both so that what differs is seen: at their beginning, unless that is long and equal. */
function partedAt(before: string, after: string): number {
  const longest = Math.max(before.length, after.length)
  if (longest <= shownMax) return 0
  let at = 0
  while (at < longest && before[at] === after[at]) at++
  return Math.max(0, at - shownMax / 4)
}

function shown(line: string, from: number): string {
  if (line === '') return '–'
  const part = line.slice(from, from + shownMax)
  return `${from > 0 ? '…' : ''}${part}${from + shownMax < line.length ? '…' : ''}`
}
