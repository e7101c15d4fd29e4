/**
 * Makes connections, and is the only code that does: resolve the name, vet every address, dial
 * exactly a vetted address, look at the peer's address once more, then TLS with the name that the
 * URL says. A refused address gets no packet (I6).
 */
import { connect as connectTcp, type Socket } from 'node:net'
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  getCACertificates,
  type PeerCertificate,
  type SecureContext,
} from 'node:tls'
import type { CertificateFacts, ErrorClass, TlsFacts } from '../domain/outcome.ts'
import type { TlsProfile } from '../domain/tls-profile.ts'
import type { Clock } from '../runtime/clock.ts'
import { type AddressGuard, parseAddress } from './address.ts'
import { type EgressProxy, openTunnel } from './egress-proxy.ts'
import { faultClass } from './network-fault.ts'
import { isLocalhost, type Resolution, type Resolver } from './resolver.ts'
import { tlsFactsOf } from './tls-facts.ts'

/** Where a request goes: what is needed of a checked URL. */
export interface Target {
  /** `https://example.com:8443`: what undici puts into `host:`. */
  readonly origin: string
  /** Path and query. */
  readonly path: string
  /** Lower case, no brackets, no root dot. */
  readonly host: string
  readonly port: number
  readonly secure: boolean
}

/** A target with the TLS settings of the endpoint that is called. */
export interface Route {
  readonly target: Target
  /** Connections are shared by what has the same key: origin and TLS profile. */
  readonly key: string
  readonly tls: TlsProfile | null
}

/** What is known while a connection is being made; kept for the attempt's record. */
export interface DialProgress {
  phase: 'dns' | 'proxy' | 'connect' | 'tls'
  dnsMs: number | null
  connectMs: number | null
  tlsMs: number | null
  remoteAddress: string | null
  /** Also of a handshake that failed, as far as it came. */
  tls: TlsFacts | null
}

export type Dialled =
  | {
      readonly ok: true
      readonly socket: Socket
      /** False: the name's TTL is zero, the next request must ask again. */
      readonly reusable: boolean
      /** The receiver's address; null behind a proxy. */
      readonly remoteAddress: string | null
    }
  | { readonly ok: false; readonly errorClass: ErrorClass }

export interface ConnectorOptions {
  readonly clock: Clock
  readonly resolver: Resolver
  readonly guard: AddressGuard
  /** Hosts that may be private: see `UrlPolicyOptions.allowHosts`. */
  readonly allowHosts?: readonly string[]
  /** Longest wait for one TCP connection, in ms. Default 10 000. */
  readonly connectTimeoutMs?: number
  /** All connections go through it; null: none. */
  readonly proxy?: EgressProxy | null
  /** Certificates trusted besides the system's, PEM. For tests and private authorities. */
  readonly extraCa?: readonly string[]
}

export interface Connector {
  /** Never rejects. `signal` gives up and closes what was opened. */
  dial(route: Route, progress: DialProgress, signal: AbortSignal): Promise<Dialled>
}

/** Of a name with many addresses, how many are tried. */
const connectTimeoutDefaultMs = 10_000
/** While there is another address to try, one that does not answer is given up sooner. */
const oneOfManyTimeoutMs = 3_000
const addressesTriedMax = 4
const tcpKeepAliveMs = 60_000

export function createConnector(options: ConnectorOptions): Connector {
  const trustedHosts = new Set((options.allowHosts ?? []).map((host) => host.toLowerCase()))
  const sessions = new Map<string, KnownSession>()
  const contexts = secureContexts(options.extraCa ?? [])
  return {
    dial(route, progress, signal) {
      const input = { route, progress, signal, options, trustedHosts, sessions, contexts }
      const { proxy } = options
      return proxy == null ? dialDirect(input) : dialThrough(proxy, input)
    },
  }
}

interface DialInput {
  readonly route: Route
  readonly progress: DialProgress
  readonly signal: AbortSignal
  readonly options: ConnectorOptions
  readonly trustedHosts: ReadonlySet<string>
  /** TLS sessions to resume, by route. */
  readonly sessions: Map<string, KnownSession>
  readonly contexts: (tls: TlsProfile | null) => SecureContext
}

interface KnownSession {
  readonly session: Buffer
  readonly certificate: CertificateFacts | null
}

async function dialDirect(input: DialInput): Promise<Dialled> {
  const { progress, signal } = input
  const { target } = input.route
  const { clock, resolver, guard } = input.options
  const resolvedFrom = clock.monotonic()
  progress.phase = 'dns'
  const resolution = await resolutionOf(target.host, resolver)
  if (parseAddress(target.host) === null) progress.dnsMs = clock.monotonic() - resolvedFrom
  if (!resolution.ok) return resolution
  const trusted = input.trustedHosts.has(target.host)
  const isAllowed = (address: string): boolean => guard.check(address, { trusted }).allowed
  // One bad answer refuses the whole set. `localhost` is no answer: it has what is allowed of it.
  const addresses = isLocalhost(target.host)
    ? resolution.addresses.filter(isAllowed)
    : resolution.addresses
  if (addresses.length === 0 || !addresses.every(isAllowed)) return refused('blocked_address')
  if (signal.aborted) return refused('aborted')

  progress.phase = 'connect'
  const tcp = await dialFirst(addresses, input)
  if (!tcp.ok) return tcp
  const remoteAddress = tcp.socket.remoteAddress ?? ''
  if (!isAllowed(remoteAddress)) {
    tcp.socket.destroy()
    return refused('blocked_address')
  }
  const known = { reusable: resolution.ttlMs > 0, remoteAddress }
  const dialled = target.secure ? await secure(tcp.socket, input) : tcp
  return dialled.ok ? { ...dialled, ...known } : dialled
}

/** The proxy resolves names and judges what they lead to; a literal is judged here all the same. */
async function dialThrough(proxy: EgressProxy, input: DialInput): Promise<Dialled> {
  const { progress, signal } = input
  const { clock, resolver, guard } = input.options
  const { target } = input.route
  if (parseAddress(target.host) !== null && !guard.check(target.host).allowed) {
    return refused('blocked_address')
  }
  progress.phase = 'proxy'
  const resolution = await resolutionOf(proxy.host, resolver)
  if (!resolution.ok) return refused('proxy_failed')
  const tcp = await dialFirst(resolution.addresses, input, proxy.port)
  progress.remoteAddress = null
  if (!tcp.ok) return refused(signal.aborted ? 'aborted' : 'proxy_failed')
  // The proxy is there; what takes time now is its way to the receiver.
  progress.phase = 'connect'
  let broken: ErrorClass = 'proxy_failed'
  const giveUp = (): void => {
    broken = 'connect_timeout'
    tcp.socket.destroy()
  }
  const timeoutMs = connectTimeoutOf(input.options)
  const timer = clock.setTimer(timeoutMs, giveUp)
  signal.addEventListener('abort', giveUp, { once: true })
  const tunnel = await openTunnel(tcp.socket, proxy, target).catch(() => refused(broken))
  timer.cancel()
  signal.removeEventListener('abort', giveUp)
  if (!tunnel.ok) {
    tcp.socket.destroy()
    return tunnel
  }
  const dialled = target.secure ? await secure(tcp.socket, input) : tcp
  return dialled.ok ? { ...dialled, remoteAddress: null } : dialled
}

function connectTimeoutOf({ connectTimeoutMs }: ConnectorOptions): number {
  return connectTimeoutMs ?? connectTimeoutDefaultMs
}

function refused(errorClass: ErrorClass): Extract<Dialled, { ok: false }> {
  return { ok: false, errorClass }
}

async function resolutionOf(host: string, resolver: Resolver): Promise<Resolution> {
  if (parseAddress(host) === null) return resolver.resolve(host)
  return { ok: true, addresses: [host], ttlMs: Number.POSITIVE_INFINITY }
}

/** Tries the addresses in turn, IPv4 first; all of them were vetted. */
async function dialFirst(
  addresses: readonly string[],
  input: DialInput,
  port = input.route.target.port,
): Promise<Dialled> {
  const { progress, options, signal } = input
  const byFamily = [...addresses].sort(
    (left, right) => Number(left.includes(':')) - Number(right.includes(':')),
  )
  let last: Dialled = refused('connect_failed')
  const tried = byFamily.slice(0, addressesTriedMax)
  for (const address of tried) {
    const startedAt = options.clock.monotonic()
    progress.remoteAddress = address
    const isLast = address === tried.at(-1)
    const timeoutMs = Math.min(
      connectTimeoutOf(options),
      isLast ? Number.POSITIVE_INFINITY : oneOfManyTimeoutMs,
    )
    last = await dialAddress({ address, port, timeoutMs }, input)
    progress.connectMs = options.clock.monotonic() - startedAt
    if (last.ok || signal.aborted) return last
  }
  return last
}

function dialAddress(
  {
    address,
    port,
    timeoutMs,
  }: { readonly address: string; readonly port: number; readonly timeoutMs: number },
  input: DialInput,
): Promise<Dialled> {
  const { signal, options } = input
  const socket = connectTcp({
    host: address,
    port,
    autoSelectFamily: false,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: tcpKeepAliveMs,
    lookup: refuseLookup,
  })
  return settled({ socket, event: 'connect', signal, clock: options.clock, timeoutMs })
}

/** Addresses only: a name here would be resolved behind the guard's back. */
function refuseLookup(): never {
  throw new Error('The connector dials addresses, never names.')
}

const sessionsMax = 1_000

async function secure(tcp: Socket, input: DialInput): Promise<Dialled> {
  const { sessions, progress, options } = input
  const { target, key, tls } = input.route
  progress.phase = 'tls'
  const startedAt = options.clock.monotonic()
  const known = sessions.get(key)
  const socket = connectTls({
    socket: tcp,
    host: target.host,
    servername: parseAddress(target.host) === null ? target.host : '',
    secureContext: input.contexts(tls),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
    checkServerIdentity: identityFault,
    ...(known === undefined ? {} : { session: known.session }),
  })
  // Before Node judges the certificate: a socket that it has closed tells nothing any more.
  socket.prependOnceListener('secure', () => {
    progress.tls = tlsFactsOf(socket, known?.certificate ?? null)
  })
  // A resumed session is not checked for its name again: only verified ones are remembered.
  let verified = false
  let early: Buffer | null = null
  const remember = (fresh: Buffer): void => {
    if (sessions.size >= sessionsMax) sessions.clear()
    sessions.set(key, { session: fresh, certificate: progress.tls?.certificate ?? null })
  }
  socket.on('session', (fresh) => {
    if (verified) remember(fresh)
    else early = fresh
  })
  const dialled = await settled({
    socket,
    event: 'secureConnect',
    signal: input.signal,
    clock: options.clock,
    timeoutMs: connectTimeoutOf(options),
  })
  progress.tlsMs = options.clock.monotonic() - startedAt
  verified = dialled.ok
  if (verified && early !== null) remember(early)
  if (!dialled.ok) tcp.destroy()
  return dialled
}

/** The name must stand among the alternative names; Node would take the common name instead. */
function identityFault(host: string, certificate: PeerCertificate): Error | undefined {
  if (certificate.subjectaltname !== undefined) return checkServerIdentity(host, certificate)
  return Object.assign(new Error('The certificate has no subject alternative name.'), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
}

const contextsMax = 1_000

/** One context for the public authorities, and one for each TLS profile in use. */
function secureContexts(extraCa: readonly string[]): (tls: TlsProfile | null) => SecureContext {
  const ca = extraCa.length === 0 ? {} : { ca: [...getCACertificates('default'), ...extraCa] }
  const common = createSecureContext({ minVersion: 'TLSv1.2', ...ca })
  const own = new Map<string, SecureContext>()
  return (tls) => {
    if (tls === null) return common
    const known = own.get(tls.id)
    if (known !== undefined) return known
    if (own.size >= contextsMax) own.clear()
    const context = createSecureContext({
      minVersion: 'TLSv1.2',
      ...(tls.ca === null ? ca : { ca: tls.ca }),
      ...(tls.certificate === null || tls.key === null
        ? {}
        : { cert: tls.certificate, key: tls.key }),
    })
    own.set(tls.id, context)
    return context
  }
}

/** Waits for the socket's event, its error, its end, the signal or the time, whichever is first. */
function settled(input: {
  readonly socket: Socket
  readonly event: 'connect' | 'secureConnect'
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly timeoutMs: number
}): Promise<Dialled> {
  const { socket, event, signal, clock } = input
  return new Promise((resolve) => {
    const settle = (dialled: Dialled): void => {
      timer.cancel()
      signal.removeEventListener('abort', giveUp)
      socket.off(event, succeed)
      socket.off('close', closed)
      if (!dialled.ok) socket.destroy()
      resolve(dialled)
    }
    const giveUp = (): void => settle(refused('aborted'))
    const succeed = (): void => settle({ ok: true, socket, reusable: true, remoteAddress: null })
    const closed = (): void => settle(refused('reset'))
    const timer = clock.setTimer(input.timeoutMs, () => settle(refused('connect_timeout')))
    signal.addEventListener('abort', giveUp, { once: true })
    socket.once(event, succeed)
    socket.once('close', closed)
    // Stays: an error after the hand-over must never be unhandled.
    socket.on('error', (error) => settle(refused(faultClass(error, true))))
  })
}
