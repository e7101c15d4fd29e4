/**
 * The receiver's side of Standard Webhooks, for our own inspector and command line: constant-time
 * comparison, timestamp tolerance, every signature tried, unknown versions skipped (SW33 to SW37).
 * Stricter than the libraries where they are lax: the timestamp is plain digits.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import { decodeBase64, parsePublicKey, parseSecret } from './secret.ts'

export type VerifyFault =
  | 'missing_header'
  | 'bad_timestamp'
  | 'too_old'
  | 'too_new'
  | 'no_match'
  | 'bad_key'

export type Verification =
  | { readonly valid: true; readonly scheme: 'v1' | 'v1a' }
  | { readonly valid: false; readonly fault: VerifyFault }

/** Tolerance of the official libraries, both ways, inclusive. */
export const toleranceSeconds = 300

export interface VerifyInput {
  /** Names in any case; `webhook-*` is preferred to `svix-*`. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
  /** `whsec_…` (or its bare base64), `whsk_…`, or `whpk_…`; never taken from the request. */
  readonly key: string
  readonly nowMs: number
}

export function verifySignature(input: VerifyInput): Verification {
  const headers = new Map(
    Object.entries(input.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const prefix = headers.has('webhook-signature') ? 'webhook' : 'svix'
  const id = headers.get(`${prefix}-id`)
  const timestamp = headers.get(`${prefix}-timestamp`)
  const signatures = headers.get(`${prefix}-signature`)
  if (!id || !timestamp || !signatures) return { valid: false, fault: 'missing_header' }

  if (!/^[0-9]{1,12}$/.test(timestamp)) return { valid: false, fault: 'bad_timestamp' }
  const age = Math.floor(input.nowMs / 1000) - Number(timestamp)
  if (age > toleranceSeconds) return { valid: false, fault: 'too_old' }
  if (age < -toleranceSeconds) return { valid: false, fault: 'too_new' }

  const matches = matcher(input.key, signedContent({ id, timestamp, body: input.body }))
  if (matches === null) return { valid: false, fault: 'bad_key' }
  for (const item of signatures.split(' ')) {
    const [version = '', encoded = '', ...rest] = item.split(',')
    const signature = rest.length === 0 ? decodeBase64(encoded) : null
    if (signature !== null && matches.scheme === version && matches.test(signature)) {
      return { valid: true, scheme: matches.scheme }
    }
  }
  return { valid: false, fault: 'no_match' }
}

/** The exact bytes that are signed: `id.timestamp.body`. */
export function signedContent(input: {
  readonly id: string
  readonly timestamp: string
  readonly body: Uint8Array
}): Buffer {
  return Buffer.concat([Buffer.from(`${input.id}.${input.timestamp}.`), input.body])
}

interface Matcher {
  readonly scheme: 'v1' | 'v1a'
  readonly test: (signature: Buffer) => boolean
}

function matcher(key: string, content: Buffer): Matcher | null {
  const publicKey = parsePublicKey(key)
  if (publicKey !== null) return ed25519Matcher(publicKey, content)
  const parsed = parseSecret(key)
  if (parsed.ok && parsed.signingKey.kind === 'ed25519') {
    return ed25519Matcher(parsePublicKeyOf(parsed.signingKey.publicKey), content)
  }
  if (parsed.ok) return hmacMatcher(parsed.signingKey.key, content)
  const bare = decodeBase64(key)
  return bare === null || bare.length === 0 ? null : hmacMatcher(createSecretKey(bare), content)
}

function parsePublicKeyOf(raw: Uint8Array): KeyObject {
  return parsePublicKey(`whpk_${Buffer.from(raw).toString('base64')}`) as KeyObject // own bytes
}

function ed25519Matcher(key: KeyObject, content: Buffer): Matcher {
  return { scheme: 'v1a', test: (signature) => verify(null, content, key, signature) }
}

function hmacMatcher(key: KeyObject, content: Buffer): Matcher {
  const expected = createHmac('sha256', key).update(content).digest()
  return {
    scheme: 'v1',
    test: (signature) =>
      signature.length === expected.length && timingSafeEqual(signature, expected),
  }
}
