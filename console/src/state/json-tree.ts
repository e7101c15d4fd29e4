/** JSON as a tree to look at: its numbers as written, how far it opens by itself, and what is found in it. */

/** Children of one node beyond this many come by a press, so that 5 MB stay responsive. */
export const childrenShown = 200
/** So many lines are open at first; and what is found is counted up to here. */
const openLinesMax = 1_000
export const foundMax = 1_000

/** A number as it was written: `1.0` and `9007199254740993` must not change on the way to the eye. */
export class NumberText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export function parseJson(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    // TypeScript's library does not know the third argument (source text access) yet.
    const reviver = (_key: string, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value
    return { value: JSON.parse(text, reviver as (key: string, value: unknown) => unknown) }
  } catch {
    return undefined
  }
}

export type Entry = readonly [key: string, value: unknown]

/** Null: it has none, it is a value. */
export function childrenOf(value: unknown): readonly Entry[] | null {
  if (value === null || typeof value !== 'object' || value instanceof NumberText) return null
  return Object.entries(value)
}

/** A value as the tree writes it. */
export function scalarText(value: unknown): string {
  if (value instanceof NumberText) return value.text
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

export function pathOf(parent: string, key: string, inArray: boolean): string {
  if (inArray) return `${parent}[${key}]`
  const plain = /^[A-Za-z_$][\w$]*$/.test(key)
  if (!plain) return `${parent}[${JSON.stringify(key)}]`
  return parent === '' ? key : `${parent}.${key}`
}

/** How many levels are open at first: as many as wanted, as long as the lines stay few. */
export function openLevels(root: unknown, wanted: number): number {
  let level: readonly unknown[] = [root]
  let lines = 1
  for (let depth = 0; depth < wanted; depth++) {
    const next: unknown[] = []
    for (const value of level) {
      for (const [, child] of (childrenOf(value) ?? []).slice(0, childrenShown)) next.push(child)
      if (lines + next.length > openLinesMax) return Math.max(1, depth)
    }
    if (next.length === 0) return wanted
    lines += next.length
    level = next
  }
  return wanted
}

/** Where something was found: the keys that lead there. */
export type Found = readonly string[]

/** What has the text in its key or its value, in the order of the document; `foundMax` at most. */
export function foundIn(root: unknown, text: string): readonly Found[] {
  const wanted = text.toLowerCase()
  if (wanted === '') return []
  const found: Found[] = []
  const keys: string[] = []
  // By hand rather than by calls: documents may be deeper than the stack.
  const levels: { readonly entries: readonly Entry[]; at: number }[] = [
    { entries: childrenOf(root) ?? [], at: 0 },
  ]
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const entry = level.entries[level.at++]
    if (entry === undefined || found.length >= foundMax) {
      levels.pop()
      keys.pop()
      continue
    }
    const [key, value] = entry
    const children = childrenOf(value)
    const has = (some: string): boolean => some.toLowerCase().includes(wanted)
    keys.push(key)
    if (has(key) || (children === null && has(scalarText(value)))) found.push([...keys])
    if (children === null) keys.pop()
    else levels.push({ entries: children, at: 0 })
  }
  return found
}

/** What has to be open for it to be seen. */
export interface Route {
  /** Of what was found. */
  readonly path: string
  /** By the path of each node above it: which of its children leads there. */
  readonly through: ReadonlyMap<string, number>
}

export function routeTo(root: unknown, found: Found): Route {
  const through = new Map<string, number>()
  let path = ''
  let value = root
  for (const key of found) {
    const entries: readonly Entry[] = childrenOf(value) ?? []
    const at = Array.isArray(value) ? Number(key) : entries.findIndex(([name]) => name === key)
    through.set(path, at)
    path = pathOf(path, key, Array.isArray(value))
    value = entries[at]?.[1]
  }
  return { path, through }
}
