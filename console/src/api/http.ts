/**
 * The one door to the server. Answers are values of the caller's type (the contract's schemas
 * were checked by the server), failures are an `ApiError` with the contract's code.
 */
export class ApiError extends Error {
  /** HTTP status; 0 when the server could not be reached. */
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly issues: readonly ApiIssue[]
  /** What the server calls the request, in its log too; null where it did not answer. */
  readonly requestId: string | null

  constructor(input: {
    readonly status: number
    readonly code: string
    readonly detail: string
    readonly issues?: readonly ApiIssue[]
    readonly requestId?: string | null
  }) {
    super(input.detail)
    this.name = 'ApiError'
    this.status = input.status
    this.code = input.code
    this.detail = input.detail
    this.issues = input.issues ?? []
    this.requestId = input.requestId ?? null
  }
}

/** One refused field: `["body", "url"]`. */
export interface ApiIssue {
  readonly loc: readonly string[]
  readonly msg: string
  readonly type: string
}

export type QueryValue = string | number | boolean | readonly string[] | null | undefined
export interface RequestInput {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly body?: unknown
  /** A body sent as it is, byte for byte, instead of `body`. */
  readonly rawBody?: string
  readonly signal?: AbortSignal
  /** The version that was read: the server refuses (409) when it was changed since. */
  readonly ifMatch?: string
  /** What a message is said to come from. */
  readonly source?: 'console'
  /** Whether the token is good is what is asked: a 401 ends no session. */
  readonly trial?: true
}

export const basePath = '/api/v1'
let token: string | null = null
let csrf: string | null = null
let onExpired: () => void = () => {}

export function setToken(next: string | null): void {
  token = next
}
/** What goes along with the cookie of somebody who signed in; it cannot be planted by another site. */
export function setCsrf(next: string | null): void {
  csrf = next
}
export function currentToken(): string | null {
  return token
}
/** Called when an answer says that the session is over. */
export function whenExpired(run: () => void): void {
  onExpired = run
}

export async function request<Answer>(path: string, input: RequestInput = {}): Promise<Answer> {
  const text = await requestText(path, input)
  return (text === '' ? undefined : JSON.parse(text)) as Answer // the caller names the contract's type
}

/** The answer's body as it came. */
export async function requestText(path: string, input: RequestInput = {}): Promise<string> {
  return (await requestPart(path, input)).text
}

/** The answer's body and headers; an answer that broke off is none. */
export async function requestPart(
  path: string,
  input: RequestInput = {},
): Promise<{ readonly text: string; readonly headers: Headers }> {
  const response = await send(path, input)
  const trial = input.trial === true
  if (response.status === 401 && !trial && (token !== null || csrf !== null)) onExpired()
  const text = await response.text().catch(() => null)
  if (!response.ok) throw failure(response, text ?? '')
  if (text === null) throw unreachable()
  return { text, headers: response.headers }
}

async function send(path: string, input: RequestInput): Promise<Response> {
  const body = input.rawBody ?? (input.body === undefined ? undefined : JSON.stringify(input.body))
  try {
    return await fetch(urlOf(path, input.query), {
      method: input.method ?? 'GET',
      headers: {
        accept: 'application/json',
        // What the server says in words, it says in the page's language.
        'accept-language': document.documentElement.lang || 'en',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(input.source && { 'posthorn-source': input.source }),
        ...(input.ifMatch === undefined ? {} : { 'if-match': `"${input.ifMatch}"` }),
        ...credentials(),
      },
      ...(body === undefined ? {} : { body }),
      ...(input.signal === undefined ? {} : { signal: input.signal }),
      credentials: 'same-origin',
      cache: 'no-store',
    })
  } catch (error) {
    if (input.signal?.aborted === true) throw error
    throw unreachable()
  }
}

function unreachable(): ApiError {
  return new ApiError({ status: 0, code: 'unreachable', detail: 'The server does not answer.' })
}

/** The token, or what a session's cookie wants beside it. */
export function credentials(): Readonly<Record<string, string>> {
  if (token !== null) return { authorization: `Bearer ${token}` }
  return csrf === null ? {} : { 'x-posthorn-csrf': csrf }
}

/** The path with its query; also what "Copy as curl" shows. Lists are comma-joined. */
export function urlOf(path: string, query: RequestInput['query'] = {}): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => {
      const text = Array.isArray(value) ? value.join(',') : String(value)
      return `${name}=${encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%3A', ':')}`
    })
  return basePath + path + (parts.length === 0 ? '' : `?${parts.join('&')}`)
}

function failure({ status, headers }: Response, text: string): ApiError {
  const body = parsed(text)
  const requestId = headers.get('x-request-id')
  if (Array.isArray(body['detail'])) {
    const issues = body['detail'] as readonly ApiIssue[] // the contract's 422 body
    const detail = issues.map((issue) => issue.msg).join(' ')
    return new ApiError({ status, code: 'validation', detail, issues, requestId })
  }
  return new ApiError({
    ...{ status, requestId },
    code: typeof body['code'] === 'string' ? body['code'] : `http_${status}`,
    detail: typeof body['detail'] === 'string' ? body['detail'] : `HTTP ${status}`,
  })
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {} // any object will do
  } catch {
    return {}
  }
}
