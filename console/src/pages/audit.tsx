import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { type AuditOut, type AuditQuery, actorKinds, listAudit } from '../api/people-calls.ts'
import { CopyAs } from '../components/copy-as.tsx'
import { DiffView } from '../components/diff-view.tsx'
import { MultiFilter, SearchBox } from '../components/filters.tsx'
import { type Column, Grid } from '../components/grid.tsx'
import { Guarded } from '../components/guarded.tsx'
import { Facts, Page, Section } from '../components/page.tsx'
import { RangeFilter } from '../components/range-filter.tsx'
import { SidePanel } from '../components/side-panel.tsx'
import { Empty, Failure, Loading } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { type T, useLocalization, useT } from '../i18n.tsx'
import { usersEn } from '../messages/users-en.ts'
import { usersEs } from '../messages/users-es.ts'
import { useApplications } from '../shell.tsx'
import { joined, listOf, timeRange } from '../state/search.ts'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'
import { ListExport } from './list-export.tsx'

const words = { en: usersEn, es: usersEs }
type Words = ReturnType<typeof useWords<typeof usersEn>>

/** Who changed what, from where, with the state before and after. */
export function AuditPage() {
  const t = useT()
  return (
    <Guarded permission="read-audit" title={t('nav.audit')}>
      <Audit />
    </Guarded>
  )
}

function Audit() {
  const t = useT()
  const w = useWords(words)
  const [search, change] = useUrlState()
  const [atTop, setAtTop] = useState(true)
  const query = useMemo((): AuditQuery => {
    const range = timeRange(search, Date.now())
    const text = search['q'] ?? ''
    const iso = (ms: number | null | undefined): string | undefined =>
      ms == null ? undefined : new Date(ms).toISOString()
    return {
      actorKind: listOf(search['actor'])[0],
      // Operations begin with their version; anything else is the id of a thing.
      ...(text === '' ? {} : /^v\d+\./.test(text) ? { operation: text } : { resource: text }),
      after: iso(range?.from),
      before: iso(range?.to),
    }
  }, [search])
  const { language } = useLocalization() // titles come in the language of the page
  const log = useInfiniteQuery({
    queryKey: ['audit', query, language],
    queryFn: ({ pageParam, signal }) =>
      listAudit({ ...query, iterator: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.done ? null : page.iterator),
    placeholderData: keepPreviousData,
    refetchInterval: atTop ? 5_000 : false, // rows never move under who reads further down
  })
  const rows = log.data?.pages.flatMap(({ data }) => data) ?? []
  const current = rows.find(({ id }) => id === search['sel'])
  return (
    <Page
      title={t('nav.audit')}
      fixed
      actions={
        <ListExport
          application=""
          list="audit"
          query={{ ...query }}
          from={query.after === undefined ? null : Date.parse(query.after)}
        />
      }
    >
      <div className="flex flex-wrap items-center gap-1.5 px-5 py-2.5 max-sm:px-3">
        <SearchBox
          label={w('audit.operation')}
          placeholder={`${w('audit.operationHint')}, ${w('audit.resourceId')}`}
          value={search['q'] ?? ''}
          onChange={(q) => change({ q: q === '' ? undefined : q.trim() })}
        />
        <MultiFilter
          label={w('audit.actor')}
          values={listOf(search['actor'])}
          options={actorKinds.map((kind) => ({ value: kind, label: t(`actor.${kind}`) }))}
          onChange={(values) => change({ actor: joined(values.slice(-1)) })}
        />
        <RangeFilter />
        <CopyAs cli="posthorn audit ls" request={{ path: '/audit', query: { ...query } }} />
      </div>
      <div className="relative flex min-h-0 flex-1 border-line border-t">
        <div className="flex min-w-0 flex-1 flex-col">
          {log.isPending && <Loading rows={8} />}
          {log.isError && (
            <div className="p-5">
              <Failure error={log.error} onRetry={() => void log.refetch()} />
            </div>
          )}
          {log.isSuccess && rows.length === 0 && (
            <Empty title={w('audit.none')}>{w('audit.noneText')}</Empty>
          )}
          {rows.length > 0 && (
            <Grid
              label={t('nav.audit')}
              rows={rows}
              rowId={(row) => row.id}
              columns={columnsOf(t, w)}
              card={(row) => <Card row={row} />}
              current={search['sel'] ?? null}
              onOpen={(row) => change({ sel: row.id }, { replace: current !== undefined })}
              onNearEnd={() => {
                if (log.hasNextPage && !log.isFetchingNextPage) void log.fetchNextPage()
              }}
              onScrolled={setAtTop}
            />
          )}
        </div>
        {current !== undefined && (
          <SidePanel label={w('audit.entry')} onClose={() => change({ sel: undefined })}>
            <EntryPanel entry={current} />
          </SidePanel>
        )}
      </div>
    </Page>
  )
}

function actorText(entry: AuditOut, t: T): string {
  const { kind, name, id } = entry.actor
  if (id === 'bootstrap') return t('actor.bootstrap')
  return (
    name ?? (kind === 'user' || kind === 'key' ? (id ?? t(`actor.${kind}`)) : t(`actor.${kind}`))
  )
}

/** What people call the thing, as far as its state says; null: its id has to do. */
function nameOf({ before, after, resource }: AuditOut): string | null {
  if (resource === null) return null
  for (const state of [after, before]) {
    const own = [state?.['attributes'], state?.['metadata']].map(nameIn)
    const [text] = [...own, ...['name', 'description', 'email', 'url'].map((one) => state?.[one])]
      .filter((one) => typeof one === 'string')
      .filter((one) => one !== '')
    if (text !== undefined) return text
  }
  return null
}

function nameIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, 'name') : undefined
}

const isNothing = (value: unknown): boolean =>
  value == null || value === '' || JSON.stringify(value) === '{}'

/** Times are kept in ms: shown as a date. What was nothing and is nothing tells nothing. */
function readable(
  state: AuditOut['before'],
  other: AuditOut['before'],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(state ?? {}).flatMap(([name, value]) => {
      if (isNothing(value) && isNothing(other?.[name])) return []
      const isTime = typeof value === 'number' && /(At|Until)$/.test(name)
      return [[name, isTime ? new Date(value).toISOString() : value]]
    }),
  )
}

function columnsOf(t: T, w: Words): readonly Column<AuditOut>[] {
  return [
    {
      id: 'time',
      header: t('column.time'),
      width: 150,
      cell: (row) => (
        <span className="mono text-ink-2">
          <Time at={row.at} plain />
        </span>
      ),
    },
    {
      id: 'actor',
      header: w('audit.actor'),
      width: 180,
      grow: true,
      cell: (row) => actorText(row, t),
    },
    {
      id: 'operation',
      header: w('audit.operation'),
      width: 300,
      grow: true,
      cell: (row) => (
        <span className="flex min-w-0 items-baseline gap-2" title={row.title}>
          <span className="min-w-24 truncate">{row.title}</span>
          <span className="mono min-w-16 shrink-[5] truncate text-ink-3 text-xs">
            {row.operation}
          </span>
          {row.outcome === 'refused' && <Pill tone="err">{w('audit.refused')}</Pill>}
        </span>
      ),
    },
    {
      id: 'resource',
      header: w('audit.resource'),
      width: 200,
      grow: true,
      leaves: 2,
      cell: (row) => {
        const name = nameOf(row)
        return (
          <span className={name === null ? 'mono text-ink-2' : ''} title={row.resource?.id ?? ''}>
            {name ?? row.resource?.id ?? ''}
          </span>
        )
      },
    },
    {
      id: 'changed',
      header: w('audit.change'),
      width: 160,
      grow: true,
      leaves: 1,
      cell: (row) => <span className="mono text-ink-2">{row.changed.join(', ')}</span>,
    },
    {
      id: 'address',
      header: w('audit.address'),
      width: 120,
      leaves: 3,
      cell: (row) => <span className="mono text-ink-3">{row.address ?? ''}</span>,
    },
  ]
}

function Card(props: { readonly row: AuditOut }) {
  const t = useT()
  const { row } = props
  return (
    <div className="flex min-w-0 flex-col">
      <span className="truncate">{row.title}</span>
      <span className="truncate text-ink-3 text-xs">
        <Time at={row.at} plain /> · {actorText(row, t)}
      </span>
    </div>
  )
}

function EntryPanel(props: { readonly entry: AuditOut }) {
  const t = useT()
  const w = useWords(words)
  const { entry } = props
  const application = useApplications().data?.data.find(({ id }) => id === entry.applicationId)
  return (
    <div className="flex flex-col gap-4 p-4">
      <header>
        <h2 className="pr-9 font-semibold">{entry.title}</h2>
        <p className="mono break-all text-ink-2">{entry.operation}</p>
        <p className="text-ink-2">
          <Time at={entry.at} />
        </p>
      </header>
      <Facts
        facts={[
          [w('audit.actor'), `${actorText(entry, t)} · ${t(`actor.${entry.actor.kind}`)}`],
          [
            w('audit.outcome'),
            <Pill key="outcome" tone={entry.outcome === 'done' ? 'ok' : 'err'}>
              {w(`audit.${entry.outcome}`)}
            </Pill>,
          ],
          entry.resource === null
            ? null
            : [
                w('audit.resource'),
                <span key="resource">
                  {nameOf(entry)}{' '}
                  <span className="mono break-all text-ink-2">
                    {entry.resource.kind} {entry.resource.id}
                  </span>
                </span>,
              ],
          entry.applicationId === null
            ? null
            : [
                t('application.switch'),
                <span key="application" title={entry.applicationId}>
                  {application?.name ?? entry.applicationId}
                </span>,
              ],
          entry.address === null
            ? null
            : [
                w('audit.address'),
                <span key="address" className="mono">
                  {entry.address}
                </span>,
              ],
          entry.requestId === null
            ? null
            : [
                w('audit.request'),
                <span key="request" className="mono">
                  {entry.requestId}
                </span>,
              ],
        ]}
      />
      <Section title={w('audit.change')} description={w('audit.secrets')}>
        {entry.before === null && entry.after === null ? (
          <p className="text-ink-2">{w('audit.noState')}</p>
        ) : (
          <DiffView
            before={readable(entry.before, entry.after)}
            after={readable(entry.after, entry.before)}
          />
        )}
      </Section>
    </div>
  )
}
