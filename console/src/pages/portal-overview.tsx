/** The customer's own overview: what arrives, what does not, and since when. */
import { useQuery } from '@tanstack/react-query'
import { getApplication } from '../api/calls.ts'
import { Strips } from '../charts/strips.tsx'
import { Body, Columns, Page, Section } from '../components/page.tsx'
import { RangeFilter } from '../components/range-filter.tsx'
import { Loaded, Loading } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { PortalText } from '../portal-text.tsx'
import { useOverview } from '../state/overview.ts'
import { useScope } from '../state/scope.tsx'
import { usePickedRange } from '../state/strips.ts'
import { Attention, troubledOf } from './overview-attention.tsx'
import { Finding } from './overview-finding.tsx'
import { TopErrors, TopTypes, WorstEndpoints } from './overview-lists.tsx'

export function PortalOverview() {
  const t = useT()
  return (
    <Page title={t('nav.overview')} actions={<RangeFilter preset="24h" />}>
      <Overview />
    </Page>
  )
}

function Overview() {
  const { application: id, base } = useScope()
  const application = useQuery({
    queryKey: ['application', id],
    queryFn: () => getApplication(id),
    staleTime: 60_000,
  })
  const t = useT()
  const pick = usePickedRange()
  const { endpoints, usage, slices, activity } = useOverview(id)
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
          <Section title={t('statistics.outcomes')}>
            <Strips slices={slices} to={Date.parse(counted.until)} marks={[]} onRange={pick} />
          </Section>
          <Columns count={3}>
            <WorstEndpoints base={base} endpoints={endpoints.data} usage={counted} />
            <TopErrors base={base} usage={counted} />
            <TopTypes base={base} usage={counted} />
          </Columns>
        </>
      )}
      <p className="text-ink-3 empty:hidden">
        <PortalText name="help" />
      </p>
    </Body>
  )
}
