import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { EndpointOut } from '../api/model.ts'
import { replayMissing } from '../api/recovery-calls.ts'
import { Button } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { SelectField } from '../components/field.tsx'
import { RangeFilter } from '../components/filters.tsx'
import { Section } from '../components/page.tsx'
import { Failure } from '../components/states.tsx'
import { recoveryEn } from '../messages/recovery-en.ts'
import { recoveryEs } from '../messages/recovery-es.ts'
import { endpointName } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'
import { timeRange } from '../state/search.ts'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'

const words = { en: recoveryEn, es: recoveryEs }

export type Scope = 'deliveries' | 'never'

/** Deliveries that went wrong, or messages for which there never was one. */
export function ScopeChoice(props: {
  readonly value: Scope
  readonly onChange: (scope: Scope) => void
}) {
  const w = useWords(words)
  return (
    <fieldset className="flex flex-wrap gap-x-5 gap-y-1">
      <legend className="sr-only">{w('missing.label')}</legend>
      {(['deliveries', 'never'] as const).map((scope) => (
        <label key={scope} className="flex min-h-7 items-center gap-2">
          <input
            type="radio"
            name="recovery-scope"
            className="accent-accent"
            checked={props.value === scope}
            onChange={() => props.onChange(scope)}
          />
          {w(`missing.${scope}`)}
        </label>
      ))}
    </fieldset>
  )
}

/** Sends one endpoint the messages that it would want and never got. */
export function MissingPlanner(props: { readonly endpoints: readonly EndpointOut[] }) {
  const w = useWords(words)
  const scope = useScope()
  const [search, change] = useUrlState()
  const [openedAt] = useState(Date.now)
  const [missing, setMissing] = useState(false)
  const chosen = props.endpoints.find(({ id }) => id === search['endpoint']) ?? null
  const timed = search['since'] !== undefined || search['from'] !== undefined
  const range = timeRange(timed ? search : { since: '24h' }, openedAt)
  const body = {
    since: new Date(range?.from ?? openedAt - 86_400_000).toISOString(),
    ...(range?.to == null ? {} : { until: new Date(range.to).toISOString() }),
  }
  const start = useMutation({
    mutationFn: (endpoint: string) => replayMissing(scope.application, endpoint, body),
    onSuccess: ({ id }) => change({ task: id }, { replace: true }),
  })
  const path = `/app/${scope.application}/endpoint/${chosen?.id ?? 'ENDPOINT'}/replay-missing`
  return (
    <Section title={w('missing.never')} description={w('missing.text')}>
      <div className="flex max-w-2xl flex-wrap items-end gap-2">
        <div className="min-w-56 flex-1">
          <SelectField
            label={w('missing.endpoint')}
            value={chosen?.id ?? ''}
            error={missing && chosen === null ? w('missing.choose') : undefined}
            options={[
              { value: '', label: '–' },
              ...props.endpoints.map((one) => ({ value: one.id, label: endpointName(one) })),
            ]}
            onChange={(endpoint) => change({ endpoint: endpoint === '' ? undefined : endpoint })}
          />
        </div>
        <RangeFilter preset="24h" />
        {!scope.portal && <CopyAs request={{ method: 'POST', path, body: JSON.stringify(body) }} />}
      </div>
      {start.isError && <Failure error={start.error} />}
      <div>
        <Button
          kind="primary"
          busy={start.isPending}
          onClick={() => (chosen === null ? setMissing(true) : start.mutate(chosen.id))}
        >
          {w('missing.start')}
        </Button>
      </div>
    </Section>
  )
}
