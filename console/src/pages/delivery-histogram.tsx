import { idTickMs } from '../../../src/domain/ids.ts'
import type { DeliveryOut, EndpointOut } from '../api/model.ts'
import type { Summary } from '../api/summary-calls.ts'
import { type Bucket, bucketsOf } from '../charts/buckets.ts'
import { OutcomeBars } from '../charts/outcome-bars.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { statusOf } from '../state/delivery-status.ts'
import { useUrlState } from '../state/url.ts'

/**
 * Outcomes over time of what the list's filter matches; a range picked there narrows the list. While
 * every row is loaded they are counted here, otherwise by the server.
 */
export function DeliveryHistogram(props: {
  readonly rows: readonly DeliveryOut[]
  readonly done: boolean
  readonly endpoints: ReadonlyMap<string, EndpointOut>
  readonly summary: Summary | null
  /** The URL has a range; without one the server's counts are of the last day. */
  readonly ranged: boolean
}) {
  const t = useT()
  const formats = useFormats()
  const [, change] = useUrlState()
  const { summary, ranged } = props
  const counted = props.done || summary === null ? null : summary
  const chart = counted === null ? ofRows(props) : ofSummary(counted)
  if (chart === null) return null
  return (
    <div className="px-5 pb-2 max-sm:hidden">
      <OutcomeBars
        buckets={chart.buckets}
        to={chart.to}
        onRange={(picked) =>
          change({
            since: undefined,
            from: new Date(picked.from).toISOString(),
            to: new Date(picked.to).toISOString(),
          })
        }
      />
      {counted?.partial === true ? (
        <p className="text-ink-3 text-xs">
          {t('chart.countedSince', { time: formats.moment(Date.parse(counted.countedSince)) })}
        </p>
      ) : (
        // Its line is there before the counts are: they move nothing below.
        !props.done &&
        !ranged && (
          <p className="min-h-[1lh] text-ink-3 text-xs">
            {counted === null ? '' : t('chart.last24h')}
          </p>
        )
      )}
    </div>
  )
}

interface Chart {
  readonly buckets: readonly Bucket[]
  readonly to: number
}

function ofSummary({ buckets, before }: Summary): Chart {
  return {
    to: Date.parse(before),
    buckets: buckets.map(({ timestamp, states }) => ({
      from: Date.parse(timestamp),
      ok: states.succeeded ?? 0,
      failed: (states.failed ?? 0) + (states.canceled ?? 0),
      waiting: (states.pending ?? 0) + (states.sending ?? 0),
    })),
  }
}

function ofRows(input: {
  readonly rows: readonly DeliveryOut[]
  readonly endpoints: ReadonlyMap<string, EndpointOut>
}): Chart | null {
  const { rows, endpoints } = input
  const oldest = rows.at(-1)
  if (oldest === undefined || rows.length < 2) return null
  // A range ends before its end, which is told to some ms: the newest row is within the last bar.
  const to = Date.parse(rows[0]?.createdAt ?? '') + idTickMs
  const from = Math.min(Date.parse(oldest.createdAt), to - 60_000)
  const items = rows.map((row) => ({
    at: Date.parse(row.createdAt),
    kind: kindOf(row, endpoints.get(row.endpointId)),
  }))
  return { to, buckets: bucketsOf(items, { from, to }, 60) }
}

function kindOf(row: DeliveryOut, endpoint: EndpointOut | undefined): 'ok' | 'failed' | 'waiting' {
  const status = statusOf(row, endpoint)
  if (status === 'delivered') return 'ok'
  return status === 'failed' || status === 'canceled' ? 'failed' : 'waiting'
}
