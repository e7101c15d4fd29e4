/** How a delivery reads as a row, and as a card on a narrow screen. */
import { Link } from '@tanstack/react-router'
import type { DeliveryOut } from '../api/model.ts'
import { classLabel } from '../components/class-label.ts'
import type { Column } from '../components/grid.tsx'
import { StatusPill } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { type Formats, type T, useT } from '../i18n.tsx'
import { type EndpointShown, endpointName } from '../state/data.ts'
import { statusOf } from '../state/delivery-status.ts'

export function columnsOf<Row extends DeliveryOut>(input: {
  readonly t: T
  readonly formats: Formats
  readonly endpoints: ReadonlyMap<string, EndpointShown>
  readonly now: number
  /** Where the pages of the row's application live. */
  readonly baseOf: (row: Row) => string
  /** All rows are of one endpoint: its column says nothing. */
  readonly one: boolean
}): readonly Column<Row>[] {
  const { t, formats, endpoints, now } = input
  const columns: Column<Row>[] = [
    {
      id: 'time',
      header: t('column.time'),
      width: 132,
      cell: (row) => (
        <span className="mono text-ink-2">
          <Time at={row.createdAt} plain />
        </span>
      ),
    },
    {
      id: 'status',
      header: t('column.status'),
      width: 224, // “En espera · hasta 14:32:07”
      cell: (row) => (
        <StatusPill
          status={statusOf(row, endpoints.get(row.endpointId))}
          nextAt={row.nextAttempt == null ? null : Date.parse(row.nextAttempt)}
          circuitUntil={row.circuitOpenUntil}
          now={now}
        />
      ),
    },
    {
      id: 'type',
      header: t('column.type'),
      width: 110,
      grow: true,
      text: (row) => row.eventType,
      cell: (row) => (
        <Link
          to={`${input.baseOf(row)}/messages/${row.msgId}`}
          tabIndex={-1}
          className="mono hover:underline"
        >
          {row.eventType}
        </Link>
      ),
    },
    {
      id: 'endpoint',
      header: t('column.endpoint'),
      width: 110, // with a panel beside the list too
      grow: true,
      text: (row) => endpointName(endpoints.get(row.endpointId), row.endpointId),
      cell: (row) => {
        const name = endpointName(endpoints.get(row.endpointId), row.endpointId)
        // Where it is cut, endpoints of one host look alike: the whole is at hand.
        return <span title={name}>{name}</span>
      },
    },
    {
      id: 'response',
      header: t('column.response'),
      width: 170,
      grow: true,
      text: (row) => responseText(row, t),
      leaves: 2,
      cell: (row) => <span className="mono text-ink-2">{responseText(row, t)}</span>,
    },
    {
      id: 'attempts',
      header: t('column.attempts'),
      width: 76,
      align: 'end',
      leaves: 3,
      cell: (row) => <span className="mono text-ink-2">{row.attemptCount}</span>,
    },
    {
      id: 'duration',
      header: t('column.duration'),
      width: 90,
      align: 'end',
      leaves: 4,
      cell: (row) => (
        <span className="mono text-ink-2">
          {row.lastAttempt == null ? '–' : formats.duration(row.lastAttempt.responseDurationMs)}
        </span>
      ),
    },
  ]
  return input.one ? columns.filter((column) => column.id !== 'endpoint') : columns
}

function responseText(row: DeliveryOut, t: T): string {
  const last = row.lastAttempt
  if (last == null) return '–'
  if (last.responseStatusCode > 0) return String(last.responseStatusCode)
  return last.errorClass == null ? '–' : classLabel(last.errorClass, t)
}

export function DeliveryCard(props: {
  readonly row: DeliveryOut
  readonly endpoint: EndpointShown | undefined
  /** Whose it is, where that is not one for all. */
  readonly application?: string
  readonly now: number
  readonly base: string
}) {
  const t = useT()
  const { row } = props
  const endpoint = endpointName(props.endpoint, row.endpointId)
  const name = props.application === undefined ? endpoint : `${props.application} · ${endpoint}`
  return (
    <div className="flex flex-col gap-0.5">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate">
          <StatusPill
            status={statusOf(row, props.endpoint)}
            nextAt={row.nextAttempt == null ? null : Date.parse(row.nextAttempt)}
            circuitUntil={row.circuitOpenUntil}
            now={props.now}
          />
        </span>
        <span className="mono flex-none text-ink-3 text-xs">
          <Time at={row.createdAt} plain />
        </span>
      </div>
      <div className="flex gap-2 text-ink-3 text-xs">
        <span className="min-w-[40%] flex-1 truncate text-ink" title={name}>
          {name}
        </span>
        <Link
          to={`${props.base}/messages/${row.msgId}`}
          tabIndex={-1}
          className="mono min-w-0 truncate"
        >
          {row.eventType}
        </Link>
        <span className="mono max-w-[40%] flex-none truncate">{responseText(row, t)}</span>
      </div>
    </div>
  )
}
