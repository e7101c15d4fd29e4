import { useMutation } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { path } from '../api/calls.ts'
import { type TestOut, testEndpoint } from '../api/profile-calls.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Failure, Loading } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { useFormats, useT } from '../i18n.tsx'

const TestSteps = lazy(async () => ({
  default: (await import('../components/test-steps.tsx')).TestSteps,
}))

/** What the receiver answered to each test event. */
export function TestResults(props: { readonly test: TestOut }) {
  const t = useT()
  const formats = useFormats()
  return (
    <ul className="flex flex-col gap-3">
      {props.test.results.map((result) => (
        <li key={result.eventType} className="flex flex-col gap-1.5">
          <Notice
            tone={result.succeeded ? 'ok' : 'err'}
            title={
              result.responseStatusCode === null
                ? t('test.noAnswer', { reason: result.error ?? '' })
                : t('test.answered', {
                    status: String(result.responseStatusCode),
                    time: formats.duration(result.durationMs),
                  })
            }
          >
            <p className="mono break-all text-ink-2">{result.eventType}</p>
            {result.responseStatusCode !== null && result.error !== null && <p>{result.error}</p>}
          </Notice>
          {result.steps.length > 0 && (
            <Suspense>
              <TestSteps result={result} />
            </Suspense>
          )}
          {result.response !== '' && (
            <div className="flex items-start rounded-md border border-line bg-sunken pr-0.5">
              <pre className="max-h-40 flex-1 overflow-auto p-2 text-ink-2">
                {result.response.slice(0, 4000)}
              </pre>
              <CopyButton text={result.response} label={t('copy.body')} />
            </div>
          )}
        </li>
      ))}
    </ul>
  )
}

/** A test of a saved endpoint: one made-up event of each kind that it wants. */
export function TestDialog(props: {
  readonly application: string
  readonly endpointId: string
  readonly name: string
  readonly onClose: () => void
}) {
  const t = useT()
  const test = useMutation({ mutationFn: () => testEndpoint(props.application, props.endpointId) })
  return (
    <Dialog
      title={t('send.titleTo', { endpoint: props.name })}
      copyAs={{
        request: {
          method: 'POST',
          path: `${path('app', props.application, 'endpoint', props.endpointId)}/test`,
          body: {},
        },
      }}
      wide
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.close')}</Button>
          <Button kind="primary" busy={test.isPending} onClick={() => test.mutate()}>
            <Send size={14} aria-hidden />{' '}
            {test.data === undefined ? t('test.send') : t('send.again')}
          </Button>
        </>
      }
    >
      <div aria-live="polite" className="flex flex-col gap-3">
        {test.isIdle && <p className="text-ink-2 text-base">{t('test.text')}</p>}
        {test.isPending && <Loading rows={2} />}
        {test.isError && <Failure error={test.error} />}
        {test.data !== undefined && (
          <>
            <p className="font-[550] text-base">
              {test.data.succeeded ? t('test.success') : t('test.failure')}
            </p>
            <TestResults test={test.data} />
          </>
        )}
      </div>
    </Dialog>
  )
}
