import type { DeliveryOut, EndpointOut } from '../api/model.ts'
import { bucketsOf } from '../charts/buckets.ts'
import { OutcomeBars } from '../charts/outcome-bars.tsx'
import { useT } from '../i18n.tsx'
import { statusOf } from '../state/delivery-status.ts'
import { useUrlState } from '../state/url.ts'

/** Outcomes over time of what the list shows; a range picked there narrows the list. */
export function DeliveryHistogram(props: {
  readonly rows: readonly DeliveryOut[]
  readonly done: boolean
  readonly endpoints: ReadonlyMap<string, EndpointOut>
  readonly now: number
}) {
  const t = useT()
  const [, change] = useUrlState()
  const { rows, endpoints } = props
  const oldest = rows.at(-1)
  if (oldest === undefined || rows.length < 2) return null
  const newest = Date.parse(rows[0]?.createdAt ?? '')
  const to = newest
  const from = Math.min(Date.parse(oldest.createdAt), to - 60_000)
  const buckets = bucketsOf(
    rows.map((row) => ({ at: Date.parse(row.createdAt), kind: kindOf(row, endpoints) })),
    { from, to },
    60,
  )
  return (
    <div className="px-5 pb-2 max-sm:hidden">
      <OutcomeBars
        buckets={buckets}
        to={to}
        onRange={(picked) =>
          change({
            since: undefined,
            from: new Date(picked.from).toISOString(),
            to: new Date(picked.to).toISOString(),
          })
        }
      />
      {!props.done && (
        <p className="text-ink-3 text-xs">{t('chart.ofLoaded', { count: rows.length })}</p>
      )}
    </div>
  )
}

function kindOf(
  row: DeliveryOut,
  endpoints: ReadonlyMap<string, EndpointOut>,
): 'ok' | 'failed' | 'waiting' {
  const status = statusOf(row, endpoints.get(row.endpointId))
  if (status === 'delivered') return 'ok'
  return status === 'failed' || status === 'canceled' ? 'failed' : 'waiting'
}
