import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { getApplication } from '../api/calls.ts'
import type { Usage } from '../api/usage-calls.ts'
import { Strips } from '../charts/strips.tsx'
import { classLabel } from '../components/class-label.ts'
import { CopyAs } from '../components/copy-as.tsx'
import { NoteOffer } from '../components/note-offer.tsx'
import { Body, Columns, Page, Section } from '../components/page.tsx'
import { RangeFilter } from '../components/range-filter.tsx'
import { Empty, Loaded } from '../components/states.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { useConfigMarks } from '../state/config-marks.ts'
import { endpointName, useEndpointMap } from '../state/data.ts'
import { useLiveQueries } from '../state/live.ts'
import { useNotes } from '../state/notes.ts'
import { rateTone } from '../state/rate.ts'
import { useScope } from '../state/scope.tsx'
import type { Search } from '../state/search.ts'
import { spanOf, usePickedRange, useSlices, useUsage } from '../state/strips.ts'
import { useUrlState } from '../state/url.ts'

const rowsMax = 20

/** What an application was sent: how much, how well, how fast, and where it went wrong. */
export function StatisticsPage() {
  const t = useT()
  const scope = useScope()
  const [search] = useUrlState()
  const usage = useUsage(scope.application, search)
  useLiveQueries({
    application: scope.application,
    keys: [
      ['usage', scope.application, 'strips'],
      ['deliveries', scope.application, 'backlog'],
    ],
    everyMs: 5_000,
  })
  return (
    <Page
      title={t('nav.statistics')}
      actions={
        <>
          <RangeFilter preset="24h" />
          <CopyAs
            cli={cliOf(scope.application, search)}
            request={{ path: `/app/${scope.application}/statistics`, query: spanOf(search) }}
          />
        </>
      }
    >
      <Loaded query={usage}>{(found) => <Report usage={found} />}</Loaded>
    </Page>
  )
}

/** The same on the command line. */
function cliOf(application: string, search: Search): string {
  const since = search['from'] ?? search['since'] ?? '24h'
  const until = search['to'] === undefined ? '' : ` --until ${search['to']}`
  return `posthorn stats --app ${application} --since ${since}${until}`
}

function Report(props: { readonly usage: Usage }) {
  const t = useT()
  const formats = useFormats()
  const scope = useScope()
  const [search] = useUrlState()
  const pick = usePickedRange()
  const endpoints = useEndpointMap(scope.application)
  const { usage } = props
  const slices = useSlices(scope.application, usage, { search })
  const application = useQuery({
    queryKey: ['application', scope.application],
    queryFn: () => getApplication(scope.application),
    staleTime: 60_000,
  })
  const marks = useConfigMarks({
    ...{ applicationId: application.data?.id ?? '', base: scope.base, since: usage.since },
  })
  const notes = useNotes(scope.application, search)
  const { total } = usage
  const tried = total.succeeded + total.failed
  if (tried === 0) return <Empty title={t('statistics.none')}>{t('statistics.noneText')}</Empty>
  const rate = total.succeeded / tried
  return (
    <Body wide>
      <dl className="flex flex-wrap gap-x-10 gap-y-3">
        <Figure label={t('statistics.success')}>
          <span className={rateTone(rate)}>{formats.percent(rate, 2)}</span>
        </Figure>
        <Figure label={t('statistics.attempts')}>
          {formats.number(tried)}
          {!usage.complete && '+'}
        </Figure>
        <Figure label={t('statistics.failed')}>{formats.number(total.failed)}</Figure>
        <Figure label={t('chart.p50')}>{durationOr(total.p50Ms, formats)}</Figure>
        <Figure label={t('chart.p95')}>{durationOr(total.p95Ms, formats)}</Figure>
        <Figure label={t('chart.p99')}>{durationOr(total.p99Ms, formats)}</Figure>
      </dl>
      {!usage.complete && <p className="text-ink-3">{t('statistics.sample')}</p>}
      <Section title={t('statistics.outcomes')}>
        <Strips
          slices={slices}
          to={Date.parse(usage.until)}
          marks={[...marks, ...notes]}
          action={<NoteOffer application={scope.application} />}
          onRange={pick}
        />
      </Section>
      <Columns>
        <Section title={t('statistics.byEndpoint')}>
          <OutcomeTable
            first={t('column.endpoint')}
            rows={usage.endpoints.map((each) => ({
              ...each,
              key: each.endpointId,
              name: (
                <Link to={`${scope.base}/endpoints/${each.endpointId}`} className="link">
                  {endpointName(endpoints.get(each.endpointId), each.endpointId)}
                </Link>
              ),
            }))}
          />
        </Section>
        <div className="flex min-w-0 flex-col gap-8">
          <Section title={t('statistics.byType')}>
            <OutcomeTable
              first={t('column.type')}
              rows={usage.eventTypes.map((each) => ({
                ...each,
                key: each.name,
                name: (
                  <Link
                    to={`${scope.base}/deliveries`}
                    search={{ type: each.name } as never} // routes are not typed here
                    className="link mono break-all"
                  >
                    {each.name}
                  </Link>
                ),
              }))}
            />
          </Section>
          {usage.errors.length > 0 && (
            <Section title={t('statistics.errors')}>
              <ErrorTable errors={usage.errors} />
            </Section>
          )}
        </div>
      </Columns>
    </Body>
  )
}

function Figure(props: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-ink-3 text-xs">{props.label}</dt>
      <dd className="font-[550] text-2xl tabular-nums">{props.children}</dd>
    </div>
  )
}

const durationOr = (ms: number | null | undefined, formats: ReturnType<typeof useFormats>) =>
  ms == null ? '–' : formats.duration(ms)

interface OutcomeRow {
  readonly key: string
  readonly name: ReactNode
  readonly succeeded: number
  readonly failed: number
  readonly p50Ms?: number | null
  readonly p99Ms?: number | null
}

/** Busiest first. */
function OutcomeTable(props: { readonly first: string; readonly rows: readonly OutcomeRow[] }) {
  const t = useT()
  const formats = useFormats()
  const rows = [...props.rows]
    .sort((a, b) => b.succeeded + b.failed - a.succeeded - a.failed)
    .slice(0, rowsMax)
  const timed = rows.some((row) => row.p50Ms !== undefined)
  return (
    <div className="overflow-x-auto">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{props.first}</th>
            <th className="text-right">{t('statistics.attempts')}</th>
            <th className="text-right">{t('statistics.failed')}</th>
            <th className="text-right">{t('statistics.success')}</th>
            {timed && (
              <th className="text-right" title={t('chart.p50')}>
                p50
              </th>
            )}
            {timed && (
              <th className="text-right" title={t('chart.p99')}>
                p99
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const tried = row.succeeded + row.failed
            const rate = row.succeeded / Math.max(1, tried)
            return (
              <tr key={row.key}>
                <td>{row.name}</td>
                <td className="mono text-right">{formats.number(tried)}</td>
                <td className={`mono text-right ${row.failed > 0 ? 'text-err' : 'text-ink-3'}`}>
                  {formats.number(row.failed)}
                </td>
                <td className={`mono text-right ${rateTone(rate)}`}>{formats.percent(rate, 2)}</td>
                {timed && <td className="mono text-right">{durationOr(row.p50Ms, formats)}</td>}
                {timed && <td className="mono text-right">{durationOr(row.p99Ms, formats)}</td>}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function ErrorTable(props: { readonly errors: Usage['errors'] }) {
  const t = useT()
  const formats = useFormats()
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>{t('statistics.answer')}</th>
          <th className="text-right">{t('statistics.attempts')}</th>
        </tr>
      </thead>
      <tbody>
        {props.errors.slice(0, rowsMax).map((error) => (
          <tr key={`${error.responseStatusCode} ${error.errorClass}`}>
            <td>
              {error.responseStatusCode > 0
                ? error.responseStatusCode
                : error.errorClass === null
                  ? '–'
                  : classLabel(error.errorClass, t)}
            </td>
            <td className="mono text-right">{formats.number(error.count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
