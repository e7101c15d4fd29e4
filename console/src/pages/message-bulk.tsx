import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { RotateCw, Trash2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ListQuery } from '../api/calls.ts'
import { expungeMatching, expungeMessages, resendMessages } from '../api/message-bulk-calls.ts'
import type { MessageOut } from '../api/model.ts'
import { recoverDeliveries, type Selection } from '../api/recovery-calls.ts'
import { summarizeMessages } from '../api/summary-calls.ts'
import { Button } from '../components/button.tsx'
import { Confirm } from '../components/dialog.tsx'
import { Failure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { useScope } from '../state/scope.tsx'
import { monthsAgo } from '../state/search.ts'
import { useMayHere } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import type { Fanout } from './message-fanout.tsx'

type Deed = 'resend' | 'expunge'

/** All of them, and as fast as they are answered. */
const atOnce = { skipDelivered: false, rate: null } as const

/** What to do with the chosen messages, or with everything that the list's filter matches. */
export function MessageBulk(props: {
  readonly chosen: readonly MessageOut[]
  /** Where they went, as far as the list knows. */
  readonly fanout: Fanout | null
  /** The list's filter, which the server applies to all of them. */
  readonly query: ListQuery
  /** Every loaded row is chosen, so that the rest may be meant too. */
  readonly offerAll: boolean
  readonly onClear: () => void
}) {
  const t = useT()
  const formats = useFormats()
  const scope = useScope()
  const client = useQueryClient()
  const [, change] = useUrlState()
  const mayExpunge = useMayHere('administer') && !scope.portal
  const [openedAt] = useState(Date.now)
  const [everything, setEverything] = useState(false)
  const [asking, setAsking] = useState<Deed | null>(null)
  const [done, setDone] = useState(0)
  const stop = useRef(new AbortController())
  useEffect(() => () => stop.current.abort(), [])
  const { chosen, query } = props
  const since = query.after ?? monthsAgo(openedAt)
  const matching = useQuery({
    queryKey: ['messages', scope.application, 'count', query],
    queryFn: ({ signal }) =>
      summarizeMessages(scope.application, { ...boundsOf(query), after: since }, signal),
    enabled: props.offerAll,
    staleTime: 10_000,
  }).data
  const all = everything
  const total = matching?.total ?? 0
  const count = all ? total : chosen.length
  const matchingText = formats.number(total) + (matching?.partial === true ? '+' : '')
  const amount = all ? matchingText : formats.number(count)
  const fitting = {
    since,
    ...(query.before === undefined || Date.parse(query.before) > openedAt
      ? {}
      : { until: query.before }),
    ...(query.event_types === undefined ? {} : { eventTypes: query.event_types }),
    ...soughtOf(query),
  }
  const selection: Selection = {
    ...fitting,
    states: ['pending', 'sending', 'succeeded', 'failed', 'canceled'],
  }
  const ids = chosen.map(({ id }) => id)

  async function perform(deed: Deed): Promise<void> {
    const progress = { onDone: setDone, signal: stop.current.signal }
    if (deed === 'expunge' && all) {
      const job = await expungeMatching(scope.application, fitting)
      change({ task: job.id }, { replace: true })
    } else if (deed === 'expunge') {
      const dropped = await expungeMessages(scope.application, ids, progress)
      toast(t('messages.expunged', { count: dropped }))
    } else if (all) {
      const job = await recoverDeliveries(scope.application, { ...selection, ...atOnce })
      change({ task: job.id }, { replace: true })
    } else {
      const sent = await resendMessages(scope.application, ids, progress)
      toast(t('resend.done', { count: sent }))
    }
  }
  const start = useMutation({
    mutationFn: perform,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['messages', scope.application] })
      void client.invalidateQueries({ queryKey: ['message', scope.application] })
    },
    onSuccess: () => {
      setAsking(null)
      setEverything(false)
      props.onClear()
    },
  })
  const ask = (deed: Deed) => (): void => {
    start.reset()
    setDone(0)
    setAsking(deed)
  }
  const app = scope.application
  const last = all ? selection : lastOf(chosen, props.fanout)
  return (
    <div className="flex flex-wrap items-center gap-2 border-line border-t bg-surface px-5 py-2 max-sm:px-3">
      <span className="font-[550]" aria-live="polite">
        {all ? t('bulk.allSelected', { amount }) : t('grid.selected', { count })}
      </span>
      {!all && props.offerAll && total > chosen.length && (
        <Button kind="quiet" onClick={() => setEverything(true)}>
          {t('bulk.selectAll', { amount: matchingText })}
        </Button>
      )}
      {scope.may.resend && (
        <Button kind="primary" onClick={ask('resend')}>
          <RotateCw size={14} aria-hidden /> {t('action.resend')}
        </Button>
      )}
      {mayExpunge && (
        <Button kind="danger" onClick={ask('expunge')}>
          <Trash2 size={14} aria-hidden /> {t('messages.expungeDots')}
        </Button>
      )}
      <Button
        kind="quiet"
        onClick={() => {
          setEverything(false)
          props.onClear()
        }}
      >
        {t('grid.clear')}
      </Button>
      {asking === 'resend' && (
        <Confirm
          title={t('messages.resendTitle', { count, amount })}
          effect={t('messages.resendEffect')}
          verb={t('action.resend')}
          busy={start.isPending}
          error={<Working count={done} error={start.error} busy={start.isPending} />}
          copyAs={{
            ...(last !== null && {
              request: {
                ...{ method: 'POST', path: `/app/${app}/delivery/recover` },
                body: { ...last, ...atOnce },
              },
            }),
            ...(!all && {
              cli: ids.map((id) => `posthorn messages resend ${id} --app ${app}`).join(' && '),
            }),
          }}
          onClose={() => setAsking(null)}
          onConfirm={() => start.mutate('resend')}
        />
      )}
      {asking === 'expunge' && (
        <Confirm
          title={t('messages.expungeTitle', { count, amount })}
          effect={t('messages.expungeEffect')}
          verb={t('messages.expungeVerb')}
          typeName={String(count)}
          danger
          busy={start.isPending}
          error={<Working count={done} error={start.error} busy={start.isPending} />}
          copyAs={{
            request: {
              method: 'POST',
              ...(all
                ? { path: `/app/${app}/msg/expunge-all-contents`, body: fitting }
                : { path: `/app/${app}/msg/bulk-expunge`, body: { ids } }),
            },
          }}
          onClose={() => {
            stop.current.abort()
            stop.current = new AbortController()
            setAsking(null)
          }}
          onConfirm={() => start.mutate('expunge')}
        />
      )}
    </div>
  )
}

/** The last delivery of each to every endpoint that it went to; null: not all of them are known. */
function lastOf(chosen: readonly MessageOut[], fanout: Fanout | null): Selection | null {
  const last = chosen.map(({ id }) => fanout?.of.get(id))
  if (last.includes(undefined)) return null
  return { deliveryIds: last.flatMap((all) => all?.map(({ id }) => id) ?? []) }
}

function soughtOf({ tag, q, where, view }: ListQuery) {
  return {
    ...(tag === undefined ? {} : { tag }),
    ...(q === undefined ? {} : { q }),
    ...(where === undefined ? {} : { where }),
    ...(view === undefined ? {} : { view }),
  }
}

function boundsOf(query: ListQuery) {
  return {
    buckets: 1,
    ...(query.event_types === undefined ? {} : { event_types: query.event_types }),
    ...soughtOf(query),
    ...(query.before === undefined || Date.parse(query.before) > Date.now()
      ? {}
      : { before: query.before }),
  }
}

function Working(props: {
  readonly count: number
  readonly busy: boolean
  readonly error: unknown
}) {
  const t = useT()
  if (props.error != null) return <Failure error={props.error} />
  if (!props.busy || props.count === 0) return null
  return (
    <p role="status" className="text-ink-2">
      {t('job.done', { count: props.count })}
    </p>
  )
}
