/** Settings of the customers' portal: who may frame it, and how it looks where a link says nothing. */
import {
  type PortalDensity,
  type PortalFont,
  type PortalRadius,
  portalDensities,
  portalFonts,
  portalRadii,
} from '../domain/portal-look.ts'
import { color, oneOf, optionalText, origins, type Setting } from './parse.ts'

export interface PortalConfig {
  readonly portalOrigins: readonly string[]
  readonly portalAccent: string | null
  readonly portalRadius: PortalRadius
  readonly portalFont: PortalFont
  readonly portalDensity: PortalDensity
  readonly portalLogo: string | null
  readonly portalLogoDark: string | null
  readonly portalTexts: string | null
}

export const portalSettings: {
  readonly [Name in keyof PortalConfig]: Setting<PortalConfig[Name]>
} = {
  portalOrigins: {
    variable: 'POSTHORN_PORTAL_ORIGINS',
    fallback: [],
    sentence: {
      en: 'Origins whose pages may frame the portal, separated by commas; empty: none. A link may name its own.',
      es: 'Orígenes cuyas páginas pueden mostrar el portal en un marco, separados por comas; vacío: ninguno. Un enlace puede nombrar los suyos.',
    },
    parse: origins,
  },
  portalAccent: {
    variable: 'POSTHORN_PORTAL_ACCENT',
    fallback: null,
    sentence: {
      en: "Colour of the portal's buttons and links, such as 00aa77; made readable in either theme.",
      es: 'Color de los botones y enlaces del portal, como 00aa77; se ajusta para que se lea en ambos temas.',
    },
    parse: color,
  },
  portalRadius: {
    variable: 'POSTHORN_PORTAL_RADIUS',
    fallback: 'medium',
    sentence: {
      en: "How round the portal's corners are: none, small, medium or large.",
      es: 'Qué tan redondas son las esquinas del portal: none, small, medium o large.',
    },
    parse: oneOf(...portalRadii),
  },
  portalFont: {
    variable: 'POSTHORN_PORTAL_FONT',
    fallback: 'geist',
    sentence: {
      en: "The portal's letters: geist, or the reader's own system, serif, rounded or mono.",
      es: 'La letra del portal: geist, o la system, serif, rounded o mono de quien lee.',
    },
    parse: oneOf(...portalFonts),
  },
  portalDensity: {
    variable: 'POSTHORN_PORTAL_DENSITY',
    fallback: 'normal',
    sentence: {
      en: 'How close lines and controls of the portal stand: compact, normal or comfortable.',
      es: 'Qué tan juntos van líneas y controles del portal: compact, normal o comfortable.',
    },
    parse: oneOf(...portalDensities),
  },
  portalLogo: {
    variable: 'POSTHORN_PORTAL_LOGO',
    fallback: null,
    sentence: {
      en: 'File of the logo that the portal shows (svg, png or webp, at most 256 KB).',
      es: 'Archivo del logo que muestra el portal (svg, png o webp, 256 KB como máximo).',
    },
    parse: optionalText,
  },
  portalLogoDark: {
    variable: 'POSTHORN_PORTAL_LOGO_DARK',
    fallback: null,
    sentence: {
      en: 'The logo on dark ground; unset: the same one.',
      es: 'El logo sobre fondo oscuro; sin valor: el mismo.',
    },
    parse: optionalText,
  },
  portalTexts: {
    variable: 'POSTHORN_PORTAL_TEXTS',
    fallback: null,
    sentence: {
      en: 'JSON file with texts of your own for the portal, by language; see docs/portal.md.',
      es: 'Archivo JSON con textos propios para el portal, por idioma; ver docs/portal.es.md.',
    },
    parse: optionalText,
  },
}
