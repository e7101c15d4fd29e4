/**
 * Requests to the identity provider that the operator chose. The address guard does not apply: a
 * provider may well be in the operator's own network. Bounded in time by the caller's signal, in
 * size and connections here; no redirects, no decompression, no cookies.
 */
import { Agent, request } from 'undici'

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

export function providerExchange(): ProviderExchange {
  const agent = new Agent({
    connections: bounds.connections,
    connect: { timeout: bounds.connectTimeoutMs },
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
