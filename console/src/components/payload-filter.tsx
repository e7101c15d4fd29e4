import { lazy, Suspense, useState } from 'react'
import { useT } from '../i18n.tsx'
import { Field } from './field.tsx'

const FilterMatches = lazy(async () => ({
  default: (await import('./filter-matches.tsx')).FilterMatches,
}))
const FilterBuilder = lazy(async () => ({
  default: (await import('./filter-builder.tsx')).FilterBuilder,
}))
const FilterModes = lazy(async () => ({
  default: (await import('./filter-modes.tsx')).FilterModes,
}))
const FilterExample = lazy(async () => ({
  default: (await import('./filter-example.tsx')).FilterExample,
}))

/**
 * Which payloads are wanted, by rows or as JSON; empty means all. Says which of the newest messages,
 * and whether an example of one's own, would pass.
 */
export function PayloadFilterField(props: {
  readonly value: string
  readonly error?: string | undefined
  /** Types that it is for; null: all. */
  readonly events: readonly string[] | null
  readonly onChange: (value: string) => void
}) {
  const t = useT()
  const filter = filterOf(props.value)
  const [asJson, setAsJson] = useState(false)
  const error = filter === undefined ? t('payloadFilter.notJson') : props.error
  return (
    <div className="flex flex-col gap-1.5">
      <Suspense>
        <FilterModes filter={filter} asJson={asJson} onChange={setAsJson}>
          {(json) =>
            json || filter === undefined ? (
              <JsonFilter {...props} error={error} />
            ) : (
              <FilterBuilder
                filter={filter}
                events={props.events}
                error={error}
                onChange={(next) =>
                  props.onChange(next === null ? '' : JSON.stringify(next, null, 2))
                }
              />
            )
          }
        </FilterModes>
        {filter != null && (
          <>
            <FilterMatches filter={filter} events={props.events} />
            <FilterExample filter={filter} events={props.events} />
          </>
        )}
      </Suspense>
    </div>
  )
}

function JsonFilter(props: {
  readonly value: string
  readonly error?: string | undefined
  readonly onChange: (value: string) => void
}) {
  const t = useT()
  return (
    <Field
      label={t('payloadFilter.label')}
      optional
      help={t('payloadFilter.help')}
      error={props.error}
    >
      {(control) => (
        <textarea
          {...control}
          className="input mono min-h-14"
          spellCheck={false}
          placeholder={'{ "order.total": { "$gte": 100 } }'}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

/** The filter that was typed; null for none, undefined when it is no JSON object. */
export function filterOf(text: string): Readonly<Record<string, unknown>> | null | undefined {
  if (text.trim() === '') return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>) // an object, as was just checked
      : undefined
  } catch {
    return undefined
  }
}
