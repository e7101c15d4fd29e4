import { useRef, useState } from 'react'
import { Button } from './button.tsx'
import { Field } from './field.tsx'

/** A file from the disk. The browser's own control speaks the browser's language, not the page's. */
export function FileField(props: {
  readonly label: string
  readonly button: string
  readonly none: string
  /** Endings and media types, as the browser's control takes them. */
  readonly accept: string
  readonly onChange: (file: File | undefined) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const [name, setName] = useState('')
  return (
    <Field label={props.label} optional>
      {(control) => (
        <div className="flex items-center gap-2">
          <input
            {...control}
            ref={input}
            type="file"
            tabIndex={-1}
            className="sr-only"
            accept={props.accept}
            onChange={(event) => {
              const file = event.target.files?.[0]
              setName(file?.name ?? '')
              props.onChange(file)
            }}
          />
          <Button onClick={() => input.current?.click()}>{props.button}</Button>
          <span className="min-w-0 truncate text-ink-3">{name === '' ? props.none : name}</span>
        </div>
      )}
    </Field>
  )
}
