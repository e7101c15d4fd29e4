/** What can be done next about a delivery, by how it stands: the status table of the lists. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleStop, Play, RotateCw } from 'lucide-react'
import { cancelDelivery, patchEndpoint, retryDelivery } from '../api/calls.ts'
import type { DeliveryOut, EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { toastFailure } from '../components/states.tsx'
import { heldByCircuit, StatusPill } from '../components/status.tsx'
import { useNow } from '../components/time.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { deliveryEn } from '../messages/delivery-en.ts'
import { deliveryEs } from '../messages/delivery-es.ts'
import { endpointName, useResend } from '../state/data.ts'
import { statusOf } from '../state/delivery-status.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'

const words = { en: deliveryEn, es: deliveryEs }

interface Of {
  readonly delivery: DeliveryOut
  readonly endpoint: EndpointOut | undefined
}

/** How it stands now, and when it moves by itself. */
export function DeliveryStanding({ delivery, endpoint }: Of) {
  const w = useWords(words)
  const now = useNow()
  const status = statusOf(delivery, endpoint)
  const nextAt = delivery.nextAttempt == null ? null : Date.parse(delivery.nextAttempt)
  const circuitUntil = delivery.circuitOpenUntil
  return (
    <>
      <p>
        <StatusPill status={status} nextAt={nextAt} now={now} circuitUntil={circuitUntil} />
      </p>
      {heldByCircuit({ status, nextAt, now, circuitUntil }) !== null && (
        <p className="text-ink-2">{w('circuit.open')}</p>
      )}
    </>
  )
}

type Deed = 'retry' | 'cancel' | 'resume'

/** The levers: Retry now and Stop while it is retried, Resend when it is over, Resume while it is held. */
export function NextActions({ delivery, endpoint }: Of) {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const { application, may } = scope
  const resend = useResend(application)
  const client = useQueryClient()
  const deeds: Readonly<Record<Deed, () => Promise<unknown>>> = {
    retry: () => retryDelivery(application, delivery.id),
    cancel: () => cancelDelivery(application, delivery.id),
    resume: () => patchEndpoint(application, delivery.endpointId, { paused: false }),
  }
  const name = endpointName(endpoint, delivery.endpointId)
  const done: Readonly<Record<Deed, string>> = {
    retry: w('next.retried'),
    cancel: t('delivery.canceled'),
    resume: t('endpoint.resumedDone', { name }),
  }
  const refresh = async (): Promise<void> => {
    void client.invalidateQueries({ queryKey: ['endpoints', application] })
    await client.invalidateQueries({ queryKey: ['deliveries', application] })
  }
  const move = useMutation({
    mutationFn: (deed: Deed) => deeds[deed](),
    onSuccess(_, deed) {
      toast(done[deed])
      return refresh()
    },
    onError(error) {
      toastFailure(error, t)
      return refresh() // it moved meanwhile
    },
  })
  const status = statusOf(delivery, endpoint)
  const over = delivery.state !== 'pending' && delivery.state !== 'sending'
  return (
    <>
      {may.resend && over && (
        <Button kind="primary" onClick={() => void resend([delivery])}>
          <RotateCw size={14} aria-hidden /> {t('action.resend')}
        </Button>
      )}
      {may.resend && status === 'retrying' && (
        <Button kind="primary" busy={move.isPending} onClick={() => move.mutate('retry')}>
          <RotateCw size={14} aria-hidden /> {w('next.retry')}
        </Button>
      )}
      {may.manageEndpoints && status === 'held' && endpoint?.paused === true && (
        <Button kind="primary" busy={move.isPending} onClick={() => move.mutate('resume')}>
          <Play size={14} aria-hidden /> {t('delivery.resumeEndpoint')}
        </Button>
      )}
      {may.resend && delivery.state === 'pending' && (
        <Button busy={move.isPending} onClick={() => move.mutate('cancel')}>
          <CircleStop size={14} aria-hidden />{' '}
          {status === 'retrying' ? w('next.stop') : t('delivery.cancel')}
        </Button>
      )}
      {may.resend && status === 'failed' && (
        <Link
          to={`${scope.base}/recovery`}
          search={{ endpoint: delivery.endpointId, status: 'failed' } as never} // routes are not typed here
          className="btn"
        >
          {t('recovery.open')}
        </Link>
      )}
    </>
  )
}
