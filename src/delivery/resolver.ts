/**
 * Names to addresses by c-ares with servers of our choice; never `dns.lookup`, whose four threads
 * four black-holed names can block, and which also reads `127.1` as an address. Fails closed: both
 * families must answer, or say that there is nothing, before any address is used. Whether an
 * address may be dialled is not decided here but at each connection.
 */
import { Resolver as CaresResolver } from 'node:dns/promises'
import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import type { ErrorClass } from '../domain/outcome.ts'
import type { Clock } from '../runtime/clock.ts'

export type Resolution =
  | {
      readonly ok: true
      readonly addresses: readonly string[]
      /** Shortest TTL of the records. 0: the answer is for one connection and one request. */
      readonly ttlMs: number
    }
  | { readonly ok: false; readonly errorClass: DnsFault }

export type DnsFault = Extract<
  ErrorClass,
  'dns_not_found' | 'dns_failed' | 'dns_timeout' | 'no_sockets'
>

export interface Resolver {
  /** `host` is lower case, without the root dot. Concurrent calls for a name share its queries. */
  resolve(host: string): Promise<Resolution>
  close(): void
}

export interface ResolverOptions {
  readonly clock: Clock
  /** `address:port`; empty: those of the system. */
  readonly servers: readonly string[]
  /** Longest wait for one name, in ms. Default 5000. */
  readonly timeoutMs?: number
  /** Names looked up at once; beyond it a lookup fails at once. Default 1000. */
  readonly lookupsMax?: number
  /** Answers remembered. Default 2000. */
  readonly cacheMax?: number
  /** An answer is remembered for its TTL, at most this long. Default 5000. */
  readonly cacheMsMax?: number
}

interface Remembered {
  readonly resolution: Resolution
  readonly until: number
}

interface Records {
  readonly addresses: readonly string[]
  /** Shortest TTL of the records, in seconds. */
  readonly ttl: number
}

/** RFC 6761: these names are loopback and never asked of a server. */
export function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

const loopback: Resolution = { ok: true, addresses: ['127.0.0.1', '::1'], ttlMs: 60_000 }

const queryTimeoutMs = 800
const queryTries = 3

export function createResolver(options: ResolverOptions): Resolver {
  const { clock, timeoutMs = 5_000, lookupsMax = 1_000, cacheMax = 2_000 } = options
  const cacheMsMax = options.cacheMsMax ?? 5_000
  const cares = new CaresResolver({ timeout: queryTimeoutMs, tries: queryTries })
  if (options.servers.length > 0) cares.setServers([...options.servers])
  const remembered = new Map<string, Remembered>()
  const inFlight = new Map<string, Promise<Resolution>>()
  let lookups = 0

  const remember = (host: string, resolution: Resolution, ttlMs: number): void => {
    if (ttlMs <= 0) return
    if (remembered.size >= cacheMax) remembered.clear()
    remembered.set(host, { resolution, until: clock.monotonic() + Math.min(ttlMs, cacheMsMax) })
  }

  const ask = async (host: string): Promise<Resolution> => {
    lookups += 1
    const [a, aaaa] = await Promise.all([
      query(() => cares.resolve4(host, { ttl: true })),
      query(() => cares.resolve6(host, { ttl: true })),
    ])
    lookups -= 1
    if (typeof a === 'string') return { ok: false, errorClass: a }
    if (typeof aaaa === 'string') return { ok: false, errorClass: aaaa }
    const addresses = [...new Set([...a.addresses, ...aaaa.addresses])]
    if (addresses.length === 0) return { ok: false, errorClass: 'dns_not_found' }
    const ttlMs = Math.min(a.ttl, aaaa.ttl) * 1000
    const resolution: Resolution = { ok: true, addresses, ttlMs }
    remember(host, resolution, ttlMs)
    return resolution
  }

  return {
    async resolve(host) {
      if (isLocalhost(host)) return loopback
      const known = remembered.get(host)
      if (known !== undefined && known.until > clock.monotonic()) return known.resolution
      remembered.delete(host)
      const pending = inFlight.get(host)
      if (pending !== undefined) return pending
      if (lookups >= lookupsMax) return { ok: false, errorClass: 'dns_failed' }
      const answer = withDeadline({ clock, timeoutMs, answer: ask(host) })
      inFlight.set(host, answer)
      const resolution = await answer
      inFlight.delete(host)
      return resolution
    },
    close() {
      cares.cancel()
    },
  }
}

async function withDeadline(input: {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly answer: Promise<Resolution>
}): Promise<Resolution> {
  const late = Promise.withResolvers<Resolution>()
  const timer = input.clock.setTimer(input.timeoutMs, () =>
    late.resolve({ ok: false, errorClass: 'dns_timeout' }),
  )
  const resolution = await Promise.race([input.answer, late.promise])
  timer.cancel()
  return resolution
}

const unreachableTries = 2

async function query(
  ask: () => Promise<readonly { readonly address: string; readonly ttl: number }[]>,
): Promise<Records | DnsFault> {
  for (let tries = 1; ; tries++) {
    try {
      const records = await ask()
      return {
        addresses: records.map((record) => record.address),
        ttl: Math.min(...records.map((record) => record.ttl)),
      }
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '' // c-ares errors carry a code
      if (code !== 'ECONNREFUSED') return queryFault(code)
      // c-ares says so too when the process has no file descriptor left for a socket to a server.
      if (!hasDescriptor()) return 'no_sockets'
      // One may have come free since.
      if (tries === unreachableTries) return 'dns_failed'
    }
  }
}

function hasDescriptor(): boolean {
  try {
    closeSync(openSync(devNull, 'r'))
    return true
  } catch {
    return false
  }
}

function queryFault(code: string): Records | DnsFault {
  switch (code) {
    case 'ENODATA':
      return { addresses: [], ttl: Number.POSITIVE_INFINITY }
    case 'ENOTFOUND':
      return 'dns_not_found'
    case 'ETIMEOUT':
      return 'dns_timeout'
    default:
      return 'dns_failed'
  }
}
