/**
 * An OpenID Connect provider on loopback: a real issuer over HTTP with discovery, codes that work
 * once, PKCE, client authentication and ES256 tokens. A test says who is signed in there, and what is
 * wrong with what it answers.
 */
import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  timingSafeEqual,
} from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

// Fixed keys, as making them is slow: P-256, used by nothing else.
const keys = {
  own: privateKey('q1XU_EPZb5RTtMnOdjfJX2d9nsMVmwNLjRDDl0I3Xnk'),
  foreign: privateKey('Zk4w8cYb0mXz1rJtQ2n7vU5sP9aE3hLdG6iOoBfKqTM'),
} as const

function privateKey(d: string) {
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(Buffer.from(d, 'base64url'))
  const point = curve.getPublicKey()
  const part = (from: number) => point.subarray(from, from + 32).toString('base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: part(1), y: part(33), d }
  return createPrivateKey({ key: jwk, format: 'jwk' })
}

export interface OpenIdTestProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Claims of whoever is signed in there. */
  person: Readonly<Record<string, unknown>>
  /** Changes what the ID token says; null: nothing. */
  twist: ((claims: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>) | null
  /** Whose key signs. */
  signsWith: keyof typeof keys
  /** Claims that the token leaves out and the user info has. */
  inUserInfo: readonly string[]
  /** What is wrong at a path: no answer at all, an answer without end, an error. */
  trouble: { readonly path: string; readonly kind: 'silent' | 'endless' | 'failing' } | null
  /** Where people are sent back with this error in place of a code. */
  error: string | null
  /** Offers to sign people out there. */
  endsSessions: boolean
  /** Requests by path. */
  readonly asked: string[]
  close(): Promise<void>
}

interface Grant {
  readonly challenge: string
  readonly nonce: string
  readonly redirectUri: string
}

export async function startOpenIdProvider(): Promise<OpenIdTestProvider> {
  const grants = new Map<string, Grant>()
  let codes = 0
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', provider.issuer)
    provider.asked.push(url.pathname)
    if (isTroubled(url.pathname, response)) return
    answer(request, response, url).catch((error) => {
      response.writeHead(500).end(String(error))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  const provider: OpenIdTestProvider = {
    issuer: `http://127.0.0.1:${port}`,
    clientId: 'posthorn',
    clientSecret: 'the secret & of the client',
    person: { sub: 'nobody' },
    twist: null,
    signsWith: 'own',
    inUserInfo: [],
    trouble: null,
    error: null,
    endsSessions: false,
    asked: [],
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  function isTroubled(path: string, response: ServerResponse): boolean {
    if (provider.trouble?.path !== path) return false
    if (provider.trouble.kind === 'failing') response.writeHead(502).end('<html>')
    if (provider.trouble.kind === 'endless') {
      response.writeHead(200, { 'content-type': 'application/json' })
      const fill = () => {
        while (response.writable && response.write(' '.repeat(65_536)));
      }
      response.on('drain', fill)
      fill()
    }
    return true
  }

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL) {
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(response, metadata(provider))
      case '/jwks':
        return json(response, { keys: [publicJwk()] })
      case '/authorize':
        return response.writeHead(302, { location: sendBack(url.searchParams) }).end()
      case '/token':
        return token(request, response)
      case '/userinfo': {
        const names = ['sub', ...provider.inUserInfo]
        const entries = names.map((name) => [name, provider.person[name]] as const)
        return json(response, Object.fromEntries(entries))
      }
      default:
        return response.writeHead(404).end()
    }
  }

  function sendBack(asked: URLSearchParams): string {
    const redirectUri = asked.get('redirect_uri') ?? ''
    const back = new URL(redirectUri)
    back.searchParams.set('state', asked.get('state') ?? '')
    back.searchParams.set('iss', provider.issuer)
    if (provider.error !== null) {
      back.searchParams.set('error', provider.error)
      return back.href
    }
    codes += 1
    const code = `code-${codes}`
    const [challenge, nonce] = [asked.get('code_challenge') ?? '', asked.get('nonce') ?? '']
    grants.set(code, { challenge, nonce, redirectUri })
    back.searchParams.set('code', code)
    return back.href
  }

  async function token(request: IncomingMessage, response: ServerResponse) {
    const form = new URLSearchParams(await text(request))
    if (!isClient(request.headers.authorization, provider)) {
      return json(response, { error: 'invalid_client' }, 401)
    }
    const code = form.get('code') ?? ''
    const grant = grants.get(code)
    grants.delete(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (grant?.challenge !== challenge || grant.redirectUri !== form.get('redirect_uri')) {
      return json(response, { error: 'invalid_grant' }, 400)
    }
    return json(response, {
      access_token: 'access',
      token_type: 'Bearer',
      expires_in: 60,
      id_token: idToken(grant.nonce),
    })
  }

  function idToken(nonce: string): string {
    const now = Math.floor(Date.now() / 1000)
    const told = Object.entries(provider.person).filter(
      ([name]) => !provider.inUserInfo.includes(name),
    )
    const plain = {
      iss: provider.issuer,
      aud: provider.clientId,
      iat: now,
      exp: now + 60,
      nonce,
      ...Object.fromEntries(told),
    }
    const claims = provider.twist?.(plain) ?? plain
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ alg: 'ES256', kid: 'own' })}.${part(claims)}`
    const key = { key: keys[provider.signsWith], dsaEncoding: 'ieee-p1363' } as const
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
  }

  return provider
}

function isClient(header: string | undefined, provider: OpenIdTestProvider): boolean {
  const encoded = [provider.clientId, provider.clientSecret].map((text) =>
    new URLSearchParams({ '': text }).toString().slice(1),
  )
  const wanted = Buffer.from(`Basic ${Buffer.from(encoded.join(':')).toString('base64')}`)
  const given = Buffer.from(header ?? '')
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function publicJwk() {
  return { ...createPublicKey(keys.own).export({ format: 'jwk' }), kid: 'own', alg: 'ES256' }
}

function metadata({ issuer, endsSessions }: OpenIdTestProvider) {
  return {
    ...(endsSessions ? { end_session_endpoint: `${issuer}/end?kept=1` } : {}),
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
  }
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
