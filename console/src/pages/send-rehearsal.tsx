import { useMutation } from '@tanstack/react-query'
import { request } from '../api/http.ts'
import type { EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Failure } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { checkupEn } from '../messages/checkup-en.ts'
import { checkupEs } from '../messages/checkup-es.ts'
import { sendEn } from '../messages/send-en.ts'
import { sendEs } from '../messages/send-es.ts'
import { useWords } from '../state/words.ts'
import { type Checkup, CheckupResults } from './endpoint-checkup.tsx'

const words = { en: sendEn, es: sendEs }
const checkupWords = { en: checkupEn, es: checkupEs }

/** What the receiver makes of this very event when it comes twice, after a newer one, forged, or ten minutes late. */
export function Rehearsal(props: {
  readonly application: string
  readonly endpoint: EndpointOut
  readonly eventType: string
  /** JSON text. */
  readonly body: string
}) {
  const c = useWords(checkupWords)
  const w = useWords(words)
  const { application, endpoint, eventType, body } = props
  const run = useMutation({
    mutationFn: () =>
      request<Checkup>(`/app/${encodeURIComponent(application)}/endpoint/${endpoint.id}/checkup`, {
        method: 'POST',
        rawBody: `{"eventType":${JSON.stringify(eventType)},"payload":${body}}`,
      }),
  })
  return (
    <section aria-label={w('send.rehearseTitle')} className="flex flex-col gap-3">
      <Notice
        tone="info"
        title={w('send.rehearseTitle')}
        actions={
          <Button busy={run.isPending} onClick={() => run.mutate()}>
            {w('send.rehearseRun')}
          </Button>
        }
      >
        <p className="break-words">{c('checkup.effect', { url: endpoint.url })}</p>
      </Notice>
      {run.isError && <Failure error={run.error} onRetry={() => run.mutate()} />}
      <div aria-live="polite" className="flex flex-col gap-3">
        {run.data !== undefined && <CheckupResults checkup={run.data} />}
      </div>
    </section>
  )
}
