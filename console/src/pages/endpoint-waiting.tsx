/** Waits for the first delivery of a new endpoint, and shows it as it comes; sends what it was made for. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { LoaderCircle } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { listDeliveries, resend } from '../api/calls.ts'
import { Button } from '../components/button.tsx'
import { Failure } from '../components/states.tsx'
import { StatusPill } from '../components/status.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { statusOf } from '../state/delivery-status.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'

const words = { en: createEn, es: createEs }
const askEveryMs = 2_000

/** Sends the message to the endpoint that was made for it, and shows how that goes. */
export function SendToMade(props: {
  readonly message: string
  readonly endpoint: string
  /** Not by itself: something about the endpoint is to be looked at before. */
  readonly asks: boolean
}) {
  const w = useWords(words)
  const { application } = useScope()
  const { message, endpoint, asks } = props
  const client = useQueryClient()
  const send = useMutation({
    mutationFn: () => resend(application, message, endpoint),
    // Its page says so at once to whoever goes back there.
    onSuccess: () => client.invalidateQueries({ queryKey: ['message', application] }),
  })
  const { mutate } = send
  const begun = useRef(asks)
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    mutate()
  }, [mutate])
  if (send.isSuccess) return <FirstEvent endpoint={endpoint} resent />
  if (send.isError) return <Failure error={send.error} onRetry={() => mutate()} />
  return (
    <div>
      <Button busy={send.isPending} onClick={() => mutate()}>
        {w('create.sendMessage')}
      </Button>
    </div>
  )
}

export function FirstEvent(props: {
  readonly endpoint: string
  /** It is a message of before that was sent to it now. */
  readonly resent?: boolean
}) {
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
          {w(props.resent === true ? 'waiting.resent' : 'waiting.arrived')}
          <span className="mono">{delivery.eventType}</span>
          <Link to={`${scope.base}/messages/${delivery.msgId}`} className="link">
            {w(props.resent === true ? 'waiting.back' : 'waiting.open')}
          </Link>
        </>
      )}
    </p>
  )
}
