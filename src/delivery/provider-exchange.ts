/**
 * Requests to the identity provider that the operator chose. The address guard does not apply: a
 * provider may well be in the operator's own network. With an egress proxy they go through it, as
 * deliveries do. Bounded in time by the caller's signal, in size and connections here; no redirects,
 * no decompression, no cookies.
 */
import { Agent, type buildConnector, request } from 'undici'
import type { ErrorClass } from '../domain/outcome.ts'
import type { Clock } from '../runtime/clock.ts'
import { createConnector } from './connector.ts'
import type { EgressProxy } from './egress-proxy.ts'
import type { Resolver } from './resolver.ts'

/** A request as the protocol's library makes it. */
export interface ProviderRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: URLSearchParams | null | undefined
  readonly signal?: AbortSignal | undefined
}

/** Away, slow, failing, or more than it may answer. What it was is for the log alone. */
export interface ProviderUnreachable {
  readonly unreachable: string
}

export interface ProviderExchange {
  send(url: string, request: ProviderRequest): Promise<Response | ProviderUnreachable>
  close(): Promise<void>
}

const bounds = {
  connections: 8,
  connectTimeoutMs: 5_000,
  phaseTimeoutMs: 10_000,
  answerBytesMax: 512 * 1024,
} as const
const bodiless = new Set([204, 205, 304])

/** The way out that the settings ask for. */
export interface ProviderWay {
  readonly proxy: EgressProxy
  /** Finds the proxy; what lies behind it the proxy finds itself. */
  readonly resolver: Resolver
  readonly clock: Clock
}

/** `way` null: directly. */
export function providerExchange(way: ProviderWay | null = null): ProviderExchange {
  const agent = new Agent({
    connections: bounds.connections,
    connect: way === null ? { timeout: bounds.connectTimeoutMs } : dialThrough(way),
    headersTimeout: bounds.phaseTimeoutMs,
    bodyTimeout: bounds.phaseTimeoutMs,
    maxResponseSize: bounds.answerBytesMax,
  })
  return {
    async send(url, { method, headers, body, signal }) {
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: method === 'POST' ? 'POST' : 'GET',
          headers: { ...headers, ...(body ? { 'content-type': formType } : {}) },
          body: body ? body.toString() : null,
          signal: signal ?? null,
        })
        const bytes = await answer.body.arrayBuffer()
        if (answer.statusCode >= 500) return { unreachable: `HTTP ${answer.statusCode}` }
        return new Response(bodiless.has(answer.statusCode) ? null : bytes, {
          status: answer.statusCode,
          headers: plainHeaders(answer.headers),
        })
      } catch (cause) {
        return { unreachable: faultOf(cause) }
      }
    },
    close: () => agent.destroy(),
  }
}

function dialThrough(way: ProviderWay): buildConnector.connector {
  const connector = createConnector({
    ...way,
    guard: { check: () => ({ allowed: true, kind: 'public' }) }, // the operator's own choice
    connectTimeoutMs: bounds.connectTimeoutMs,
  })
  return ({ protocol, hostname, port }, callback) => {
    const secure = protocol === 'https:'
    const host = hostname.replace(/^\[|\]$/g, '')
    const origin = `${protocol}//${hostname}:${port}`
    const target = { origin, path: '/', host, port: Number(port) || (secure ? 443 : 80), secure }
    const untold = { dnsMs: null, connectMs: null, tlsMs: null, remoteAddress: null, tls: null }
    const progress = { phase: 'proxy' as const, ...untold }
    const { signal } = new AbortController() // each phase has its time
    void connector.dial({ target, key: origin, tls: null }, progress, signal).then((dialled) => {
      if (dialled.ok) callback(null, dialled.socket)
      else callback(new NotConnected(dialled.errorClass), null)
    })
  }
}

class NotConnected extends Error {
  readonly code: ErrorClass

  constructor(code: ErrorClass) {
    super(code)
    this.code = code
  }
}

/** Its code, such as `ECONNREFUSED` or `UND_ERR_CONNECT_TIMEOUT`. */
function faultOf(cause: unknown): string {
  const code: unknown = typeof cause === 'object' && cause !== null && Reflect.get(cause, 'code')
  return typeof code === 'string' ? code : 'no whole answer'
}

const formType = 'application/x-www-form-urlencoded;charset=UTF-8'

function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const plain = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) plain.append(name, one)
  }
  return plain
}
