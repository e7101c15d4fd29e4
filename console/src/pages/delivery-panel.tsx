import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Play, RotateCw } from 'lucide-react'
import { cancelDelivery, listMessageAttempts, patchEndpoint } from '../api/calls.ts'
import type { AttemptOut, DeliveryOut, EndpointOut } from '../api/model.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { Facts } from '../components/page.tsx'
import { Loaded, toastFailure } from '../components/states.tsx'
import { heldByCircuit, StatusPill } from '../components/status.tsx'
import { Time, useNow } from '../components/time.tsx'
import { toast } from '../components/toast.tsx'
import { WhyCard } from '../components/why-card.tsx'
import { useT } from '../i18n.tsx'
import { deliveryEn } from '../messages/delivery-en.ts'
import { deliveryEs } from '../messages/delivery-es.ts'
import { endpointName, useResend } from '../state/data.ts'
import { statusOf } from '../state/delivery-status.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'
import { AttemptLine } from './attempt-line.tsx'

const words = { en: deliveryEn, es: deliveryEs }

/** One delivery at a glance: why it is so, its attempts, and the next thing to do. */
export function DeliveryPanel(props: {
  readonly delivery: DeliveryOut
  readonly endpoint: EndpointOut | undefined
}) {
  const t = useT()
  const w = useWords(words)
  const now = useNow()
  const scope = useScope()
  const resend = useResend(scope.application)
  const { delivery, endpoint } = props
  const attempts = useQuery({
    queryKey: ['deliveries', scope.application, 'attempts', delivery.id, delivery.attemptCount],
    queryFn: () => listMessageAttempts(scope.application, delivery.msgId, delivery.endpointId),
  })
  const client = useQueryClient()
  const move = useMutation({
    mutationFn: (deed: 'resume' | 'cancel'): Promise<unknown> =>
      deed === 'resume'
        ? patchEndpoint(scope.application, delivery.endpointId, { paused: false })
        : cancelDelivery(scope.application, delivery.id),
    onSuccess: (_done, deed) => {
      const name = endpointName(endpoint, delivery.endpointId)
      toast(deed === 'resume' ? t('endpoint.resumedDone', { name }) : t('delivery.canceled'))
      void client.invalidateQueries({ queryKey: ['endpoints', scope.application] })
      return client.invalidateQueries({ queryKey: ['deliveries', scope.application] })
    },
    onError: (error) => toastFailure(error, t),
  })
  const status = statusOf(delivery, endpoint)
  const nextAt = delivery.nextAttempt == null ? null : Date.parse(delivery.nextAttempt)
  const circuitUntil = delivery.circuitOpenUntil
  return (
    <div className="flex flex-col gap-4 p-4">
      <header>
        <h2 className="mono flex items-center gap-1 pr-9 font-semibold">
          <Link
            to={`${scope.base}/messages/${delivery.msgId}`}
            className="min-h-6 truncate py-0.5 hover:underline"
          >
            {delivery.msgId}
          </Link>
          <CopyButton text={delivery.msgId} label={t('copy.id')} />
        </h2>
        <p className="text-ink-2">
          <span className="mono">{delivery.eventType}</span>
          <span aria-hidden> → </span>
          <Link to={`${scope.base}/endpoints/${delivery.endpointId}`} className="link">
            {endpointName(endpoint, delivery.endpointId)}
          </Link>
        </p>
        <p className="mt-2">
          <StatusPill status={status} nextAt={nextAt} now={now} circuitUntil={circuitUntil} />
        </p>
        {heldByCircuit({ status, nextAt, now, circuitUntil }) !== null && (
          <p className="mt-1 text-ink-2">{w('circuit.open')}</p>
        )}
      </header>
      <Loaded query={attempts}>
        {(list) => (
          <Attempts
            attempts={list.data.filter((attempt) => belongsTo(attempt, delivery))}
            nextAt={nextAt}
          />
        )}
      </Loaded>
      <div className="flex flex-wrap gap-2">
        {scope.may.resend && (
          <Button kind="primary" onClick={() => void resend([delivery])}>
            <RotateCw size={14} aria-hidden /> {t('action.resend')}
          </Button>
        )}
        {scope.may.manageEndpoints && status === 'held' && endpoint?.paused === true && (
          <Button busy={move.isPending} onClick={() => move.mutate('resume')}>
            <Play size={14} aria-hidden /> {t('delivery.resumeEndpoint')}
          </Button>
        )}
        {scope.may.resend && delivery.state === 'pending' && (
          <Button busy={move.isPending} onClick={() => move.mutate('cancel')}>
            {t('delivery.cancel')}
          </Button>
        )}
        <Link to={`${scope.base}/messages/${delivery.msgId}`} className="btn">
          {t('delivery.openMessage')}
        </Link>
      </div>
      <Facts
        facts={[
          [t('column.created'), <Time key="at" at={delivery.createdAt} />],
          [
            t('delivery.id'),
            <span key="id" className="mono">
              {delivery.id}
            </span>,
          ],
          delivery.trigger === 'manual' ? [t('delivery.trigger'), t('trigger.manual')] : null,
        ]}
      />
    </div>
  )
}

function belongsTo(attempt: AttemptOut, delivery: DeliveryOut): boolean {
  return attempt.deliveryId === undefined || attempt.deliveryId === delivery.id
}

function Attempts(props: {
  readonly attempts: readonly AttemptOut[]
  readonly nextAt: number | null
}) {
  const t = useT()
  const [latest] = props.attempts
  if (latest === undefined) return <p className="text-ink-3">{t('delivery.noAttempts')}</p>
  return (
    <>
      <WhyCard attempt={latest} nextAt={props.nextAt} />
      <ol className="flex flex-col" aria-label={t('delivery.attempts')}>
        {props.attempts.map((attempt) => (
          <AttemptLine key={attempt.id} attempt={attempt} />
        ))}
      </ol>
    </>
  )
}
