/** Event types as a tree: `order.paid` below `order`, `USER_LOGIN` below `USER`. */
export interface EventGroup {
  /** The prefix with its separator, or the catalog's group. */
  readonly name: string
  readonly events: readonly string[]
}

/** Groups by the catalog's group where there is one, else by the first part of the name. */
export function groupEvents(
  types: readonly { readonly name: string; readonly groupName?: string | null }[],
): readonly EventGroup[] {
  const groups = new Map<string, string[]>()
  for (const { name, groupName } of types) {
    const group = groupName ?? prefixOf(name)
    const members = groups.get(group)
    if (members === undefined) groups.set(group, [name])
    else members.push(name)
  }
  return [...groups].map(([name, events]) => ({ name, events }))
}

function prefixOf(name: string): string {
  return /^([^._-]+)[._-]/.exec(name)?.[1] ?? name
}

/** Names out of any pasted text: separated by commas, spaces, quotes, slashes or lines. */
export function namesIn(text: string): readonly string[] {
  return [
    ...new Set(text.split(/[\s,;"'`/|<>[\]{}()]+/).map((name) => name.replace(/[:.]+$/, ''))),
  ].filter((name) => name !== '')
}
