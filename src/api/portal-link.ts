/**
 * The address of a portal. Its query says how it looks and who may frame it; its key stands after
 * the hash, which browsers send nowhere.
 */
import type Type from 'typebox'
import type { Config } from '../config.ts'
import type { AppPortalAccessIn } from '../contract/authentication.ts'
import { isFrameOrigin } from '../domain/frame-origin.ts'
import { type Claims, ownIssuer, verifyToken } from './json-web-token.ts'

/** How the portal looks without a word of the link. */
const usual = { radius: 'medium', font: 'geist', density: 'normal' } as const

type PortalLook = NonNullable<Type.Static<typeof AppPortalAccessIn>['look']>

export function portalUrl(input: {
  readonly origin: string
  readonly key: string
  readonly look: PortalLook
  /** The operator's settings: they count where the link says nothing. */
  readonly config: Config
  /** Signed origins; null: the settings' own. */
  readonly frame: string | null
}): string {
  const { look } = input
  const query = new URLSearchParams()
  if (look.language) query.set('lang', look.language)
  if (look.theme) query.set('theme', look.theme)
  const { config } = input
  const accent = look.accent ?? config.portalAccent
  if (accent) query.set('accent', accent.replace('#', ''))
  const shape = {
    radius: look.radius ?? config.portalRadius,
    font: look.font ?? config.portalFont,
    density: look.density ?? config.portalDensity,
  }
  for (const [name, value] of Object.entries(shape)) {
    if (value !== usual[name as keyof typeof shape]) query.set(name, value) // its own keys
  }
  if (config.portalLogo !== null) query.set('logo', 'yes')
  if (config.portalTexts !== null) query.set('texts', 'yes')
  if (look.section) query.set('section', look.section)
  const hide = look.hide ?? (look.section ? [] : config.portalHide)
  if (hide.length > 0) query.set('hide', hide.join(','))
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
