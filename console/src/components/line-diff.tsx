/** Two texts line by line, what is equal folded away. Loaded when texts differ. */
import { diffLines } from 'diff'
import { Fragment } from 'react'
import { useT } from '../i18n.tsx'

/** Equal lines that stay around a difference. */
const around = 2
/** Texts that differ in more lines have little in common: they are shown whole, one after the other. */
const editsMax = 2_000
const linesMax = 400

interface Part {
  readonly kind: 'same' | 'gone' | 'new'
  readonly lines: readonly string[]
}

export function LineDiff(props: { readonly before: string; readonly after: string }) {
  const parts = partsOf(props.before, props.after)
  return (
    <pre className="max-h-96 overflow-auto rounded-md border border-line p-2" tabIndex={0}>
      {parts.map((part, at) =>
        part.kind === 'same' ? (
          <Same
            key={keyOf(part, at)}
            lines={part.lines}
            first={at === 0}
            last={at === parts.length - 1}
          />
        ) : (
          <Changed key={keyOf(part, at)} part={part} />
        ),
      )}
    </pre>
  )
}

const keyOf = (part: Part, at: number): string => `${at.toString()} ${part.kind}`

function partsOf(before: string, after: string): readonly Part[] {
  const found = diffLines(before, after, { maxEditLength: editsMax })
  if (found === undefined) {
    return [
      { kind: 'gone', lines: linesOf(before) },
      { kind: 'new', lines: linesOf(after) },
    ]
  }
  return found.map(({ value, added, removed }) => ({
    kind: added ? 'new' : removed ? 'gone' : 'same',
    lines: linesOf(value),
  }))
}

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n')

/** Marked by a sign as well as by colour. */
function Changed({ part }: { readonly part: Part }) {
  const t = useT()
  const Mark = part.kind === 'new' ? 'ins' : 'del'
  const tone = part.kind === 'new' ? 'bg-ok-soft text-ok' : 'bg-err-soft text-err'
  const more = part.lines.length - linesMax
  return (
    <>
      <Mark className={`block whitespace-pre-wrap break-all no-underline ${tone}`}>
        {part.lines
          .slice(0, linesMax)
          .map((line) => `${part.kind === 'new' ? '+' : '−'} ${line}`)
          .join('\n')}
      </Mark>
      {more > 0 && <Folded text={t('diff.lines', { count: more })} />}
    </>
  )
}

function Same(props: {
  readonly lines: readonly string[]
  readonly first: boolean
  readonly last: boolean
}) {
  const t = useT()
  const { lines, first, last } = props
  const head = first ? [] : lines.slice(0, around)
  const tail = last ? [] : lines.slice(Math.max(head.length, lines.length - around))
  const folded = lines.length - head.length - tail.length
  const shown = (some: readonly string[]) =>
    some.length > 0 && (
      <span className="block whitespace-pre-wrap break-all text-ink-3">
        {some.map((line) => `  ${line}`).join('\n')}
      </span>
    )
  return (
    <Fragment>
      {shown(head)}
      {folded > 0 && <Folded text={t('diff.lines', { count: folded })} />}
      {shown(tail)}
    </Fragment>
  )
}

function Folded(props: { readonly text: string }) {
  return <span className="block text-ink-3 italic">… {props.text}</span>
}
