import { Search as SearchIcon, X } from 'lucide-react'
import {
  createContext,
  type FormEvent,
  type ReactNode,
  use,
  useEffect,
  useRef,
  useState,
} from 'react'
import { useFormats, useT } from '../i18n.tsx'

/** Whether filters stand open, one below the other, in a sheet. */
export const InSheet = createContext(false)

/** The search box of a list; Enter or a pause writes it to the URL. */
export function SearchBox(props: {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const [text, setText] = useState(props.value)
  const timer = useRef(0)
  const sent = useRef(props.value)
  useEffect(() => {
    // What comes back of what was sent must not undo what was typed since.
    if (props.value !== sent.current) setText(props.value)
    sent.current = props.value
  }, [props.value])
  useEffect(() => () => clearTimeout(timer.current), [])
  function send(value: string): void {
    clearTimeout(timer.current)
    sent.current = value
    props.onChange(value)
  }
  function submit(event: FormEvent): void {
    event.preventDefault()
    send(text)
  }
  return (
    <form role="search" className="relative min-w-44 flex-1" onSubmit={submit}>
      <SearchIcon
        size={14}
        aria-hidden
        className="pointer-events-none absolute top-2 left-2.5 text-ink-3"
      />
      <input
        type="search"
        data-search
        className="input pr-8 pl-8"
        aria-label={props.label}
        placeholder={props.placeholder}
        value={text}
        onChange={(event) => {
          const next = event.target.value
          setText(next)
          clearTimeout(timer.current)
          timer.current = window.setTimeout(() => send(next), 400)
        }}
      />
      <kbd className="pointer-events-none absolute top-1.5 right-2 rounded-sm max-sm:hidden border border-line px-1 text-ink-3 text-xs">
        /
      </kbd>
    </form>
  )
}

/** A question to the server in words of its own: asked with Enter, taken back by emptying the box. */
export function QueryBox(props: {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onSubmit: (value: string) => void
}) {
  const [text, setText] = useState(props.value)
  useEffect(() => setText(props.value), [props.value])
  return (
    <form
      role="search"
      className="min-w-44 flex-1"
      onSubmit={(event) => {
        event.preventDefault()
        props.onSubmit(text.trim())
      }}
    >
      <input
        type="search"
        className="input mono"
        enterKeyHint="search"
        autoComplete="off"
        spellCheck={false}
        aria-label={props.label}
        placeholder={props.placeholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          if (event.target.value === '') props.onSubmit('')
        }}
      />
    </form>
  )
}

interface MultiFilterProps {
  readonly label: string
  readonly values: readonly string[]
  readonly options: readonly {
    readonly value: string
    readonly label: ReactNode
    /** How many there are; absent: unknown. */
    readonly count?: number | undefined
  }[]
  /** There are more than can be counted: the counts begin then. */
  readonly countedSince?: number | null | undefined
  readonly onChange: (values: readonly string[]) => void
}

/** A filter with several values: a press opens its boxes, the chip says what is chosen. */
export function MultiFilter(props: MultiFilterProps) {
  if (use(InSheet)) {
    return (
      <fieldset>
        <legend className="pb-1 font-[550]">{props.label}</legend>
        <Options {...props} />
      </fieldset>
    )
  }
  return <FilterChip {...props} />
}

function FilterChip(props: MultiFilterProps) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open) return
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) setOpen(false)
    }
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  }, [open])
  const chosen = props.options.filter((option) => props.values.includes(option.value))
  return (
    <div
      ref={frame}
      className="relative flex"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && open) {
          event.stopPropagation()
          setOpen(false)
          frame.current?.querySelector('button')?.focus()
        }
      }}
    >
      <button
        type="button"
        aria-expanded={open}
        className={`chip ${chosen.length > 0 ? 'rounded-r-none' : ''}`}
        onClick={() => setOpen(!open)}
      >
        <span className="text-ink-3">{props.label}</span>
        {chosen.length > 0 && (
          <span className="max-w-56 truncate">
            {chosen.map((option, index) => (
              <span key={option.value}>
                {index > 0 && ', '}
                {option.label}
              </span>
            ))}
          </span>
        )}
      </button>
      {chosen.length > 0 && (
        <button
          type="button"
          className="chip rounded-l-none border-l-0 px-1.5"
          aria-label={t('filter.clear', { name: props.label })}
          onClick={() => props.onChange([])}
        >
          <X size={13} aria-hidden />
        </button>
      )}
      {open && (
        <fieldset className="overlay absolute top-full left-0 z-40 mt-1 max-h-80 min-w-48 overflow-auto p-1">
          <legend className="sr-only">{props.label}</legend>
          <Options {...props} />
        </fieldset>
      )}
    </div>
  )
}

function Options(props: MultiFilterProps) {
  const t = useT()
  const formats = useFormats()
  // What was pressed counts at once, and for the next press, before the URL has it.
  const inUrl = props.values.join('\n')
  const [pressed, setPressed] = useState({ from: inUrl, values: props.values })
  if (pressed.from !== inUrl) setPressed({ from: inUrl, values: props.values })
  function press(option: string, on: boolean): void {
    const others = pressed.values.filter((value) => value !== option)
    const values = on ? [...others, option] : others
    setPressed({ from: inUrl, values })
    props.onChange(values)
  }
  return (
    <>
      {props.options.length === 0 && <p className="px-2 py-1 text-ink-3">{t('filter.nothing')}</p>}
      {props.options.map((option) => (
        <label
          key={option.value}
          className="flex min-h-[30px] cursor-pointer items-center gap-2 rounded-sm px-2 hover:bg-sunken"
        >
          <input
            type="checkbox"
            className="checkbox"
            checked={pressed.values.includes(option.value)}
            onChange={(event) => press(option.value, event.target.checked)}
          />
          <span className="flex-1 truncate">{option.label}</span>
          {option.count !== undefined && (
            <span className="mono pl-3 text-ink-3 text-xs">{formats.number(option.count)}</span>
          )}
        </label>
      ))}
      {props.countedSince != null && (
        <p className="max-w-64 px-2 py-1 text-ink-3 text-xs">
          {t('chart.countedSince', { time: formats.moment(props.countedSince) })}
        </p>
      )}
    </>
  )
}
