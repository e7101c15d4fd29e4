import { Search } from 'lucide-react'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useFormats, useT } from '../i18n.tsx'
import { jsonEn } from '../messages/json-en.ts'
import { jsonEs } from '../messages/json-es.ts'
import { foundIn, openLevels, parseJson, type Route, routeTo } from '../state/json-tree.ts'
import { useWords } from '../state/words.ts'
import { CopyButton, IconButton } from './button.tsx'
import { HexView } from './hex-view.tsx'
import { FindBox, type Finding, Marked, placesOf } from './json-find.tsx'
import { JsonNode, TreeLooked } from './json-nodes.tsx'

const words = { en: jsonEn, es: jsonEs }

/** So many levels are open at first, and where values are masked: those are to be seen, not to be looked for. */
const levels = { plain: 3, masked: 8 }
/** Raw text beyond this many characters is cut on screen; copying takes all of it. */
const rawShown = 200_000
const marksAround = 50

type Mode = 'tree' | 'raw' | 'hex'
type Parsed = ReturnType<typeof parseJson>

/** JSON as a tree with paths to copy, the raw text as it is stored, or its bytes; the first two are searched. */
export function JsonView(props: {
  readonly text: string
  readonly label: string
  /** Some values are masked for this role: they are marked as such. */
  readonly masked?: boolean
}) {
  const t = useT()
  const w = useWords(words)
  const formats = useFormats()
  const { text } = props
  const parsed = useMemo(() => parseJson(text), [text])
  const bytes = useMemo(() => new TextEncoder().encode(text), [text])
  const [chosen, setMode] = useState<Mode>('tree')
  const modes: readonly Mode[] = parsed === undefined ? ['raw', 'hex'] : ['tree', 'raw', 'hex']
  const mode = chosen === 'tree' && parsed === undefined ? 'raw' : chosen
  const names = { tree: w('json.tree'), raw: w('json.raw'), hex: 'Hex' }
  const find = useFinding(text, mode, parsed)
  return (
    <section aria-label={props.label} className="rounded-md border border-line bg-sunken">
      <header className="flex items-center gap-1 border-line border-b py-0.5 pr-0.5 pl-2.5">
        <span className="flex-1 text-ink-3 text-xs">{formats.bytes(bytes.length)}</span>
        {text !== '' &&
          modes.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === mode}
              className={`btn btn-quiet px-1.5 ${one === mode ? 'font-[550] text-accent' : ''}`}
              onClick={() => setMode(one)}
            >
              {names[one]}
            </button>
          ))}
        {text !== '' && mode !== 'hex' && (
          <IconButton
            ref={find.toggle}
            label={w('json.find')}
            aria-expanded={find.finding !== null}
            onClick={() =>
              find.finding === null ? find.change({ text: '', at: 0 }) : find.close()
            }
          >
            <Search size={14} aria-hidden />
          </IconButton>
        )}
        <CopyButton text={text} label={t('copy.body')} />
      </header>
      {find.finding !== null && mode !== 'hex' && (
        <FindBox
          finding={find.finding}
          count={find.count}
          onChange={find.change}
          onClose={find.close}
        />
      )}
      {mode === 'tree' && parsed !== undefined && (
        <Tree root={parsed.value} masked={props.masked === true} {...find} />
      )}
      {mode === 'raw' && <Raw text={text} {...find} />}
      {mode === 'hex' && <HexView bytes={bytes} />}
    </section>
  )
}

interface Found {
  readonly finding: Finding | null
  /** What is marked: what was typed, once the page has come to it. */
  readonly wanted: string
  readonly at: number
  readonly count: number
  readonly route: Route | null
  readonly places: readonly number[]
}

/** What is looked for, how often it is there, and the way to what is looked at now. */
function useFinding(text: string, mode: Mode, parsed: Parsed) {
  const [finding, change] = useState<Finding | null>(null)
  const toggle = useRef<HTMLButtonElement>(null)
  const wanted = useDeferredValue(finding?.text ?? '')
  const inTree = useMemo(
    () => (mode === 'tree' && parsed !== undefined ? foundIn(parsed.value, wanted) : []),
    [mode, parsed, wanted],
  )
  const places = useMemo(() => (mode === 'raw' ? placesOf(text, wanted) : []), [mode, text, wanted])
  const count = mode === 'tree' ? inTree.length : places.length
  const at = Math.min(finding?.at ?? 0, Math.max(0, count - 1))
  const target = inTree[at]
  const found = useMemo(
    () => (target === undefined ? null : routeTo(parsed?.value, target)),
    [parsed, target],
  )
  // Once it is no longer looked for, what was found stays open.
  const [route, setRoute] = useState<Route | null>(null)
  if (found !== null && found !== route) setRoute(found)
  const close = (): void => {
    change(null)
    toggle.current?.focus()
  }
  return { finding, change, close, toggle, wanted, at, count, route, places }
}

/** What is looked at comes into sight, in its box if that scrolls. */
function useShown(found: Found) {
  const box = useRef<HTMLDivElement>(null)
  const { finding, wanted, at, count } = found
  const open = finding !== null
  // biome-ignore lint/correctness/useExhaustiveDependencies: again for each that is looked at
  useEffect(() => {
    if (!open) return
    box.current?.querySelector('[data-current]')?.scrollIntoView({ block: 'nearest' })
  }, [open, wanted, at, count])
  return box
}

function Tree(props: Found & { readonly root: unknown; readonly masked: boolean }) {
  const { root, masked, wanted, route, finding } = props
  const box = useShown(props)
  const open = useMemo(() => openLevels(root, levels[masked ? 'masked' : 'plain']), [root, masked])
  const look = useMemo(
    () => ({ masked, levels: open, wanted, route }),
    [masked, open, wanted, route],
  )
  return (
    <div
      ref={box}
      className={`mono overflow-x-auto px-1.5 py-2 ${finding === null ? '' : 'max-h-[60vh] overflow-y-auto'}`}
    >
      <TreeLooked value={look}>
        <JsonNode name={null} value={root} path="" depth={0} />
      </TreeLooked>
    </div>
  )
}

function Raw(props: Found & { readonly text: string }) {
  const t = useT()
  const w = useWords(words)
  const { text, wanted, places, at } = props
  const box = useShown(props)
  const place = places[at] ?? 0
  const from = place + wanted.length < rawShown ? 0 : place - rawShown / 2
  const to = from + rawShown
  // Marks are for where one looks, not for all of it.
  const first = Math.max(0, at - marksAround)
  const marked = places.slice(first, at + marksAround).filter((one) => one >= from && one < to)
  const [begin = from, end = from] = [marked[0], marked.at(-1)]
  return (
    <div ref={box}>
      <pre
        className="max-h-[60vh] overflow-auto whitespace-pre-wrap px-2.5 py-2 text-ink-2 [overflow-wrap:anywhere]"
        tabIndex={0}
      >
        {from > 0 && '…'}
        {text.slice(from, begin)}
        <Marked
          text={text.slice(begin, end + wanted.length)}
          wanted={wanted}
          current={marked.indexOf(place)}
        />
        {text.slice(end + wanted.length, to)}
        {text === '' && <span className="text-ink-3">{t('json.empty')}</span>}
        {to < text.length && `\n… ${w('json.cut')}`}
      </pre>
    </div>
  )
}
