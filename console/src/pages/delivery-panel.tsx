import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listMessageAttempts } from '../api/calls.ts'
import type { AttemptOut, DeliveryOut, EndpointOut } from '../api/model.ts'
import type { Mark } from '../charts/marks.tsx'
import { CopyButton } from '../components/button.tsx'
import { Facts } from '../components/page.tsx'
import { Loaded } from '../components/states.tsx'
import { Time } from '../components/time.tsx'
import { WhyCard } from '../components/why-card.tsx'
import { useT } from '../i18n.tsx'
import { deliveryEn } from '../messages/delivery-en.ts'
import { deliveryEs } from '../messages/delivery-es.ts'
import { useEndpointMarks } from '../state/config-marks.ts'
import { endpointName } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'
import { AttemptTimeline } from './attempt-timeline.tsx'
import { CopyAttempt } from './copy-attempt.tsx'
import { DeliveryStanding, NextActions } from './next-action.tsx'

const words = { en: deliveryEn, es: deliveryEs }

/** One delivery at a glance: why it is so, its attempts, and the next thing to do. */
export function DeliveryPanel(props: {
  readonly delivery: DeliveryOut
  readonly endpoint: EndpointOut | undefined
}) {
  const t = useT()
  const scope = useScope()
  const { delivery, endpoint } = props
  const attempts = useQuery({
    queryKey: ['deliveries', scope.application, 'attempts', delivery.id, delivery.attemptCount],
    queryFn: () => listMessageAttempts(scope.application, delivery.msgId, delivery.endpointId),
  })
  const changes = useEndpointMarks({
    ...{ application: scope.application, endpointId: delivery.endpointId, base: scope.base },
  })
  const nextAt = delivery.nextAttempt == null ? null : Date.parse(delivery.nextAttempt)
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
        <div className="mt-2 flex flex-col gap-1">
          <DeliveryStanding delivery={delivery} endpoint={endpoint} />
        </div>
      </header>
      <Loaded query={attempts}>
        {(list) => (
          <Attempts
            attempts={list.data.filter((attempt) => belongsTo(attempt, delivery))}
            changes={changes}
            nextAt={nextAt}
          />
        )}
      </Loaded>
      <div className="flex flex-wrap gap-2">
        <NextActions delivery={delivery} endpoint={endpoint} />
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
  readonly changes: readonly Mark[]
  readonly nextAt: number | null
}) {
  const t = useT()
  const { attempts } = props
  const [latest] = attempts
  const first = attempts.at(-1)
  if (latest === undefined || first === undefined) {
    return <p className="text-ink-3">{t('delivery.noAttempts')}</p>
  }
  return (
    <>
      <WhyCard attempt={latest} nextAt={props.nextAt} />
      <AttemptTimeline
        attempts={attempts}
        changes={props.changes}
        since={Date.parse(first.timestamp)}
      />
      <Tools attempts={attempts} />
    </>
  )
}

/** The newest attempt elsewhere: beside any other of them, or as a command. */
function Tools(props: { readonly attempts: readonly AttemptOut[] }) {
  const w = useWords(words)
  const { base } = useScope()
  const [latest, before] = props.attempts
  if (latest === undefined) return null
  return (
    <div className="flex flex-wrap gap-2">
      <Link
        to={`${base}/messages/${latest.msgId}/attempts/${latest.id}`}
        search={{ compare: before?.id ?? 'success' } as never} // routes are not typed here
        className="btn"
      >
        {w('panel.compare')}
      </Link>
      <CopyAttempt attempt={latest} />
    </div>
  )
}
