import { X } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useT } from '../i18n.tsx'
import { CopyButton } from './button.tsx'

interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: 'ok' | 'err'
  readonly undo: (() => void) | null
  /** What failed, by its name in the server's log. */
  readonly requestId: string | null
}

/** How long a toast stays: long enough to read it and to press Undo. */
const toastMs = 8_000
/** And how long after somebody may have been reading or pressing it: the pointer or the focus was on one. */
const heldMs = 3_000
const toastsMax = 4
let toasts: readonly Toast[] = []
let announced = ''
let nextId = 1
/** Where they are shown. */
let stack: HTMLElement | null = null
const listeners = new Set<() => void>()

function changed(): void {
  for (const listener of listeners) listener()
}

export function toast(
  text: string,
  options: {
    readonly tone?: 'ok' | 'err'
    readonly undo?: () => void
    readonly requestId?: string
  } = {},
): void {
  const entry: Toast = {
    id: nextId++,
    text,
    tone: options.tone ?? 'ok',
    undo: options.undo ?? null,
    requestId: options.requestId ?? null,
  }
  toasts = [...toasts, entry].slice(-toastsMax)
  changed()
  expire(entry.id, toastMs)
}

/** What has the pointer or the focus stays, and with it all the others: none moves under the hand. */
function expire(id: number, afterMs: number): void {
  window.setTimeout(() => {
    if (stack?.matches(':hover, :focus-within') === true) expire(id, heldMs)
    else dismiss(id)
  }, afterMs)
}

function dismiss(id: number): void {
  toasts = toasts.filter((entry) => entry.id !== id)
  changed()
}

/** Says a short sentence to screen readers only. */
export function announce(text: string): void {
  announced = text === announced ? `${text}\u00a0` : text
  changed()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The request's name in the server's log, for whoever looks for it there. */
export function RequestName(props: { readonly id: string }) {
  const t = useT()
  return (
    <span className="inline-flex max-w-full items-center text-ink-2 text-xs">
      <span className="min-w-0 break-all">
        {t('error.request')} <span className="mono">{props.id}</span>
      </span>
      <CopyButton text={props.id} label={t('copy.id')} />
    </span>
  )
}

export function Toaster() {
  const t = useT()
  const shown = useSyncExternalStore(subscribe, () => toasts)
  const spoken = useSyncExternalStore(subscribe, () => announced)
  return (
    <>
      <output className="sr-only" aria-live="polite">
        {spoken}
      </output>
      <div
        ref={(element) => {
          stack = element
        }}
        className="pointer-events-none fixed inset-x-4 bottom-4 z-50 flex flex-col items-center gap-2"
        role="status"
      >
        {shown.map((entry) => (
          <div
            key={entry.id}
            className="overlay pointer-events-auto flex max-w-lg items-center gap-3 py-1.5 pr-1.5 pl-3"
          >
            <span className={`min-w-0 ${entry.tone === 'err' ? 'text-err' : ''}`}>
              {entry.text}
              {entry.requestId !== null && (
                <span className="block">
                  <RequestName id={entry.requestId} />
                </span>
              )}
            </span>
            {entry.undo !== null && (
              <button
                type="button"
                className="btn btn-quiet text-accent"
                onClick={() => {
                  entry.undo?.()
                  dismiss(entry.id)
                }}
              >
                {t('action.undo')}
              </button>
            )}
            <button
              type="button"
              className="btn btn-quiet btn-icon"
              aria-label={t('action.close')}
              onClick={() => dismiss(entry.id)}
            >
              <X size={14} aria-hidden />
            </button>
          </div>
        ))}
      </div>
    </>
  )
}
