/**
 * The HTTP API from TypeScript, over `fetch`: every operation by its id through `request`, and what
 * the command line needs by name, typed by the contract.
 * A refusal throws `ApiError`, no answer throws `Unreachable`.
 */
import { exportHeaders } from '../contract/export.ts'
import { ApiError, Unreachable } from './failures.ts'
import { requester } from './request.ts'
import type {
  Application,
  Attempt,
  Captured,
  Change,
  ClusterNode,
  Destination,
  Endpoint,
  EndpointInput,
  EventType,
  EventTypeInput,
  InspectorBin,
  Message,
  MessageInput,
  Page,
  ProfileFit,
} from './types.ts'

export interface ClientOptions {
  /** Where the server is, without `/api/v1`. */
  readonly url: string
  readonly key: string
  /** Of refusals and other sentences; default English. */
  readonly language?: 'en' | 'es'
  /** Ends every call. */
  readonly signal?: AbortSignal
  /** Bound of one call, in ms; streams and waits bring their own. */
  readonly timeoutMs?: number
}

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  /** Ends this call alone. */
  readonly signal?: AbortSignal
}

export type Client = ReturnType<typeof createClient>

const defaultTimeoutMs = 30_000

export function createClient(options: ClientOptions) {
  const call = caller(options)
  const get = <Out>(path: string, query?: CallOptions['query']): Promise<Out> =>
    call<Out>('GET', path, query === undefined ? {} : { query })
  const id = encodeURIComponent
  return {
    url: options.url,
    /** Any operation by its id, typed by the contract. */
    request: requester(call),
    /** Any call of the API; `path` is below `/api/v1`. */
    call,
    /** The answer as it comes, for streams and raw output. */
    open: opener(options),
    applications: {
      list: (query?: CallOptions['query']) => get<Page<Application>>('/app', query),
      get: (app: string) => get<Application>(`/app/${id(app)}`),
      create: (body: { readonly name: string; readonly uid?: string }, ifExists = false) =>
        call<Application>('POST', '/app', { body, query: { get_if_exists: ifExists } }),
      /** Which endpoints would break the rules of another profile. */
      profileFit: (app: string, profile: string) =>
        get<ProfileFit>(`/app/${id(app)}/profile-fit`, { profile }),
      setProfile: (app: string, profile: string, force = false) =>
        call<Application>('PATCH', `/app/${id(app)}`, { body: { profile }, query: { force } }),
      delete: (app: string) => call<null>('DELETE', `/app/${id(app)}`),
    },
    endpoints: {
      list: (app: string, query?: CallOptions['query']) =>
        get<Page<Endpoint>>(`/app/${id(app)}/endpoint`, query),
      get: (app: string, endpoint: string) =>
        get<Endpoint>(`/app/${id(app)}/endpoint/${id(endpoint)}`),
      create: (app: string, body: EndpointInput) =>
        call<Endpoint>('POST', `/app/${id(app)}/endpoint`, { body }),
      patch: (app: string, endpoint: string, body: Partial<EndpointInput>) =>
        call<Endpoint>('PATCH', `/app/${id(app)}/endpoint/${id(endpoint)}`, { body }),
      delete: (app: string, endpoint: string) =>
        call<null>('DELETE', `/app/${id(app)}/endpoint/${id(endpoint)}`),
      /** What the receiver verifies with: where the profile signs as Logto does, its text key. */
      secret: async (app: string, endpoint: string) => {
        const path = `/app/${id(app)}/endpoint/${id(endpoint)}/secret`
        const { key, signingKey } = await get<{ key: string; signingKey?: string }>(path)
        return signingKey ?? key
      },
      rotate: (app: string, endpoint: string, gracePeriodSeconds?: number) =>
        call<null>('POST', `/app/${id(app)}/endpoint/${id(endpoint)}/secret/rotate`, {
          body: gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds },
        }),
      retryNow: (app: string, endpoint: string) =>
        call<{ readonly moved: number }>(
          'POST',
          `/app/${id(app)}/endpoint/${id(endpoint)}/retry-now`,
        ),
    },
    messages: {
      list: (app: string, query?: CallOptions['query']) =>
        get<Page<Message>>(`/app/${id(app)}/msg`, query),
      /** By a text or payload; a page may hold less than it could, and says where to go on. */
      search: (app: string, query: CallOptions['query']) =>
        get<Page<Message>>(`/app/${id(app)}/search/msg`, query),
      get: (app: string, message: string) => get<Message>(`/app/${id(app)}/msg/${id(message)}`),
      /** `source`: what the list of messages says that it came from. */
      create: (
        app: string,
        body: MessageInput | string,
        idempotencyKey?: string,
        source?: 'cli' | 'test',
      ) =>
        call<Message>('POST', `/app/${id(app)}/msg`, {
          body,
          query: { with_content: false },
          headers: {
            ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
            ...(source === undefined ? {} : { 'posthorn-source': source }),
          },
        }),
      destinations: (app: string, message: string, query?: CallOptions['query']) =>
        get<Page<Destination>>(`/app/${id(app)}/msg/${id(message)}/endpoint`, query),
      attempts: (app: string, message: string, query?: CallOptions['query']) =>
        get<Page<Attempt>>(`/app/${id(app)}/attempt/msg/${id(message)}`, query),
      attempt: (app: string, message: string, attempt: string) =>
        get<Attempt>(`/app/${id(app)}/msg/${id(message)}/attempt/${id(attempt)}`),
      attemptsTo: (app: string, endpoint: string, query?: CallOptions['query']) =>
        get<Page<Attempt>>(`/app/${id(app)}/attempt/endpoint/${id(endpoint)}`, query),
      resend: (app: string, message: string, endpoint: string) =>
        call<unknown>('POST', `/app/${id(app)}/msg/${id(message)}/endpoint/${id(endpoint)}/resend`),
    },
    /** The next part of a list as a file: ask again with `iterator: next` until `next` is null. */
    exportPart: exporter(options),
    changes: {
      /** What happened behind a cursor; without one, nothing but the cursor of now. */
      list: (app: string, query?: CallOptions['query']) =>
        get<Page<Change> & { readonly iterator: string }>(`/app/${id(app)}/change`, query),
      /** The same as it happens, behind a cursor. */
      stream: (app: string, after: string) =>
        opener(options)('GET', `/app/${id(app)}/change`, {
          headers: { accept: 'text/event-stream', 'last-event-id': after },
        }),
    },
    eventTypes: {
      list: (query?: CallOptions['query']) => get<Page<EventType>>('/event-type', query),
      get: (name: string) => get<EventType>(`/event-type/${id(name)}`),
      create: (body: EventTypeInput) => call<EventType>('POST', '/event-type', { body }),
      delete: (name: string, expunge: boolean) =>
        call<null>('DELETE', `/event-type/${id(name)}`, { query: { expunge } }),
    },
    nodes: {
      list: () => get<{ readonly data: readonly ClusterNode[] }>('/node'),
    },
    bins: {
      list: () => get<Page<InspectorBin>>('/inspector/bin'),
      get: (bin: string) => get<InspectorBin>(`/inspector/bin/${id(bin)}`),
      put: (bin: string, body: unknown) =>
        call<InspectorBin>('PUT', `/inspector/bin/${id(bin)}`, { body }),
      delete: (bin: string) => call<null>('DELETE', `/inspector/bin/${id(bin)}`),
      requests: (bin: string, query?: CallOptions['query']) =>
        get<Page<Captured>>(`/inspector/bin/${id(bin)}/request`, query),
      /** Throws `ApiError` 408 `wait_timeout` when nothing matching comes in time. */
      wait: (
        bin: string,
        query: { readonly match: string; readonly timeout: number; readonly since?: string },
      ) =>
        call<Captured>('GET', `/inspector/bin/${id(bin)}/wait`, {
          query,
          timeoutMs: query.timeout * 1000 + 5_000,
        }),
    },
  }
}

type Opened = (method: string, path: string, options?: CallOptions) => Promise<Response>

function opener(options: ClientOptions): Opened {
  return async (method, path, call = {}) => {
    const url = new URL(`${options.url}/api/v1${path}`)
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    const { body } = call
    try {
      return await fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${options.key}`,
          ...(options.language === undefined ? {} : { 'accept-language': options.language }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...call.headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : jsonText(body) }),
        ...signalOf(options, call),
      })
    } catch (cause) {
      throw new Unreachable({ url: options.url, reason: reasonOf(cause), cause })
    }
  }
}

function caller(options: ClientOptions) {
  const open = opener(options)
  return async <Out>(method: string, path: string, call: CallOptions = {}): Promise<Out> => {
    const timeoutMs = call.timeoutMs ?? options.timeoutMs ?? defaultTimeoutMs
    const response = await open(method, path, { ...call, timeoutMs })
    const text = await response.text()
    if (!response.ok) throw refusal(method, path, response, text)
    return (text === '' ? null : JSON.parse(text)) as Out // the contract's promise for this path
  }
}

/** A part of a list as a file; see `contract/export.ts`. */
export interface ExportPart {
  readonly text: string
  readonly rows: number
  /** Where the next part begins; null: this is the last. */
  readonly next: string | null
  /** Down to when everything was looked at. */
  readonly reached: string | null
}

function exporter(options: ClientOptions) {
  const open = opener(options)
  return async (
    app: string,
    list: 'delivery' | 'msg' | 'endpoint',
    query: NonNullable<CallOptions['query']>,
  ): Promise<ExportPart> => {
    const of = app === '' ? '' : `/app/${encodeURIComponent(app)}`
    const path = `${of}/export/${list}`
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs
    const response = await open('GET', path, { query, timeoutMs })
    const text = await response.text().catch((cause: unknown) => {
      throw new Unreachable({ url: options.url, reason: reasonOf(cause), cause })
    })
    if (!response.ok) throw refusal('GET', path, response, text)
    const header = (name: string): string | null => response.headers.get(name)
    const { next, rows, reached } = exportHeaders
    return { text, rows: Number(header(rows)), next: header(next), reached: header(reached) }
  }
}

/** Our own error bodies, and what a proxy in between may answer instead. */
function refusal(method: string, path: string, response: Response, text: string): ApiError {
  const { status, headers } = response
  const body = jsonOrNull(text)
  const issues = Array.isArray(body?.['detail']) ? body['detail'] : []
  const code = body?.['code']
  const detail = body?.['detail']
  return new ApiError({
    method,
    path: `/api/v1${path}`,
    status,
    code: typeof code === 'string' ? code : codeOf(status),
    detail: typeof detail === 'string' ? detail : text.slice(0, 200),
    issues,
    requestId: headers.get('x-request-id'),
  })
}

function codeOf(status: number): string {
  return status === 422 ? 'validation' : status === 404 ? 'not_found' : 'unexpected_answer'
}

function jsonOrNull(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}

function jsonText(value: unknown): string {
  return JSON.stringify(value)
}

function signalOf(options: ClientOptions, call: CallOptions): { signal?: AbortSignal } {
  const signals = [
    ...(options.signal === undefined ? [] : [options.signal]),
    ...(call.signal === undefined ? [] : [call.signal]),
    ...(call.timeoutMs === undefined ? [] : [AbortSignal.timeout(call.timeoutMs)]),
  ]
  return signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }
}

/** The most telling code that fetch's error carries. */
function reasonOf(error: unknown): string {
  let at: unknown = error
  for (let depth = 0; depth < 4 && at instanceof Error; depth++) {
    const code: unknown = Reflect.get(at, 'code')
    if (typeof code === 'string') return code
    if (at.name === 'TimeoutError') return 'timeout'
    at = at.cause
  }
  return error instanceof Error ? error.name : 'unknown'
}

export { ApiError, Unreachable } from './failures.ts'
export type { InputOf, OperationId, OutputOf } from './request.ts'
