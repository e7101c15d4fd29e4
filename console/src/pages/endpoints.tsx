import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { EndpointOut } from '../api/model.ts'
import { CopyAs } from '../components/copy-as.tsx'
import { FilterBar } from '../components/filter-bar.tsx'
import { MultiFilter, SearchBox } from '../components/filters.tsx'
import { Grid } from '../components/grid.tsx'
import type { MenuItem } from '../components/menu.tsx'
import { Page } from '../components/page.tsx'
import { Empty, Failure, Loaded, Loading } from '../components/states.tsx'
import { isEndpointState } from '../components/status.tsx'
import { useFormats, useLocalization, useT, withWords } from '../i18n.tsx'
import { PortalText } from '../portal-text.tsx'
import { useActivity } from '../state/activity.ts'
import { checkedRows } from '../state/checked-rows.ts'
import { useEndpoints } from '../state/data.ts'
import { useEndpointDeeds } from '../state/endpoint-deeds.ts'
import {
  countEndpoints,
  endpointFilters,
  endpointQueryOf,
  endpointsCommand,
  labelsOf,
  showsDisabled,
  useFittingEndpoints,
} from '../state/endpoint-filter.ts'
import { namedFilters } from '../state/filter-names.ts'
import { useLiveQueries } from '../state/live.ts'
import { useProfile } from '../state/profile.ts'
import { useScope } from '../state/scope.tsx'
import { joined, listOf } from '../state/search.ts'
import { useSeesAll } from '../state/session.tsx'
import { openTab } from '../state/tabs.ts'
import { useUrlState } from '../state/url.ts'
import { EndpointCard, endpointColumns } from './endpoint-columns.tsx'

// Only the systems' applications need it: the first load of the others stays small.
const loadBulk = withWords(() => import('./endpoint-bulk.tsx'))
const EndpointBulk = lazy(async () => ({ default: (await loadBulk()).EndpointBulk }))
const loadJobs = withWords(() => import('./endpoint-jobs.tsx'))
const EndpointJobs = lazy(async () => ({ default: (await loadJobs()).EndpointJobs }))
/** So few are seen at a glance: no need to pick them by what they take. */
const fewMax = 8
const TypeFilter = lazy(async () => ({
  default: (await import('../components/type-filter.tsx')).TypeFilter,
}))
const CountedEmpty = lazy(async () => ({
  default: (await import('../components/counted-empty.tsx')).CountedEmpty,
}))
const ListExport = lazy(async () => ({ default: (await import('./list-export.tsx')).ListExport }))
const loadProfileList = withWords(() => import('./profile-list.tsx'))
const ProfileList = lazy(async () => ({ default: (await loadProfileList()).ProfileList }))

/** Where events go, and how each place is doing. Disabled ones are hidden until asked for. */
export function EndpointsPage() {
  const t = useT()
  const scope = useScope()
  const endpoints = useEndpoints(scope.application)
  const profile = useProfile(scope.application)
  const { language } = useLocalization()
  const words = profile.data?.words
  return (
    <Page
      title={words?.title[language] ?? t('nav.endpoints')}
      fixed
      actions={
        scope.may.manageEndpoints && (
          <Link to={`${scope.base}/endpoints/new`} className="btn btn-primary">
            <Plus size={14} aria-hidden /> {words?.add[language] ?? t('endpoint.create')}
          </Link>
        )
      }
    >
      <Loaded query={profile}>
        {(data) =>
          data.name === 'standard' ? (
            <Loaded query={endpoints}>{(all) => <EndpointList all={all} />}</Loaded>
          ) : (
            <Suspense fallback={<Loading />}>
              <ProfileList profile={data} />
            </Suspense>
          )
        }
      </Loaded>
    </Page>
  )
}

function EndpointList(props: { readonly all: readonly EndpointOut[] }) {
  const t = useT()
  const formats = useFormats()
  const scope = useScope()
  const seesAll = useSeesAll()
  const navigate = useNavigate()
  const [search, change] = useUrlState()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const states = listOf(search['state'])
  const types = listOf(search['type'])
  const labels = listOf(search['label'])
  const known = labelsOf(props.all)
  const showDisabled = showsDisabled(search)
  const fitting = useFittingEndpoints(scope.application, search)
  const activity = useActivity(scope.application, props.all)
  useLiveQueries({
    application: scope.application,
    keys: [['endpoints', scope.application, 'activity']],
    everyMs: 3_000,
  })
  const hidden = props.all.filter(({ disabled }) => disabled).length
  const rows = props.all.filter(
    ({ id, disabled }) =>
      (showDisabled || !disabled) && (fitting.ids === null || fitting.ids?.has(id) === true),
  )
  const chosen = rows.filter(({ id }) => selected.has(id))
  const rowActions = useRowActions()
  if (props.all.length === 0) {
    return (
      <Empty
        title={t('endpoints.none')}
        action={
          scope.may.manageEndpoints && (
            <>
              <Link to={`${scope.base}/endpoints/new`} className="btn btn-primary">
                {t('endpoint.create')}
              </Link>
              {seesAll && (
                <Link
                  to={`${scope.base}/endpoints/new`}
                  search={{ with: 'inspector' } as never} // routes are not typed here
                  className="btn"
                >
                  {t('endpoint.useInspector')}
                </Link>
              )}
            </>
          )
        }
        command={`npx posthorn listen 3000 --app ${scope.application}`}
      >
        {scope.portal ? (
          <PortalText name="noEndpoints">{t('endpoints.noneText')}</PortalText>
        ) : (
          t('endpoints.noneText')
        )}
      </Empty>
    )
  }
  return (
    <>
      <FilterBar
        views="endpoints"
        names={['state', 'type', 'label', 'disabled']}
        search={
          <SearchBox
            label={t('endpoints.search')}
            placeholder={t('endpoints.searchHint')}
            value={search['q'] ?? ''}
            onChange={(q) => change({ q: q === '' ? undefined : q })}
          />
        }
        actions={
          <>
            <CopyAs
              cli={endpointsCommand(search, scope.application)}
              request={{
                path: `/app/${scope.application}/endpoint`,
                query: endpointQueryOf(search),
              }}
            />
            <Suspense>
              <ListExport
                application={scope.application}
                list="endpoint"
                query={endpointQueryOf(search)}
                from={null}
              />
            </Suspense>
          </>
        }
      >
        <MultiFilter
          label={t('filter.state')}
          values={states}
          options={(['healthy', 'degraded', 'failing', 'paused', 'disabled'] as const).map(
            (state) => ({
              value: state,
              label: t(`endpoint.${state}`),
            }),
          )}
          onChange={(values) => change({ state: joined(values) })}
        />
        {(props.all.length > fewMax || types.length > 0) && (
          <Suspense>
            <TypeFilter values={types} />
          </Suspense>
        )}
        {known.length > 0 && (
          <MultiFilter
            label={t('filter.label')}
            values={labels}
            options={[...new Set([...known, ...labels])].map((label) => ({ value: label, label }))}
            onChange={(values) => change({ label: joined(values) })}
          />
        )}
        {hidden > 0 && (
          <label className="chip cursor-pointer">
            <input
              type="checkbox"
              className="checkbox"
              checked={showDisabled}
              onChange={(event) => change({ disabled: event.target.checked ? 'show' : undefined })}
            />
            {t('endpoints.showDisabled', { count: hidden })}
          </label>
        )}
      </FilterBar>
      {scope.may.manageEndpoints && (
        <Suspense>
          <EndpointJobs />
        </Suspense>
      )}
      <div className="flex min-h-0 flex-1 flex-col border-line border-t">
        {fitting.error !== null ? (
          <div className="p-5">
            <Failure error={fitting.error} onRetry={fitting.retry} />
          </div>
        ) : fitting.ids === undefined ? (
          <Loading />
        ) : rows.length === 0 ? (
          <Suspense>
            <CountedEmpty
              filters={namedFilters(search, endpointFilters, {
                state: (state) => (isEndpointState(state) ? t(`endpoint.${state}`) : state),
              })}
              queryKey={['endpoints', scope.application]}
              count={(without) => countEndpoints(scope.application, without)}
            />
          </Suspense>
        ) : (
          <Grid
            label={t('nav.endpoints')}
            rows={rows}
            rowId={(row) => row.id}
            columns={endpointColumns({ t, formats, activity, base: scope.base })}
            card={(row) => <EndpointCard row={row} one={activity.get(row.id)} base={scope.base} />}
            cardNote={`${t('column.successShort')}: ${t('endpoints.rateHelp')}`}
            onOpen={(row, how) => {
              const to = `${scope.base}/endpoints/${row.id}`
              if (how === 'tab') openTab(to)
              else void navigate({ to })
            }}
            actions={rowActions}
            {...(scope.may.manageEndpoints
              ? { selection: checkedRows(rows, selected, setSelected) }
              : {})}
          />
        )}
        {chosen.length > 0 && (
          <Suspense>
            <EndpointBulk chosen={chosen} onDone={() => setSelected(new Set())} />
          </Suspense>
        )}
      </div>
    </>
  )
}

/** Of an endpoint, what is done at once and taken back as easily. */
function useRowActions(): (row: EndpointOut) => readonly MenuItem[] {
  const t = useT()
  const scope = useScope()
  const deeds = useEndpointDeeds(scope.application)
  return (row) => {
    const stopped = row.disabled || row.paused === true
    return [
      ...(scope.may.manageEndpoints && !row.disabled
        ? [
            row.paused === true
              ? {
                  id: 'resume',
                  label: t('endpoint.resume'),
                  onSelect: () => void deeds.resume(row),
                }
              : { id: 'pause', label: t('endpoint.pause'), onSelect: () => void deeds.pause(row) },
          ]
        : []),
      ...(scope.may.resend && !stopped
        ? [{ id: 'retry', label: t('endpoint.retryNow'), onSelect: () => deeds.retry(row) }]
        : []),
    ]
  }
}
