import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { wantsType } from '../../../src/domain/type-rule.ts'
import { listMessages } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { summarizeMessages } from '../api/summary-calls.ts'
import { Notice } from '../components/status.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { shownMax } from './overview-lists.tsx'

const dayMs = 86_400_000

/** Messages of the last day whose types no endpoint takes: how many, since when, and which. */
export function Unsubscribed(props: {
  readonly application: string
  readonly base: string
  readonly endpoints: readonly EndpointOut[]
}) {
  const t = useT()
  const formats = useFormats()
  const { application, endpoints } = props
  const summary = useQuery({
    queryKey: ['messages', application, 'unsubscribed'],
    queryFn: () =>
      summarizeMessages(application, {
        after: new Date(Date.now() - dayMs).toISOString(),
        buckets: 1,
      }),
    refetchInterval: 30_000,
  })
  const found = (summary.data?.facets.eventType ?? []).filter(
    ({ value }) =>
      !endpoints.some(
        ({ disabled, eventTypes }) => !disabled && wantsType(eventTypes ?? null, value),
      ),
  )
  const names = found.map(({ value }) => value)
  // Read from a time on alone, the oldest come first.
  const first = useQuery({
    queryKey: ['messages', application, 'unsubscribed', names],
    queryFn: () =>
      listMessages(application, {
        ...{ event_types: names, limit: 1, with_content: false },
        after: new Date(Date.now() - dayMs).toISOString(),
      }),
    enabled: names.length > 0,
  })
  if (names.length === 0) return null
  const since = first.data?.data[0]?.timestamp
  const more = names.length - shownMax
  return (
    <Notice
      tone="warn"
      title={t('overview.unsubscribed', {
        count: found.reduce((sum, { count }) => sum + count, 0),
      })}
      actions={
        <Link
          to={`${props.base}/messages`}
          search={{ type: names.join(','), since: '24h' } as never} // routes are not typed here
          className="btn"
        >
          {t('overview.unsubscribedOpen')}
        </Link>
      }
    >
      <span className="mono break-words">{names.slice(0, shownMax).join(', ')}</span>
      {more > 0 && ` +${more}`}
      {since !== undefined &&
        ` · ${t('overview.since', { time: formats.moment(Date.parse(since)) })}`}
    </Notice>
  )
}
