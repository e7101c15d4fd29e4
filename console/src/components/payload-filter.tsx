import { lazy, Suspense } from 'react'
import { useT } from '../i18n.tsx'
import { Field } from './field.tsx'

const FilterMatches = lazy(async () => ({
  default: (await import('./filter-matches.tsx')).FilterMatches,
}))

/** Which payloads are wanted, as JSON; empty means all. Says which of the newest messages would pass. */
export function PayloadFilterField(props: {
  readonly value: string
  readonly error?: string | undefined
  /** Types that it is for; null: all. */
  readonly events: readonly string[] | null
  readonly onChange: (value: string) => void
}) {
  const t = useT()
  const filter = filterOf(props.value)
  const wrong = filter === undefined
  return (
    <div className="flex flex-col gap-1.5">
      <Field
        label={t('payloadFilter.label')}
        optional
        help={t('payloadFilter.help')}
        error={wrong ? t('payloadFilter.notJson') : props.error}
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
      {filter != null && (
        <Suspense>
          <FilterMatches filter={filter} events={props.events} />
        </Suspense>
      )}
    </div>
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
