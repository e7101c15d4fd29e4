import { ChevronDown } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'

export interface MenuItem {
  readonly id: string
  readonly label: ReactNode
  readonly icon?: ReactNode
  readonly hint?: string
  readonly danger?: boolean
  readonly onSelect: () => void
}

/** A button that opens a menu. Arrow keys, Home, End and first letters move; Escape closes. */
export function Menu(props: {
  readonly label: ReactNode
  /** Set for an icon-only trigger. */
  readonly accessibleLabel?: string
  /** What is heard where several look alike: the label, and of what. */
  readonly spokenLabel?: string
  readonly items: readonly MenuItem[]
  readonly kind?: 'default' | 'quiet'
  readonly align?: 'start' | 'end'
}) {
  const [open, setOpen] = useState(false)
  const trigger = useRef<HTMLButtonElement>(null)
  const id = useId()
  const iconOnly = props.accessibleLabel !== undefined
  return (
    <>
      <button
        ref={trigger}
        type="button"
        className={`btn ${props.kind === 'quiet' ? 'btn-quiet' : ''} ${iconOnly ? 'btn-icon' : ''}`}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={props.accessibleLabel ?? props.spokenLabel}
        title={props.accessibleLabel}
        onClick={(event) => {
          event.stopPropagation()
          setOpen(!open)
        }}
      >
        {props.label}
        {!iconOnly && <ChevronDown size={14} aria-hidden />}
      </button>
      {open && (
        <MenuList
          id={id}
          anchor={trigger.current}
          align={props.align ?? 'end'}
          items={props.items}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}

/** An open menu below `anchor`. Once it is closed, `focusBack` has the focus again: else the anchor. */
export function MenuList(props: {
  readonly id?: string
  readonly label?: string
  readonly anchor: HTMLElement | null
  readonly focusBack?: HTMLElement
  readonly align: 'start' | 'end'
  readonly items: readonly MenuItem[]
  readonly onClose: () => void
}) {
  const list = useRef<HTMLDivElement>(null)
  const { anchor, align, onClose } = props
  const leave = useRef(onClose)
  leave.current = onClose

  useEffect(() => {
    place(anchor, list.current, align)
    list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus()
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !list.current?.contains(event.target)) leave.current()
    }
    document.addEventListener('pointerdown', outside, true)
    return () => document.removeEventListener('pointerdown', outside, true)
  }, [anchor, align])

  function close(): void {
    onClose()
    const back = props.focusBack ?? anchor
    back?.focus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
    const at = items.indexOf(document.activeElement as HTMLElement) // not found is -1
    const moves: Record<string, number> = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    }
    const next = moves[event.key]
    if (next !== undefined) {
      event.preventDefault()
      items[next]?.focus()
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault()
      event.stopPropagation()
      close()
    }
  }

  return (
    <div
      ref={list}
      id={props.id}
      role="menu"
      aria-label={props.label}
      tabIndex={-1}
      className="overlay fixed z-40 min-w-44 p-1"
      onKeyDown={onKeyDown}
    >
      {props.items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="menuitem"
          tabIndex={-1}
          className={`flex min-h-[30px] w-full items-center gap-2 rounded-sm px-2 text-left hover:bg-sunken focus:bg-accent-soft focus:outline-none ${item.danger === true ? 'text-err' : ''}`}
          onClick={(event) => {
            event.stopPropagation()
            close()
            item.onSelect()
          }}
        >
          {item.icon}
          <span className="flex-1">{item.label}</span>
          {item.hint !== undefined && <kbd className="text-ink-3">{item.hint}</kbd>}
        </button>
      ))}
    </div>
  )
}

/** Below the trigger, inside the window. */
export function place(
  trigger: HTMLElement | null,
  list: HTMLElement | null,
  align: 'start' | 'end',
): void {
  if (trigger === null || list === null) return
  const anchor = trigger.getBoundingClientRect()
  const width = list.offsetWidth
  const wanted = align === 'end' ? anchor.right - width : anchor.left
  const below = anchor.bottom + 4
  const fits = below + list.offsetHeight <= window.innerHeight
  list.style.left = `${Math.max(8, Math.min(wanted, window.innerWidth - width - 8))}px`
  list.style.top = `${fits ? below : Math.max(8, anchor.top - list.offsetHeight - 4)}px`
}
