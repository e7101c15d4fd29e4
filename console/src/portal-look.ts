import { cssOf, parseAccent, readableAccents } from './portal-accent.ts'
import { setPreferences } from './state/preferences.ts'

/** What the link may set about the look: `?lang=es&theme=dark&accent=0a7&section=deliveries`. */
export interface PortalLook {
  /** The only section shown; null: all. */
  readonly section: string | null
  readonly hidden: readonly string[]
  readonly navigation: boolean
}

let look: PortalLook = { section: null, hidden: [], navigation: true }

export function portalLook(): PortalLook {
  return look
}

export function applyPortalLook(query: string): void {
  const parameters = new URLSearchParams(query)
  const language = parameters.get('lang')
  if (language === 'en' || language === 'es') setPreferences({ language })
  const theme = parameters.get('theme')
  if (theme === 'light' || theme === 'dark') setPreferences({ theme })
  const accent = parseAccent(parameters.get('accent'))
  if (accent !== null) {
    const root = document.documentElement
    const { light, dark } = readableAccents(accent)
    root.style.setProperty('--color-accent', `light-dark(${cssOf(light)}, ${cssOf(dark)})`)
    root.style.setProperty(
      '--color-accent-soft',
      `light-dark(color-mix(in oklab, ${cssOf(accent)} 12%, white), color-mix(in oklab, ${cssOf(accent)} 25%, #15171b))`,
    )
  }
  look = {
    section: parameters.get('section'),
    hidden: (parameters.get('hide') ?? '').split(',').filter((name) => name !== ''),
    navigation: parameters.get('nav') !== 'hide',
  }
}
