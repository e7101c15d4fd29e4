import type { Client } from '../client/client.ts'
import type { Attempt, Destination } from '../client/types.ts'
import { explain } from '../i18n/explanations.ts'
import type { Context } from './context.ts'
import { pause } from './pause.ts'
import { signatureWords } from './signature.ts'
import { formatDuration, oneLine } from './text.ts'

/** Where a message stands: each endpoint it was for, with the last attempt there. */
export interface Standing {
  readonly destination: Destination
  readonly last: Attempt | null
}

const firstPauseMs = 4
const pauseMaxMs = 250

/**
 * Asks until every endpoint has had an attempt or has come to an end, or time is up; what is known
 * then is returned. An endpoint that waits (paused, not connected) ends the wait with the time.
 */
export async function waitForOutcome(input: {
  readonly client: Client
  readonly app: string
  readonly message: string
  readonly timeoutMs: number
  readonly context: Context
}): Promise<readonly Standing[]> {
  const { clock } = input.context.terminal
  const deadline = clock.monotonic() + input.timeoutMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, pauseMaxMs)) {
    const standings = await standingsOf(input)
    const settled = standings.every(isSettled)
    if (settled || clock.monotonic() >= deadline) return standings
    await pause(pauseMs, input.context.terminal)
  }
}

export async function standingsOf(input: {
  readonly client: Client
  readonly app: string
  readonly message: string
}): Promise<readonly Standing[]> {
  const { client, app, message } = input
  // In this order: an attempt is recorded with what it did to the delivery, so one that moved a
  // delivery seen here is in the list that is read afterwards.
  const destinations = await client.messages.destinations(app, message, { limit: 250 })
  const attempts = await client.messages.attempts(app, message, { limit: 250 })
  return destinations.data.map((destination) => ({
    destination,
    // Newest first, so the first found is the last made.
    last: attempts.data.find(({ endpointId }) => endpointId === destination.id) ?? null,
  }))
}

/** Ended, or waiting for its next attempt after one that failed. */
function isSettled({ last, destination }: Standing): boolean {
  return isFinal(destination) || (last !== null && last.statusText !== 'success')
}

function isFinal({ statusText }: Destination): boolean {
  return statusText === 'success' || statusText === 'fail' || statusText === 'canceled'
}

export function isDelivered({ destination }: Standing): boolean {
  return destination.statusText === 'success'
}

/** Whether the endpoint's own code said that the message is not to be sent there. */
export function isLeftOut({ last }: Standing): boolean {
  return last?.errorClass === 'transform_canceled'
}

/** The lines that `send`, `trigger` and `messages get` show for one endpoint. */
export function describeStanding(standing: Standing, context: Context): readonly string[] {
  const { destination, last } = standing
  const { paint, t } = context
  const head = `→ ${destination.id}  ${paint.dim(destination.url)}`
  if (last === null) return [head, `${paint.yellow('…')} ${waiting(destination, context)}`]
  const parts = [statusOf(last, context), signatureOf(last, context)]
  parts.push(t({ en: `attempt ${last.attemptNumber}`, es: `intento ${last.attemptNumber}` }))
  const fine = isDelivered(standing) || isLeftOut(standing)
  const mark = isLeftOut(standing) ? paint.dim('–') : fine ? paint.green('✓') : paint.red('✗')
  const lines = [head, `${mark} ${parts.filter((part) => part !== '').join('   ')}`]
  if (!fine) {
    if (last.responseStatusCode !== 0 && last.response !== '') {
      lines.push(`  ${paint.dim(oneLine(last.response, 100))}`)
    }
    lines.push(`  ${paint.dim(whatNext(last, context))}`)
  }
  return lines
}

function statusOf(attempt: Attempt, { t, language }: Context): string {
  const took = formatDuration(attempt.responseDurationMs)
  if (attempt.responseStatusCode !== 0) {
    return t({
      en: `${attempt.responseStatusCode} in ${took}`,
      es: `${attempt.responseStatusCode} en ${took}`,
    })
  }
  const { errorClass } = attempt
  const known = errorClass === null ? null : explain(errorClass, language)
  const name = errorClass ?? t({ en: 'no answer', es: 'sin respuesta' })
  return `${name}: ${known?.title ?? attempt.response}`
}

/** The inspector says in its answer what it thinks of the signature. */
export function inspectorVerdict(attempt: Attempt): string | null {
  if (!/\/in\/[\w-]+/.test(attempt.url)) return null
  const [, verdict] = /"signature":"(\w+)"/.exec(attempt.response) ?? []
  return verdict ?? null
}

function signatureOf(attempt: Attempt, { t, paint }: Context): string {
  const verdict = inspectorVerdict(attempt)
  if (verdict === 'valid') return t(signatureWords(verdict))
  if (verdict === 'invalid' || verdict === 'stale') return paint.red(t(signatureWords(verdict)))
  return ''
}

function waiting(destination: Destination, { t }: Context): string {
  return destination.disabled
    ? t({ en: 'the endpoint is disabled', es: 'el endpoint está deshabilitado' })
    : t({ en: 'waiting, no attempt yet', es: 'en espera, sin intentos todavía' })
}

function whatNext(last: Attempt, { t, terminal }: Context): string {
  const { nextAttempt } = last
  if (typeof nextAttempt !== 'string') {
    return t({ en: 'no further attempt is planned', es: 'no hay más intentos previstos' })
  }
  const inMs = Math.max(0, Date.parse(nextAttempt) - terminal.clock.now())
  return t({
    en: `next attempt in ${formatDuration(inMs)}`,
    es: `siguiente intento en ${formatDuration(inMs)}`,
  })
}
