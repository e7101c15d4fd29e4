import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { isTypeRule, rulePrefix, wantsType } from '../../../src/domain/type-rule.ts'
import type { EndpointOut } from '../api/model.ts'
import { CopyAs } from '../components/copy-as.tsx'
import { FilterBar } from '../components/filter-bar.tsx'
import { MultiFilter, SearchBox } from '../components/filters.tsx'
import { Grid } from '../components/grid.tsx'
import type { MenuItem } from '../components/menu.tsx'
import { Page } from '../components/page.tsx'
import { Empty, Loaded, Loading } from '../components/states.tsx'
import { type EndpointState, endpointState } from '../components/status.tsx'
import { useFormats, useLocalization, useT } from '../i18n.tsx'
import { PortalText } from '../portal-text.tsx'
import { useActivity } from '../state/activity.ts'
import { checkedRows } from '../state/checked-rows.ts'
import { endpointName, useEndpoints } from '../state/data.ts'
import { useEndpointDeeds } from '../state/endpoint-deeds.ts'
import { useLiveQueries } from '../state/live.ts'
import { useProfile } from '../state/profile.ts'
import { useScope } from '../state/scope.tsx'
import { joined, listOf } from '../state/search.ts'
import { useSeesAll } from '../state/session.tsx'
import { openTab } from '../state/tabs.ts'
import { useUrlState } from '../state/url.ts'
import { EndpointCard, endpointColumns } from './endpoint-columns.tsx'

// Only the systems' applications need it: the first load of the others stays small.
const EndpointBulk = lazy(async () => ({
  default: (await import('./endpoint-bulk.tsx')).EndpointBulk,
}))
/** So few are seen at a glance: no need to pick them by what they take. */
const fewMax = 8
const TypeFilter = lazy(async () => ({
  default: (await import('../components/type-filter.tsx')).TypeFilter,
}))
const FilteredEmpty = lazy(async () => ({
  default: (await import('../components/filtered-empty.tsx')).FilteredEmpty,
}))
const ProfileList = lazy(async () => ({
  default: (await import('./profile-list.tsx')).ProfileList,
}))

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
  const text = (search['q'] ?? '').toLowerCase()
  const states = listOf(search['state'])
  const types = listOf(search['type'])
  const showDisabled = search['disabled'] === 'show' || states.includes('disabled')
  const activity = useActivity(scope.application, props.all)
  useLiveQueries({
    application: scope.application,
    keys: [['endpoints', scope.application, 'activity']],
    everyMs: 3_000,
  })
  const hidden = props.all.filter(({ disabled }) => disabled).length
  const filters = {
    state: (endpoint: EndpointOut) =>
      states.length === 0 || isOneOf(states, endpointState(endpoint, activity.get(endpoint.id))),
    type: (endpoint: EndpointOut) =>
      types.length === 0 || types.some((type) => takes(endpoint, type)),
    q: (endpoint: EndpointOut) =>
      text === '' ||
      [endpointName(endpoint), endpoint.url, endpoint.id, ...(endpoint.eventTypes ?? [])].some(
        (part) => part.toLowerCase().includes(text),
      ),
  }
  const names = ['state', 'type', 'q'] as const
  const shownOnes = props.all.filter(({ disabled }) => showDisabled || !disabled)
  const rows = shownOnes.filter((one) => names.every((name) => filters[name](one)))
  const labels = { state: t('filter.state'), type: t('filter.type'), q: search['q'] ?? '' }
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
        names={['state', 'type', 'disabled']}
        search={
          <SearchBox
            label={t('endpoints.search')}
            placeholder={t('endpoints.searchHint')}
            value={search['q'] ?? ''}
            onChange={(q) => change({ q: q === '' ? undefined : q })}
          />
        }
        actions={
          <CopyAs
            cli={`posthorn endpoints ls --app ${scope.application}`}
            request={{ path: `/app/${scope.application}/endpoint` }}
          />
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
      <div className="flex min-h-0 flex-1 flex-col border-line border-t">
        {rows.length === 0 ? (
          <Suspense>
            <FilteredEmpty
              filters={names.map((name) => ({
                label: labels[name],
                count: shownOnes.filter((one) =>
                  names.every((other) => other === name || filters[other](one)),
                ).length,
                drop: () => change({ [name]: undefined }),
              }))}
            />
          </Suspense>
        ) : (
          <Grid
            label={t('nav.endpoints')}
            rows={rows}
            rowId={(row) => row.id}
            columns={endpointColumns({ t, formats, activity, base: scope.base })}
            card={(row) => <EndpointCard row={row} one={activity.get(row.id)} base={scope.base} />}
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

/** Whether it takes the type, or any of the group. */
function takes({ eventTypes = null }: EndpointOut, wanted: string): boolean {
  if (!isTypeRule(wanted)) return wantsType(eventTypes, wanted)
  const prefix = rulePrefix(wanted)
  return eventTypes === null || eventTypes.some((one) => one.startsWith(prefix))
}

/** What is not known yet is not left out. */
function isOneOf(states: readonly string[], state: EndpointState | null): boolean {
  return state === null || states.includes(state)
}
