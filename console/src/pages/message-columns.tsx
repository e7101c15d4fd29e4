/** How a message reads as a row, and as a card on a narrow screen. */
import { Link } from '@tanstack/react-router'
import type { MessageOut } from '../api/model.ts'
import type { Column } from '../components/grid.tsx'
import { Time } from '../components/time.tsx'
import type { Formats, T } from '../i18n.tsx'
import { type Fanout, FanoutCell } from './message-fanout.tsx'
import type { useMessageWords } from './message-views.tsx'

/** Columns that would be empty in every row are left out. */
export function isUsed(column: string, rows: readonly MessageOut[]): boolean {
  if (column === 'tags') {
    return rows.some(({ tags, channels }) => [...(tags ?? []), ...(channels ?? [])].length > 0)
  }
  return column !== 'eventId' || rows.some(({ eventId }) => eventId != null)
}

export function columnsOf<Row extends MessageOut>(input: {
  readonly t: T
  readonly w: ReturnType<typeof useMessageWords>
  readonly formats: Formats
  /** Where the pages of the row's application live. */
  readonly baseOf: (row: Row) => string
  readonly fanout: Fanout | null
}): readonly Column<Row>[] {
  const { t, w, formats, baseOf, fanout } = input
  return [
    {
      id: 'time',
      header: t('column.time'),
      width: 150,
      cell: (row) => (
        <span className="mono text-ink-2">
          <Time at={row.timestamp} plain />
        </span>
      ),
    },
    {
      id: 'type',
      header: t('column.type'),
      width: 220,
      grow: true,
      cell: (row) => (
        <Link
          to={`${baseOf(row)}/messages/${row.id}`}
          tabIndex={-1}
          className="mono hover:underline"
        >
          {row.eventType}
        </Link>
      ),
    },
    {
      id: 'fanout',
      header: t('messages.wentTo'),
      width: 150,
      cell: (row) => <FanoutCell message={row} fanout={fanout} />,
    },
    {
      id: 'size',
      header: t('column.size'),
      width: 80,
      leaves: 2,
      cell: ({ payloadBytes }) => (
        <span className="mono text-ink-2">
          {payloadBytes == null ? '–' : formats.bytes(payloadBytes)}
        </span>
      ),
    },
    {
      id: 'source',
      header: w('source.label'),
      width: 120,
      leaves: 3,
      cell: ({ source }) => <span className="text-ink-2">{w(`source.${source ?? 'api'}`)}</span>,
    },
    {
      id: 'tags',
      header: t('column.tags'),
      width: 160,
      grow: true,
      leaves: 4,
      cell: (row) => (
        <span className="text-ink-2">
          {[...(row.tags ?? []), ...(row.channels ?? [])].join(', ')}
        </span>
      ),
    },
    {
      id: 'eventId',
      header: t('column.eventId'),
      width: 160,
      grow: true,
      leaves: 5,
      cell: (row) => <span className="mono text-ink-2">{row.eventId ?? '–'}</span>,
    },
    {
      id: 'id',
      header: t('column.id'),
      width: 270,
      leaves: 1,
      cell: (row) => <span className="mono text-ink-2">{row.id}</span>,
    },
  ]
}

export function MessageCard(props: {
  readonly row: MessageOut
  /** Whose it is, where that is not one for all. */
  readonly application?: string
  readonly base: string
  /** Null: it is not asked for. */
  readonly fanout: Fanout | null
}) {
  const { row } = props
  return (
    <div className="flex flex-col">
      <span className="flex items-center gap-2">
        <Link
          to={`${props.base}/messages/${row.id}`}
          tabIndex={-1}
          className="mono min-w-0 flex-1 truncate"
        >
          {row.eventType}
        </Link>
        {props.application === undefined ? (
          <FanoutCell message={row} fanout={props.fanout} />
        ) : (
          <span className="max-w-[50%] flex-none truncate">{props.application}</span>
        )}
      </span>
      <span className="mono flex gap-2 truncate text-ink-3 text-xs">
        <Time at={row.timestamp} plain />
        <span className="truncate">{row.id}</span>
      </span>
    </div>
  )
}
