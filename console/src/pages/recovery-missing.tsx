import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { allOf } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { type MissingPreview, previewMissing, replayMissing } from '../api/recovery-calls.ts'
import { endpointHistory } from '../api/usage-calls.ts'
import { Button } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { SelectField } from '../components/field.tsx'
import { Section } from '../components/page.tsx'
import { RangeFilter } from '../components/range-filter.tsx'
import { Failure, Loading } from '../components/states.tsx'
import { Time } from '../components/time.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { recoveryEn } from '../messages/recovery-en.ts'
import { recoveryEs } from '../messages/recovery-es.ts'
import { endpointName } from '../state/data.ts'
import { type MissedKind, missedSpans, type Span } from '../state/missed-spans.ts'
import { useScope } from '../state/scope.tsx'
import { timeRange } from '../state/search.ts'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'
import { Counts, Figure, NotifyField, typesShown } from './recovery-parts.tsx'

const words = { en: recoveryEn, es: recoveryEs }

/** Sends one endpoint the messages that it would want and never got, once they were counted. */
export function MissingPlanner(props: {
  readonly endpoints: readonly EndpointOut[]
  /** Which of its gaps; never: of any time. */
  readonly what: 'never' | MissedKind
}) {
  const w = useWords(words)
  const scope = useScope()
  const [search, change] = useUrlState()
  const [openedAt] = useState(Date.now)
  const [asked, setAsked] = useState(false)
  const [notify, setNotify] = useState(false)
  const chosen = props.endpoints.find(({ id }) => id === search['endpoint']) ?? null
  const { what } = props
  const spans = useMissedSpans(what === 'never' ? null : what, chosen, openedAt)
  const timed = search['since'] !== undefined || search['from'] !== undefined
  const range = timed
    ? timeRange(search, openedAt)
    : (spans?.[0] ?? { from: openedAt - 86_400_000, to: null })
  // Of no time at all there is nothing to count.
  const known = what === 'never' || timed || (spans !== null && spans.length > 0)
  const body = {
    since: new Date(range?.from ?? openedAt - 86_400_000).toISOString(),
    ...(range?.to == null ? {} : { until: new Date(range.to).toISOString() }),
  }
  const preview = useQuery({
    queryKey: ['deliveries', scope.application, 'missing', chosen?.id, body],
    queryFn: ({ signal }) => previewMissing(scope.application, chosen?.id ?? '', body, signal),
    enabled: chosen !== null && known,
  })
  const start = useMutation({
    mutationFn: (endpoint: string) =>
      replayMissing(scope.application, endpoint, { ...body, ...(notify ? { notify: 'me' } : {}) }),
    onSuccess: ({ id }) => change({ task: id }, { replace: true }),
  })
  const path = `/app/${scope.application}/endpoint/${chosen?.id ?? 'ENDPOINT'}/replay-missing`
  const cli = `posthorn recover missing ${chosen?.id ?? 'ENDPOINT'} --app ${scope.application} --since ${body.since}${'until' in body ? ` --until ${body.until}` : ''} --go`
  const found = preview.data
  return (
    <>
      <Section title={w(`missing.${what}`)} description={w('missing.text')}>
        <div className="flex max-w-2xl flex-wrap items-end gap-2">
          <div className="min-w-56 flex-1">
            <SelectField
              label={w('missing.endpoint')}
              value={chosen?.id ?? ''}
              error={asked && chosen === null ? w('missing.choose') : undefined}
              options={[
                { value: '', label: '–' },
                ...props.endpoints.map((one) => ({ value: one.id, label: endpointName(one) })),
              ]}
              onChange={(endpoint) =>
                change({
                  ...{ endpoint: endpoint === '' ? undefined : endpoint },
                  ...(what === 'never' ? {} : { since: undefined, from: undefined, to: undefined }),
                })
              }
            />
          </div>
          {what === 'never' && <RangeFilter preset="24h" />}
          {!scope.portal && <CopyAs cli={cli} request={{ method: 'POST', path, body }} />}
        </div>
        {what !== 'never' && spans !== null && (
          <SpanChoice kind={what} spans={spans} from={range?.from ?? null} />
        )}
      </Section>
      {chosen !== null && known && (
        <Section title={w('recovery.preview')}>
          {preview.isPending ? (
            <Loading rows={2} />
          ) : preview.isError ? (
            <Failure error={preview.error} onRetry={() => void preview.refetch()} />
          ) : (
            <MissingFacts preview={preview.data} />
          )}
        </Section>
      )}
      <NotifyField checked={notify} onChange={setNotify} />
      {start.isError && <Failure error={start.error} />}
      <div>
        <Button
          kind="primary"
          busy={start.isPending}
          disabled={(chosen !== null && !known) || (found?.missing === 0 && found.complete)}
          onClick={() => (chosen === null ? setAsked(true) : start.mutate(chosen.id))}
        >
          {found === undefined
            ? w('missing.start')
            : w('missing.startCount', { amount: amountOf(found) })}
        </Button>
      </div>
    </>
  )
}

/** The endpoint's gaps of that kind, newest first; null: not known yet. */
function useMissedSpans(
  kind: MissedKind | null,
  endpoint: EndpointOut | null,
  now: number,
): readonly Span[] | null {
  const { application } = useScope()
  const id = endpoint?.id ?? ''
  const history = useQuery({
    queryKey: ['endpoints', application, 'history', id, 'all'],
    queryFn: () => allOf((iterator) => endpointHistory(application, id, iterator), historyMax),
    enabled: kind !== null && endpoint !== null,
  })
  if (kind === null || endpoint === null || history.data === undefined) return null
  return missedSpans(kind, { endpoint, entries: history.data, now })
}

/** Changes that are looked through. */
const historyMax = 500
const spansMax = 10

/** Which of them; the newest is meant until another is chosen. */
function SpanChoice(props: {
  readonly kind: MissedKind
  readonly spans: readonly Span[]
  readonly from: number | null
}) {
  const w = useWords(words)
  const formats = useFormats()
  const [, change] = useUrlState()
  const { kind, spans, from } = props
  if (spans.length === 0) return <p className="text-ink-2">{w(`missing.${kind}None`)}</p>
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="sr-only">{w('missing.span')}</legend>
      {spans.slice(0, spansMax).map((span) => (
        <label key={span.from} className="flex min-h-7 items-center gap-2">
          <input
            type="radio"
            name="missed-span"
            className="accent-accent"
            checked={span.from === from}
            onChange={() =>
              change({
                since: undefined,
                from: new Date(span.from).toISOString(),
                to: new Date(span.to).toISOString(),
              })
            }
          />
          <span className="mono">
            {formats.moment(span.from)} – {formats.moment(span.to)}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

function amountOf({ missing, complete }: MissingPreview): string {
  return complete ? String(missing) : `${missing}+`
}

function MissingFacts(props: { readonly preview: MissingPreview }) {
  const t = useT()
  const w = useWords(words)
  const formats = useFormats()
  const { preview } = props
  const more = preview.complete ? '' : '+'
  if (preview.missing === 0 && preview.complete) {
    return <p className="text-ink-2">{w('missing.nothing')}</p>
  }
  return (
    <div className="flex max-w-3xl flex-col gap-3">
      <dl className="flex flex-wrap gap-x-8 gap-y-2">
        <Figure label={w('missing.found')} value={formats.number(preview.missing) + more} strong />
        <Figure label={w('missing.looked')} value={formats.number(preview.seen) + more} />
      </dl>
      {preview.oldest !== null && preview.newest !== null && (
        <p className="text-ink-2">
          {w('recovery.span')} <Time at={preview.oldest} /> – <Time at={preview.newest} />
        </p>
      )}
      <Counts
        title={t('column.type')}
        rows={preview.eventTypes.slice(0, typesShown).map((each) => [each.name, each.count])}
      />
    </div>
  )
}
