/** HS256 tokens: ours and those that a Svix server minted. The algorithm is fixed. */
import { createHmac, timingSafeEqual } from 'node:crypto'

export type Claims = Readonly<Record<string, unknown>>

/** Our own tokens are judged by our own clock; others' clocks may differ by this much. */
const foreignToleranceMs = 15 * 60_000
export const ownIssuer = 'posthorn'
const tokenLengthMax = 8192

export function signToken(claims: Claims, secret: string): string {
  const head = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `${head}.${body}.${mac(`${head}.${body}`, secret).toString('base64url')}`
}

/** The claims of a valid token that is neither expired nor too early; null otherwise. */
export function verifyToken(token: string, secret: string, now: number): Claims | null {
  if (token.length > tokenLengthMax) return null
  const [head, body, signature, ...rest] = token.split('.')
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) {
    return null
  }
  const given = Buffer.from(signature, 'base64url')
  const expected = mac(`${head}.${body}`, secret)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  // Decoders skip bad characters: only the one right spelling counts.
  if (given.toString('base64url') !== signature) return null
  const header = parsePart(head)
  // RFC 7515 section 4.1.11: a token that must be understood in a way that we do not know is none.
  if (header?.['alg'] !== 'HS256' || header['crit'] !== undefined) return null
  const claims = parsePart(body)
  return claims !== null && timely(claims, now) ? claims : null
}

function timely(claims: Claims, now: number): boolean {
  const tolerance = claims['iss'] === ownIssuer ? 0 : foreignToleranceMs
  const expires = claims['exp']
  const notBefore = claims['nbf']
  if (expires !== undefined && !(typeof expires === 'number' && expires * 1000 + tolerance > now)) {
    return false
  }
  return (
    notBefore === undefined ||
    (typeof notBefore === 'number' && notBefore * 1000 - foreignToleranceMs <= now)
  )
}

function mac(text: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(text).digest()
}

function parsePart(part: string): Claims | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Claims) // an object with string keys, as JSON has no others
      : null
  } catch {
    return null
  }
}
