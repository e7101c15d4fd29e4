/**
 * The receiver's side of Standard Webhooks, for our own inspector and command line: constant-time
 * comparison, timestamp tolerance, every signature tried, unknown versions skipped (SW33 to SW37).
 * Stricter than the libraries where they are lax: the timestamp is plain digits.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import { decodeBase64, parsePublicKey, verificationKey } from './secret.ts'

export type Scheme = 'v1' | 'v1a'

export type VerifyFault =
  | 'missing_header'
  | 'bad_timestamp'
  | 'too_old'
  | 'too_new'
  | 'no_match'
  | 'bad_key'

export type Verification =
  | { readonly valid: true; readonly scheme: Scheme }
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

  const found = matchSignature({
    id,
    timestamp,
    body: input.body,
    signatures,
    keys: [input.key],
  })
  if (found === 'no_key') return { valid: false, fault: 'bad_key' }
  return found === null
    ? { valid: false, fault: 'no_match' }
    : { valid: true, scheme: found.scheme }
}

/** The exact bytes that are signed: `id.timestamp.body`. */
export function signedContent(input: SignedParts): Buffer {
  return Buffer.concat([Buffer.from(`${input.id}.${input.timestamp}.`), input.body])
}

export interface SignedParts {
  readonly id: string
  readonly timestamp: string
  readonly body: Uint8Array
}

export interface Match {
  readonly scheme: Scheme
  /** Which of the keys matched, counted from 0. */
  readonly keyIndex: number
}

/**
 * The first of `keys` that one of the signatures in the list was made with; null when none was,
 * `'no_key'` when none of the keys can be read. Says nothing about the timestamp's age.
 */
export function matchSignature(
  input: SignedParts & { readonly signatures: string; readonly keys: readonly string[] },
): Match | 'no_key' | null {
  const content = signedContent(input)
  const claims = claimsOf(input.signatures)
  let readable = 0
  for (const [keyIndex, key] of input.keys.entries()) {
    const matches = matcher(key, content)
    if (matches === null) continue
    readable += 1
    const { scheme, test } = matches
    if (claims.some((claim) => claim.scheme === scheme && test(claim.bytes))) {
      return { scheme, keyIndex }
    }
  }
  return readable === 0 ? 'no_key' : null
}

interface Claim {
  readonly scheme: string
  readonly bytes: Buffer
}

function claimsOf(signatures: string): readonly Claim[] {
  return signatures.split(' ').flatMap((item) => {
    const [scheme = '', encoded = '', ...rest] = item.split(',')
    const bytes = rest.length === 0 ? decodeBase64(encoded) : null
    return bytes === null ? [] : [{ scheme, bytes }]
  })
}

interface Matcher {
  readonly scheme: Scheme
  readonly test: (signature: Buffer) => boolean
}

function matcher(key: string, content: Buffer): Matcher | null {
  const publicKey = parsePublicKey(key)
  if (publicKey !== null) return ed25519Matcher(publicKey, content)
  if (key.startsWith('whpk_')) return null
  if (key.startsWith('whsk_')) {
    const known = parsePublicKey(verificationKey(key))
    return known === null ? null : ed25519Matcher(known, content)
  }
  const secret = hmacKey(key)
  return secret === null ? null : hmacMatcher(secret, content)
}

/** The bytes of a `whsec_` secret, of any length, or of its base64 alone; null for what is none. */
export function hmacKey(key: string): KeyObject | null {
  const bytes = decodeBase64(key.replace(/^whsec_/, ''))
  return bytes === null || bytes.length === 0 ? null : createSecretKey(bytes)
}

function ed25519Matcher(key: KeyObject, content: Buffer): Matcher {
  return { scheme: 'v1a', test: (signature) => verify(null, content, key, signature) }
}

function hmacMatcher(key: KeyObject, content: Buffer): Matcher {
  const expected = createHmac('sha256', key).update(content).digest()
  return { scheme: 'v1', test: (signature) => sameBytes(signature, expected) }
}

/** In constant time for equal lengths. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
