import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { useT } from '../i18n.tsx'
import { Button, IconButton } from './button.tsx'
import { CopyAs, type CopyAsProps } from './copy-as.tsx'
import { Field } from './field.tsx'

/**
 * A modal on the browser's own `<dialog>`: focus stays inside, Escape closes, the page behind is
 * inert, and focus returns to where it was.
 */
export function Dialog(props: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly footer?: ReactNode
  /** What the dialog does, as a command or a request to copy; null: it asks nothing of the server. */
  readonly copyAs: CopyAsProps | null
  readonly wide?: boolean
  /** Along the bottom of a phone's screen. */
  readonly sheet?: boolean
}) {
  const t = useT()
  const element = useRef<HTMLDialogElement>(null)
  const heading = useId()
  // Before anything else happens on the page: no key pressed meanwhile lands behind the dialog, and
  // the focus that it gives back is not taken from where somebody has gone since.
  useLayoutEffect(() => {
    const before = document.activeElement
    element.current?.showModal()
    // The first field rather than the close button: that is what the dialog was opened for.
    element.current
      ?.querySelector<HTMLElement>('[data-dialog-body] :is(input, select, textarea)')
      ?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={element}
      aria-labelledby={heading}
      className={`overlay max-h-[min(90vh,52rem)] flex-col overflow-hidden p-0 open:flex ${props.sheet === true ? 'mx-0 mb-0 w-full max-w-full rounded-b-none' : props.wide === true ? 'w-[min(calc(100vw-2rem),60rem)]' : 'w-[min(calc(100vw-2rem),32rem)]'}`}
      onCancel={(event) => {
        event.preventDefault()
        props.onClose()
      }}
      onClose={props.onClose}
    >
      <header className="flex items-center gap-2 border-line border-b px-4 py-2.5">
        <h2 id={heading} className="flex-1 text-base">
          {props.title}
        </h2>
        <IconButton label={t('action.close')} onClick={props.onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-auto px-4 py-3" data-dialog-body>
        {props.children}
      </div>
      {(props.footer !== undefined || props.copyAs !== null) && (
        <footer className="flex flex-wrap justify-end gap-2 border-line border-t px-4 py-3">
          {props.copyAs !== null && (
            <>
              <CopyAs {...props.copyAs} withoutUrl />
              <span className="flex-1" />
            </>
          )}
          {props.footer}
        </footer>
      )}
    </dialog>
  )
}

/**
 * Asks before an effect that cannot be undone. `typeName` makes it the strictest tier: the name
 * must be typed, and focus starts on Cancel.
 */
export function Confirm(props: {
  readonly title: string
  readonly effect: ReactNode
  readonly verb: string
  readonly typeName?: string
  readonly danger?: boolean
  readonly busy?: boolean
  readonly error?: ReactNode
  readonly copyAs: CopyAsProps
  readonly onConfirm: () => void
  readonly onClose: () => void
}) {
  const t = useT()
  const [typed, setTyped] = useState('')
  const [refused, setRefused] = useState(false)
  const needsName = props.typeName !== undefined
  const cancel = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (needsName) cancel.current?.focus()
  }, [needsName])
  function confirm(): void {
    if (needsName && typed !== props.typeName) {
      setRefused(true)
      return
    }
    props.onConfirm()
  }
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      copyAs={props.copyAs}
      footer={
        <>
          <button ref={cancel} type="button" className="btn" onClick={props.onClose}>
            {t('action.cancel')}
          </button>
          <Button
            kind={props.danger === true ? 'danger-solid' : 'primary'}
            busy={props.busy ?? false}
            onClick={confirm}
          >
            {props.verb}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-base">
        <div>{props.effect}</div>
        {props.typeName !== undefined && (
          <Field
            label={t('confirm.typeName', { name: props.typeName })}
            error={refused ? t('confirm.nameDiffers') : undefined}
          >
            {(control) => (
              <input
                {...control}
                className="input"
                value={typed}
                autoComplete="off"
                onChange={(event) => {
                  setTyped(event.target.value)
                  setRefused(false)
                }}
              />
            )}
          </Field>
        )}
        {props.error}
      </div>
    </Dialog>
  )
}
