/** One place where two JSON values differ; an absent side is `undefined`. */
export interface Difference {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/** Walks both values together; differing members and items are listed once, by their path. */
export function differencesOf(before: unknown, after: unknown, path = ''): readonly Difference[] {
  if (Object.is(before, after)) return []
  if (
    !isContainer(before) ||
    !isContainer(after) ||
    Array.isArray(before) !== Array.isArray(after)
  ) {
    return [{ path, before, after }]
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) =>
    differencesOf(
      Reflect.get(before, key),
      Reflect.get(after, key),
      Array.isArray(before) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`,
    ),
  )
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
