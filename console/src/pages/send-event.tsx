import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { isTypeRule, wantsType } from '../../../src/domain/type-rule.ts'
import { createMessage, listMessageAttempts, sendExample } from '../api/calls.ts'
import type { AttemptOut, EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { shellQuoted } from '../components/copy-as.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Field } from '../components/field.tsx'
import { Failure } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { WhyCard } from '../components/why-card.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { endpointName, exampleOf, useEventTypes } from '../state/data.ts'
import { useScopeOrNull } from '../state/scope.tsx'

/** How long the result is waited for, in the page. */
const waitMs = 20_000

/**
 * Sends an event and shows what the receiver answered, in place. With an endpoint it is that
 * endpoint's test; without one it takes the usual road to everybody who is subscribed.
 */
export function SendEvent(props: {
  readonly application: string
  readonly eventType: string | null
  readonly endpoint: EndpointOut | null
  readonly onClose: () => void
}) {
  const t = useT()
  const types = useEventTypes()
  const wanted = props.endpoint?.eventTypes ?? null
  const offered = (types.data ?? []).filter(
    (type) => wanted === null || wanted.length === 0 || wantsType(wanted, type.name),
  )
  const [chosen, setChosen] = useState(
    isTypeRule(props.eventType ?? '') ? '' : (props.eventType ?? ''),
  )
  const name = chosen === '' ? (offered[0]?.name ?? '') : chosen
  const type = offered.find((one) => one.name === name)
  const sample = (type === undefined ? null : exampleOf(type)) ?? '{\n  "test": true\n}'
  const [edited, setEdited] = useState<string | null>(null)
  const body = edited ?? sample
  const list = useId()
  const sending = useSending(props.application, props.endpoint)

  function send(): void {
    void sending.send(name, body, edited !== null)
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      send()
    }
  }
  return (
    <Dialog
      title={
        props.endpoint === null
          ? t('send.title')
          : t('send.titleTo', { endpoint: endpointName(props.endpoint) })
      }
      wide
      onClose={props.onClose}
      copyAs={{
        cli: `posthorn send ${name} --app ${props.application} -d ${shellQuoted(body)}`,
        request: {
          method: 'POST',
          path: `/app/${props.application}/msg`,
          body: `{"eventType":${JSON.stringify(name)},"payload":${body}}`,
        },
      }}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.close')}</Button>
          <Button kind="primary" busy={sending.busy} onClick={send}>
            {sending.sent === null ? t('send.send') : t('send.again')}
            <kbd className="opacity-80">Ctrl ↵</kbd>
          </Button>
        </>
      }
    >
      <div className="grid gap-4 md:grid-cols-2" onKeyDown={onKeyDown}>
        <div className="flex flex-col gap-4">
          <Field label={t('send.type')} help={type?.description}>
            {(control) => (
              <>
                <input
                  {...control}
                  className="input mono"
                  list={list}
                  value={name}
                  onChange={(event) => {
                    setChosen(event.target.value)
                    setEdited(null)
                  }}
                />
                <datalist id={list}>
                  {offered.map((one) => (
                    <option key={one.name} value={one.name} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
          <Field label={t('message.payload')} error={jsonFault(body, t('send.notJson'))}>
            {(control) => (
              <textarea
                {...control}
                className="input mono min-h-64"
                spellCheck={false}
                value={body}
                onChange={(event) => setEdited(event.target.value)}
              />
            )}
          </Field>
        </div>
        <Result sending={sending} />
      </div>
    </Dialog>
  )
}

function jsonFault(text: string, sentence: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? undefined
      : sentence
  } catch (error) {
    return error instanceof Error ? `${sentence} ${error.message}` : sentence
  }
}

interface Sending {
  readonly send: (type: string, body: string, edited: boolean) => Promise<void>
  readonly busy: boolean
  readonly sent: string | null
  readonly attempts: readonly AttemptOut[]
  readonly waiting: boolean
  readonly error: unknown
}

function useSending(application: string, endpoint: EndpointOut | null): Sending {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [sent, setSent] = useState<string | null>(null)
  const [attempts, setAttempts] = useState<readonly AttemptOut[]>([])
  const [waiting, setWaiting] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const alive = useRef(true)
  useEffect(() => {
    alive.current = true
    return () => {
      alive.current = false
    }
  }, [])
  async function send(type: string, body: string, edited: boolean): Promise<void> {
    setBusy(true)
    setError(null)
    setAttempts([])
    try {
      const message =
        endpoint !== null && !edited
          ? await sendExample(application, endpoint.id, type)
          : await createMessage(application, { eventType: type, payloadText: body })
      setSent(message.id)
      void client.invalidateQueries({ queryKey: ['messages', application] })
      await follow(message.id)
    } catch (cause) {
      setError(cause)
    } finally {
      setBusy(false)
    }
  }
  async function follow(messageId: string): Promise<void> {
    setWaiting(true)
    const until = Date.now() + waitMs
    while (alive.current && Date.now() < until) {
      const list = await listMessageAttempts(application, messageId)
      setAttempts(list.data)
      if (list.data.length > 0) break
      await new Promise((resolve) => window.setTimeout(resolve, 300))
    }
    setWaiting(false)
  }
  return { send, busy, sent, attempts, waiting, error }
}

function Result(props: { readonly sending: Sending }) {
  const t = useT()
  const formats = useFormats()
  const scope = useScopeOrNull()
  const { sending } = props
  return (
    <section aria-label={t('send.result')} aria-live="polite" className="flex flex-col gap-3">
      <h3 className="text-sm">{t('send.result')}</h3>
      {sending.error !== null && <Failure error={sending.error} />}
      {sending.sent === null && sending.error === null && (
        <p className="text-ink-3">{t('send.nothingYet')}</p>
      )}
      {sending.attempts.map((attempt) => (
        <div key={attempt.id} className="flex flex-col gap-2">
          <WhyCard attempt={attempt} />
          <pre className="max-h-48 overflow-auto rounded-md border border-line bg-sunken p-2 text-ink-2">
            {attempt.response === '' ? t('json.empty') : attempt.response.slice(0, 4000)}
          </pre>
          <p className="mono break-all text-ink-3">
            POST {attempt.url} · {formats.duration(attempt.responseDurationMs)}
          </p>
        </div>
      ))}
      {sending.sent !== null && sending.attempts.length === 0 && (
        <Notice
          tone={sending.waiting ? 'info' : 'warn'}
          title={sending.waiting ? t('send.waiting') : t('send.nobody')}
        />
      )}
      {sending.sent !== null && scope !== null && (
        <Link to={`${scope.base}/messages/${sending.sent}`} className="link mono">
          {sending.sent}
        </Link>
      )}
    </section>
  )
}
