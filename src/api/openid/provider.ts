/**
 * The protocol with the provider: OpenID Connect's authorization code flow with PKCE, state and
 * nonce. Tokens are read and judged by `oauth4webapi`; here is what goes in, what comes out, and
 * bounds on time and number. Whatever goes wrong is a value with a stable code.
 */
import assert from 'node:assert/strict'
import * as oauth from 'oauth4webapi'
import type { Config } from '../../config.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import { claimAt, type RawClaims, type Vouched, vouchedFor } from './claims.ts'
import type { Flow } from './flow.ts'
import type { OpenIdRefusalCode } from './refusals.ts'

interface ProviderRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: URLSearchParams | null | undefined
  readonly signal?: AbortSignal | undefined
}

/** One request to the provider, bounded in size; see `delivery/provider-exchange.ts`. */
export interface ProviderExchange {
  send(url: string, request: ProviderRequest): Promise<Response | { readonly unreachable: string }>
}

export interface OpenIdFault {
  readonly code: OpenIdRefusalCode
}

/** The provider that people may sign in with. */
export interface OpenIdProvider {
  /** What the sign-in button calls it. */
  readonly name: string
  /** Where the browser is to go. */
  authorizationUrl(flow: Flow): Promise<string | OpenIdFault>
  /**
   * Where the browser is to go to sign out at the provider too; it is sent back to our sign-in page.
   * Null: the provider offers none, or does not answer.
   */
  signOutUrl(): Promise<string | null>
  /** Who came back, by the parameters that the provider sent them back with. */
  exchange(returned: URLSearchParams, flow: Flow): Promise<Vouched | OpenIdFault>
}

export interface OpenIdDeps {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly exchange: ProviderExchange
}

/** For all that one step asks the provider. */
const stepTimeoutMs = 15_000
/** How long the provider's description of itself is believed. */
const metadataMs = 3_600_000
/** Steps at once, on this node; more are told to come again. */
const stepsMax = 32
export const callbackPath = '/sign-in/openid'

class Unreachable extends Error {}
/** The provider's description of itself is not one, or not of this issuer. */
class Misconfigured extends Error {}

/** Null: no issuer is set. */
export function openIdProvider(deps: OpenIdDeps): OpenIdProvider | null {
  const { oidcIssuer, oidcClientId, publicUrl } = deps.config
  if (oidcIssuer === null) return null
  assert(oidcClientId !== null && publicUrl !== null, 'an issuer needs oidcClientId and publicUrl')
  const issuer = new URL(oidcIssuer)
  const run = stepRunner(deps)
  const metadataOf = metadataKeeper(deps, issuer)
  const redirectUri = publicUrl + callbackPath
  return {
    name: deps.config.oidcName ?? issuer.hostname,

    authorizationUrl: (flow) =>
      run(async (options) => {
        const server = await metadataOf(options)
        const url = endpointOf(server, issuer)
        const challenge = await oauth.calculatePKCECodeChallenge(flow.verifier)
        const wanted: Readonly<Record<string, string>> = {
          response_type: 'code',
          client_id: oidcClientId,
          redirect_uri: redirectUri,
          scope: deps.config.oidcScopes,
          state: flow.state,
          nonce: flow.nonce,
          code_challenge: challenge,
          code_challenge_method: 'S256',
        }
        for (const [name, value] of Object.entries(wanted)) url.searchParams.set(name, value)
        return url.href
      }),

    async signOutUrl() {
      const step = await run(async (options) => {
        const { end_session_endpoint: offered } = await metadataOf(options)
        const url = offered === undefined ? null : usableUrl(offered, issuer)
        // No token is kept that could name the user there, so the provider may ask them.
        url?.searchParams.set('client_id', oidcClientId)
        url?.searchParams.set('post_logout_redirect_uri', `${publicUrl}/`)
        return url
      })
      return step instanceof URL ? step.href : null
    },

    exchange: (returned, flow) =>
      run(async (options) => {
        const server = await metadataOf(options)
        const client: oauth.Client = { client_id: oidcClientId }
        const parameters = oauth.validateAuthResponse(server, client, returned, flow.state)
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          clientAuthentication(server, deps.config.oidcClientSecret),
          parameters,
          redirectUri,
          flow.verifier,
          options,
        )
        const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
          expectedNonce: flow.nonce,
          requireIdToken: true,
        })
        await oauth.validateApplicationLevelSignature(server, response, options)
        const claims = oauth.getValidatedIdTokenClaims(tokens)
        if (claims === undefined) throw new Error('an ID token was required')
        const all = await withUserInfo({ server, client, tokens, claims, options }, deps.config)
        return vouchedFor(all, deps.config)
      }),
  }
}

interface Options {
  readonly [oauth.customFetch]: (url: string, request: ProviderRequest) => Promise<Response>
  readonly [oauth.allowInsecureRequests]: boolean
  readonly signal: AbortSignal
}

/** Runs a step within its time, and says what went wrong by type and code. */
function stepRunner(deps: OpenIdDeps) {
  let running = 0
  const send: Options[typeof oauth.customFetch] = async (url, request) => {
    const answer = await deps.exchange.send(url, request)
    if ('unreachable' in answer) throw new Unreachable(answer.unreachable)
    return answer
  }
  const insecure = deps.config.oidcIssuer?.startsWith('http:') === true // loopback: see its setting
  return async <Value>(
    step: (options: Options) => Promise<Value>,
  ): Promise<Value | OpenIdFault> => {
    if (running >= stepsMax) return { code: 'openid_unavailable' }
    running += 1
    const ended = new AbortController()
    const timer = deps.clock.setTimer(stepTimeoutMs, () => ended.abort())
    try {
      return await step({
        [oauth.customFetch]: send,
        [oauth.allowInsecureRequests]: insecure,
        signal: ended.signal,
      })
    } catch (error) {
      const code = codeOf(error)
      deps.log.warn('session.openid_failed', { code, reason: reasonOf(error) })
      return { code }
    } finally {
      timer.cancel()
      running -= 1
    }
  }
}

/** What the provider says of itself, fetched once for all who wait and believed for a while. */
function metadataKeeper(deps: OpenIdDeps, issuer: URL) {
  let known: { readonly server: oauth.AuthorizationServer; readonly until: number } | null = null
  let asking: Promise<oauth.AuthorizationServer> | null = null
  const ask = async (options: Options): Promise<oauth.AuthorizationServer> => {
    const response = await oauth.discoveryRequest(issuer, { ...options, algorithm: 'oidc' })
    const server = await oauth.processDiscoveryResponse(issuer, response).catch((cause) => {
      throw new Misconfigured(reasonOf(cause))
    })
    known = { server, until: deps.clock.monotonic() + metadataMs }
    return server
  }
  return async (options: Options): Promise<oauth.AuthorizationServer> => {
    if (known !== null && deps.clock.monotonic() < known.until) return known.server
    asking ??= ask(options).finally(() => {
      asking = null
    })
    return asking
  }
}

function endpointOf(server: oauth.AuthorizationServer, issuer: URL): URL {
  const url = usableUrl(server.authorization_endpoint ?? '', issuer)
  if (url === null) throw new Misconfigured('no usable authorization_endpoint')
  return url
}

/** Https, or what the issuer itself is. */
function usableUrl(text: string, issuer: URL): URL | null {
  const url = URL.parse(text)
  return url?.protocol === 'https:' || url?.protocol === issuer.protocol ? url : null
}

/** The way that every provider must offer, unless this one says that it takes another. */
function clientAuthentication(
  server: oauth.AuthorizationServer,
  secret: string | null,
): oauth.ClientAuth {
  if (secret === null) return oauth.None()
  const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  const posts = !ways.includes('client_secret_basic') && ways.includes('client_secret_post')
  return posts ? oauth.ClientSecretPost(secret) : oauth.ClientSecretBasic(secret)
}

/** Providers may keep what they know of somebody out of the token: then it is asked for. */
async function withUserInfo(
  step: {
    readonly server: oauth.AuthorizationServer
    readonly client: oauth.Client
    readonly tokens: oauth.TokenEndpointResponse
    readonly claims: oauth.IDToken
    readonly options: Options
  },
  { oidcRoleClaim }: Pick<Config, 'oidcRoleClaim'>,
): Promise<RawClaims> {
  const { server, client, tokens, claims, options } = step
  const told =
    claims['email'] !== undefined &&
    claims['email_verified'] !== undefined &&
    (oidcRoleClaim === null || claimAt(claims, oidcRoleClaim) !== undefined)
  if (told || server.userinfo_endpoint === undefined) return claims
  const response = await oauth.userInfoRequest(server, client, tokens.access_token, options)
  const more = await oauth.processUserInfoResponse(server, client, claims.sub, response)
  return { ...more, ...claims }
}

function codeOf(error: unknown): OpenIdRefusalCode {
  if (error instanceof Unreachable) return 'openid_unavailable'
  if (error instanceof Misconfigured) return 'openid_misconfigured'
  if (error instanceof oauth.AuthorizationResponseError) return 'openid_denied'
  if (error instanceof oauth.ResponseBodyError) {
    // A code that was used, or took too long; anything else is about us.
    return error.error === 'invalid_grant' ? 'openid_ended' : 'openid_misconfigured'
  }
  return 'openid_invalid'
}

const reasonLengthMax = 200

/** For the log: the library's words and the provider's code, never a token. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code: unknown = Reflect.get(error, 'error') ?? Reflect.get(error, 'code') ?? error.name
  return `${code}: ${error.message}`.slice(0, reasonLengthMax)
}
