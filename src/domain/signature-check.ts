/**
 * Checks Standard Webhooks signatures as a receiver would, and says what is wrong when one does not
 * verify. Used by the inspector for what arrives and by `posthorn verify` for what a person pastes.
 *
 * The signed text is `id.timestamp.body` over the exact bytes; `v1` is HMAC-SHA256 with the decoded
 * `whsec_` secret, `v1a` is Ed25519 (https://www.standardwebhooks.com/). Every signature of the
 * list is tried with every secret; unknown versions are skipped.
 */
import { createHmac } from 'node:crypto'
import { bodiesBefore, type GuessableChange } from './body-changes.ts'
import {
  hmacKey,
  matchSignature,
  type Scheme,
  type SignedParts,
  sameBytes,
  signedContent,
  toleranceSeconds,
} from './verify.ts'

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
  | 'body_empty'
  | GuessableChange

export interface SignatureReport {
  readonly state: SignatureState
  /** The family of headers it came in; null when absent. */
  readonly headers: 'webhook' | 'svix' | null
  readonly messageId: string | null
  /** Seconds since 1970, as sent. */
  readonly timestamp: number | null
  /** Of the signature that matched. */
  readonly version: Scheme | null
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
  const parts = { id, timestamp, body: input.body }
  const found = matchSignature({ ...parts, signatures: signature, keys: input.secrets })
  if (found === null || found === 'no_key') {
    return { ...base, state: 'invalid', hint: mistakeIn(parts, signature, input.secrets) }
  }
  const age = Math.abs(Math.floor(input.nowMs / 1000) - base.timestamp)
  return {
    ...base,
    version: found.scheme,
    secretIndex: found.keyIndex,
    state: age <= toleranceSeconds ? 'valid' : 'stale',
  }
}

/** The first family of signature headers that is there at all. */
export function signedHeaders(header: SignatureInput['header']): {
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

/** Tries what receivers usually get wrong; null when none of it explains the mismatch. */
function mistakeIn(
  parts: SignedParts,
  signatures: string,
  keys: readonly string[],
): SignatureHint | null {
  if (parts.body.length === 0) return 'body_empty'
  const matches = (body: Uint8Array): boolean => {
    const found = matchSignature({ ...parts, body, signatures, keys })
    return found !== null && found !== 'no_key'
  }
  const before = bodiesBefore(parts.body).find(({ body }) => matches(body))
  if (before !== undefined) return before.change
  if (keys.some((key) => wasUsedAsText(key, parts, signatures))) return 'secret_used_as_text'
  const unreadable = keys.every((key) => !/^wh[ps]k_/.test(key) && hmacKey(key) === null)
  return unreadable ? 'secret_not_base64' : null
}

/** Whether the signature was made with the characters of the secret in place of its bytes. */
function wasUsedAsText(secret: string, parts: SignedParts, signatures: string): boolean {
  const content = signedContent(parts)
  return [secret, secret.replace(/^whsec_/, '')].some((text) => {
    if (text === '') return false
    const wrong = `v1,${createHmac('sha256', text).update(content).digest('base64')}`
    return signatures.split(' ').some((one) => sameBytes(Buffer.from(one), Buffer.from(wrong)))
  })
}
