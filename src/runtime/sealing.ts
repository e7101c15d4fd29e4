import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
} from 'node:crypto'
import type { Random } from './random.ts'

/**
 * Seals secrets at rest: AES-256-GCM with a random nonce, `v1:keyid:nonce:ciphertext` (the tag is
 * the ciphertext's last 16 bytes; nonce and ciphertext are base64url). The first key of the ring
 * seals, every key opens, so a key is changed by putting the new one in front.
 */
export interface Sealer {
  /** `place` says where the value lies; it opens there and nowhere else. */
  seal(plain: string, place: string): string
  /** Throws `SealError` when the value was not sealed by a key of the ring for that place. */
  open(sealed: string, place: string): string
  /** Names of the ring's keys; the first one seals. */
  readonly keyIds: readonly [string, ...string[]]
}

/** Name of the key that sealed a value. */
export function sealedWith(sealed: string): string {
  return sealed.split(':', 2)[1] ?? ''
}

/** A sealed value cannot be opened: another key, another place, or damaged. */
export class SealError extends Error {
  readonly code: 'unknown_key' | 'not_sealed' | 'damaged'
  constructor(code: SealError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SealError'
    this.code = code
  }
}

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const version = 'v1'

export function sealer(input: {
  /** 32 bytes each, the current one first. */
  readonly keys: readonly [Uint8Array, ...Uint8Array[]]
  readonly random: Random
}): Sealer {
  const [first, ...others] = input.keys
  const currentId = keyId(first)
  // Made ready once: given as bytes, a key costs four times the opening itself.
  const current = createSecretKey(first)
  const ring = new Map([
    [currentId, current],
    ...others.map((key) => [keyId(key), createSecretKey(key)] as const),
  ])
  return {
    keyIds: [currentId, ...others.map(keyId)],
    seal(plain, place) {
      const nonce = input.random.bytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', current, nonce)
      cipher.setAAD(Buffer.from(place))
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      const text = Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64url')
      return [version, currentId, Buffer.from(nonce).toString('base64url'), text].join(':')
    },
    open(sealed, place) {
      const [form, id = '', nonce = '', text = ''] = sealed.split(':')
      if (form !== version) {
        throw new SealError('not_sealed', `A secret at ${place} is not in sealed form.`)
      }
      const key = ring.get(id)
      if (key === undefined) {
        throw new SealError(
          'unknown_key',
          `A secret was sealed with encryption key ${id}, which is not configured: start with the POSTHORN_ENCRYPTION_KEY it was stored under.`,
        )
      }
      return openWith(key, { nonce, text, place })
    },
  }
}

/** Names a key without giving it away. Throws when it is not 32 bytes long. */
export function keyId(key: Uint8Array): string {
  if (key.length !== keyBytes) throw new RangeError(`an encryption key has ${keyBytes} bytes`)
  return createHash('sha256').update('posthorn key id').update(key).digest('hex').slice(0, 8)
}

function openWith(
  key: KeyObject,
  sealed: { readonly nonce: string; readonly text: string; readonly place: string },
): string {
  try {
    const bytes = Buffer.from(sealed.text, 'base64url')
    const nonce = Buffer.from(sealed.nonce, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(sealed.place))
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
    const body = bytes.subarray(0, bytes.length - tagBytes)
    return decipher.update(body, undefined, 'utf8') + decipher.final('utf8')
  } catch (cause) {
    throw new SealError('damaged', `The sealed secret at ${sealed.place} is damaged.`, { cause })
  }
}
