import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { FileText } from 'lucide-react'
import { useState } from 'react'
import { path } from '../api/calls.ts'
import { getLogEntry, type LogRowOut, listLog } from '../api/profile-calls.ts'
import { Button, IconButton } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { Dialog } from '../components/dialog.tsx'
import { MultiFilter } from '../components/filters.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Body, Section } from '../components/page.tsx'
import { Failure, Loaded, Loading } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { useScope } from '../state/scope.tsx'
import { joined, listOf } from '../state/search.ts'
import { useUrlState } from '../state/url.ts'

/** What was sent to the endpoint, newest first; each row opens its body and its answer. */
export function EndpointLog(props: {
  readonly endpointId: string
  /** What it is subscribed to; null: everything. */
  readonly eventTypes: readonly string[] | null
}) {
  const t = useT()
  const formats = useFormats()
  const scope = useScope()
  const [search, change] = useUrlState()
  const [open, setOpen] = useState<LogRowOut | null>(null)
  const chosen = listOf(search['type'])
  const log = useInfiniteQuery({
    queryKey: ['webhooks', scope.application, 'log', props.endpointId, search['type'] ?? ''],
    queryFn: ({ pageParam }) =>
      listLog(scope.application, props.endpointId, { iterator: pageParam, event_types: chosen }),
    placeholderData: keepPreviousData,
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.done ? null : page.iterator),
    refetchInterval: 5_000,
  })
  if (log.isPending) return <Loading />
  if (log.isError) {
    return (
      <div className="p-5">
        <Failure error={log.error} onRetry={() => void log.refetch()} />
      </div>
    )
  }
  const rows = log.data.pages.flatMap((page) => page.data)
  const names = props.eventTypes ?? [...new Set(rows.map(({ eventType }) => eventType))]
  return (
    <Body wide>
      <div className="flex flex-wrap gap-1.5">
        <MultiFilter
          label={t('filter.type')}
          values={chosen}
          options={[...new Set([...names, ...chosen])].map((name) => ({
            value: name,
            label: <span className="mono">{name}</span>,
          }))}
          onChange={(values) => change({ type: joined(values) })}
        />
        <CopyAs
          request={{
            path: `/app/${scope.application}/endpoint/${props.endpointId}/log`,
            query: { event_types: chosen },
          }}
        />
      </div>
      {rows.length === 0 ? (
        <p className="text-ink-3">{t('log.none')}</p>
      ) : (
        <div className="overflow-x-auto">
          <table className="plain-table">
            <thead>
              <tr>
                <th>{t('log.result')}</th>
                <th>{t('log.executed')}</th>
                <th>{t('column.status')}</th>
                <th>{t('column.type')}</th>
                <th>{t('log.try')}</th>
                <th>{t('column.duration')}</th>
                <th>{t('log.log')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td>
                    <Pill tone={row.result === 'SUCCESS' ? 'ok' : 'err'}>{row.result}</Pill>
                  </td>
                  <td className="mono">
                    <Time at={row.executedAt} />
                  </td>
                  <td className="mono">{row.status ?? t('log.requestError')}</td>
                  <td className="mono">{row.eventType}</td>
                  <td className="mono">{row.retry}</td>
                  <td className="mono">{formats.duration(row.durationMs)}</td>
                  <td>
                    <IconButton label={t('log.open')} onClick={() => setOpen(row)}>
                      <FileText size={15} aria-hidden />
                    </IconButton>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {log.hasNextPage && (
        <div>
          <Button busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {t('log.more')}
          </Button>
        </div>
      )}
      {open !== null && (
        <LogDialog endpointId={props.endpointId} row={open} onClose={() => setOpen(null)} />
      )}
    </Body>
  )
}

function LogDialog(props: {
  readonly endpointId: string
  readonly row: LogRowOut
  readonly onClose: () => void
}) {
  const t = useT()
  const scope = useScope()
  const entry = useQuery({
    queryKey: ['webhooks', scope.application, 'log', props.endpointId, props.row.id],
    queryFn: () => getLogEntry(scope.application, props.endpointId, props.row),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Dialog
      title={t('log.log')}
      copyAs={{
        request: {
          path: path('app', scope.application, 'endpoint', props.endpointId, 'log', props.row.id),
          query: { msg_id: props.row.messageId },
        },
      }}
      wide
      onClose={props.onClose}
    >
      <Loaded query={entry}>
        {(data) => (
          <div className="grid items-start gap-4 md:grid-cols-2 [&>*]:min-w-0">
            <Section title={t('log.trigger')}>
              <JsonView text={JSON.stringify(data.trigger, null, 2)} label={t('log.trigger')} />
            </Section>
            <Section title={t('attempt.response')}>
              <JsonView text={data.response} label={t('attempt.response')} />
            </Section>
          </div>
        )}
      </Loaded>
    </Dialog>
  )
}
