import type { Dispatcher } from 'undici'
import { faultSentences } from '../domain/attempt-sentences.ts'
import { limits } from '../domain/limits.ts'
import type { OutboundMethod } from '../domain/outbound-method.ts'
import type { ConnectionFacts, ErrorClass, Outcome, Timings } from '../domain/outcome.ts'
import type { Clock } from '../runtime/clock.ts'
import { type Connection, ConnectionGone } from './connection.ts'
import type { DialProgress, Route, Target } from './connector.ts'
import type { Expiring } from './deadlines.ts'
import { faultClass } from './network-fault.ts'
import { responseHeaders } from './response-headers.ts'
import type { OutboundRequest } from './transport.ts'

/** What an exchange needs of the transport that runs it. */
export interface ExchangeHost {
  readonly clock: Clock
  /** After the status, how long the rest of the body may take, in ms. */
  readonly bodyGraceMs: number
  /** The response was read to its end: the connection may serve another request. */
  release(connection: Connection): void
  /** The reused connection closed before anything was written: a new one is needed. */
  reconnect(exchange: Exchange): void
  /** The answer is a redirect that may be followed; false when there is none. */
  redirect(exchange: Exchange, status: number, location: string | undefined): boolean
  ended(exchange: Exchange): void
}

/** Interim (1xx) responses taken before the receiver counts as broken. */
const interimMax = 1_000
/** Body bytes read and thrown away to keep a connection; beyond it the connection is closed. */
const drainBytesMax = 65_536
const noBytes = new Uint8Array(0)

/**
 * One request and its answer, as undici's handler (its callback form: the newer controller form
 * wraps each call). It ends exactly once, in an `Outcome`; what comes after that is ignored.
 */
export class Exchange implements Dispatcher.DispatchHandler, Expiring {
  readonly request: OutboundRequest
  deadlineAt: number
  route: Route
  /** Credentials of the endpoint's owner are sent to this origin only. */
  readonly firstOrigin: string
  hops = 0
  /** Of this hop. */
  method: OutboundMethod | 'GET'
  readonly progress: DialProgress
  dialing: AbortController | null = null

  readonly #host: ExchangeHost
  readonly #settle: (outcome: Outcome) => void
  readonly #startedAt: number
  readonly #totalDeadlineAt: number
  #done = false
  #connection: Connection | null = null
  #refusedStart = false
  #sentAt: number | null = null
  #firstByteAt: number | null = null
  #interim = 0
  #status = 0
  #headers: Readonly<Record<string, string>> = {}
  #chunks: Uint8Array[] = []
  #bodyBytes = 0

  constructor(input: {
    readonly request: OutboundRequest
    readonly route: Route
    readonly host: ExchangeHost
    readonly settle: (outcome: Outcome) => void
    readonly now: number
  }) {
    this.request = input.request
    this.method = input.request.method ?? 'POST'
    this.route = input.route
    this.firstOrigin = input.route.target.origin
    this.#host = input.host
    this.#settle = input.settle
    this.#startedAt = input.now
    this.#totalDeadlineAt = input.now + input.request.timeoutMs
    this.deadlineAt = this.#totalDeadlineAt
    const unknown = { dnsMs: null, connectMs: null, tlsMs: null, remoteAddress: null, tls: null }
    this.progress = { phase: 'dns', ...unknown }
  }

  get target(): Target {
    return this.route.target
  }

  get done(): boolean {
    return this.#done
  }

  /** The connection is ours, and is closed if the request ends before it is sent. */
  take(connection: Connection): void {
    this.#connection = connection
    this.progress.remoteAddress = connection.remoteAddress
  }

  /** Sends over the connection that was taken. */
  run(connection: Connection, options: Dispatcher.DispatchOptions): void {
    connection.dispatch(options, this)
  }

  /** Begins again with the next hop of a redirect. */
  follow(route: Route, method: OutboundMethod | 'GET'): void {
    this.route = route
    this.method = method
    this.hops += 1
    this.#connection = null
    this.#sentAt = null
    this.#firstByteAt = null
    this.#status = 0
    this.#chunks = []
    this.#bodyBytes = 0
    this.progress.phase = 'dns'
    this.progress.tls = null
    this.deadlineAt = this.#totalDeadlineAt
  }

  /** undici: the next thing it does is to write the request. */
  onConnect(abort: () => void): void {
    if (this.#done || !this.request.mayStart()) {
      this.#refusedStart = true
      abort()
      return
    }
    this.#sentAt = this.#host.clock.monotonic()
  }

  onHeaders(status: number, rawHeaders: Buffer[]): boolean {
    if (this.#done) return true
    if (status < 200) {
      this.#interim += 1
      if (status <= 100 || this.#interim > interimMax) this.fail('bad_http')
      return true
    }
    const now = this.#host.clock.monotonic()
    this.#firstByteAt = now
    this.#status = status
    this.#headers = responseHeaders(rawHeaders)
    this.deadlineAt = Math.min(this.deadlineAt, now + this.#host.bodyGraceMs)
    return true
  }

  onData(chunk: Buffer): boolean {
    if (this.#done) return true
    const room = limits.responseBytesMax - this.#bodyBytes
    // A copy: the chunk is a view into the socket's read buffer and would keep all of it.
    if (room > 0) this.#chunks.push(Uint8Array.prototype.slice.call(chunk, 0, room))
    this.#bodyBytes += chunk.length
    if (this.#bodyBytes > drainBytesMax) this.#answer({ complete: false })
    return true
  }

  onComplete(): void {
    if (!this.#done) this.#answer({ complete: true })
  }

  onError(error: Error): void {
    if (this.#done) return
    if (this.#status > 0) {
      this.#answer({ complete: false })
      return
    }
    const connection = this.#connection
    if (this.#refusedStart) {
      this.fail('aborted')
    } else if (
      this.#sentAt === null &&
      connection !== null &&
      connection.uses > 1 &&
      isLoss(error)
    ) {
      this.#connection = null
      this.#host.reconnect(this)
    } else {
      const endedByPeer = connection?.endedByPeer === true || error instanceof ConnectionGone
      this.fail(faultClass(error, endedByPeer))
    }
  }

  /** The total time is over. */
  expire(): void {
    if (this.#status > 0) this.#answer({ complete: false })
    else this.fail(this.#timeoutClass())
  }

  /** Shutdown: what was not sent may be sent again; what was sent is unknown. */
  abort(): void {
    if (this.#status > 0) this.#answer({ complete: false })
    else this.fail(this.#sentAt === null ? 'aborted' : 'outcome_unknown')
  }

  fail(errorClass: ErrorClass): void {
    this.#end({
      kind: 'unanswered',
      errorClass,
      detail: faultSentences[errorClass].en,
      timings: this.#timings(),
      remoteAddress: this.progress.remoteAddress,
      reached: this.#sentAt === null ? this.progress.phase : 'sent',
      ...this.#facts(),
    })
    this.#drop()
  }

  #timeoutClass(): ErrorClass {
    if (this.#sentAt !== null) {
      return (this.#connection?.socket.writableLength ?? 0) > 0
        ? 'write_timeout'
        : 'response_timeout'
    }
    if (this.progress.phase === 'proxy' && this.#connection === null) return 'proxy_failed'
    return this.progress.phase === 'dns' && this.#connection === null
      ? 'dns_timeout'
      : 'connect_timeout'
  }

  #answer(input: { readonly complete: boolean }): void {
    const connection = this.#connection
    if (input.complete && this.#host.redirect(this, this.#status, this.#headers['location'])) {
      if (connection !== null) this.#host.release(connection)
      return
    }
    const bodyTruncated = !input.complete || this.#bodyBytes > limits.responseBytesMax
    this.#end({
      kind: 'answered',
      status: this.#status,
      headers: this.#headers,
      body: this.#body(),
      bodyTruncated,
      ...(bodyTruncated ? this.#wholeBody(input.complete) : {}),
      timings: this.#timings(),
      remoteAddress: this.progress.remoteAddress,
      ...this.#facts(),
    })
    if (input.complete && connection !== null) this.#host.release(connection)
    else this.#drop()
  }

  #body(): Uint8Array {
    if (this.#chunks.length === 0) return noBytes
    return this.#chunks.length === 1 ? (this.#chunks[0] ?? noBytes) : Buffer.concat(this.#chunks)
  }

  /** How long the body is, read or announced. What came at least is all the same no length. */
  #wholeBody(complete: boolean): { readonly bodyBytes?: number } {
    const announced = this.#headers['content-length'] ?? ''
    const bodyBytes = complete
      ? this.#bodyBytes
      : /^\d{1,15}$/.test(announced)
        ? Number(announced)
        : null
    return bodyBytes === null ? {} : { bodyBytes }
  }

  #facts(): { readonly connection?: ConnectionFacts } {
    if (this.#connection !== null) return { connection: this.#connection.facts }
    const { tls } = this.progress
    return tls === null ? {} : { connection: { kept: false, tls } }
  }

  #timings(): Timings {
    const now = this.#host.clock.monotonic()
    return {
      queueMs: null,
      dnsMs: this.progress.dnsMs,
      connectMs: this.progress.connectMs,
      tlsMs: this.progress.tlsMs,
      firstByteMs:
        this.#firstByteAt === null || this.#sentAt === null
          ? null
          : this.#firstByteAt - this.#sentAt,
      totalMs: now - this.#startedAt,
    }
  }

  #end(outcome: Outcome): void {
    if (this.#done) return
    this.#done = true
    this.#host.ended(this)
    this.#settle(outcome)
  }

  #drop(): void {
    this.dialing?.abort()
    this.#connection?.destroy()
    this.#connection = null
  }
}

/** The connection was lost, against: the request could not be built. */
function isLoss(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code // undici and sockets set one
  return code !== 'UND_ERR_INVALID_ARG' && code !== 'UND_ERR_NOT_SUPPORTED'
}
