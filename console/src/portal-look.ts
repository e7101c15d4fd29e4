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
    root.style.setProperty('--color-accent', readableAccent(accent))
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

type Rgb = readonly [red: number, green: number, blue: number]

export function parseAccent(text: string | null): Rgb | null {
  const match = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text ?? '')
  if (match?.[1] === undefined) return null
  const hex = match[1].length === 3 ? match[1].replace(/./g, '$&$&') : match[1]
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb // three parts
}

/** Darkened for the light theme and lightened for the dark one until text in it reads (4.5:1). */
export function readableAccent(accent: Rgb): string {
  const light = towards(accent, [0, 0, 0], [251, 250, 248])
  const dark = towards(accent, [255, 255, 255], [21, 23, 27])
  return `light-dark(${cssOf(light)}, ${cssOf(dark)})`
}

function towards(color: Rgb, goal: Rgb, ground: Rgb): Rgb {
  for (let share = 0; share <= 1; share += 0.02) {
    const mixed = color.map((part, at) =>
      Math.round(part + ((goal[at] ?? 0) - part) * share),
    ) as unknown as Rgb // three parts in, three out
    if (contrast(mixed, ground) >= 4.6) return mixed
  }
  return goal
}

export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number] // two in, two out
  return (high + 0.05) / (low + 0.05)
}

function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function cssOf(color: Rgb): string {
  return `rgb(${color.join(' ')})`
}
