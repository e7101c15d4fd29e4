import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { listDeliveries, listMessages } from '../api/calls.ts'
import type { ApplicationOut } from '../api/model.ts'
import { Strips } from '../charts/strips.tsx'
import { NoteOffer } from '../components/note-offer.tsx'
import { Body, Columns, Page, Section } from '../components/page.tsx'
import { RangeFilter } from '../components/range-filter.tsx'
import { Empty, Loaded, Loading } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { useApplications } from '../shell.tsx'
import { useConfigMarks } from '../state/config-marks.ts'
import { useLiveQueries } from '../state/live.ts'
import { useNotes } from '../state/notes.ts'
import { useOverview } from '../state/overview.ts'
import { usePreferences } from '../state/preferences.ts'
import { boundsOf } from '../state/search.ts'
import { useMay } from '../state/session.tsx'
import { rangeSearch, spanOf, usePickedRange } from '../state/strips.ts'
import { useUrlState } from '../state/url.ts'
import { FirstSteps, useFirstSteps } from './first-steps.tsx'
import { Attention, troubledOf } from './overview-attention.tsx'
import { Finding } from './overview-finding.tsx'
import { TopErrors, TopTypes, WorstEndpoints } from './overview-lists.tsx'

// What most overviews do not show is not in the first load.
const Unsubscribed = lazy(async () => ({
  default: (await import('./overview-unsubscribed.tsx')).Unsubscribed,
}))

const recentMax = 100
const dayMs = 86_400_000

/** Is anything wrong, since when, for whom, and what now. */
export function OverviewPage() {
  const t = useT()
  const { application } = usePreferences()
  const applications = useApplications()
  return (
    <Page
      title={t('nav.overview')}
      actions={
        <>
          {(applications.data?.data.length ?? 0) > 1 && (
            <Link
              to="/deliveries"
              search={{ status: 'failed', since: '1h' } as never} // routes are not typed here
              className="link"
            >
              {t('overview.failedHour')}
            </Link>
          )}
          <RangeFilter preset="24h" />
        </>
      }
    >
      <Loaded query={applications}>
        {(list) => {
          const current =
            list.data.find((one) => one.uid === application || one.id === application) ??
            list.data[0]
          if (current === undefined) return <FirstApplication />
          return <Overview key={current.id} application={current} />
        }}
      </Loaded>
    </Page>
  )
}

function FirstApplication() {
  const t = useT()
  const may = useMay('administer')
  return (
    <Empty
      title={t('overview.noApplication')}
      action={
        may && (
          <Link
            to="/applications"
            search={{ dialog: 'create' } as never}
            className="btn btn-primary"
          >
            {t('application.create')}
          </Link>
        )
      }
      command="npx posthorn send order.created"
    >
      {t('overview.noApplicationText')}
    </Empty>
  )
}

function Overview(props: { readonly application: ApplicationOut }) {
  const t = useT()
  const { application } = props
  const id = application.uid ?? application.id
  const base = `/app/${encodeURIComponent(id)}`
  const [search] = useUrlState()
  const pick = usePickedRange()
  const { endpoints, usage, slices, activity } = useOverview(id, [
    ['deliveries', id, 'overview'],
    ['messages', id, 'overview'],
  ])
  const recent = useQuery({
    queryKey: ['deliveries', id, 'overview'],
    queryFn: () =>
      listDeliveries(id, {
        limit: recentMax,
        ...boundsOf({ from: Date.now() - dayMs, to: null }),
      }),
    refetchInterval: 10_000,
  })
  const messages = useQuery({
    queryKey: ['messages', id, 'overview'],
    queryFn: () => listMessages(id, { limit: 1 }),
    refetchInterval: 10_000,
  })
  const delivered = recent.data?.data.some(({ state }) => state === 'succeeded') === true
  const steps = useFirstSteps(application, { known: recent.data !== undefined, delivered })
  // Who takes the first steps does not wait for the calmer look of every day.
  useLiveQueries({
    application: steps.shown ? id : '',
    keys: [
      ['deliveries', id, 'overview'],
      ['messages', id, 'overview'],
      ['verification', application.id],
    ],
    everyMs: 200,
  })
  const marks = useConfigMarks({
    ...{ applicationId: application.id, base, since: spanOf(search).since },
  })
  const notes = useNotes(id, search)
  if (endpoints.data === undefined || recent.data === undefined) {
    if (recent.isError) return <Loaded query={recent}>{() => null}</Loaded>
    if (endpoints.isError) return <Loaded query={endpoints}>{() => null}</Loaded>
    return <Loading rows={6} />
  }
  const troubled = troubledOf(endpoints.data, activity)
  const started = (messages.data?.data.length ?? 0) > 0
  return (
    <Body wide>
      <Finding
        endpoints={endpoints.data}
        troubled={troubled.length}
        activity={activity}
        off={application.enabled === false}
        base={base}
        attemptsTo={`${base}/statistics`}
        usage={usage.data}
      />
      {steps.shown && (
        <FirstSteps
          application={id}
          base={base}
          endpoint={endpoints.data[0]?.id}
          sent={started}
          delivered={delivered}
          verified={steps.verified}
          onHide={steps.hide}
        />
      )}
      <Attention application={id} base={base} troubled={troubled} />
      {started && endpoints.data.length > 0 && application.enabled !== false && (
        <Suspense>
          <Unsubscribed application={id} base={base} endpoints={endpoints.data} />
        </Suspense>
      )}
      {usage.data !== undefined && usage.data.total.succeeded + usage.data.total.failed > 0 && (
        <>
          <Section
            title={t('statistics.outcomes')}
            actions={
              <>
                <Link
                  to={`${base}/deliveries`}
                  search={rangeSearch(search) as never} // routes are not typed here
                  className="link"
                >
                  {t('nav.deliveries')}
                </Link>
                <Link
                  to={`${base}/statistics`}
                  search={rangeSearch(search) as never} // as above
                  className="link"
                >
                  {t('nav.statistics')}
                </Link>
              </>
            }
          >
            <Strips
              slices={slices}
              to={Date.parse(usage.data.until)}
              marks={[...marks, ...notes]}
              action={<NoteOffer application={id} />}
              onRange={pick}
            />
          </Section>
          <Columns count={3}>
            <WorstEndpoints base={base} endpoints={endpoints.data} usage={usage.data} />
            <TopErrors base={base} usage={usage.data} />
            <TopTypes base={base} usage={usage.data} />
          </Columns>
        </>
      )}
    </Body>
  )
}
