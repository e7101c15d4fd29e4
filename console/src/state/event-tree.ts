/** Event types as a tree: `order.paid` below `order`, `USER_LOGIN` below `USER`. */
export interface EventGroup {
  /** The prefix with its separator, or the catalog's group. */
  readonly name: string
  readonly events: readonly string[]
  /** `order.*` where it takes these types, no others, and those to come. */
  readonly rule: string | null
}

interface Named {
  readonly name: string
  readonly groupName?: string | null
}

/** Groups by the catalog's group where there is one, else by the first part of the name. */
export function groupEvents(types: readonly Named[]): readonly EventGroup[] {
  const groups = new Map<string, string[]>()
  for (const { name, groupName } of types) {
    const group = groupName ?? prefixOf(name)
    const members = groups.get(group)
    if (members === undefined) groups.set(group, [name])
    else members.push(name)
  }
  return [...groups].map(([name, events]) => ({ name, events, rule: ruleOf(events, types) }))
}

function prefixOf(name: string): string {
  return /^([^._-]+)[._-]/.exec(name)?.[1] ?? name
}

function ruleOf(events: readonly string[], types: readonly Named[]): string | null {
  const start = /^[^._-]+[._]/.exec(events[0] ?? '')?.[0]
  if (start === undefined) return null
  const taken = types.filter(({ name }) => name.startsWith(start)).length
  const whole = events.every((name) => name.startsWith(start)) && taken === events.length
  return whole ? `${start}*` : null
}

/** The groups that hold more than one type, as rules: what a filter by type offers first. */
export function rulesOf(types: readonly Named[]): readonly string[] {
  return groupEvents(types).flatMap(({ rule, events }) =>
    rule === null || events.length < 2 ? [] : [rule],
  )
}

/** Names and rules out of any pasted text: separated by commas, spaces, quotes, slashes or lines. */
export function namesIn(text: string): readonly string[] {
  return [
    ...new Set(text.split(/[\s,;"'`/|<>[\]{}()]+/).map((name) => name.replace(/[:.]+$/, ''))),
  ].filter((name) => name !== '')
}
