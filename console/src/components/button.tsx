import { Check, Copy, LoaderCircle } from 'lucide-react'
import {
  type ButtonHTMLAttributes,
  type ReactNode,
  type Ref,
  useEffect,
  useRef,
  useState,
} from 'react'
import { useT } from '../i18n.tsx'
import { announce } from './toast.tsx'

type Kind = 'default' | 'primary' | 'danger' | 'danger-solid' | 'quiet'

const kinds: Readonly<Record<Kind, string>> = {
  default: 'btn',
  primary: 'btn btn-primary',
  danger: 'btn btn-danger',
  'danger-solid': 'btn btn-danger-solid',
  quiet: 'btn btn-quiet',
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: Kind
  /** Work is under way: a second press does nothing. */
  readonly busy?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

export function Button({ kind = 'default', busy = false, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${kinds[kind]} ${rest.className ?? ''}`}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
    >
      {busy && <LoaderCircle size={14} className="animate-spin" aria-hidden />}
      {children}
    </button>
  )
}

export function IconButton(
  props: Omit<ButtonProps, 'aria-label'> & { readonly label: string; readonly children: ReactNode },
) {
  const { label, className = '', ...rest } = props
  return (
    <Button
      kind="quiet"
      {...rest}
      className={`btn-icon ${className}`}
      aria-label={label}
      title={label}
    />
  )
}

/** Copies `text`. Works without clipboard permission too, then by selecting and `execCommand`. */
export function CopyButton(props: {
  readonly text: string | (() => string | Promise<string>)
  /** What is copied: "Copy id". */
  readonly label?: string
  readonly children?: ReactNode
}) {
  const t = useT()
  const [copied, setCopied] = useState(false)
  const timer = useRef(0)
  useEffect(() => () => clearTimeout(timer.current), [])
  const label = props.label ?? t('copy.copy')
  async function copy(): Promise<void> {
    await copyText(typeof props.text === 'string' ? props.text : await props.text())
    announce(t('copy.copied'))
    setCopied(true)
    clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setCopied(false), 1500)
  }
  const Icon = copied ? Check : Copy
  return (
    <Button
      kind={props.children === undefined ? 'quiet' : 'default'}
      className={props.children === undefined ? 'btn-icon' : ''}
      aria-label={props.children === undefined ? label : undefined}
      title={label}
      onClick={(event) => {
        event.stopPropagation()
        void copy()
      }}
    >
      <Icon size={14} aria-hidden />
      {props.children}
    </Button>
  )
}

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.setAttribute('readonly', '')
    document.body.append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
  }
}
