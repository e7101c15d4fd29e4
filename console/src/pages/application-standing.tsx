/** Which applications need attention: what their rows show of their endpoints. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getApplication, listApplications } from '../api/calls.ts'
import type { ApplicationOut } from '../api/model.ts'
import { applicationStanding, type Standing } from '../api/summary-calls.ts'
import type { Column } from '../components/grid.tsx'
import { Pill } from '../components/status.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { atOnce, useByHundreds } from '../state/by-hundreds.ts'
import { useSession } from '../state/session.tsx'

/** As many as the operation counts. */
const waitingMax = 1_000

export interface ApplicationQuery {
  readonly search?: string
  readonly needs_attention?: boolean
}

/** The applications that match, page by page; the only one for who sees one. */
export function useApplicationList(query: ApplicationQuery) {
  const only = useSession()?.applicationId ?? null
  return useInfiniteQuery({
    queryKey: ['applications', 'list', query],
    queryFn: async ({ pageParam, signal }) =>
      only === null
        ? listApplications({ ...query, iterator: pageParam, limit: atOnce }, signal)
        : { data: [await getApplication(only)], iterator: null, done: true },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.done ? null : page.iterator),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  })
}

export type StandingById = ReadonlyMap<string, Standing>

/** Nothing for who sees one application only: its own overview says more. */
export function useStanding(rows: readonly ApplicationOut[]): StandingById {
  const all = useSession()?.applicationId == null
  return useByHundreds({
    queryKey: ['applications', 'standing'],
    ids: all ? rows.map(({ id }) => id) : [],
    ask: applicationStanding,
    idOf,
  })
}

const idOf = ({ applicationId }: Standing): string => applicationId

export function useStandingColumns(standing: StandingById): readonly Column<ApplicationOut>[] {
  const t = useT()
  return [
    {
      id: 'health',
      header: t('applications.health'),
      width: 230,
      cell: (row) => <Health row={row} one={standing.get(row.id)} />,
    },
    {
      id: 'waiting',
      header: t('column.waiting'),
      width: 90,
      align: 'end',
      leaves: 2,
      cell: (row) => <Waiting row={row} one={standing.get(row.id)} />,
    },
  ]
}

interface Cell {
  readonly row: ApplicationOut
  readonly one: Standing | undefined
}

/** Whether any of its endpoints fails, since when, and where these are. */
export function Health({ row, one, short }: Cell & { readonly short?: boolean }) {
  const t = useT()
  const formats = useFormats()
  if (one === undefined) return null
  const { endpoints: total, failing, givenUp, failingSince } = one
  if (total === 0) return <span className="text-ink-3">{t('applications.noEndpoints')}</span>
  if (failing + givenUp === 0) {
    return (
      <span className="flex">
        <Pill tone="ok">{t('endpoint.healthy')}</Pill>
      </span>
    )
  }
  return (
    <Link to={`${pathOf(row)}/endpoints`} tabIndex={-1} className="flex min-w-0 items-center gap-2">
      <Pill tone={failing > 0 ? 'err' : 'warn'}>
        {failing > 0
          ? t('applications.failing', { count: failing, total })
          : t('applications.givenUp', { count: givenUp, total })}
      </Pill>
      {failingSince !== null && short !== true && (
        <span className="truncate text-ink-3 text-xs">
          {t('overview.since', { time: formats.moment(Date.parse(failingSince)) })}
        </span>
      )}
    </Link>
  )
}

function Waiting({ row, one }: Cell) {
  const formats = useFormats()
  if (one === undefined) return null
  if (one.waiting === 0) return <span className="text-ink-3">0</span>
  return (
    <Link
      to={`${pathOf(row)}/deliveries`}
      search={{ status: 'queued,retrying,held' } as never} // routes are not typed here
      tabIndex={-1}
      title={
        one.oldestWaitingAt === null ? undefined : formats.full(Date.parse(one.oldestWaitingAt))
      }
      className="tabular-nums hover:underline"
    >
      {formats.number(one.waiting)}
      {one.waiting === waitingMax && '+'}
    </Link>
  )
}

export function pathOf(row: ApplicationOut): string {
  return `/app/${encodeURIComponent(row.uid ?? row.id)}`
}
