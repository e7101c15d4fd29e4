import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { EndpointOut } from '../api/model.ts'
import {
  type Preview,
  previewDeliveries,
  type RecoveryCare,
  recoverDeliveries,
  type Selection,
} from '../api/recovery-calls.ts'
import { Button } from '../components/button.tsx'
import { CopyAs, shellQuoted } from '../components/copy-as.tsx'
import { ReadOnlyReason } from '../components/guarded.tsx'
import { Body, Page, Section } from '../components/page.tsx'
import { RangeFilter } from '../components/range-filter.tsx'
import { SoughtChips } from '../components/sought.tsx'
import { Empty, Failure, Loaded, Loading } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { recoveryEn } from '../messages/recovery-en.ts'
import { recoveryEs } from '../messages/recovery-es.ts'
import { useEndpoints } from '../state/data.ts'
import { filterOf, selectionOf } from '../state/delivery-filter.ts'
import { useScope } from '../state/scope.tsx'
import { listOf, type Search, timeRange } from '../state/search.ts'
import { useSeesAll } from '../state/session.tsx'
import { soughtFlags } from '../state/sought.ts'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'
import { DeliveryFilters } from './delivery-filters.tsx'
import { JobCard } from './job-card.tsx'
import { RecentJobs } from './recent-jobs.tsx'
import { MissingPlanner } from './recovery-missing.tsx'
import { CareFields, NotifyField, PreviewFacts } from './recovery-parts.tsx'
import { carriedMax, ScopeChoice, scopeOf, scopeSearch } from './recovery-scope.tsx'

const words = { en: recoveryEn, es: recoveryEs }

/** Sends deliveries again with care: what, how many, how fast, and when to stop. */
export function RecoveryPage() {
  const t = useT()
  const scope = useScope()
  const endpoints = useEndpoints(scope.application)
  return (
    <Page title={t('nav.recovery')}>
      <Loaded query={endpoints}>
        {(all) =>
          all.length === 0 ? (
            <Empty
              title={t('endpoints.none')}
              action={
                scope.may.manageEndpoints && (
                  <Link to={`${scope.base}/endpoints/new`} className="btn btn-primary">
                    {t('endpoint.create')}
                  </Link>
                )
              }
            />
          ) : (
            <Planner endpoints={all} />
          )
        }
      </Loaded>
    </Page>
  )
}

const carefully: RecoveryCare = {
  skipDelivered: true,
  probe: true,
  rate: 'usual',
  stopAbove: 0.2,
}

function Planner(props: { readonly endpoints: readonly EndpointOut[] }) {
  const w = useWords(words)
  const scope = useScope()
  const seesAll = useSeesAll()
  const [search, change] = useUrlState()
  const [openedAt] = useState(Date.now)
  const [care, setCare] = useState(carefully)
  const [notify, setNotify] = useState(false)
  const what = scope.may.resend ? scopeOf(search) : 'deliveries'
  const carried = listOf(search['ids']).slice(0, carriedMax)
  const byFilter = what === 'deliveries'
  const missing = !byFilter && what !== 'selection'
  const endpoints = new Map(props.endpoints.map((endpoint) => [endpoint.id, endpoint]))
  const filter = filterOf(plannedSearch(search), null)
  const range = timeRange(plannedSearch(search), openedAt)
  const selection =
    what === 'selection' ? { deliveryIds: carried } : selectionOf(filter, { range, now: openedAt })
  const preview = useQuery({
    queryKey: ['deliveries', scope.application, 'recovery', selection],
    queryFn: ({ signal }) => previewDeliveries(scope.application, selection, signal),
    enabled: !missing,
  })
  const start = useMutation({
    mutationFn: () =>
      recoverDeliveries(scope.application, {
        ...selection,
        ...care,
        ...(notify ? { notify: 'me' } : {}),
      }),
    onSuccess: ({ id }) => change({ task: id }, { replace: true }),
  })
  return (
    <Body>
      <p className="max-w-2xl text-base text-ink-2">{w('recovery.text')}</p>
      {search['task'] !== undefined && (
        <JobCard id={search['task']} onClose={() => change({ task: undefined })} />
      )}
      {scope.may.resend && (
        <ScopeChoice
          value={what}
          carried={carried.length}
          onChange={(chosen) => change(scopeSearch(chosen, search))}
        />
      )}
      {missing ? (
        <MissingPlanner key={what} endpoints={props.endpoints} what={what} />
      ) : (
        <>
          {byFilter && (
            <Section title={w('recovery.scope')}>
              <div className="flex flex-wrap gap-1.5">
                <DeliveryFilters filter={filter} endpoints={endpoints} fixedEndpoint={null} />
                <RangeFilter preset="24h" />
              </div>
              <SoughtChips all />
            </Section>
          )}
          <Section title={w('recovery.preview')}>
            {preview.isPending ? (
              <Loading rows={2} />
            ) : preview.isError ? (
              <Failure error={preview.error} onRetry={() => void preview.refetch()} />
            ) : (
              <PreviewFacts preview={preview.data} care={care} endpoints={endpoints} />
            )}
          </Section>
          {!scope.may.resend && <ReadOnlyReason />}
          {scope.may.resend && (
            <>
              <Section title={w('recovery.care')}>
                <CareFields care={care} onChange={setCare} />
                <NotifyField checked={notify} onChange={setNotify} />
              </Section>
              {!scope.portal && (
                <Command selection={selection} search={byFilter ? search : null} care={care} />
              )}
              {start.isError && <Failure error={start.error} />}
              <StartButton
                preview={preview.data}
                care={care}
                busy={start.isPending}
                onStart={() => start.mutate()}
              />
            </>
          )}
        </>
      )}
      {seesAll && <RecentJobs />}
    </Body>
  )
}

/** Without a word in the URL: what failed in the last day. */
function plannedSearch(search: Search): Search {
  const timed = search['since'] !== undefined || search['from'] !== undefined
  return { status: 'failed', ...search, ...(timed ? {} : { since: '24h' }) }
}

function StartButton(props: {
  readonly preview: Preview | undefined
  readonly care: RecoveryCare
  readonly busy: boolean
  readonly onStart: () => void
}) {
  const w = useWords(words)
  const { preview, care } = props
  const count = (care.skipDelivered ? preview?.toSend : preview?.matching) ?? 0
  const amount = preview?.complete === false ? `${count}+` : String(count)
  return (
    <div>
      <Button kind="primary" busy={props.busy} disabled={count === 0} onClick={props.onStart}>
        {w('recovery.start', { amount })}
      </Button>
    </div>
  )
}

function Command(props: {
  readonly selection: Selection
  /** Null: rows that were chosen one by one, for which the call itself is the command. */
  readonly search: Search | null
  readonly care: RecoveryCare
}) {
  const w = useWords(words)
  const scope = useScope()
  const command =
    props.search === null
      ? null
      : commandOf(plannedSearch(props.search), props.care, {
          application: scope.application,
          endpointIds: props.selection.endpointIds ?? [],
        })
  return (
    <div className="flex max-w-2xl flex-wrap items-center gap-1 rounded-md bg-sunken py-1 pr-1 pl-3">
      <span className={command === null ? 'flex-1 text-ink-2' : 'sr-only'}>
        {w('recovery.command')}
      </span>
      {command !== null && <code className="min-w-0 flex-1 break-all">{command}</code>}
      <CopyAs
        {...(command === null ? {} : { cli: command })}
        request={{
          method: 'POST',
          path: `/app/${scope.application}/delivery/recover`,
          body: {
            ...props.selection,
            ...props.care,
            rate: props.care.rate === 'usual' ? undefined : props.care.rate,
          },
        }}
      />
    </div>
  )
}

function commandOf(
  search: Search,
  care: RecoveryCare,
  of: { readonly application: string; readonly endpointIds: readonly string[] },
): string {
  const statuses = listOf(search['status'])
  const from = search['from'] === undefined ? search['since'] : search['from']
  return [
    `posthorn recover --app ${of.application} --since ${from}`,
    ...(search['to'] === undefined ? [] : [`--until ${search['to']}`]),
    ...(statuses.length === 0 || statuses.join() === 'failed'
      ? []
      : [`--status ${statuses.join(',')}`]),
    ...(of.endpointIds.length === 0 ? [] : [`--endpoint ${of.endpointIds.join(',')}`]),
    ...(search['type'] === undefined ? [] : [`--type ${shellQuoted(search['type'])}`]),
    ...(search['code'] === undefined ? [] : [`--code ${search['code']}`]),
    ...soughtFlags(search),
    ...(care.rate === 'usual' ? [] : [`--rate ${care.rate === null ? 'max' : `${care.rate}/s`}`]),
    ...(care.probe ? [] : ['--no-probe']),
    ...(care.stopAbove === 0.2
      ? []
      : [`--stop-above ${care.stopAbove === null ? 'never' : `${care.stopAbove * 100}%`}`]),
    ...(care.skipDelivered ? [] : ['--include-delivered']),
    '--go',
  ].join(' ')
}
