import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import {
  type CatalogOut,
  listWebhooks,
  type ProfileOut,
  type WebhookOut,
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
  const triggers = useCatalog(profile.catalog).data?.catalog.triggers ?? []
  const showDisabled =
    search['disabled'] === undefined ? profile.list.showsDisabled : search['disabled'] === 'show'
  const page = Number(search['page'] ?? '1')
  const query = {
    show_disabled: showDisabled,
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
        <CopyAs
          cli={`posthorn endpoints ls --app ${scope.application}`}
          request={{ path: `/app/${scope.application}/webhook` }}
        />
      </div>
      <div className="flex min-h-0 flex-1 flex-col border-line border-t">
        <Loaded query={webhooks}>
          {(list) =>
            list.data.length === 0 ? (
              <Empty
                title={t('endpoints.none')}
                action={
                  scope.may.manageEndpoints && (
                    <Link to={`${scope.base}/endpoints/new`} className="btn btn-primary">
                      {t('endpoint.create')}
                    </Link>
                  )
                }
              >
                {showDisabled ? t('endpoints.noneText') : t('profile.disabledHidden')}
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
                  triggers,
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

function columnsOf(input: {
  readonly profile: ProfileOut
  readonly language: 'en' | 'es'
  readonly t: T
  readonly base: string
  readonly rowActions: ((row: WebhookOut) => ReactNode) | null
  readonly triggers: CatalogOut['triggers']
}): readonly Column<WebhookOut>[] {
  const { profile, language, t } = input
  /** A trigger by the name that people chose it by. */
  const text = (row: WebhookOut, field: string): string => {
    const trigger = field === 'trigger' ? row.trigger : undefined
    const known = input.triggers.find(({ name }) => name === trigger)
    return known === undefined ? cellText(row, field, t) : known.label[language]
  }
  return [
    ...profile.list.columns.map(
      (column, index): Column<WebhookOut> => ({
        id: column.field,
        header: column.label[language],
        width: column.field === 'id' ? 270 : column.field === 'active' ? 90 : 150,
        grow: column.field !== 'active' && column.field !== 'id',
        ...(index > 0 ? { leaves: index } : {}),
        cell: (row) =>
          index === 0 ? (
            <Link
              to={`${input.base}/endpoints/${row.id}`}
              tabIndex={-1}
              className="font-[550] hover:underline"
            >
              {text(row, column.field)}
            </Link>
          ) : (
            <span className={cellClass(row, column.field)}>{text(row, column.field)}</span>
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

function cellClass(row: WebhookOut, field: string): string {
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
