/**
 * Checks Standard Webhooks signatures as a receiver would, and says what is wrong when one does not
 * verify. Used by the inspector for what arrives and by `posthorn verify` for what a person pastes.
 *
 * The signed text is `id.timestamp.body` over the exact bytes; `v1` is HMAC-SHA256 with the decoded
 * `whsec_` secret, `v1a` is Ed25519 (https://www.standardwebhooks.com/). Every signature of the
 * list is tried with every secret; unknown versions are skipped.
 */
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto'

export type SignatureState =
  /** A signature of the list matches and the timestamp is within the tolerance. */
  | 'valid'
  /** A signature matches, but the timestamp is too far from now. */
  | 'stale'
  | 'invalid'
  /** There are no signature headers at all. */
  | 'absent'
  /** There is a signature and nothing to check it with. */
  | 'no_secret'

/** Why a signature does not match, found by trying the usual mistakes. */
export type SignatureHint =
  | 'headers_incomplete'
  | 'timestamp_not_a_number'
  | 'secret_not_base64'
  | 'secret_used_as_text'
  | 'body_trimmed'
  | 'body_newline_added'
  | 'body_compact'
  | 'body_indented'
  | 'body_empty'

export interface SignatureReport {
  readonly state: SignatureState
  /** The family of headers it came in; null when absent. */
  readonly headers: 'webhook' | 'svix' | null
  readonly messageId: string | null
  /** Seconds since 1970, as sent. */
  readonly timestamp: number | null
  /** Of the signature that matched. */
  readonly version: 'v1' | 'v1a' | null
  /** Which of the secrets given matched, counted from 0. */
  readonly secretIndex: number | null
  readonly hint: SignatureHint | null
}

export interface SignatureInput {
  /** One value by lower-case name; null when it is not there. */
  readonly header: (name: string) => string | null
  readonly body: Uint8Array
  /** `whsec_…` (or its base64 alone), `whpk_…` or `whsk_…`. */
  readonly secrets: readonly string[]
  readonly nowMs: number
}

/** Both ways, inclusive: what the published libraries use. */
export const timestampToleranceSeconds = 300

const nothing = { messageId: null, timestamp: null, version: null, secretIndex: null, hint: null }

/** Never throws: whatever came over the wire or from a person gives a report. */
export function checkSignature(input: SignatureInput): SignatureReport {
  const signed = signedHeaders(input.header)
  if (signed === null) return { state: 'absent', headers: null, ...nothing }
  const { headers, id, timestamp, signature } = signed
  const base = { ...nothing, headers, messageId: id, timestamp: timestampOf(timestamp) }
  if (id === null || timestamp === null || signature === null) {
    return { ...base, state: 'invalid', hint: 'headers_incomplete' }
  }
  if (base.timestamp === null) {
    return { ...base, state: 'invalid', hint: 'timestamp_not_a_number' }
  }
  if (input.secrets.length === 0) return { ...base, state: 'no_secret' }
  const claims = signaturesOf(signature)
  const found = firstMatch({ claims, prefix: `${id}.${timestamp}.`, ...input })
  if (found === null) {
    return { ...base, state: 'invalid', hint: diagnose(claims, `${id}.${timestamp}.`, input) }
  }
  const age = Math.abs(Math.floor(input.nowMs / 1000) - base.timestamp)
  return { ...base, ...found, state: age <= timestampToleranceSeconds ? 'valid' : 'stale' }
}

function signedHeaders(header: SignatureInput['header']): {
  readonly headers: 'webhook' | 'svix'
  readonly id: string | null
  readonly timestamp: string | null
  readonly signature: string | null
} | null {
  for (const headers of ['webhook', 'svix'] as const) {
    const id = header(`${headers}-id`)
    const timestamp = header(`${headers}-timestamp`)
    const signature = header(`${headers}-signature`)
    if (id !== null || timestamp !== null || signature !== null) {
      return { headers, id, timestamp, signature }
    }
  }
  return null
}

function timestampOf(text: string | null): number | null {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null
}

interface Claimed {
  readonly version: 'v1' | 'v1a'
  readonly bytes: Buffer
}

function signaturesOf(list: string): readonly Claimed[] {
  const claims: Claimed[] = []
  for (const item of list.split(' ')) {
    const comma = item.indexOf(',')
    const version = item.slice(0, comma)
    if (version !== 'v1' && version !== 'v1a') continue
    const bytes = base64Bytes(item.slice(comma + 1))
    if (bytes !== null) claims.push({ version, bytes })
  }
  return claims
}

/** Node's decoder skips what it does not know, so the text must come out again as it went in. */
function base64Bytes(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  const bare = text.replace(/=+$/, '')
  return bytes.length > 0 && bytes.toString('base64').replace(/=+$/, '') === bare ? bytes : null
}

function firstMatch(input: {
  readonly claims: readonly Claimed[]
  readonly prefix: string
  readonly body: Uint8Array
  readonly secrets: readonly string[]
}): { readonly version: 'v1' | 'v1a'; readonly secretIndex: number } | null {
  const text = Buffer.concat([Buffer.from(input.prefix), input.body])
  for (const [secretIndex, secret] of input.secrets.entries()) {
    for (const { version, bytes } of input.claims) {
      const matches =
        version === 'v1' ? hmacMatches(secret, text, bytes) : ed25519Matches(secret, text, bytes)
      if (matches) return { version, secretIndex }
    }
  }
  return null
}

function hmacMatches(secret: string, text: Uint8Array, claimed: Buffer): boolean {
  const key = symmetricKey(secret)
  return key !== null && sameBytes(createHmac('sha256', key).update(text).digest(), claimed)
}

function symmetricKey(secret: string): Buffer | null {
  if (/^wh[ps]k_/.test(secret)) return null
  return base64Bytes(secret.replace(/^whsec_/, ''))
}

function ed25519Matches(secret: string, text: Uint8Array, claimed: Buffer): boolean {
  const bytes = /^wh[ps]k_/.test(secret) ? base64Bytes(secret.slice(5)) : null
  // A `whsk_` secret is seed and public half together; a `whpk_` is the public half alone.
  const point = bytes?.length === 64 ? bytes.subarray(32) : bytes
  if (point?.length !== 32) return false
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') }
  return verify(null, text, createPublicKey({ key: jwk, format: 'jwk' }), claimed)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Tries what receivers usually get wrong; null when none of it explains the mismatch. */
function diagnose(
  claims: readonly Claimed[],
  prefix: string,
  input: SignatureInput,
): SignatureHint | null {
  const { secrets, body } = input
  if (body.length === 0) return 'body_empty'
  for (const [hint, variant] of bodyVariants(Buffer.from(body).toString('utf8'))) {
    if (firstMatch({ claims, prefix, secrets, body: Buffer.from(variant) }) !== null) return hint
  }
  const text = Buffer.concat([Buffer.from(prefix), body])
  const asText = (secret: string): boolean =>
    claims.some((claim) =>
      [secret, secret.replace(/^whsec_/, '')].some((key) =>
        sameBytes(createHmac('sha256', key).update(text).digest(), claim.bytes),
      ),
    )
  if (secrets.some(asText)) return 'secret_used_as_text'
  const unreadable = secrets.every(
    (secret) => !/^wh[ps]k_/.test(secret) && symmetricKey(secret) === null,
  )
  return unreadable ? 'secret_not_base64' : null
}

/** The body as it may have been when it was signed, by what happened to it since. */
function bodyVariants(body: string): readonly (readonly [SignatureHint, string])[] {
  const variants: (readonly [SignatureHint, string])[] = [
    ['body_newline_added', body.replace(/\r?\n$/, '')],
    ['body_trimmed', `${body}\n`],
  ]
  try {
    const value: unknown = JSON.parse(body)
    // Signed indented, checked compact: the receiver (or its framework) wrote the body anew.
    variants.push(['body_compact', JSON.stringify(value, null, 2)])
    variants.push(['body_compact', JSON.stringify(value, null, 4)])
    variants.push(['body_indented', JSON.stringify(value)])
  } catch {
    // Not JSON: only the variants above apply.
  }
  return variants
}
