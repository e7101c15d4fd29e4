import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { DeliveryOut } from '../api/model.ts'
import {
  cancelDeliveries,
  previewDeliveries,
  recoverDeliveries,
  type Selection,
} from '../api/recovery-calls.ts'
import { Button } from '../components/button.tsx'
import type { CopyAsProps } from '../components/copy-as.tsx'
import { Confirm } from '../components/dialog.tsx'
import { Failure } from '../components/states.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { useResend } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'
import type { Search } from '../state/search.ts'
import { useUrlState } from '../state/url.ts'
import { carriedMax } from './recovery-scope.tsx'

/** Up to so many are sent again one by one, at once; more become a job. */
const directMax = 20
/** What one job takes by name. */
const namedMax = 1_000
/** All of them, and as fast as they are answered. */
const atOnce = { skipDelivered: false, rate: null } as const

/**
 * What to do with the chosen rows, or with everything that the list's filter matches: then the job
 * gets the filter itself, so that it reaches rows that were never loaded.
 */
export function DeliveryBulk(props: {
  readonly chosen: readonly DeliveryOut[]
  /** The list's filter as a job takes it. */
  readonly selection: Selection
  /** Every loaded row is chosen, so that the rest may be meant too. */
  readonly offerAll: boolean
  readonly onClear: () => void
}) {
  const t = useT()
  const formats = useFormats()
  const scope = useScope()
  const [search, change] = useUrlState()
  const resend = useResend(scope.application)
  const [everything, setEverything] = useState(false)
  const [asking, setAsking] = useState<'resend' | 'cancel' | null>(null)
  const { chosen, selection } = props
  const all = everything
  const preview = useQuery({
    queryKey: ['deliveries', scope.application, 'preview', selection],
    queryFn: ({ signal }) => previewDeliveries(scope.application, selection, signal),
    enabled: props.offerAll,
    staleTime: 10_000,
  })
  const matching = preview.data?.matching
  const count = all ? (matching ?? 0) : chosen.length
  const amount = formats.number(count) + (all && preview.data?.complete === false ? '+' : '')
  const carriedSearch =
    all || chosen.length > carriedMax
      ? plannerSearch(search)
      : { ids: chosen.map(({ id }) => id).join(',') }
  const waiting = all || chosen.some(({ state }) => state === 'pending')

  function target(): Selection {
    if (all) return selection
    return { deliveryIds: chosen.slice(0, namedMax).map(({ id }) => id) }
  }
  /** The same without the page; one by one on the command line, where it takes no filter. */
  function copyAs(deed: 'resend' | 'cancel'): CopyAsProps {
    const app = scope.application
    const body = deed === 'cancel' ? target() : { ...target(), ...atOnce }
    const path = `/app/${app}/delivery/${deed === 'cancel' ? 'cancel' : 'recover'}`
    const commands = chosen.map(({ id, msgId, endpointId }) =>
      deed === 'cancel'
        ? `posthorn deliveries cancel ${id} --app ${app}`
        : `posthorn messages resend ${msgId} ${endpointId} --app ${app}`,
    )
    return {
      request: { method: 'POST', path, body },
      ...(all || chosen.length > directMax ? {} : { cli: commands.join(' && ') }),
    }
  }
  const start = useMutation({
    mutationFn: async (what: 'resend' | 'cancel') => {
      if (what === 'cancel') return cancelDeliveries(scope.application, target())
      if (!all && chosen.length <= directMax) {
        await resend(chosen)
        return null
      }
      return recoverDeliveries(scope.application, { ...target(), ...atOnce })
    },
    onSuccess(job) {
      setAsking(null)
      setEverything(false)
      props.onClear()
      if (job !== null) change({ task: job.id }, { replace: true })
    },
  })
  return (
    <div className="flex flex-wrap items-center gap-2 border-line border-t bg-surface px-5 py-2">
      <span className="font-[550]" aria-live="polite">
        {all ? t('bulk.allSelected', { amount }) : t('grid.selected', { count })}
      </span>
      {!all && props.offerAll && matching !== undefined && matching > chosen.length && (
        <Button kind="quiet" onClick={() => setEverything(true)}>
          {t('bulk.selectAll', {
            amount: formats.number(matching) + (preview.data?.complete === false ? '+' : ''),
          })}
        </Button>
      )}
      <Button kind="primary" onClick={() => setAsking('resend')}>
        {t('action.resend')}
      </Button>
      {waiting && <Button onClick={() => setAsking('cancel')}>{t('bulk.cancel')}</Button>}
      <Link
        to={`${scope.base}/recovery`}
        search={carriedSearch as never} // routes are not typed here
        className="btn"
      >
        {t('recovery.open')}
      </Link>
      <Button
        kind="quiet"
        onClick={() => {
          setEverything(false)
          props.onClear()
        }}
      >
        {t('grid.clear')}
      </Button>
      {asking !== null && (
        <Confirm
          title={asking === 'resend' ? t('resend.title', { count }) : t('cancel.title', { count })}
          effect={
            asking === 'resend' ? t('resend.effect', { count }) : t('cancel.effect', { count })
          }
          copyAs={copyAs(asking)}
          verb={asking === 'resend' ? t('action.resend') : t('bulk.cancel')}
          busy={start.isPending}
          error={start.isError ? <Failure error={start.error} /> : undefined}
          onClose={() => setAsking(null)}
          onConfirm={() => start.mutate(asking)}
        />
      )}
    </div>
  )
}

/** The list's filter goes along to the planner. */
export function plannerSearch(search: Search): Search {
  const { status, type, endpoint, code, since, from, to, q, where, tag } = search
  return { status, type, endpoint, code, since, from, to, q, where, tag }
}
