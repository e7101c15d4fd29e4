import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { endpointSecret } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { SecretField } from '../components/field.tsx'
import { Body, Section } from '../components/page.tsx'
import { errorSentence } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { useT } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useScope } from '../state/scope.tsx'
import { useMay } from '../state/session.tsx'
import { useWords } from '../state/words.ts'
import { EndpointSnippets } from './endpoint-snippets.tsx'
import { SendEvent } from './send-event.tsx'

const words = { en: createEn, es: createEs }

const FirstEvent = lazy(async () => ({
  default: (await import('./endpoint-waiting.tsx')).FirstEvent,
}))
const SendToMade = lazy(async () => ({
  default: (await import('./endpoint-waiting.tsx')).SendToMade,
}))

/** The secret once, how to verify with it, and the first test. */
export function Created(props: {
  readonly endpoint: EndpointOut
  /** No test with its address has worked before it was saved. */
  readonly untested: boolean
  /** Why its transformation was not stored; null: it was, or there is none. */
  readonly transformationError: string | null
  /** The message that it was made for. */
  readonly message: string | null
}) {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const navigate = useNavigate()
  const maySend = useMay('send') && !scope.portal
  const [testing, setTesting] = useState(false)
  const { endpoint } = props
  const secret = useMutation({ mutationFn: () => endpointSecret(scope.application, endpoint.id) })
  useEffect(() => {
    // What was pressed is gone: whoever goes by keyboard or listens goes on at the new heading.
    document.querySelector<HTMLElement>('[data-page-heading]')?.focus()
  }, [])
  const asked = useRef(false)
  if (!asked.current && scope.may.viewSecrets) {
    asked.current = true
    queueMicrotask(() => secret.mutate())
  }
  return (
    <Body>
      <Notice tone="ok" title={t('endpoint.createdText', { url: endpoint.url })} />
      {props.transformationError !== null && (
        <Notice
          tone="err"
          title={w('create.transformationFailed', { reason: props.transformationError })}
        />
      )}
      {props.untested && <Notice tone="warn" title={w('create.noTest')} />}
      {props.message !== null && (
        <Suspense>
          <SendToMade
            message={props.message}
            endpoint={endpoint.id}
            asks={props.transformationError !== null}
          />
        </Suspense>
      )}
      {secret.data !== undefined && (
        <Section title={t('signing.secret')} description={t('signing.keep')}>
          <SecretField label={t('signing.secret')} value={secret.data.key} shown />
          <EndpointSnippets endpoint={endpoint.id} />
        </Section>
      )}
      {props.message === null && (
        <Suspense>
          <FirstEvent endpoint={endpoint.id} />
        </Suspense>
      )}
      {secret.isError && <p className="text-err">{errorSentence(secret.error, t)}</p>}
      <div className="flex flex-wrap gap-2">
        {maySend && (
          <Button kind="primary" onClick={() => setTesting(true)}>
            {t('endpoint.sendTest')}
          </Button>
        )}
        <Button onClick={() => void navigate({ to: `${scope.base}/endpoints/${endpoint.id}` })}>
          {t('endpoint.open')}
        </Button>
      </div>
      {testing && (
        <SendEvent
          application={scope.application}
          eventType={endpoint.eventTypes?.[0] ?? null}
          endpoint={endpoint}
          onClose={() => setTesting(false)}
        />
      )}
    </Body>
  )
}
