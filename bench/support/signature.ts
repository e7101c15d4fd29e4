import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'

/** Every benchmark endpoint has this secret, so that the receiver can verify what it counts. */
export const benchSecret = `whsec_${Buffer.from('posthorn benchmark secret 000000').toString('base64')}`

export function keyOf(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret.slice('whsec_'.length), 'base64'))
}

/** Standard Webhooks v1: HMAC-SHA256 over `id.timestamp.body`. */
export function signatureOf(key: KeyObject, id: string, timestamp: string, body: Buffer): string {
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body)
  return `v1,${mac.digest('base64')}`
}

/** True when one of the space-separated signatures is right. */
export function verifies(
  key: KeyObject,
  signed: {
    readonly id: string
    readonly timestamp: string
    readonly signatures: string
    readonly body: Buffer
  },
): boolean {
  const expected = Buffer.from(signatureOf(key, signed.id, signed.timestamp, signed.body))
  return signed.signatures.split(' ').some((text) => {
    const given = Buffer.from(text)
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}
