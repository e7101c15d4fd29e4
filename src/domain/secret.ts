/**
 * Signing secrets of Standard Webhooks: `whsec_` + base64 of 24 to 64 bytes (HMAC-SHA256, `v1`), or
 * `whsk_` + base64 of an Ed25519 key pair, 32 bytes of seed and 32 of public key (`v1a`). What Svix
 * takes beyond that is taken too, so that receivers keep theirs: HMAC secrets of up to 75 bytes, and
 * without their prefix.
 * Base64 is checked by encoding again: Node's decoder silently skips what it does not know.
 */

import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto'
import type { Sentence } from './sentence.ts'

export type SecretKind = 'hmac' | 'ed25519'

/** A secret ready to sign with. */
export type SigningKey =
  | { readonly kind: 'hmac'; readonly key: KeyObject }
  | { readonly kind: 'ed25519'; readonly key: KeyObject; readonly publicKey: Uint8Array }

export type SecretFault =
  | 'secret_not_text'
  | 'secret_prefix'
  | 'secret_base64'
  | 'secret_length'
  | 'secret_public_half'

const faults: Readonly<Record<SecretFault, Sentence>> = {
  secret_not_text: { en: 'A signing secret is a string.', es: 'Un secreto de firma es un texto.' },
  secret_prefix: {
    en: 'A signing secret starts with whsec_ (HMAC) or whsk_ (Ed25519), or is base64 alone (HMAC).',
    es: 'Un secreto de firma empieza con whsec_ (HMAC) o whsk_ (Ed25519), o es solo base64 (HMAC).',
  },
  secret_base64: {
    en: 'What follows the prefix must be standard base64 with padding.',
    es: 'Lo que sigue al prefijo debe ser base64 estándar con relleno.',
  },
  secret_length: {
    en: 'An HMAC secret has 24 to 75 bytes, an Ed25519 key pair exactly 64.',
    es: 'Un secreto HMAC tiene de 24 a 75 bytes; un par de claves Ed25519, exactamente 64.',
  },
  secret_public_half: {
    en: 'The second half of the key pair is not the public key of the first.',
    es: 'La segunda mitad del par de claves no es la clave pública de la primera.',
  },
}

export const hmacSecretBytesMin = 24
export const hmacSecretBytesMax = 75
/** Bytes of chance that `generateSecret` takes. */
export const generatedSecretBytes = 32

export type ParsedSecret =
  | { readonly ok: true; readonly secret: string; readonly signingKey: SigningKey }
  | { readonly ok: false; readonly code: SecretFault; readonly reason: Sentence }

/** Reads a secret given by a caller, or one of our own. Never quotes it. */
export function parseSecret(value: unknown): ParsedSecret {
  if (typeof value !== 'string') return refuse('secret_not_text')
  if (value.startsWith('whsec_')) return parseHmac(value)
  if (value.startsWith('whsk_')) return parseEd25519(value)
  // Without a prefix, as Svix's cloud takes it.
  if (/^[A-Za-z0-9+/]{32,100}={0,2}$/.test(value)) return parseHmac(`whsec_${value}`)
  return refuse('secret_prefix')
}

function refuse(code: SecretFault): ParsedSecret {
  return { ok: false, code, reason: faults[code] }
}

function parseHmac(secret: string): ParsedSecret {
  const bytes = decodeBase64(secret.slice('whsec_'.length))
  if (bytes === null) return refuse('secret_base64')
  if (bytes.length < hmacSecretBytesMin || bytes.length > hmacSecretBytesMax) {
    return refuse('secret_length')
  }
  return { ok: true, secret, signingKey: { kind: 'hmac', key: createSecretKey(bytes) } }
}

function parseEd25519(secret: string): ParsedSecret {
  const bytes = decodeBase64(secret.slice('whsk_'.length))
  if (bytes === null) return refuse('secret_base64')
  if (bytes.length !== 64) return refuse('secret_length')
  const key = privateKeyFromSeed(bytes.subarray(0, 32))
  const publicKey = rawPublicKey(key)
  if (!timingSafeEqual(publicKey, bytes.subarray(32))) return refuse('secret_public_half')
  return { ok: true, secret, signingKey: { kind: 'ed25519', key, publicKey } }
}

/** Null unless `text` is exactly what encoding its bytes gives. */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

// The fixed ASN.1 around a bare Ed25519 key: RFC 8410.
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')

function privateKeyFromSeed(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
}

function rawPublicKey(privateKey: KeyObject): Buffer {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return spki.subarray(spkiHead.length)
}

/** A new secret from 32 bytes of chance. */
export function generateSecret(kind: SecretKind, random: Uint8Array): string {
  const seed = random.subarray(0, generatedSecretBytes)
  if (kind === 'hmac') return `whsec_${Buffer.from(seed).toString('base64')}`
  const pair = Buffer.concat([seed, rawPublicKey(privateKeyFromSeed(seed))])
  return `whsk_${pair.toString('base64')}`
}

/** What a receiver needs to verify: the secret itself, or `whpk_…` for a key pair. */
export function verificationKey(secret: string): string {
  const parsed = parseSecret(secret)
  if (!parsed.ok || parsed.signingKey.kind === 'hmac') return secret
  return `whpk_${Buffer.from(parsed.signingKey.publicKey).toString('base64')}`
}

/** A `whpk_…` public key; null when it is none. */
export function parsePublicKey(text: string): KeyObject | null {
  if (!text.startsWith('whpk_')) return null
  const bytes = decodeBase64(text.slice('whpk_'.length))
  if (bytes === null || bytes.length !== 32) return null
  return createPublicKey({ key: Buffer.concat([spkiHead, bytes]), format: 'der', type: 'spki' })
}
