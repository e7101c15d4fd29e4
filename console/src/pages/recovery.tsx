import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { listDeliveries, recover } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { Confirm } from '../components/dialog.tsx'
import { SelectField } from '../components/field.tsx'
import { Body, Facts, Page } from '../components/page.tsx'
import { Empty, Failure, Loaded, Loading } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { endpointName, useEndpoints } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'
import { isRangePreset, type RangePreset, rangePresets } from '../state/search.ts'
import { useUrlState } from '../state/url.ts'

const countMax = 250

/** Sends failed deliveries again: how many there are is seen before anything is sent. */
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
                <Link to={`${scope.base}/endpoints/new`} className="btn btn-primary">
                  {t('endpoint.create')}
                </Link>
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

function Planner(props: { readonly endpoints: readonly EndpointOut[] }) {
  const t = useT()
  const formats = useFormats()
  const scope = useScope()
  const [search, change] = useUrlState()
  const [asking, setAsking] = useState(false)
  const endpoint = props.endpoints.find(({ id }) => id === search['endpoint']) ?? props.endpoints[0]
  const since: RangePreset = isRangePreset(search['since']) ? search['since'] : '24h'
  const [from] = useState(() => Date.now())
  const sinceIso = new Date(from - rangePresets[since]).toISOString()
  const preview = useQuery({
    queryKey: ['deliveries', scope.application, 'recovery', endpoint?.id, sinceIso],
    queryFn: () =>
      listDeliveries(scope.application, {
        endpoint_id: endpoint?.id ?? '',
        state: ['failed'],
        after: sinceIso,
        limit: countMax,
      }),
    enabled: endpoint !== undefined,
  })
  const start = useMutation({
    mutationFn: () => recover(scope.application, endpoint?.id ?? '', sinceIso),
    onSettled: () => setAsking(false),
  })
  if (endpoint === undefined) return null
  const count = preview.data?.data.length ?? 0
  const more = preview.data !== undefined && !preview.data.done
  const types = new Map<string, number>()
  for (const { eventType } of preview.data?.data ?? []) {
    types.set(eventType, (types.get(eventType) ?? 0) + 1)
  }
  const command = `posthorn recover --app ${scope.application} --endpoint ${endpoint.id} --since ${since} --go`
  const amount = more ? t('recovery.atLeast', { count }) : formats.number(count)
  return (
    <Body>
      <p className="max-w-2xl text-base text-ink-2">{t('recovery.text')}</p>
      <div className="grid max-w-2xl gap-4 sm:grid-cols-2">
        <SelectField
          label={t('column.endpoint')}
          value={endpoint.id}
          options={props.endpoints.map((one) => ({ value: one.id, label: endpointName(one) }))}
          onChange={(value) => change({ endpoint: value })}
        />
        <SelectField
          label={t('recovery.since')}
          value={since}
          options={(['1h', '6h', '24h', '7d'] as const).map((preset) => ({
            value: preset,
            label: t(`range.${preset}`),
          }))}
          onChange={(value) => change({ since: value })}
        />
      </div>
      {preview.isPending ? (
        <Loading rows={2} />
      ) : preview.isError ? (
        <Failure error={preview.error} onRetry={() => void preview.refetch()} />
      ) : (
        <Facts
          facts={[
            [t('recovery.failed'), <b key="count">{amount}</b>],
            types.size === 0
              ? null
              : [
                  t('column.events'),
                  [...types]
                    .map(([name, number]) => `${name} ${formats.number(number)}`)
                    .join(', '),
                ],
            [
              t('recovery.command'),
              <span key="command" className="mono flex items-center">
                <span className="break-all">{command}</span>
                <CopyButton text={command} label={t('copy.command')} />
              </span>,
            ],
          ]}
        />
      )}
      {start.isSuccess && <Notice tone="ok" title={t('recovery.started')} />}
      {start.isError && <Failure error={start.error} />}
      {scope.may.resend && (
        <div>
          <Button kind="primary" disabled={count === 0} onClick={() => setAsking(true)}>
            {t('recovery.start', { amount })}
          </Button>
        </div>
      )}
      {asking && (
        <Confirm
          title={t('recovery.title')}
          effect={t('recovery.effect', { amount, endpoint: endpointName(endpoint) })}
          verb={t('recovery.start', { amount })}
          busy={start.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => start.mutate()}
        />
      )}
    </Body>
  )
}
