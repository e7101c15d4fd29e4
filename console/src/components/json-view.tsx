import { ChevronDown, ChevronRight, EyeOff } from 'lucide-react'
import { createContext, type ReactNode, use, useMemo, useState } from 'react'
import { maskedText } from '../../../src/domain/masking.ts'
import { useFormats, useT } from '../i18n.tsx'
import { CopyButton } from './button.tsx'
import { HexView } from './hex-view.tsx'

/** Whether `[masked]` is the server's word and not the producer's. */
const Masked = createContext(false)

const maskedDepth = 8

/** Children of one node beyond this many come by a press, so that 5 MB stay responsive. */
const childrenShown = 200
/** Raw text beyond this many characters is cut on screen; copying takes all of it. */
const rawShown = 200_000

type Mode = 'tree' | 'raw' | 'hex'

/** JSON as a tree with paths to copy, the raw text as it is stored, or its bytes. */
export function JsonView(props: {
  readonly text: string
  readonly label: string
  /** Some values are masked for this role: they are marked as such. */
  readonly masked?: boolean
}) {
  const t = useT()
  const formats = useFormats()
  const parsed = useMemo(() => parseJson(props.text), [props.text])
  const bytes = useMemo(() => new TextEncoder().encode(props.text), [props.text])
  const [chosen, setMode] = useState<Mode>('tree')
  const modes: readonly Mode[] = parsed === undefined ? ['raw', 'hex'] : ['tree', 'raw', 'hex']
  const mode = chosen === 'tree' && parsed === undefined ? 'raw' : chosen
  const names = { tree: t('json.tree'), raw: t('json.raw'), hex: 'Hex' }
  return (
    <section aria-label={props.label} className="rounded-md border border-line bg-sunken">
      <header className="flex items-center gap-1 border-line border-b py-0.5 pr-0.5 pl-2.5">
        <span className="flex-1 text-ink-3 text-xs">{formats.bytes(bytes.length)}</span>
        {props.text !== '' &&
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
        <CopyButton text={props.text} label={t('copy.body')} />
      </header>
      {mode === 'tree' && parsed !== undefined && (
        <div className="mono overflow-x-auto px-1.5 py-2">
          <Masked value={props.masked === true}>
            <Node name={null} value={parsed.value} path="" depth={0} />
          </Masked>
        </div>
      )}
      {mode === 'raw' && <Raw text={props.text} />}
      {mode === 'hex' && <HexView bytes={bytes} />}
    </section>
  )
}

function Raw(props: { readonly text: string }) {
  const t = useT()
  const cut = props.text.length > rawShown
  return (
    <pre
      className="max-h-[60vh] overflow-auto whitespace-pre-wrap px-2.5 py-2 text-ink-2 [overflow-wrap:anywhere]"
      tabIndex={0}
    >
      {cut ? props.text.slice(0, rawShown) : props.text}
      {props.text === '' && <span className="text-ink-3">{t('json.empty')}</span>}
      {cut && `\n… ${t('json.cut')}`}
    </pre>
  )
}

function Node(props: {
  readonly name: string | null
  readonly value: unknown
  readonly path: string
  readonly depth: number
}) {
  const { value, name, path, depth } = props
  const t = useT()
  // What is masked is to be seen, not to be looked for.
  const [open, setOpen] = useState(depth < (use(Masked) ? maskedDepth : 3))
  const [shown, setShown] = useState(childrenShown)
  const label = name === null ? null : <span className="text-ink-2">{name}</span>
  const entries = childrenOf(value)
  if (entries === null) {
    return (
      <Line depth={depth} path={path}>
        {label}
        {label !== null && <span className="text-ink-3">: </span>}
        <Scalar value={value} />
      </Line>
    )
  }
  const [from, to] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  const Icon = open ? ChevronDown : ChevronRight
  return (
    <div>
      <Line depth={depth} path={path}>
        <button
          type="button"
          className="-ml-6 inline-flex size-6 items-center justify-center rounded-sm align-middle text-ink-3 hover:bg-mute-soft"
          aria-expanded={open}
          aria-label={name ?? t('json.root')}
          onClick={() => setOpen(!open)}
        >
          <Icon size={13} aria-hidden />
        </button>
        {label}
        {label !== null && <span className="text-ink-3">: </span>}
        <span className="text-ink-3">
          {from}
          {!open && ` ${entries.length} `}
          {(!open || entries.length === 0) && to}
        </span>
      </Line>
      {open &&
        entries
          .slice(0, shown)
          .map(([key, child]) => (
            <Node
              key={key}
              name={key}
              value={child}
              path={pathOf(path, key, Array.isArray(value))}
              depth={depth + 1}
            />
          ))}
      {open && entries.length > shown && (
        <button
          type="button"
          className="btn btn-quiet ml-6"
          onClick={() => setShown(shown + childrenShown)}
        >
          {t('json.more', { count: entries.length - shown })}
        </button>
      )}
    </div>
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
        <span className="opacity-0 focus-within:opacity-100 group-hover:opacity-100">
          <CopyButton text={props.path} label={t('copy.path')} />
        </span>
      )}
    </div>
  )
}

function Scalar(props: { readonly value: unknown }) {
  const t = useT()
  const marked = use(Masked)
  const { value } = props
  if (marked && value === maskedText) {
    return (
      <span className="pill tone-mute font-sans">
        <EyeOff size={12} aria-hidden /> {t('mask.masked')}
      </span>
    )
  }
  if (typeof value === 'string') return <span className="text-ok">{JSON.stringify(value)}</span>
  if (value instanceof NumberText) return <span className="text-info">{value.text}</span>
  return <span className="text-warn">{String(value)}</span>
}

/** A number as it was written: `1.0` and `9007199254740993` must not change on the way to the eye. */
class NumberText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    // TypeScript's library does not know the third argument (source text access) yet.
    const reviver = (_key: string, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value
    return { value: JSON.parse(text, reviver as (key: string, value: unknown) => unknown) }
  } catch {
    return undefined
  }
}

function childrenOf(value: unknown): readonly (readonly [string, unknown])[] | null {
  if (value === null || typeof value !== 'object' || value instanceof NumberText) return null
  return Object.entries(value)
}

function pathOf(parent: string, key: string, inArray: boolean): string {
  if (inArray) return `${parent}[${key}]`
  const plain = /^[A-Za-z_$][\w$]*$/.test(key)
  if (!plain) return `${parent}[${JSON.stringify(key)}]`
  return parent === '' ? key : `${parent}.${key}`
}
