import { useId } from 'react'
import type { EventTypeOut } from '../api/model.ts'
import { useT } from '../i18n.tsx'
import { Field } from './field.tsx'

/** The name of one event type: those of the catalog are offered, any other may be typed. */
export function EventTypeField(props: {
  readonly value: string
  readonly offered: readonly EventTypeOut[]
  readonly error?: string | undefined
  readonly onChange: (name: string) => void
}) {
  const t = useT()
  const list = useId()
  return (
    <Field
      label={t('send.type')}
      help={props.offered.find(({ name }) => name === props.value)?.description}
      error={props.error}
    >
      {(control) => (
        <>
          <input
            {...control}
            className="input mono"
            list={list}
            value={props.value}
            onChange={(event) => props.onChange(event.target.value)}
          />
          <datalist id={list}>
            {props.offered.map(({ name }) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}
