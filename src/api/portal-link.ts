/**
 * The address of a portal. Its query says how it looks and who may frame it; its key stands after
 * the hash, which browsers send nowhere.
 */
import type Type from 'typebox'
import type { AppPortalAccessIn } from '../contract/authentication.ts'
import { isFrameOrigin } from '../domain/frame-origin.ts'
import { type Claims, ownIssuer, verifyToken } from './json-web-token.ts'

type PortalLook = NonNullable<Type.Static<typeof AppPortalAccessIn>['look']>

export function portalUrl(input: {
  readonly origin: string
  readonly key: string
  readonly look: PortalLook
  /** The operator's colour, where the link names none. */
  readonly accent: string | null
  /** Whether the operator has a logo. */
  readonly logo: boolean
  /** Signed origins; null: the settings' own. */
  readonly frame: string | null
}): string {
  const { look } = input
  const query = new URLSearchParams()
  if (look.language) query.set('lang', look.language)
  if (look.theme) query.set('theme', look.theme)
  const accent = look.accent ?? input.accent
  if (accent) query.set('accent', accent.replace('#', ''))
  if (input.logo) query.set('logo', 'yes')
  if (look.section) query.set('section', look.section)
  if (look.hide && look.hide.length > 0) query.set('hide', look.hide.join(','))
  if (look.navigation === false) query.set('nav', 'hide')
  if (input.frame !== null) query.set('frame', input.frame)
  const text = query.size === 0 ? '' : `?${query.toString().replaceAll('%2C', ',')}`
  return `${input.origin}/portal${text}#key=${input.key}`
}

/** What a link says about who may frame it: signed, so that nobody adds an origin of their own. */
export function frameClaims(origins: readonly string[], expiresAt: number): Claims {
  return { iss: ownIssuer, exp: expiresAt, frame: origins }
}

/** The origins of a link's `frame` parameter; null when it was not signed here, or has ended. */
export function frameOrigins(
  statement: string,
  jwtSecret: string,
  now: number,
): readonly string[] | null {
  const frame = verifyToken(statement, jwtSecret, now)?.['frame']
  if (!Array.isArray(frame)) return null
  return frame.filter((origin) => typeof origin === 'string' && isFrameOrigin(origin))
}
