/** What the catalog's list shows of each event type: a row on wide screens, a card on narrow ones. */
import { Link } from '@tanstack/react-router'
import { groupText } from '../../../src/domain/event-type.ts'
import { schemaVersions } from '../../../src/domain/schema/versions.ts'
import type { TypeActivity } from '../api/catalog-calls.ts'
import type { EventTypeOut } from '../api/model.ts'
import { VolumeBars } from '../charts/volume-bars.tsx'
import type { Column } from '../components/grid.tsx'
import { Pill } from '../components/status.tsx'
import { type T, type useFormats, useLocalization, useT } from '../i18n.tsx'
import type { AdminT } from '../state/admin-words.ts'
import { localizedText } from '../state/data.ts'
import type { TypeActivityByName } from '../state/type-activity.ts'

interface Input {
  readonly t: T
  /** Null: on their way, and with them the columns that they head. */
  readonly w: AdminT | null
  readonly formats: ReturnType<typeof useFormats>
  readonly language: 'en' | 'es'
  readonly base: string
  readonly rows: readonly EventTypeOut[]
  readonly activity: TypeActivityByName
  /** Drift is the producer's business. */
  readonly portal: boolean
}

export function catalogColumns(input: Input): readonly Column<EventTypeOut>[] {
  const { t, language, base, rows, activity, portal, w } = input
  const flagged = rows.some((row) => row.deprecated || hasDrift(activity.get(row.name), portal))
  return [
    {
      id: 'name',
      header: t('column.type'),
      width: 250,
      grow: true,
      cell: (row) => (
        <Link
          to={`${base}/${encodeURIComponent(row.name)}`}
          tabIndex={-1}
          className="mono hover:underline"
        >
          {row.name}
        </Link>
      ),
    },
    ...(rows.some((row) => localizedText(row, 'label', language) !== '') ? [label(input)] : []),
    {
      id: 'description',
      header: t('column.description'),
      width: 210,
      grow: true,
      leaves: 6,
      cell: (row) => {
        const text = localizedText(row, 'description', language)
        return (
          <span className="text-ink-2" title={text}>
            {text}
          </span>
        )
      },
    },
    {
      id: 'group',
      header: t('column.group'),
      width: 116,
      leaves: 5,
      cell: (row) => <span className="text-ink-2">{groupText(row, language)}</span>,
    },
    ...(rows.some(({ schemas }) => schemaVersions(schemas).length > 1)
      ? [
          {
            id: 'version',
            header: t('eventType.version'),
            width: 76,
            leaves: 4,
            cell: ({ schemas }: EventTypeOut) => (
              <span className="mono text-ink-2">{schemaVersions(schemas)[0]}</span>
            ),
          },
        ]
      : []),
    ...(w === null || activity.size === 0 ? [] : activityColumns(input, w)),
    ...(flagged ? [flags(input)] : []),
  ]
}

function label({ t, language }: Input): Column<EventTypeOut> {
  return {
    id: 'label',
    header: t('column.name'),
    width: 170,
    grow: true,
    leaves: 3,
    cell: (row) => localizedText(row, 'label', language),
  }
}

function activityColumns(input: Input, w: AdminT): readonly Column<EventTypeOut>[] {
  const { formats, activity } = input
  const cell = (show: (one: TypeActivity) => React.ReactNode) => (row: EventTypeOut) => {
    const one = activity.get(row.name)
    return one === undefined ? <span className="text-ink-3">–</span> : show(one)
  }
  return [
    {
      id: 'subscribed',
      header: w('catalog.subscribed'),
      help: w('catalog.subscribedHelp'),
      width: 84,
      align: 'end',
      leaves: 2,
      cell: cell(({ subscribed }) => (
        <span className={`mono ${subscribed === 0 ? 'text-ink-3' : ''}`}>{subscribed}</span>
      )),
    },
    {
      id: 'week',
      header: w('catalog.week'),
      help: w('catalog.weekHelp'),
      width: 116,
      leaves: 1,
      cell: cell((one) => <Week one={one} count={formats.number(one.total)} w={w} />),
    },
  ]
}

function Week(props: { readonly one: TypeActivity; readonly count: string; readonly w: AdminT }) {
  const { one, w } = props
  const count = one.exact ? props.count : `≈ ${props.count}`
  return (
    <span className="flex items-center gap-2">
      <VolumeBars slices={one.slices} label={w('catalog.weekOf', { count: one.total })} />
      <span className={`mono ${one.total === 0 ? 'text-ink-3' : 'text-ink-2'}`}>{count}</span>
    </span>
  )
}

function flags(input: Input): Column<EventTypeOut> {
  const { t, w, activity, portal } = input
  return {
    id: 'flags',
    header: t('column.status'),
    width: 130,
    cell: (row) => (
      <span className="flex items-center gap-1.5">
        {row.deprecated && <Pill tone="warn">{t('eventType.deprecated')}</Pill>}
        <DriftPill one={activity.get(row.name)} w={w} portal={portal} />
      </span>
    ),
  }
}

function hasDrift(one: TypeActivity | undefined, portal: boolean): boolean {
  if (portal || one?.drift == null) return false
  return one.drift.extra + one.drift.missing > 0
}

function DriftPill(props: {
  readonly one: TypeActivity | undefined
  readonly w: AdminT | null
  readonly portal: boolean
}) {
  const { one, w } = props
  if (w === null || one?.drift == null || !hasDrift(one, props.portal)) return null
  const { extra, missing } = one.drift
  return (
    <span title={w('drift.badge', { extra, missing })}>
      <Pill tone="info">{w('drift.short', { count: extra + missing })}</Pill>
    </span>
  )
}

export function CatalogCard(props: {
  readonly row: EventTypeOut
  readonly one: TypeActivity | undefined
  readonly w: AdminT | null
  readonly portal: boolean
}) {
  const t = useT()
  const { language } = useLocalization()
  const { row, one, w } = props
  return (
    <div className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <span className="mono min-w-0 flex-1 truncate">{row.name}</span>
        {row.deprecated && <Pill tone="warn">{t('eventType.deprecated')}</Pill>}
        <DriftPill one={one} w={w} portal={props.portal} />
      </span>
      <span className="flex gap-2 text-ink-3 text-xs">
        <span className="min-w-0 flex-1 truncate">
          {localizedText(row, 'label', language) || localizedText(row, 'description', language)}
        </span>
        {one !== undefined && w !== null && (
          <span>{w('catalog.takers', { count: one.subscribed })}</span>
        )}
      </span>
    </div>
  )
}
