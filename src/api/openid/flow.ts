/**
 * One sign-in on its way to the provider and back. The browser keeps a signed, short-lived name of
 * it in a cookie of its own; state, nonce and the PKCE verifier are derived from that name and the
 * server's secret. So nothing is stored for those who never come back, and any node can finish what
 * another began.
 */
import { createHmac } from 'node:crypto'
import type { Random } from '../../runtime/random.ts'
import { ownIssuer, signToken, verifyToken } from '../json-web-token.ts'

/** Time for signing in at the provider. */
export const flowMs = 10 * 60_000
const nameBytes = 32
const purpose = 'openid'

export interface Flow {
  /** Unique; used once. */
  readonly name: string
  readonly expiresAt: number
  readonly state: string
  readonly nonce: string
  /** PKCE; 43 characters. */
  readonly verifier: string
}

export function newFlow(
  deps: { readonly jwtSecret: string; readonly random: Random },
  now: number,
): { readonly flow: Flow; readonly token: string } {
  const name = Buffer.from(deps.random.bytes(nameBytes)).toString('base64url')
  const expiresAt = Math.floor((now + flowMs) / 1000) * 1000
  // Without a subject it is no credential: see `authenticate.ts`.
  const claims = { iss: ownIssuer, use: purpose, jti: name, exp: expiresAt / 1000 }
  const token = signToken(claims, deps.jwtSecret)
  return { flow: flowNamed(name, expiresAt, deps.jwtSecret), token }
}

/** Null: not begun here, changed, or over. */
export function flowOf(token: string, jwtSecret: string, now: number): Flow | null {
  const claims = verifyToken(token, jwtSecret, now)
  const name = claims?.['jti']
  if (claims?.['use'] !== purpose || typeof name !== 'string') return null
  return flowNamed(name, Number(claims['exp']) * 1000, jwtSecret)
}

function flowNamed(name: string, expiresAt: number, jwtSecret: string): Flow {
  const derived = (what: string): string =>
    createHmac('sha256', jwtSecret).update(`openid ${what} ${name}`).digest('base64url')
  return {
    name,
    expiresAt,
    state: derived('state'),
    nonce: derived('nonce'),
    verifier: derived('verifier'),
  }
}
