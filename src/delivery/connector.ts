/**
 * Makes connections, and is the only code that does: resolve the name, vet every address, dial
 * exactly a vetted address, look at the peer's address once more, then TLS with the name that the
 * URL says. A refused address gets no packet (I6).
 */
import { connect as connectTcp, type Socket } from 'node:net'
import {
  connect as connectTls,
  createSecureContext,
  getCACertificates,
  type SecureContext,
} from 'node:tls'
import type { ErrorClass } from '../domain/outcome.ts'
import type { Clock } from '../runtime/clock.ts'
import { type AddressGuard, parseAddress } from './address.ts'
import { faultClass } from './network-fault.ts'
import type { Resolver } from './resolver.ts'

/** Where a request goes: what is needed of a checked URL. */
export interface Target {
  /** Connections are shared by what has the same key: scheme, host, port and TLS profile. */
  readonly key: string
  /** `https://example.com:8443`: what undici puts into `host:`. */
  readonly origin: string
  /** Path and query. */
  readonly path: string
  /** Lower case, no brackets, no root dot. */
  readonly host: string
  readonly port: number
  readonly secure: boolean
}

/** What is known while a connection is being made; kept for the attempt's record. */
export interface DialProgress {
  phase: 'dns' | 'connect' | 'tls'
  dnsMs: number | null
  connectMs: number | null
  tlsMs: number | null
  remoteAddress: string | null
}

export type Dialled =
  | { readonly ok: true; readonly socket: Socket }
  | { readonly ok: false; readonly errorClass: ErrorClass }

export interface ConnectorOptions {
  readonly clock: Clock
  readonly resolver: Resolver
  readonly guard: AddressGuard
  /** Hosts that may be private: see `UrlPolicyOptions.allowHosts`. */
  readonly allowHosts?: readonly string[]
  /** Longest wait for one TCP connection, in ms. Default 10 000. */
  readonly connectTimeoutMs?: number
  /** Certificates trusted besides the system's, PEM. For tests and private authorities. */
  readonly extraCa?: readonly string[]
}

export interface Connector {
  /** Never rejects. `signal` gives up and closes what was opened. */
  dial(target: Target, progress: DialProgress, signal: AbortSignal): Promise<Dialled>
}

/** Of a name with many addresses, how many are tried. */
const addressesTriedMax = 4
const tcpKeepAliveMs = 60_000

export function createConnector(options: ConnectorOptions): Connector {
  const trustedHosts = new Set((options.allowHosts ?? []).map((host) => host.toLowerCase()))
  const sessions = new Map<string, Buffer>()
  const secureContext = strictContext(options.extraCa ?? [])
  return {
    dial: (target, progress, signal) =>
      dial({ target, progress, signal, options, trustedHosts, sessions, secureContext }),
  }
}

interface DialInput {
  readonly target: Target
  readonly progress: DialProgress
  readonly signal: AbortSignal
  readonly options: ConnectorOptions
  readonly trustedHosts: ReadonlySet<string>
  /** TLS sessions to resume, by target key. */
  readonly sessions: Map<string, Buffer>
  readonly secureContext: SecureContext
}

async function dial(input: DialInput): Promise<Dialled> {
  const { target, progress, signal } = input
  const { clock, resolver, guard } = input.options
  const resolvedFrom = clock.monotonic()
  progress.phase = 'dns'
  const addresses = await addressesOf(target.host, resolver)
  if (parseAddress(target.host) === null) progress.dnsMs = clock.monotonic() - resolvedFrom
  if ('ok' in addresses) return addresses
  const trusted = input.trustedHosts.has(target.host)
  const isAllowed = (address: string): boolean => guard.check(address, { trusted }).allowed
  if (!addresses.every(isAllowed)) return refused('blocked_address')
  if (signal.aborted) return refused('aborted')

  progress.phase = 'connect'
  const tcp = await dialFirst(addresses, input)
  if (!tcp.ok) return tcp
  if (!isAllowed(tcp.socket.remoteAddress ?? '')) {
    tcp.socket.destroy()
    return refused('blocked_address')
  }
  if (!target.secure) return tcp
  progress.phase = 'tls'
  return secure(tcp.socket, input)
}

function refused(errorClass: ErrorClass): Dialled {
  return { ok: false, errorClass }
}

async function addressesOf(
  host: string,
  resolver: Resolver,
): Promise<readonly string[] | Extract<Dialled, { ok: false }>> {
  if (parseAddress(host) !== null) return [host]
  const resolution = await resolver.resolve(host)
  return resolution.ok ? resolution.addresses : { ok: false, errorClass: resolution.errorClass }
}

/** Tries the addresses in turn, IPv4 first; all of them were vetted. */
async function dialFirst(addresses: readonly string[], input: DialInput): Promise<Dialled> {
  const { progress, options, signal } = input
  const byFamily = [...addresses].sort(
    (left, right) => Number(left.includes(':')) - Number(right.includes(':')),
  )
  let last: Dialled = refused('connect_failed')
  for (const address of byFamily.slice(0, addressesTriedMax)) {
    const startedAt = options.clock.monotonic()
    progress.remoteAddress = address
    last = await dialAddress(address, input)
    progress.connectMs = options.clock.monotonic() - startedAt
    if (last.ok || signal.aborted) return last
  }
  return last
}

function dialAddress(address: string, input: DialInput): Promise<Dialled> {
  const { target, signal, options } = input
  const socket = connectTcp({
    host: address,
    port: target.port,
    autoSelectFamily: false,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: tcpKeepAliveMs,
    lookup: refuseLookup,
  })
  return settled({
    socket,
    event: 'connect',
    signal,
    clock: options.clock,
    timeoutMs: options.connectTimeoutMs ?? 10_000,
  })
}

/** Addresses only: a name here would be resolved behind the guard's back. */
function refuseLookup(): never {
  throw new Error('The connector dials addresses, never names.')
}

const sessionsMax = 1_000

async function secure(tcp: Socket, input: DialInput): Promise<Dialled> {
  const { target, sessions, progress, options } = input
  const startedAt = options.clock.monotonic()
  const session = sessions.get(target.key)
  const socket = connectTls({
    socket: tcp,
    host: target.host,
    servername: parseAddress(target.host) === null ? target.host : '',
    secureContext: input.secureContext,
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
    ...(session === undefined ? {} : { session }),
  })
  socket.on('session', (fresh) => {
    if (sessions.size >= sessionsMax) sessions.clear()
    sessions.set(target.key, fresh)
  })
  const dialled = await settled({
    socket,
    event: 'secureConnect',
    signal: input.signal,
    clock: options.clock,
    timeoutMs: options.connectTimeoutMs ?? 10_000,
  })
  progress.tlsMs = options.clock.monotonic() - startedAt
  if (!dialled.ok) tcp.destroy()
  return dialled
}

function strictContext(extraCa: readonly string[]): SecureContext {
  const ca = extraCa.length === 0 ? {} : { ca: [...getCACertificates('default'), ...extraCa] }
  return createSecureContext({ minVersion: 'TLSv1.2', ...ca })
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
    const succeed = (): void => settle({ ok: true, socket })
    const closed = (): void => settle(refused('reset'))
    const timer = clock.setTimer(input.timeoutMs, () => settle(refused('connect_timeout')))
    signal.addEventListener('abort', giveUp, { once: true })
    socket.once(event, succeed)
    socket.once('close', closed)
    // Stays: an error after the hand-over must never be unhandled.
    socket.on('error', (error) => settle(refused(faultClass(error, true))))
  })
}
