/** What a list of endpoints shows of each: a row on wide screens, a card on narrow ones. */
import { Link } from '@tanstack/react-router'
import type { EndpointOut } from '../api/model.ts'
import type { Activity } from '../api/summary-calls.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { classLabel } from '../components/class-label.ts'
import type { Column } from '../components/grid.tsx'
import { EndpointPill, endpointState } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { type T, useFormats, useT } from '../i18n.tsx'
import type { ActivityById } from '../state/activity.ts'
import { endpointName, hostOf } from '../state/data.ts'
import { rateTone, successRate } from '../state/rate.ts'

/** As many as are counted; more wait. */
const waitingMax = 10_000

export function endpointColumns(input: {
  readonly t: T
  readonly formats: ReturnType<typeof useFormats>
  readonly activity: ActivityById
  readonly base: string
}): readonly Column<EndpointOut>[] {
  const { t, formats, activity, base } = input
  const cell = (show: (one: Activity, row: EndpointOut) => React.ReactNode) => {
    return (row: EndpointOut) => {
      const one = activity.get(row.id)
      return one === undefined ? <span className="text-ink-3">–</span> : show(one, row)
    }
  }
  return [
    {
      id: 'health',
      header: t('column.status'),
      width: 136,
      cell: (row) => <EndpointPill state={endpointState(row, activity.get(row.id))} />,
    },
    {
      id: 'name',
      header: t('column.name'),
      width: 150,
      grow: true,
      cell: (row) => (
        <Link
          to={`${base}/endpoints/${row.id}`}
          tabIndex={-1}
          title={endpointName(row)}
          className="font-[550] hover:underline"
        >
          {endpointName(row)}
        </Link>
      ),
    },
    {
      id: 'url',
      header: t('column.url'),
      width: 198,
      grow: true,
      leaves: 5,
      cell: (row) => <UrlText url={row.url} />,
    },
    {
      id: 'events',
      header: t('column.events'),
      width: 110,
      grow: true,
      leaves: 4,
      cell: (row) => <span className="text-ink-2">{eventsText(row, t)}</span>,
    },
    {
      id: 'day',
      header: t('column.day'),
      width: 116,
      leaves: 1,
      cell: cell((one) => <Sparkline slices={one.slices} />),
    },
    {
      id: 'rate',
      header: t('column.successShort'),
      help: t('endpoints.rateHelp'),
      width: 90,
      align: 'end',
      cell: cell((one, row) => <Rate one={one} row={row} />),
    },
    {
      id: 'p95',
      header: 'p95',
      help: t('chart.p95'),
      width: 80,
      align: 'end',
      leaves: 6,
      cell: cell((one) => (
        <span className="mono text-ink-2">
          {one.p95Ms === null ? '–' : formats.duration(one.p95Ms)}
        </span>
      )),
    },
    {
      id: 'last',
      header: t('column.last'),
      width: 132,
      leaves: 3,
      cell: cell((one) => <Last of={one.lastAttempt} />),
    },
    {
      id: 'waiting',
      header: t('column.waiting'),
      width: 88,
      align: 'end',
      leaves: 2,
      cell: cell((one, row) =>
        one.waiting === 0 ? (
          <span className="mono text-ink-3">0</span>
        ) : (
          <Link
            to={`${base}/deliveries`}
            search={{ endpoint: row.id, status: 'queued,sending,retrying,held' } as never} // routes are not typed here
            tabIndex={-1}
            className="mono link"
          >
            {formats.number(one.waiting)}
            {one.waiting === waitingMax && '+'}
          </Link>
        ),
      ),
    },
  ]
}

function Rate(props: { readonly one: Activity; readonly row: EndpointOut }) {
  const t = useT()
  const formats = useFormats()
  const rate = props.row.disabled ? null : successRate(props.one)
  if (rate === null) return <span className="mono text-ink-3">–</span>
  const text = formats.percent(rate, 2)
  return (
    <span className={`mono ${rateTone(rate)}`}>
      {props.one.complete ? text : <span title={t('endpoints.rateSample')}>≈ {text}</span>}
    </span>
  )
}

/** The newest attempt: what came back, and when. */
function Last(props: { readonly of: Activity['lastAttempt'] }) {
  const t = useT()
  const last = props.of
  if (last === null) return <span className="text-ink-3">–</span>
  return (
    <span className="flex items-baseline gap-1.5">
      <span className={`mono ${last.succeeded ? 'text-ok' : 'text-err'}`}>
        {last.responseStatusCode > 0
          ? last.responseStatusCode
          : last.errorClass === null
            ? '–'
            : classLabel(last.errorClass, t)}
      </span>
      <span className="text-ink-2">
        <Time at={last.timestamp} plain relative />
      </span>
    </span>
  )
}

export function eventsText(endpoint: EndpointOut, t: T): string {
  const types = endpoint.eventTypes ?? []
  if (types.length === 0) return t('events.everything')
  const [first = ''] = types
  return types.length === 1 ? first : t('events.andMore', { first, count: types.length - 1 })
}

/** Host first, path dimmed; where there is no room for both, the path is cut. */
export function UrlText(props: { readonly url: string }) {
  const host = hostOf(props.url)
  const at = props.url.indexOf(host)
  return (
    <span className="mono inline-flex max-w-full align-bottom" title={props.url}>
      <span className="max-w-full flex-none truncate">{host}</span>
      <span className="min-w-0 truncate text-ink-3">
        {at < 0 ? '' : props.url.slice(at + host.length)}
      </span>
    </span>
  )
}

export function EndpointCard(props: {
  readonly row: EndpointOut
  readonly one: Activity | undefined
  readonly base: string
}) {
  const t = useT()
  const { row, one } = props
  return (
    <div className="flex flex-col gap-0.5">
      <div className="flex items-center gap-2">
        <EndpointPill state={endpointState(row, one)} />
        <Link
          to={`${props.base}/endpoints/${row.id}`}
          tabIndex={-1}
          className="min-w-0 flex-1 truncate font-[550]"
        >
          {endpointName(row)}
        </Link>
      </div>
      <div className="flex gap-2 text-ink-3 text-xs">
        <span className="min-w-0 flex-1 truncate">{hostOf(row.url)}</span>
        {one?.lastAttempt == null ? (
          <span className="truncate">{eventsText(row, t)}</span>
        ) : (
          <Last of={one.lastAttempt} />
        )}
        {one !== undefined && <Rate one={one} row={row} />}
      </div>
    </div>
  )
}
