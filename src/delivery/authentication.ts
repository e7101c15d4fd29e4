/**
 * Authenticates requests to endpoints. Everything but OAuth2 is computed on the spot; an OAuth2
 * token is fetched through the guarded transport, shared by the attempts that wait for it, reused
 * until shortly before it ends, and dropped when the endpoint answers 401.
 */
import { createHash } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { attemptSentences, tokenStatus, tokenUnanswered } from '../domain/attempt-sentences.ts'
import { type Authentication, readAuthentication } from '../domain/authentication.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { isPlainObject } from '../domain/json.ts'
import { type ErrorClass, isOwnFault } from '../domain/outcome.ts'
import type { Clock } from '../runtime/clock.ts'
import type { HeaderPair } from './prepare.ts'
import type { Transport } from './transport.ts'

/** What authentication adds to a request. */
export interface Authenticated {
  readonly kind: 'authenticated'
  readonly headers: readonly HeaderPair[]
  /** The URL to call, and how records show it. */
  readonly url: string
  readonly shownUrl: string
}
/** No token could be had: the attempt fails without a request. The sentence names no secret. */
export interface NotAuthenticated {
  readonly kind: 'not_authenticated'
  /** `authentication_failed` unless our own way to the token server is at fault. */
  readonly errorClass: ErrorClass
  readonly detail: string
}

export interface Authenticator {
  /** Resolves at once except for an OAuth2 token that must be fetched. */
  authenticate(
    endpoint: Endpoint,
    now: number,
  ): Authenticated | Promise<Authenticated | NotAuthenticated>
  /** The endpoint refused the credentials: a token that was reused is not used again. */
  refused(endpoint: Endpoint): void
}

/** Tokens kept; beyond it the one fetched longest ago goes. */
const tokensMax = 10_000
/** A token is renewed this long before it ends, so that it does not end on the way. */
const renewBeforeMs = 30_000
/** How long a token is used when the server does not say. */
const tokenLifeMs = 300_000
const tokenTimeoutMs = 10_000
const tokenLengthMax = 8_192
const shownKey = '***'

interface Token {
  readonly value: string
  readonly renewAt: number
}

export function authenticator(deps: {
  readonly clock: Clock
  readonly transport: Transport
}): Authenticator {
  const tokens = new Map<string, Token>()
  const fetching = new Map<string, Promise<Token | NotAuthenticated>>()

  const tokenFor = (endpoint: Endpoint, oauth: OAuth2): Promise<Token | NotAuthenticated> => {
    const key = tokenKey(endpoint, oauth)
    const running = fetching.get(key)
    if (running !== undefined) return running
    const started = fetchToken(deps.transport, oauth, secretOf(endpoint), deps.clock).then(
      (token) => {
        if (!('kind' in token)) keep(tokens, key, token)
        return token
      },
    )
    fetching.set(key, started)
    return started.finally(() => fetching.delete(key))
  }

  return {
    authenticate(endpoint, now) {
      const settings = readAuthentication(endpoint.attributes['authentication'])
      if (settings?.kind !== 'oauth2') return authenticateNow(endpoint, settings, now)
      const known = tokens.get(tokenKey(endpoint, settings))
      if (known !== undefined && known.renewAt > now) return bearer(endpoint, known.value)
      return tokenFor(endpoint, settings).then((token) =>
        'kind' in token ? token : bearer(endpoint, token.value),
      )
    },
    refused(endpoint) {
      const settings = readAuthentication(endpoint.attributes['authentication'])
      if (settings?.kind === 'oauth2') tokens.delete(tokenKey(endpoint, settings))
    },
  }
}

type OAuth2 = Extract<Authentication, { kind: 'oauth2' }>

function authenticateNow(
  endpoint: Endpoint,
  settings: Exclude<Authentication, OAuth2> | null,
  now: number,
): Authenticated {
  const secret = secretOf(endpoint)
  if (settings === null) return withHeaders(endpoint, [])
  switch (settings.kind) {
    case 'api-key':
      return placed(endpoint, settings, secret)
    case 'basic':
      return withHeaders(endpoint, [['authorization', basic(settings.username, secret)]])
    case 'bearer':
      return bearer(endpoint, secret)
    case 'totp':
      return placed(endpoint, settings, totpCode(settings, secret, now))
    default:
      return settings satisfies never
  }
}

/** The code that a holder of the key expects at `now`. */
export function totpCode(
  settings: Extract<Authentication, { kind: 'totp' }>,
  key: string,
  now: number,
): string {
  const { digits, periodSeconds: period, algorithm } = settings
  const secret = Secret.fromBase32(key.replaceAll(' ', '').replace(/=+$/, '').toUpperCase())
  return new TOTP({ secret, digits, period, algorithm }).generate({ timestamp: now })
}

function placed(
  endpoint: Endpoint,
  { name, placement }: { readonly name: string; readonly placement: 'header' | 'query' },
  value: string,
): Authenticated {
  if (placement === 'header') return withHeaders(endpoint, [[name, value]])
  const withParameter = (text: string): string => {
    const url = new URL(endpoint.url)
    url.searchParams.set(name, text)
    return url.href
  }
  return {
    kind: 'authenticated',
    headers: [],
    url: withParameter(value),
    shownUrl: withParameter(shownKey),
  }
}

function bearer(endpoint: Endpoint, token: string): Authenticated {
  return withHeaders(endpoint, [['authorization', `Bearer ${token}`]])
}

function withHeaders(endpoint: Endpoint, headers: readonly HeaderPair[]): Authenticated {
  return { kind: 'authenticated', headers, url: endpoint.url, shownUrl: endpoint.url }
}

function secretOf(endpoint: Endpoint): string {
  return endpoint.credentials?.['secret'] ?? ''
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** Changes with every setting, the secret included, so that old tokens are not found any more. */
function tokenKey(endpoint: Endpoint, oauth: OAuth2): string {
  const settings = JSON.stringify([endpoint.id, oauth, secretOf(endpoint)])
  return createHash('sha256').update(settings).digest('base64')
}

function keep(tokens: Map<string, Token>, key: string, token: Token): void {
  tokens.delete(key)
  tokens.set(key, token)
  if (tokens.size <= tokensMax) return
  const [oldest] = tokens.keys()
  if (oldest !== undefined) tokens.delete(oldest)
}

async function fetchToken(
  transport: Transport,
  oauth: OAuth2,
  secret: string,
  clock: Clock,
): Promise<Token | NotAuthenticated> {
  const askedAt = clock.now()
  const outcome = await transport.send({
    url: oauth.tokenUrl,
    headers: [
      ['content-type', 'application/x-www-form-urlencoded'],
      ['accept', 'application/json'],
      ...clientHeaders(oauth, secret),
    ],
    body: Buffer.from(tokenForm(oauth, secret).toString()),
    timeoutMs: tokenTimeoutMs,
    redirectsMax: 0,
    mayStart: () => true,
    signal: null,
  })
  if (outcome.kind === 'unanswered') {
    const detail = tokenUnanswered(outcome.detail)
    return notAuthenticated(detail, isOwnFault(outcome.errorClass) ? outcome.errorClass : undefined)
  }
  if (outcome.status !== 200) {
    return notAuthenticated(tokenStatus(outcome.status))
  }
  return readToken(outcome.body, askedAt)
}

/** RFC 6749 section 2.3.1: user and password are form-encoded before they are joined. */
function clientHeaders(oauth: OAuth2, secret: string): readonly HeaderPair[] {
  if (oauth.clientAuthentication === 'body') return []
  const encode = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1)
  return [['authorization', basic(encode(oauth.clientId), encode(secret))]]
}

function tokenForm(oauth: OAuth2, secret: string): URLSearchParams {
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (oauth.scope !== null) form.set('scope', oauth.scope)
  if (oauth.clientAuthentication === 'body') {
    form.set('client_id', oauth.clientId)
    form.set('client_secret', secret)
  }
  return form
}

function readToken(body: Uint8Array, askedAt: number): Token | NotAuthenticated {
  let answer: unknown
  try {
    answer = JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return notAuthenticated(attemptSentences.tokenNotJson.en)
  }
  const token = isPlainObject(answer) ? answer['access_token'] : null
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || token.length > tokenLengthMax) {
    return notAuthenticated(attemptSentences.tokenMissing.en)
  }
  const type = isPlainObject(answer) ? answer['token_type'] : null
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer') {
    return notAuthenticated(attemptSentences.tokenNotBearer.en)
  }
  const seconds = isPlainObject(answer) ? Number(answer['expires_in']) : Number.NaN
  const lifeMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : tokenLifeMs
  return { value: token, renewAt: askedAt + Math.max(lifeMs - renewBeforeMs, lifeMs / 2) }
}

function notAuthenticated(
  detail: string,
  errorClass: ErrorClass = 'authentication_failed',
): NotAuthenticated {
  return { kind: 'not_authenticated', errorClass, detail }
}
