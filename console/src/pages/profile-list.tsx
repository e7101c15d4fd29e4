import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { Column as ProfileColumn } from '../../../src/profiles/profile.ts'
import {
  type getCatalog,
  listWebhooks,
  type ProfileOut,
  type WebhookOut,
  type Words,
} from '../api/profile-calls.ts'
import { Button } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { SearchBox } from '../components/filters.tsx'
import { type Column, Grid } from '../components/grid.tsx'
import { Empty, Loaded } from '../components/states.tsx'
import { type T, useLocalization, useT } from '../i18n.tsx'
import { checkedRows } from '../state/checked-rows.ts'
import { useCatalog } from '../state/profile.ts'
import { useScope } from '../state/scope.tsx'
import { openTab } from '../state/tabs.ts'
import { useUrlState } from '../state/url.ts'
import { ProfileBulk, RowActions, type RowDeed, RowDialog } from './profile-actions.tsx'
import { ProfileMaster } from './profile-master.tsx'

/** The list of a system: its columns and words, disabled ones as it shows them, bulk actions. */
export function ProfileList(props: { readonly profile: ProfileOut }) {
  const t = useT()
  const { language } = useLocalization()
  const scope = useScope()
  const navigate = useNavigate()
  const [search, change] = useUrlState()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [acting, setActing] = useState<RowDeed | null>(null)
  const { profile } = props
  const catalog = useCatalog(profile.catalog).data ?? null
  const mayHide = profile.form.some(({ name }) => name === 'hidden')
  const showHidden = search['hidden'] === 'show'
  const showDisabled =
    search['disabled'] === undefined ? profile.list.showsDisabled : search['disabled'] === 'show'
  const page = Number(search['page'] ?? '1')
  const query = {
    show_disabled: showDisabled,
    ...(showHidden ? { show_hidden: true } : {}),
    page,
    ...(search['q'] === undefined ? {} : { search: search['q'] }),
  }
  const webhooks = useQuery({
    queryKey: ['webhooks', scope.application, query],
    queryFn: () => listWebhooks(scope.application, query),
    refetchInterval: 10_000,
  })
  const rows = webhooks.data?.data ?? []
  const pages = Math.ceil((webhooks.data?.total ?? 0) / (webhooks.data?.pageSize ?? 1))
  return (
    <>
      {profile.list.masterSwitch === true && !scope.portal && <ProfileMaster />}
      <div className="flex flex-wrap items-center gap-1.5 px-5 py-2.5 max-sm:px-3">
        <SearchBox
          label={t('endpoints.search')}
          placeholder={t('endpoints.searchHint')}
          value={search['q'] ?? ''}
          onChange={(q) => change({ q: q === '' ? undefined : q, page: undefined })}
        />
        <label className="chip cursor-pointer">
          <input
            type="checkbox"
            className="checkbox"
            checked={showDisabled}
            onChange={(event) =>
              change({ disabled: event.target.checked ? 'show' : 'hide', page: undefined })
            }
          />
          {t('profile.showDisabled')}
        </label>
        {mayHide && (
          <label className="chip cursor-pointer">
            <input
              type="checkbox"
              className="checkbox"
              checked={showHidden}
              onChange={(event) =>
                change({ hidden: event.target.checked ? 'show' : undefined, page: undefined })
              }
            />
            {t('profile.showHidden')}
          </label>
        )}
        <CopyAs
          cli={`posthorn endpoints ls --app ${scope.application}`}
          request={{ path: `/app/${scope.application}/webhook` }}
        />
      </div>
      <div className="flex min-h-0 flex-1 flex-col border-line border-t">
        <Loaded query={webhooks}>
          {(list) =>
            list.data.length === 0 && search['q'] !== undefined ? (
              <Empty
                title={t('filter.emptyTitle')}
                action={
                  <Button onClick={() => change({ q: undefined, page: undefined })}>
                    {t('filter.clearAll')}
                  </Button>
                }
              />
            ) : list.data.length === 0 ? (
              <Empty
                title={t('profile.none')}
                action={
                  scope.may.manageEndpoints && (
                    <Link to={`${scope.base}/endpoints/new`} className="btn btn-primary">
                      {profile.words?.add[language] ?? t('endpoint.create')}
                    </Link>
                  )
                }
              >
                {showDisabled ? t('endpoints.noneText') : t('profile.noneText')}
              </Empty>
            ) : (
              <Grid
                label={t('nav.endpoints')}
                rows={list.data}
                rowId={(row) => row.id}
                columns={columnsOf({
                  profile,
                  language,
                  t,
                  base: scope.base,
                  rowActions: scope.may.manageEndpoints
                    ? (row) => <RowActions profile={profile} row={row} onDeed={setActing} />
                    : null,
                  catalog,
                })}
                card={(row) => <Card row={row} />}
                onOpen={(row, how) => {
                  const to = `${scope.base}/endpoints/${row.id}`
                  if (how === 'tab') openTab(to)
                  else void navigate({ to })
                }}
                {...(scope.may.manageEndpoints
                  ? { selection: checkedRows(rows, selected, setSelected) }
                  : {})}
              />
            )
          }
        </Loaded>
        {pages > 1 && (
          <nav
            aria-label={t('profile.pages')}
            className="flex items-center gap-2 border-line border-t px-5 py-2"
          >
            <Button disabled={page <= 1} onClick={() => change({ page: String(page - 1) })}>
              ‹ {t('profile.previousPage')}
            </Button>
            <span>
              {page} / {pages}
            </span>
            <Button disabled={page >= pages} onClick={() => change({ page: String(page + 1) })}>
              {t('profile.nextPage')} ›
            </Button>
          </nav>
        )}
        {selected.size > 0 && (
          <ProfileBulk
            profile={profile}
            ids={[...selected]}
            onDone={() => setSelected(new Set())}
          />
        )}
        {acting !== null && <RowDialog acting={acting} onClose={() => setActing(null)} />}
      </div>
    </>
  )
}

const urlShownMax = 50
/** Of columns that do not grow, so that all of a system's columns fit a desktop. */
const widths: Readonly<Record<string, number>> = {
  id: 250,
  active: 80,
  runCount: 80,
  integration: 110,
}

interface Named {
  readonly name: string
  readonly label: Words
}

function columnsOf(input: {
  readonly profile: ProfileOut
  readonly language: 'en' | 'es'
  readonly t: T
  readonly base: string
  readonly rowActions: ((row: WebhookOut) => ReactNode) | null
  readonly catalog: Awaited<ReturnType<typeof getCatalog>> | null
}): readonly Column<WebhookOut>[] {
  const { profile, language, t, catalog } = input
  /** A name of the catalog by the words that people chose it by. */
  const words = (kind: readonly Named[] | undefined, name: string): string =>
    kind?.find((one) => one.name === name)?.label[language] ?? name
  const text = (row: WebhookOut, { field, inWords }: ProfileColumn): string => {
    if (field === 'trigger') return words(catalog?.catalog.triggers, row.trigger ?? '')
    if (inWords !== true) return cellText(row, field, t)
    if (field === 'context') return words(catalog?.catalog.contexts, row.context ?? '')
    return (row.eventTypes ?? []).map((name) => words(catalog?.events, name)).join(' / ')
  }
  return [
    ...profile.list.columns.map(
      (column, index): Column<WebhookOut> => ({
        id: column.field,
        header: column.label[language],
        width: widths[column.field] ?? 140,
        grow: widths[column.field] === undefined,
        ...(index > 0 ? { leaves: index } : {}),
        cell: (row) =>
          index === 0 ? (
            <Link
              to={`${input.base}/endpoints/${row.id}`}
              tabIndex={-1}
              className="font-[550] hover:underline"
            >
              {text(row, column)}
            </Link>
          ) : (
            <span className={cellClass(row, column)}>{text(row, column)}</span>
          ),
      }),
    ),
    ...(input.rowActions === null
      ? []
      : [
          {
            id: 'actions',
            header: <span className="sr-only">{t('column.actions')}</span>,
            width: 116,
            align: 'end' as const,
            cell: input.rowActions,
          },
        ]),
  ]
}

function cellText(row: WebhookOut, field: string, t: T): string {
  const { summary } = row
  switch (field) {
    case 'name':
      return row.name ?? row.description
    case 'url':
      return row.url.length > urlShownMax ? `${row.url.slice(0, urlShownMax)}…` : row.url
    case 'eventTypes':
      return (row.eventTypes ?? []).join(' / ') || t('events.everything')
    case 'active':
      return row.active ? t('profile.yes') : t('profile.no')
    case 'successRate':
      if (!row.active) return t('profile.notInUse')
      return summary?.successRate == null ? '-' : `${summary.successRate}%`
    case 'requests':
      return row.active ? String(summary?.requests ?? 0) : '-'
    case 'runCount':
      return String(summary?.runCount ?? 0)
    default: {
      const value: unknown = Reflect.get(row, field)
      return typeof value === 'string' ? value : ''
    }
  }
}

const levels = { error: 'text-err', warning: 'text-warn', success: 'text-ok' } as const

function cellClass(row: WebhookOut, { field, inWords }: ProfileColumn): string {
  if (inWords === true) return 'text-ink-2'
  if (field === 'successRate') {
    const level = row.active ? row.summary?.level : null
    return `mono ${level == null ? 'text-ink-3' : levels[level]}`
  }
  return ['url', 'id', 'requests', 'runCount', 'eventTypes'].includes(field)
    ? 'mono text-ink-2'
    : 'text-ink-2'
}

function Card(props: { readonly row: WebhookOut }) {
  const t = useT()
  const { row } = props
  return (
    <div className="flex flex-col">
      <span className="truncate font-[550]">{row.name ?? row.url}</span>
      <span className="mono truncate text-ink-3 text-xs">
        {row.active ? row.url : t('profile.notInUse')}
      </span>
    </div>
  )
}
