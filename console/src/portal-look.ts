import { useSyncExternalStore } from 'react'
import { cssOf, parseAccent, readableAccents } from './portal-accent.ts'
import { suggestPreferences } from './state/preferences.ts'

/**
 * How the link and the page around the portal want it to look:
 * `?lang=es&theme=dark&accent=0a7&radius=large&logo=yes&section=deliveries&hide=catalog&nav=hide`.
 * The names that Svix's React component adds to the link count too.
 */
export interface PortalLook {
  /** The only section shown; null: all. */
  readonly section: string | null
  readonly hidden: readonly string[]
  readonly navigation: boolean
  /** Whether the operator has a logo, and texts. */
  readonly logo: boolean
  readonly texts: boolean
  /** Somebody of the operator looks, and is told so. */
  readonly asCustomer: boolean
}

/** Of fixed lists; the style sheet knows their values, and what it does not know changes nothing. */
const shapes = ['radius', 'font', 'density'] as const

const linkParameters = [
  'lang',
  'theme',
  'accent',
  ...shapes,
  'logo',
  'texts',
  'section',
  'hide',
  'nav',
  'frame',
  'tab',
  'as',
  'darkMode',
  'primaryColor',
  'fontFamily',
]

let look: PortalLook = {
  ...{ section: null, hidden: [], navigation: true, logo: false, texts: false, asCustomer: false },
}
let kept = ''

export function portalLook(): PortalLook {
  return look
}

export function applyPortalLook(query: string): void {
  const parameters = new URLSearchParams(query)
  const ofSvix = { true: 'dark', auto: 'auto' }[parameters.get('darkMode') ?? '']
  dress({
    ...Object.fromEntries(parameters),
    language: parameters.get('lang'),
    theme: parameters.get('theme') ?? ofSvix,
    accent: parameters.get('accent') ?? parameters.get('primaryColor'),
    font: parameters.get('font') ?? parameters.get('fontFamily'),
  })
  look = {
    section: parameters.get('section'),
    hidden: (parameters.get('hide') ?? '').split(',').filter((name) => name !== ''),
    navigation: parameters.get('nav') !== 'hide',
    logo: parameters.get('logo') === 'yes',
    texts: parameters.get('texts') === 'yes',
    asCustomer: parameters.get('as') === 'customer',
  }
  const link = new URLSearchParams()
  for (const name of linkParameters) {
    const value = parameters.get(name)
    if (value !== null) link.set(name, value)
  }
  kept = link.toString()
}

/** Addresses carry the name of this tab's session, so that one opened in a new tab finds it. */
export function nameTab(name: string): void {
  const link = new URLSearchParams(kept)
  link.set('tab', name)
  kept = link.toString()
}

/** What the page around may change while the portal is open; unknown values change nothing. */
export function dress(wish: Readonly<Record<string, unknown>>): void {
  const {
    language,
    theme,
    accent: color,
  } = wish as {
    readonly language?: unknown
    readonly theme?: unknown
    readonly accent?: unknown
  } // looked at before they are used
  const { style, dataset } = document.documentElement
  for (const name of shapes) {
    const value = wish[name]
    if (typeof value === 'string') dataset[name] = value.toLowerCase()
  }
  if (language === 'en' || language === 'es') suggestPreferences({ language })
  if (theme === 'light' || theme === 'dark') suggestPreferences({ theme })
  if (theme === 'auto') suggestPreferences({ theme: 'system' })
  const accent = parseAccent(typeof color === 'string' ? color : null)
  if (accent === null) return
  const { light, dark } = readableAccents(accent)
  style.setProperty('--color-accent', `light-dark(${cssOf(light)}, ${cssOf(dark)})`)
  style.setProperty(
    '--color-accent-soft',
    `light-dark(color-mix(in oklab, ${cssOf(accent)} 12%, white), color-mix(in oklab, ${cssOf(accent)} 25%, #15171b))`,
  )
}

/** The address bar keeps what the link said, so that loading the page again shows the same. */
export function withLinkParameters(path: string): string {
  if (kept === '') return path
  const [before = '', ...hash] = path.split('#')
  const joined = `${before}${before.includes('?') ? '&' : '?'}${kept}`
  return hash.length === 0 ? joined : `${joined}#${hash.join('#')}`
}

/** The query that pages see: without what belongs to the link. */
export function withoutLinkParameters(query: string): string {
  const parts = query
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '' && !linkParameters.includes(part.split('=')[0] ?? ''))
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

/** Whether the frame grows with its content, rather than scrolling inside. */
let grows = false
const listeners = new Set<() => void>()

export function setGrows(next: boolean): void {
  grows = next
  for (const listener of listeners) listener()
}

export function useGrows(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => grows,
  )
}
