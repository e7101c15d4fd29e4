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
const prefixed = /^wh(sec|sk)_/
const printable = /^[\x21-\x7e]+$/

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

/**
 * A secret that the caller brought: where the profile signs with text, one without a prefix is such
 * a text, so that a key of the original system goes on verifying. Anything else is as it was given.
 */
export function broughtSecret(given: string, application: Pick<Application, 'profile'>): string {
  if (profileOf(application.profile).signature !== 'logto-hmac') return given
  return prefixed.test(given) || !printable.test(given)
    ? given
    : prefix + Buffer.from(given).toString('base64')
}

/** The key as Logto shows it; null where the profile does not sign so, or the key is no text. */
export function textKey(secret: string, application: Pick<Application, 'profile'>): string | null {
  if (profileOf(application.profile).signature !== 'logto-hmac') return null
  if (!secret.startsWith(prefix)) return null
  const text = Buffer.from(secret.slice(prefix.length), 'base64').toString('latin1')
  return printable.test(text) ? text : null
}
