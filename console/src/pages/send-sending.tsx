/** The way of one event from a dialog to the receivers, and what they answered. */
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { createMessage, listMessageAttempts, sendExample } from '../api/calls.ts'
import type { AttemptOut } from '../api/model.ts'
import { Failure } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { WhyCard } from '../components/why-card.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { methodOf } from '../state/attempt-as.ts'
import { useScopeOrNull } from '../state/scope.tsx'

/** How long the result is waited for, in the page. */
const waitMs = 20_000

export interface Sending {
  /** `endpoint`: only that one gets it; null: everybody who is subscribed. */
  readonly send: (type: string, body: string, endpoint: string | null) => Promise<void>
  readonly busy: boolean
  readonly sent: string | null
  readonly attempts: readonly AttemptOut[]
  readonly waiting: boolean
  readonly error: unknown
}

export function useSending(application: string): Sending {
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
  async function send(type: string, body: string, endpoint: string | null): Promise<void> {
    setBusy(true)
    setError(null)
    setAttempts([])
    try {
      const message =
        endpoint === null
          ? await createMessage(application, { eventType: type, payloadText: body })
          : await sendExample(application, endpoint, { eventType: type, payloadText: body })
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

export function SendingResult(props: { readonly sending: Sending }) {
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
            {methodOf(attempt)} {attempt.url} · {formats.duration(attempt.responseDurationMs)}
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
