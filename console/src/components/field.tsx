import { Eye, EyeOff } from 'lucide-react'
import { type InputHTMLAttributes, type ReactNode, useId, useState } from 'react'
import { useT } from '../i18n.tsx'
import { CopyButton, IconButton } from './button.tsx'

interface Control {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean | undefined
}

/** Label above, help below, error below that; the control is tied to all three. */
export function Field(props: {
  readonly label: ReactNode
  readonly help?: ReactNode
  readonly error?: ReactNode
  readonly optional?: boolean
  readonly children: (control: Control) => ReactNode
}) {
  const t = useT()
  const id = useId()
  const hasError = props.error !== undefined && props.error !== null && props.error !== ''
  const described = [props.help === undefined ? '' : `${id}-help`, hasError ? `${id}-error` : '']
    .filter((part) => part !== '')
    .join(' ')
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-[550]">
        {props.label}
        {props.optional === true && (
          <span className="ml-1.5 font-normal text-ink-3">{t('form.optional')}</span>
        )}
      </label>
      {props.children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': hasError || undefined,
      })}
      {props.help !== undefined && (
        <p id={`${id}-help`} className="text-ink-3 text-xs">
          {props.help}
        </p>
      )}
      {hasError && (
        <p id={`${id}-error`} className="text-err text-xs" role="alert">
          {props.error}
        </p>
      )}
    </div>
  )
}

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> {
  readonly label: ReactNode
  readonly help?: ReactNode
  readonly error?: ReactNode
  readonly optional?: boolean
  readonly value: string
  readonly onChange: (value: string) => void
  readonly mono?: boolean
}

export function TextField(props: TextFieldProps) {
  const { label, help, error, optional, onChange, mono, className = '', ...rest } = props
  return (
    <Field label={label} help={help} error={error} optional={optional ?? false}>
      {(control) => (
        <input
          {...rest}
          {...control}
          className={`input ${mono === true ? 'mono' : ''} ${className}`}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

export function SelectField<Value extends string>(props: {
  readonly label: ReactNode
  readonly help?: ReactNode
  readonly error?: ReactNode
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value) => void
}) {
  return (
    <Field label={props.label} help={props.help} error={props.error}>
      {(control) => (
        <select
          {...control}
          className="input"
          value={props.value}
          onChange={(event) => props.onChange(event.target.value as Value)} // one of the options
        >
          {props.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

export function Toggle(props: {
  readonly label: ReactNode
  readonly help?: ReactNode
  readonly checked: boolean
  readonly disabled?: boolean
  readonly onChange: (checked: boolean) => void
}) {
  return (
    <label className="flex cursor-pointer items-start gap-2.5">
      <input
        type="checkbox"
        role="switch"
        className="switch mt-px"
        checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <span>
        <span className="font-[550]">{props.label}</span>
        {props.help !== undefined && <span className="block text-ink-3 text-xs">{props.help}</span>}
      </span>
    </label>
  )
}

/** A secret: masked until asked for, always to be copied. */
export function SecretField(props: {
  readonly label: string
  readonly value: string
  readonly shown?: boolean
}) {
  const t = useT()
  const [shown, setShown] = useState(props.shown ?? false)
  const id = useId()
  const Icon = shown ? EyeOff : Eye
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-[550]">
        {props.label}
      </label>
      <div className="flex items-center gap-1">
        <input
          id={id}
          className="input mono"
          readOnly
          value={shown ? props.value : '•'.repeat(Math.min(props.value.length, 40))}
          onFocus={(event) => event.target.select()}
        />
        <IconButton
          label={shown ? t('secret.hide') : t('secret.show')}
          onClick={() => setShown(!shown)}
        >
          <Icon size={15} aria-hidden />
        </IconButton>
        <CopyButton text={props.value} label={t('secret.copy')} />
      </div>
    </div>
  )
}
