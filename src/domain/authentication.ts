/**
 * How requests to an endpoint show who sends them. The settings are plain data, kept in the
 * endpoint's attributes; the one secret of each kind is kept apart, sealed, as
 * `credentials.secret` (key, password, token, TOTP key or client secret).
 */
import { isPlainObject } from './json.ts'

export type Placement = 'header' | 'query'

export type Authentication =
  /** The key itself, in a header or query parameter of the chosen name. */
  | { readonly kind: 'api-key'; readonly name: string; readonly placement: Placement }
  | { readonly kind: 'basic'; readonly username: string }
  | { readonly kind: 'bearer' }
  /** A fresh time-based one-time password for each request (RFC 6238); the key is base32. */
  | {
      readonly kind: 'totp'
      readonly name: string
      readonly placement: Placement
      readonly digits: 6 | 7 | 8
      readonly periodSeconds: number
      readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512'
    }
  /** A client-credentials token (RFC 6749 section 4.4), sent as bearer. */
  | {
      readonly kind: 'oauth2'
      readonly tokenUrl: string
      readonly clientId: string
      readonly scope: string | null
      /** Where the client credentials go: an authorization header, or the form. */
      readonly clientAuthentication: 'basic' | 'body'
    }

export const authenticationKinds = ['api-key', 'basic', 'bearer', 'totp', 'oauth2'] as const

/** Reads what is stored in `attributes.authentication`; null: none. Stored values were checked. */
export function readAuthentication(value: unknown): Authentication | null {
  if (!isPlainObject(value)) return null
  const text = (name: string, fallback = ''): string =>
    typeof value[name] === 'string' ? value[name] : fallback
  const placed = {
    name: text('name'),
    placement: value['placement'] === 'query' ? 'query' : 'header',
  } as const
  switch (value['kind']) {
    case 'api-key':
      return { kind: 'api-key', ...placed }
    case 'basic':
      return { kind: 'basic', username: text('username') }
    case 'bearer':
      return { kind: 'bearer' }
    case 'totp': {
      const digits = value['digits'] === 7 || value['digits'] === 8 ? value['digits'] : 6
      const algorithm =
        value['algorithm'] === 'SHA256' || value['algorithm'] === 'SHA512'
          ? value['algorithm']
          : 'SHA1'
      const periodSeconds = typeof value['periodSeconds'] === 'number' ? value['periodSeconds'] : 30
      return { kind: 'totp', ...placed, digits, periodSeconds, algorithm }
    }
    case 'oauth2':
      return {
        kind: 'oauth2',
        tokenUrl: text('tokenUrl'),
        clientId: text('clientId'),
        scope: text('scope') || null,
        clientAuthentication: value['clientAuthentication'] === 'body' ? 'body' : 'basic',
      }
    default:
      return null
  }
}

/**
 * Whether the secret of `before` may serve `after` without being given again: of the same kind and, where it
 * is sent to a server of its own, to the same scheme, host and port. Who may change settings but never saw
 * the secret could otherwise have it sent to a server of theirs.
 */
export function keepsSecret(before: unknown, after: unknown): boolean {
  const [old, fresh] = [readAuthentication(before), readAuthentication(after)]
  if (old === null || old.kind !== fresh?.kind) return false
  if (old.kind !== 'oauth2' || fresh.kind !== 'oauth2') return true
  return originOf(old.tokenUrl) === originOf(fresh.tokenUrl)
}

const originOf = (url: string): string => URL.parse(url)?.origin ?? url

/** A base32 key as TOTP takes it: letters and 2 to 7, spaces and padding allowed, 80 bits or more. */
export function isTotpKey(text: string): boolean {
  return /^[A-Z2-7]{16,128}$/i.test(text.replaceAll(' ', '').replace(/=+$/, ''))
}
