/** How the portal of a customer may look, beside its accent: all from fixed lists. */

export const portalRadii = ['none', 'small', 'medium', 'large'] as const
/** `geist` comes with the portal; the others are the reader's own of that kind. */
export const portalFonts = ['geist', 'system', 'serif', 'rounded', 'mono'] as const
export const portalDensities = ['compact', 'normal', 'comfortable'] as const

/** Parts of the portal that a link may leave out, or show alone. */
export const portalSectionNames = [
  'endpoints',
  'deliveries',
  'messages',
  'catalog',
  'recovery',
  'overview',
  'checkup',
  'snippets',
] as const

export type PortalSectionName = (typeof portalSectionNames)[number]
export type PortalRadius = (typeof portalRadii)[number]
export type PortalFont = (typeof portalFonts)[number]
export type PortalDensity = (typeof portalDensities)[number]

/** Texts of the portal that an operator may write: its name, and a word at four places. */
export const portalTextNames = ['title', 'welcome', 'noEndpoints', 'help', 'ended'] as const
export type PortalTextName = (typeof portalTextNames)[number]

/** By language; what is absent stays as it comes. */
export type PortalTexts = Readonly<
  Partial<Record<'en' | 'es', Readonly<Partial<Record<PortalTextName, string>>>>>
>
export const portalTextLengthMax = 300
