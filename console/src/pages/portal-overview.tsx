/** The customer's own overview: what arrives, what does not, and since when. */
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { getApplication, listEndpoints } from '../api/calls.ts'
import { getUsage } from '../api/usage-calls.ts'
import { OutcomeBars } from '../charts/outcome-bars.tsx'
import { Body, Page, Section } from '../components/page.tsx'
import { Loaded, Loading } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { PortalText } from '../portal-text.tsx'
import { useActivity } from '../state/activity.ts'
import { useLiveQueries } from '../state/live.ts'
import { useScope } from '../state/scope.tsx'
import { Attention, troubledOf } from './overview-attention.tsx'
import { Finding } from './overview-finding.tsx'
import { TopErrors, TopTypes, WorstEndpoints } from './overview-lists.tsx'

const dayMs = 86_400_000

export function PortalOverview() {
  const t = useT()
  return (
    <Page title={t('nav.overview')}>
      <Overview />
    </Page>
  )
}

function Overview() {
  const t = useT()
  const { application: id, base } = useScope()
  const navigate = useNavigate()
  const application = useQuery({
    queryKey: ['application', id],
    queryFn: () => getApplication(id),
    staleTime: 60_000,
  })
  const endpoints = useQuery({
    queryKey: ['endpoints', id],
    queryFn: async () => (await listEndpoints(id)).data,
    refetchInterval: 10_000,
  })
  const usage = useQuery({
    queryKey: ['usage', id, 'overview'],
    queryFn: () => getUsage(id, { since: new Date(Date.now() - dayMs).toISOString() }),
    refetchInterval: 15_000,
  })
  useLiveQueries({
    application: id,
    keys: [
      ['usage', id, 'overview'],
      ['endpoints', id, 'activity'],
    ],
    everyMs: 2_000,
  })
  const activity = useActivity(id, endpoints.data ?? [])
  if (endpoints.data === undefined) {
    return endpoints.isError ? (
      <Loaded query={endpoints}>{() => null}</Loaded>
    ) : (
      <Loading rows={6} />
    )
  }
  const troubled = troubledOf(endpoints.data, activity)
  const counted = usage.data
  return (
    <Body wide>
      <p className="text-ink-2 text-base empty:hidden">
        <PortalText name="welcome" />
      </p>
      <Finding
        endpoints={endpoints.data}
        troubled={troubled.length}
        activity={activity}
        off={application.data?.enabled === false}
        base={base}
        attemptsTo={`${base}/deliveries`}
        usage={counted}
      />
      <Attention application={id} base={base} troubled={troubled} />
      {counted !== undefined && counted.total.succeeded + counted.total.failed > 0 && (
        <>
          <Section title={t('overview.outcomes')}>
            <OutcomeBars
              buckets={counted.slices.map(({ from, succeeded, failed }) => {
                return { from: Date.parse(from), ok: succeeded, failed, waiting: 0 }
              })}
              to={Date.parse(counted.until)}
              onRange={({ from, to }) =>
                void navigate({
                  to: `${base}/deliveries`,
                  search: {
                    from: new Date(from).toISOString(),
                    to: new Date(to).toISOString(),
                  } as never, // routes are not typed here
                })
              }
            />
          </Section>
          <div className="grid gap-6 lg:grid-cols-3">
            <WorstEndpoints base={base} endpoints={endpoints.data} usage={counted} />
            <TopErrors base={base} usage={counted} />
            <TopTypes base={base} usage={counted} />
          </div>
        </>
      )}
      <p className="text-ink-3 empty:hidden">
        <PortalText name="help" />
      </p>
    </Body>
  )
}
