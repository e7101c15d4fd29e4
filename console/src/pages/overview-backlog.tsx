import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { summarizeDeliveries } from '../api/summary-calls.ts'
import { OutcomeBars } from '../charts/outcome-bars.tsx'
import { Section } from '../components/page.tsx'
import { useFormats, useT } from '../i18n.tsx'

/** What waits now, by when it came: since when the line grows. */
export function Backlog(props: { readonly application: string; readonly base: string }) {
  const t = useT()
  const formats = useFormats()
  const navigate = useNavigate()
  const { application, base } = props
  const { data } = useQuery({
    queryKey: ['deliveries', application, 'backlog'],
    queryFn: () => summarizeDeliveries(application, { state: ['pending', 'sending'] }),
    refetchInterval: 15_000,
  })
  if (data === undefined || data.total === 0) return null
  return (
    <Section title={t('overview.backlog')}>
      <OutcomeBars
        buckets={data.buckets.map(({ timestamp, total }) => ({
          ...{ from: Date.parse(timestamp), ok: 0, failed: 0, waiting: total },
        }))}
        to={Date.parse(data.before)}
        waitingOnly
        onRange={({ from, to }) =>
          void navigate({
            to: `${base}/deliveries`,
            search: {
              status: 'queued,sending,retrying,held',
              from: new Date(from).toISOString(),
              to: new Date(to).toISOString(),
            } as never, // routes are not typed here
          })
        }
      />
      {data.partial && (
        <p className="text-ink-3">
          {t('chart.countedSince', { time: formats.moment(Date.parse(data.countedSince)) })}
        </p>
      )}
    </Section>
  )
}
