/** Every profile there is, by name. */
import { ciam } from './ciam.ts'
import { cotalker } from './cotalker.ts'
import { logto } from './logto.ts'
import { modyo } from './modyo.ts'
import type { Profile } from './profile.ts'
import { standard } from './standard.ts'
import { ultimateMultisite } from './ultimate-multisite.ts'

export const profiles: readonly Profile[] = [
  standard,
  modyo,
  ultimateMultisite,
  logto,
  cotalker,
  ciam,
]
const byName = new Map(profiles.map((profile) => [profile.name, profile]))

export function isProfile(name: string): boolean {
  return byName.has(name)
}

/** The profile of that name. A name that is gone (an older release's) behaves as `standard`. */
export function profileOf(name: string): Profile {
  return byName.get(name) ?? standard
}
