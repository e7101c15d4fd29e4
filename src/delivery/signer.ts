import { createHmac, sign } from 'node:crypto'
import type { SigningSecret } from '../domain/endpoint.ts'
import type { SignatureHeaders } from '../domain/policy.ts'
import { parseSecret, type SigningKey } from '../domain/secret.ts'
import { signedContent } from '../domain/verify.ts'

/**
 * Signs what goes out, after Standard Webhooks: `id.timestamp.body` over the exact bytes, one
 * signature per live secret, newest first, one space between.
 */
export interface Signer {
  sign(input: SignInput): string
  /** HMAC-SHA256 over the body alone, lower-case hex, as Logto signs; null without an HMAC secret. */
  signBody(input: { readonly body: Uint8Array; readonly secret: string }): string | null
}

export interface SignInput {
  readonly id: string
  readonly timestampSeconds: number
  readonly body: Uint8Array
  /** Live secrets, newest first: `whsec_…` or `whsk_…`, as stored. */
  readonly secrets: readonly string[]
}

/** Keys kept ready: deriving one costs five times a signature. */
const keysMax = 20_000

export function createSigner(): Signer {
  const keys = new Map<string, SigningKey>()
  const keyOf = (secret: string): SigningKey => {
    const known = keys.get(secret)
    if (known !== undefined) return known
    const parsed = parseSecret(secret)
    if (!parsed.ok) throw new Error(`A stored signing secret is damaged: ${parsed.code}`)
    if (keys.size >= keysMax) keys.clear()
    keys.set(secret, parsed.signingKey)
    return parsed.signingKey
  }
  return {
    sign: (input) => input.secrets.map((secret) => signature(keyOf(secret), input)).join(' '),
    signBody({ body, secret }) {
      const key = keyOf(secret)
      return key.kind === 'hmac' ? createHmac('sha256', key.key).update(body).digest('hex') : null
    },
  }
}

function signature(key: SigningKey, input: SignInput): string {
  const { id, timestampSeconds, body } = input
  if (key.kind === 'hmac') {
    const hmac = createHmac('sha256', key.key).update(`${id}.${timestampSeconds}.`).update(body)
    return `v1,${hmac.digest('base64')}`
  }
  const content = signedContent({ id, timestamp: String(timestampSeconds), body })
  return `v1a,${sign(null, content, key.key).toString('base64')}`
}

/** The secrets that sign now: the current one and the rotated ones that have not expired. */
export function liveSecrets(secrets: readonly SigningSecret[], nowMs: number): readonly string[] {
  const live = secrets.filter((secret) => secret.expiresAt === null || secret.expiresAt > nowMs)
  return live.map((secret) => secret.key)
}

/** The header set that carries a signature. */
export function signatureHeaders(
  set: SignatureHeaders,
  values: { readonly id: string; readonly timestampSeconds: number; readonly signature: string },
): readonly (readonly [name: string, value: string])[] {
  const names = set === 'both' ? ['webhook', 'svix'] : [set]
  return names.flatMap((name) => [
    [`${name}-id`, values.id] as const,
    [`${name}-timestamp`, String(values.timestampSeconds)] as const,
    [`${name}-signature`, values.signature] as const,
  ])
}
