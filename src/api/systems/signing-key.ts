/**
 * Logto's signing keys are 32 letters and digits that people copy, not base64. Ours hold the same
 * characters as bytes, so that both forms sign alike.
 */
import type { Application } from '../../domain/application.ts'
import { profileOf } from '../../profiles/profiles.ts'
import type { Services } from '../call.ts'

const keyLength = 32
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const prefix = 'whsec_'

/** A new secret made of text; null where the profile does not sign so. */
export function textSecret(
  application: Pick<Application, 'profile'>,
  services: Pick<Services, 'world'>,
): string | null {
  if (profileOf(application.profile).signature !== 'logto-hmac') return null
  let text = ''
  while (text.length < keyLength) {
    for (const byte of services.world.random.bytes(keyLength)) {
      // Bytes past the last whole alphabet would favour its beginning.
      if (byte < 248 && text.length < keyLength) text += alphabet[byte % alphabet.length]
    }
  }
  return prefix + Buffer.from(text).toString('base64')
}

/** The key as Logto shows it; null where the profile does not sign so. */
export function textKey(secret: string, application: Pick<Application, 'profile'>): string | null {
  if (profileOf(application.profile).signature !== 'logto-hmac') return null
  if (!secret.startsWith(prefix)) return null
  return Buffer.from(secret.slice(prefix.length), 'base64').toString('utf8')
}
