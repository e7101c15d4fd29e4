/**
 * Notices by mail: a request to `mailto:one@example.com,two@example.com` becomes one message to the
 * operator's SMTP server. What that server says stands where an HTTP status does (250: taken), so
 * retries, health and records are those of any delivery. The server is named by the operator: the
 * address guard, which is for URLs of customers, does not apply.
 */
import type { SMTPTransportOptions } from 'nodemailer'
import { attemptSentences, mailUnusable } from '../domain/attempt-sentences.ts'
import { isPlainObject } from '../domain/json.ts'
import { isMailUrl, mailAddresses } from '../domain/notice.ts'
import type { ErrorClass, Outcome, Timings } from '../domain/outcome.ts'
import type { Clock } from '../runtime/clock.ts'
import type { OutboundRequest, Transport } from './transport.ts'

/** What nodemailer's errors mean in our words (its documented codes). */
const classes: Readonly<Record<string, ErrorClass>> = {
  EDNS: 'dns_failed',
  ECONNECTION: 'connect_refused',
  ESOCKET: 'connect_failed',
  ETIMEDOUT: 'connect_timeout',
  ETLS: 'tls_failed',
  EAUTH: 'authentication_failed',
}

interface MailSettings {
  /** `smtp://user:password@host:587` (STARTTLS, required beyond this machine) or `smtps://…`; null: no mail. */
  readonly smtpUrl: string | null
  readonly mailFrom: string
  readonly clock: Clock
  /** Mail servers may say back what they were shown, and who reads the attempt is not to know that. */
  readonly redact: (text: string) => string
}

/** `http` for what it takes, mail for `mailto:`. */
export function withMail(http: Transport, settings: MailSettings): Transport {
  const mail = mailTransport(settings)
  return {
    send: (request) => (isMailUrl(request.url) ? mail : http).send(request),
    close: () => http.close(),
  }
}

export function mailTransport(settings: MailSettings): Transport {
  const { smtpUrl, clock } = settings
  return {
    async send(request) {
      const startedAt = clock.monotonic()
      const failed = (errorClass: ErrorClass, detail: string): Outcome => ({
        ...{ kind: 'unanswered', errorClass, detail, remoteAddress: null },
        timings: timings(clock.monotonic() - startedAt),
      })
      if (smtpUrl === null) return failed('connect_refused', attemptSentences.mailOff.en)
      if (!request.mayStart()) return failed('aborted', attemptSentences.leaseOver.en)
      const { over, settled } = limited(request, clock)
      try {
        const said = await Promise.race([say({ ...settings, smtpUrl }, request), over])
        if (said === 'aborted') return failed('aborted', attemptSentences.nodeStopping.en)
        if (said === 'late') return failed('response_timeout', attemptSentences.mailTooSlow.en)
        if ('code' in said) {
          return failed(classes[said.code] ?? 'reset', mailUnusable(said.code))
        }
        return answered(settings.redact(said.response), clock.monotonic() - startedAt)
      } finally {
        settled()
      }
    },
    close: () => Promise.resolve(),
  }
}

/** What the server said to the message, or nodemailer's code for why it said nothing. */
async function say(
  { smtpUrl, mailFrom }: MailSettings & { readonly smtpUrl: string },
  request: OutboundRequest,
): Promise<{ readonly response: string } | { readonly code: string }> {
  // Most servers never send mail: its code is read when the first one does.
  const { createTransport } = await import('nodemailer')
  const mailer = createTransport(options(smtpUrl, request.timeoutMs))
  try {
    const { response } = await mailer.sendMail({ from: mailFrom, ...messageOf(request) })
    return { response }
  } catch (cause) {
    return faultOf(cause)
  } finally {
    mailer.close()
  }
}

/** Ends the wait when the attempt's time is up or the node stops. */
function limited({ timeoutMs, signal }: OutboundRequest, clock: Clock) {
  let settled = (): void => {}
  const over = new Promise<'late' | 'aborted'>((resolve) => {
    const timer = clock.setTimer(timeoutMs, () => resolve('late'))
    const abort = (): void => resolve('aborted')
    signal?.addEventListener('abort', abort, { once: true })
    settled = () => {
      timer.cancel()
      signal?.removeEventListener('abort', abort)
    }
  })
  return { over, settled: () => settled() }
}

function options(url: string, timeoutMs: number): SMTPTransportOptions {
  return {
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    ...(mailNeedsTls(url) ? { requireTLS: true } : {}),
    // Addresses and texts only: nothing of a message may name a file or a URL to read.
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/**
 * A password goes beyond this machine over TLS or not at all: somebody in between could leave the
 * offer of STARTTLS out. Who has a server without TLS says so in the URL, `?requireTLS=false`.
 */
export function mailNeedsTls(smtpUrl: string): boolean {
  const { password, hostname, searchParams } = new URL(smtpUrl)
  const isHere = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname)
  return password !== '' && !isHere && !searchParams.has('requireTLS')
}

/** Each address alone in the envelope's `to`; subject and text from the body. */
function messageOf(request: OutboundRequest) {
  const body: unknown = JSON.parse(Buffer.from(request.body).toString('utf8'))
  const { subject, text } = isPlainObject(body) ? body : {}
  return {
    to: [...(mailAddresses(request.url) ?? [])],
    subject: String(subject ?? 'Posthorn'),
    text: String(text ?? Buffer.from(request.body).toString('utf8')),
    headers: { 'auto-submitted': 'auto-generated' }, // RFC 3834: no holiday answers
  }
}

/** `250 2.0.0 queued` as an answer of that status. */
function answered(response: string, totalMs: number): Outcome {
  const status = Number(/^\d{3}/.exec(response)?.[0] ?? 250)
  return {
    ...{ kind: 'answered', status, headers: {}, bodyTruncated: false, remoteAddress: null },
    body: Buffer.from(response),
    timings: timings(totalMs),
  }
}

function faultOf(cause: unknown): { readonly response: string } | { readonly code: string } {
  const read = (name: string): unknown =>
    typeof cause === 'object' && cause !== null ? Reflect.get(cause, name) : undefined
  const response = read('response')
  return typeof response === 'string' && typeof read('responseCode') === 'number'
    ? { response }
    : { code: String(read('code') ?? 'ECONNECTION') }
}

function timings(totalMs: number): Timings {
  const unknown = { queueMs: null, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null }
  return { ...unknown, totalMs }
}
