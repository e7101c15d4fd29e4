/** The lines of a JSON tree, each with its path to copy. */
import { ChevronDown, ChevronRight, EyeOff } from 'lucide-react'
import { createContext, type ReactNode, use, useState } from 'react'
import { maskedText } from '../../../src/domain/masking.ts'
import { useT } from '../i18n.tsx'
import { jsonEn } from '../messages/json-en.ts'
import { jsonEs } from '../messages/json-es.ts'
import {
  childrenOf,
  childrenShown,
  type Entry,
  NumberText,
  pathOf,
  type Route,
  scalarText,
} from '../state/json-tree.ts'
import { useWords } from '../state/words.ts'
import { CopyButton } from './button.tsx'
import { Marked, placesOf } from './json-find.tsx'

const words = { en: jsonEn, es: jsonEs }

/** A longer text is cut on screen, to a part that has what is looked for. */
const valueShown = 2_000

export interface TreeLook {
  /** `[masked]` is the server's word and not the producer's. */
  readonly masked: boolean
  /** So many levels are open unless somebody closes them. */
  readonly levels: number
  /** What is looked for; empty: nothing is. */
  readonly wanted: string
  /** To what was found last: it stays open. */
  readonly route: Route | null
}

export const TreeLooked = createContext<TreeLook>({
  ...{ masked: false, levels: 3, wanted: '', route: null },
})

export function JsonNode(props: {
  readonly name: string | null
  readonly value: unknown
  readonly path: string
  readonly depth: number
}) {
  const { value, path, depth } = props
  const entries = childrenOf(value)
  if (entries !== null) return <Branch {...props} entries={entries} />
  return (
    <Line depth={depth} path={path}>
      <Name {...props} />
      <Scalar value={value} path={path} />
    </Line>
  )
}

function Branch(props: Parameters<typeof JsonNode>[0] & { readonly entries: readonly Entry[] }) {
  const { name, value, path, depth, entries } = props
  const w = useWords(words)
  const { levels, route } = use(TreeLooked)
  const [chosen, setChosen] = useState<{ readonly open: boolean; readonly route: Route | null }>()
  const [shown, setShown] = useState(childrenShown)
  const leads = route?.through.get(path)
  // What somebody opened or closed stays so, until something is found inside.
  const chosenSince = chosen !== undefined && (leads === undefined || chosen.route === route)
  const open = chosenSince ? chosen.open : leads !== undefined || depth < levels
  const around = windowOf(entries.length, shown, leads)
  const [from, to] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  const Icon = open ? ChevronDown : ChevronRight
  const child = ([key, one]: Entry): ReactNode => (
    <JsonNode
      key={key}
      name={key}
      value={one}
      path={pathOf(path, key, Array.isArray(value))}
      depth={depth + 1}
    />
  )
  const more = entries.length - shown - (around.to - around.from)
  return (
    <div>
      <Line depth={depth} path={path}>
        <button
          type="button"
          className="-ml-6 inline-flex size-6 items-center justify-center rounded-sm align-middle text-ink-3 hover:bg-mute-soft"
          aria-expanded={open}
          aria-label={name ?? w('json.root')}
          onClick={() => setChosen({ open: !open, route })}
        >
          <Icon size={13} aria-hidden />
        </button>
        <Name {...props} />
        <span className="text-ink-3">
          {from}
          {!open && ` ${entries.length} `}
          {(!open || entries.length === 0) && to}
        </span>
      </Line>
      {open && entries.slice(0, shown).map(child)}
      {open && more > 0 && (
        <button
          type="button"
          className="btn btn-quiet ml-6"
          onClick={() => setShown(shown + childrenShown)}
        >
          {w('json.more', { count: more })}
        </button>
      )}
      {open && entries.slice(around.from, around.to).map(child)}
    </div>
  )
}

/** What was found is shown among its neighbours, not after all that come before it. */
function windowOf(length: number, shown: number, leads: number | undefined) {
  if (leads === undefined || leads < shown) return { from: shown, to: shown }
  const half = childrenShown / 2
  return { from: Math.max(shown, leads - half), to: Math.min(length, leads + half) }
}

function Name(props: { readonly name: string | null; readonly path: string }) {
  const { wanted, route } = use(TreeLooked)
  if (props.name === null) return null
  return (
    <>
      <span className="text-ink-2">
        <Marked text={props.name} wanted={wanted} current={route?.path === props.path} />
      </span>
      <span className="text-ink-3">: </span>
    </>
  )
}

function Line(props: {
  readonly depth: number
  readonly path: string
  readonly children: ReactNode
}) {
  const t = useT()
  return (
    <div
      className="group flex items-start gap-1 whitespace-pre-wrap break-all"
      style={{ paddingLeft: 24 + props.depth * 16 }}
    >
      <span className="min-w-0 py-0.5">{props.children}</span>
      {props.path !== '' && (
        <span className="opacity-0 focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
          <CopyButton text={props.path} label={t('copy.path')} />
        </span>
      )}
    </div>
  )
}

function Scalar(props: { readonly value: unknown; readonly path: string }) {
  const t = useT()
  const { masked, wanted, route } = use(TreeLooked)
  const { value } = props
  if (masked && value === maskedText) {
    return (
      <span className="pill tone-mute font-sans">
        <EyeOff size={12} aria-hidden /> {t('mask.masked')}
      </span>
    )
  }
  return (
    <span className={toneOf(value)}>
      <Marked
        text={partOf(scalarText(value), wanted)}
        wanted={wanted}
        current={route?.path === props.path}
      />
    </span>
  )
}

function toneOf(value: unknown): string {
  if (value instanceof NumberText) return 'text-info'
  return typeof value === 'string' ? 'text-ok' : 'text-warn'
}

function partOf(text: string, wanted: string): string {
  if (text.length <= valueShown) return text
  const [at = 0] = placesOf(text, wanted)
  const from = at + wanted.length <= valueShown ? 0 : at - valueShown / 2
  const part = text.slice(from, from + valueShown)
  return `${from > 0 ? '…' : ''}${part}${from + valueShown < text.length ? '…' : ''}`
}
