/** What the provider said of somebody, and which role that gives. Pure. */
import type { Config } from '../../config.ts'
import { type UserRole, userRoles } from '../../domain/user.ts'

export type RawClaims = Readonly<Record<string, unknown>>

export interface Identity {
  /** Who gave it: the issuer and our client id there, as subjects may differ for each client. */
  readonly provider: string
  readonly subject: string
}

/** Somebody whom the provider vouches for. */
export interface Vouched {
  readonly identity: Identity
  /** Lower case; null: none, or one that the provider did not verify. */
  readonly email: string | null
  /** Empty: not told. */
  readonly name: string
  /** Null: the claim gives none. */
  readonly role: UserRole | null
}

type RoleSettings = Pick<Config, 'oidcRoleClaim' | 'oidcRoles'>

const emailPattern = /^[^\s@]{1,64}@[^\s@]{1,190}$/
const nameLengthMax = 256

export function vouchedFor(
  claims: RawClaims,
  settings: RoleSettings & Pick<Config, 'oidcIssuer' | 'oidcClientId'>,
): Vouched {
  return {
    identity: {
      provider: `${settings.oidcIssuer} ${settings.oidcClientId}`,
      subject: String(claims['sub']),
    },
    email: verifiedEmail(claims),
    name: nameOf(claims),
    role: roleOf(claims, settings),
  }
}

/** Some providers write the flag as text. */
function verifiedEmail(claims: RawClaims): string | null {
  const { email, email_verified: verified } = claims
  if (typeof email !== 'string' || !emailPattern.test(email)) return null
  return verified === true || verified === 'true' ? email.toLowerCase() : null
}

/** As much of it as can be stored and shown. */
function nameOf({ name }: RawClaims): string {
  if (typeof name !== 'string') return ''
  return name
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, nameLengthMax)
    .toWellFormed()
}

function roleOf(claims: RawClaims, { oidcRoleClaim, oidcRoles }: RoleSettings): UserRole | null {
  if (oidcRoleClaim === null) return null
  const values = new Set([claimAt(claims, oidcRoleClaim)].flat())
  const given = oidcRoles.filter(([value]) => values.has(value)).map(([, role]) => role)
  return userRoles.find((role) => given.includes(role)) ?? null
}

/** A claim of that very name (some are URLs); else the path that its dots are. */
export function claimAt(claims: RawClaims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let found: unknown = claims
  for (const part of name.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined
    found = Reflect.get(found, part)
  }
  return found
}

/** Whether people of that address may come in without having been added. */
export function isNewcomersDomain(email: string, allowed: readonly string[]): boolean {
  const domain = email.slice(email.lastIndexOf('@') + 1)
  return allowed.some((one) => one === '*' || one === domain)
}
