/** Waits for the first delivery of a new endpoint, and shows it as it comes. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { LoaderCircle } from 'lucide-react'
import { listDeliveries } from '../api/calls.ts'
import { StatusPill } from '../components/status.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { statusOf } from '../state/delivery-status.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'

const words = { en: createEn, es: createEs }
const askEveryMs = 2_000

export function FirstEvent(props: { readonly endpoint: string }) {
  const w = useWords(words)
  const scope = useScope()
  const first = useQuery({
    queryKey: ['deliveries', scope.application, 'first', props.endpoint],
    queryFn: () => listDeliveries(scope.application, { endpoint_id: props.endpoint, limit: 1 }),
    refetchInterval: askEveryMs,
  })
  const delivery = first.data?.data[0]
  return (
    <p role="status" className="flex flex-wrap items-center gap-2">
      {delivery === undefined ? (
        <>
          <LoaderCircle size={14} className="animate-spin text-ink-3" aria-hidden />
          {w('waiting.text')}
        </>
      ) : (
        <>
          <StatusPill status={statusOf(delivery, undefined)} />
          {w('waiting.arrived')}
          <span className="mono">{delivery.eventType}</span>
          <Link to={`${scope.base}/messages/${delivery.msgId}`} className="link">
            {w('waiting.open')}
          </Link>
        </>
      )}
    </p>
  )
}
