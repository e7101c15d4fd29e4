/** An accent colour of somebody else, made to read on our grounds. */
export type Rgb = readonly [red: number, green: number, blue: number]

export function parseAccent(text: string | null): Rgb | null {
  const match = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text ?? '')
  if (match?.[1] === undefined) return null
  const hex = match[1].length === 3 ? match[1].replace(/./g, '$&$&') : match[1]
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb // three parts
}

/** Darkened for the light theme and lightened for the dark one until text in it reads (4.5:1). */
export function readableAccents(accent: Rgb): { readonly light: Rgb; readonly dark: Rgb } {
  return {
    light: towards(accent, [0, 0, 0], [232, 240, 255]),
    dark: towards(accent, [255, 255, 255], [36, 39, 43]),
  }
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

export function cssOf(color: Rgb): string {
  return `rgb(${color.join(' ')})`
}
