/**
 * HTTP over undici's dispatcher with our own connections: one total deadline per attempt, no
 * redirects unless asked, no decompression, no cookies, nothing sent twice. `send` never rejects.
 */
import type { Dispatcher } from 'undici'
import { faultSentences } from '../domain/attempt-sentences.ts'
import type { ErrorClass, Outcome, TlsFacts } from '../domain/outcome.ts'
import type { TlsProfile } from '../domain/tls-profile.ts'
import type { Clock } from '../runtime/clock.ts'
import { addressGuard, type Network } from './address.ts'
import { Connection } from './connection.ts'
import { type ConnectionPool, connectionPool } from './connection-pool.ts'
import {
  type Connector,
  createConnector,
  type Dialled,
  type Route,
  type Target,
} from './connector.ts'
import { Deadlines } from './deadlines.ts'
import type { EgressProxy } from './egress-proxy.ts'
import { Exchange, type ExchangeHost } from './exchange.ts'
import { isSecretHeader } from './masking.ts'
import { isListener, type Listener } from './own-listeners.ts'
import type { Resolver } from './resolver.ts'
import type { OutboundRequest, Transport } from './transport.ts'
import { hostOf, type UrlPolicy } from './url-policy.ts'

export interface HttpTransportOptions {
  readonly clock: Clock
  readonly policy: UrlPolicy
  readonly resolver: Resolver
  readonly allowNetworks: readonly Network[]
  readonly denyNetworks?: readonly Network[]
  readonly allowHosts?: readonly string[]
  /** Connections, idle and in use. Keep above the engine's in-flight limit. Default 1100. */
  readonly socketsMax?: number
  readonly idlePerTargetMax?: number
  /** A connection is closed after this long, so that a moved name is vetted again. Default 60 s. */
  readonly connectionAgeMaxMs?: number
  readonly connectTimeoutMs?: number
  readonly bodyGraceMs?: number
  readonly extraCa?: readonly string[]
  /** All connections go through it; null: none. */
  readonly proxy?: EgressProxy | null
  /** Where we listen ourselves: deliveries to it are refused but for the inspector's bins. */
  readonly ownListeners?: () => readonly Listener[]
}

type Checked =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly errorClass: ErrorClass; readonly reason: string }

/** Checked URLs remembered: the policy is a pure function of the text. */
const checkedMax = 10_000
/** The inspector's bins: the one place of ours that takes deliveries. */
const ownPathsAllowed = ['/in/']
const addressRefusals: ReadonlySet<string> = new Set(['url_private_address', 'url_denied_address'])
const redirectStatuses = new Set([301, 302, 303, 307, 308])

/** What may be reached, as operators change it while the server runs. */
export type ReachRules = Pick<
  HttpTransportOptions,
  'policy' | 'allowNetworks' | 'denyNetworks' | 'allowHosts'
>

export interface HttpTransport extends Transport {
  /**
   * From now on these rules hold. No connection that was made under the former ones is used again;
   * a request that is on its way ends as it began.
   */
  obey(rules: ReachRules): void
}

export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  return new Requests(options)
}

class Requests implements HttpTransport, ExchangeHost {
  readonly clock: Clock
  readonly bodyGraceMs: number
  #options: HttpTransportOptions
  readonly #pool: ConnectionPool
  #connector: Connector
  readonly #deadlines: Deadlines
  readonly #live = new Set<Exchange>()
  readonly #checked = new Map<string, Checked>()
  readonly #watched = new WeakSet<AbortSignal>()

  constructor(options: HttpTransportOptions) {
    this.clock = options.clock
    this.bodyGraceMs = options.bodyGraceMs ?? 2_000
    this.#options = options
    this.#pool = connectionPool({
      socketsMax: options.socketsMax ?? 1_100,
      idlePerTargetMax: options.idlePerTargetMax ?? 128,
      ageMaxMs: options.connectionAgeMaxMs ?? 60_000,
    })
    this.#connector = connectorOf(options)
    this.#deadlines = new Deadlines(options.clock)
  }

  send(request: OutboundRequest): Promise<Outcome> {
    const checked = this.#check(request.url)
    if (!checked.ok) return Promise.resolve(unsent(checked.errorClass, checked.reason))
    if (request.signal?.aborted === true) return Promise.resolve(unsent('aborted'))
    return new Promise<Outcome>((settle) => {
      const route = routeOf(checked.target, request.tls ?? null)
      const now = this.clock.monotonic()
      const exchange = new Exchange({ request, route, host: this, settle, now })
      this.#live.add(exchange)
      if (request.signal !== null) this.#watch(request.signal)
      this.#deadlines.add(exchange)
      this.#start(exchange)
    })
  }

  obey(rules: ReachRules): void {
    this.#options = { ...this.#options, ...rules }
    this.#connector = connectorOf(this.#options)
    this.#checked.clear()
    this.#pool.retire(this.clock.monotonic())
  }

  async close(): Promise<void> {
    for (const exchange of [...this.#live]) exchange.abort()
    this.#pool.closeAll()
    this.#options.resolver.close()
  }

  release(connection: Connection): void {
    this.#pool.release(connection, this.clock.monotonic())
  }

  reconnect(exchange: Exchange): void {
    this.#connect(exchange).catch(() => exchange.fail('internal'))
  }

  redirect(exchange: Exchange, status: number, location: string | undefined): boolean {
    if (exchange.hops >= exchange.request.redirectsMax || location === undefined) return false
    if (!redirectStatuses.has(status)) return false
    const { target } = exchange
    const next = URL.parse(location, target.origin + target.path)
    const checked = next === null ? null : this.#check(next.href)
    const downgraded = target.secure && next?.protocol === 'http:'
    if (checked === null || !checked.ok || downgraded) {
      exchange.fail('redirect_refused')
      return true
    }
    const { method } = exchange
    // As browsers do: 303 asks for GET, and so do 301 and 302 after a POST.
    const asksGet = status === 303 || (method === 'POST' && status !== 307 && status !== 308)
    // A client certificate is shown to its own origin only.
    const tls = checked.target.origin === exchange.firstOrigin ? exchange.request.tls : null
    exchange.follow(routeOf(checked.target, tls ?? null), asksGet ? 'GET' : method)
    this.#start(exchange)
    return true
  }

  ended(exchange: Exchange): void {
    this.#deadlines.delete(exchange)
    this.#live.delete(exchange)
  }

  /** One listener for each signal, however many requests share it. */
  #watch(signal: AbortSignal): void {
    if (this.#watched.has(signal)) return
    this.#watched.add(signal)
    signal.addEventListener('abort', () => {
      for (const exchange of [...this.#live]) {
        if (exchange.request.signal === signal) exchange.abort()
      }
    })
  }

  #check(url: string): Checked {
    const known = this.#checked.get(url)
    if (known !== undefined) return known
    if (this.#checked.size >= checkedMax) this.#checked.clear()
    const fresh = checkUrl(this.#options.policy, url)
    this.#checked.set(url, fresh)
    return fresh
  }

  #start(exchange: Exchange): void {
    const idle = this.#pool.take(exchange.route.key, this.clock.monotonic())
    if (idle === null) this.reconnect(exchange)
    else this.#run(exchange, idle)
  }

  async #connect(exchange: Exchange): Promise<void> {
    if (!this.#pool.reserve()) {
      exchange.fail('no_sockets') // ours, and not charged to the endpoint
      return
    }
    const { route, progress } = exchange
    const dialing = new AbortController()
    exchange.dialing = dialing
    const connector = this.#connector
    const made = await connector.dial(route, progress, dialing.signal)
    // Vetted by rules that have changed meanwhile: not kept for another request.
    const dialled = made.ok && connector !== this.#connector ? { ...made, reusable: false } : made
    exchange.dialing = null
    if (dialled.ok && !exchange.done && !dialled.socket.destroyed) {
      this.#run(exchange, this.#connectionOf(dialled, route, progress.tls))
      return
    }
    this.#pool.forget(null)
    if (dialled.ok) dialled.socket.destroy()
    exchange.fail(dialled.ok ? 'reset' : dialled.errorClass)
  }

  #run(exchange: Exchange, connection: Connection): void {
    const { target } = exchange
    if (connection.leadsHere && !ownPathsAllowed.some((path) => target.path.startsWith(path))) {
      connection.destroy()
      exchange.fail('loop_refused')
      return
    }
    this.#leave(exchange, connection)
  }

  /** Sends, once the rate of the endpoint allows it. */
  #leave(exchange: Exchange, connection: Connection): void {
    exchange.take(connection)
    const waitMs = exchange.hops === 0 ? (exchange.request.leavesIn?.() ?? 0) : 0
    if (waitMs <= 0) {
      exchange.run(connection, dispatchOptions(exchange))
      return
    }
    this.clock.setTimer(waitMs, () => {
      if (!exchange.done) this.#leave(exchange, connection)
    })
  }

  #connectionOf(
    dialled: Extract<Dialled, { ok: true }>,
    route: Route,
    tls: TlsFacts | null,
  ): Connection {
    const { socket, reusable, remoteAddress } = dialled
    const listeners = this.#options.ownListeners?.() ?? []
    return new Connection({
      key: route.key,
      origin: route.target.origin,
      socket,
      reusable,
      remoteAddress,
      tls,
      leadsHere: listeners.some((listener) => isListener(socket, listener)),
      bornAt: this.clock.monotonic(),
      onClose: this.#pool.forget,
    })
  }
}

function connectorOf(options: HttpTransportOptions): Connector {
  const { allowNetworks, denyNetworks } = options
  return createConnector({ ...options, guard: addressGuard(allowNetworks, denyNetworks) })
}

function unsent(errorClass: ErrorClass, detail = faultSentences[errorClass].en): Outcome {
  return {
    kind: 'unanswered',
    errorClass,
    detail,
    timings: {
      queueMs: null,
      dnsMs: null,
      connectMs: null,
      tlsMs: null,
      firstByteMs: null,
      totalMs: 0,
    },
    remoteAddress: null,
  }
}

function checkUrl(policy: UrlPolicy, text: string): Checked {
  const verdict = policy.check(text)
  if (!verdict.ok) {
    const isAddress = addressRefusals.has(verdict.code)
    return {
      ok: false,
      errorClass: isAddress ? 'blocked_address' : 'blocked_url',
      reason: verdict.reason,
    }
  }
  const { url } = verdict
  const secure = url.protocol === 'https:'
  const target: Target = {
    origin: url.origin,
    path: url.pathname + url.search,
    host: hostOf(url),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    secure,
  }
  return { ok: true, target }
}

function routeOf(target: Target, tls: TlsProfile | null): Route {
  const isPlain = tls === null || !target.secure
  return { target, tls, key: isPlain ? target.origin : `${target.origin} ${tls.id}` }
}

function dispatchOptions(exchange: Exchange): Dispatcher.DispatchOptions {
  const { request, method, target } = exchange
  const sameOrigin = target.origin === exchange.firstOrigin
  const headers: string[] = []
  for (const [name, value] of request.headers) {
    if (!sameOrigin && isSecretHeader(name)) continue
    headers.push(name, value)
  }
  return { path: target.path, method, headers, body: method === 'GET' ? null : request.body }
}
