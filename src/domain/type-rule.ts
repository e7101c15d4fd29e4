/**
 * Which event types are wanted: names, and rules that take a whole group with what is added to it
 * later. `order.*` takes every name that begins with `order.`, at any depth; `USER_*`, for catalogs
 * that write groups with underscores, every one that begins with `USER_`. A list filter takes both
 * as well.
 */

/** One or more segments, then a separator and the star. Names hold no star, so nothing is both. */
export const typeRulePattern = '[a-zA-Z0-9\\-_]+(\\.[a-zA-Z0-9\\-_]+)*[._]\\*'

const wellFormed = new RegExp(`^${typeRulePattern}$`)

/** Whether it is meant as a rule, well formed or not. */
export function isTypeRule(wanted: string): boolean {
  return wanted.includes('*')
}

export function isTypeRuleValid(wanted: string): boolean {
  return wellFormed.test(wanted)
}

/** What the names that a rule takes begin with. */
export function rulePrefix(rule: string): string {
  return rule.slice(0, -1)
}

/** The least text above every name with that prefix: its last character is `.` or `_`. */
export function prefixEnd(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
}

/** Null: every type. */
export function wantsType(wanted: readonly string[] | null, eventType: string): boolean {
  if (wanted === null || wanted.includes(eventType)) return true
  return wanted.some((one) => isTypeRule(one) && eventType.startsWith(rulePrefix(one)))
}

/** The longest of these rules that takes the name: which others take it follows from that one. */
export function longestRule(rules: ReadonlySet<string>, eventType: string): string | null {
  for (let at = eventType.length - 1; at > 0; at--) {
    const character = eventType[at - 1]
    if (character !== '.' && character !== '_') continue
    const rule = `${eventType.slice(0, at)}*`
    if (rules.has(rule)) return rule
  }
  return null
}

/** Names and the prefixes of rules apart, as stores look for them. */
export function splitTypes(wanted: readonly string[]): {
  readonly names: readonly string[]
  readonly prefixes: readonly string[]
} {
  return {
    names: wanted.filter((one) => !isTypeRule(one)),
    prefixes: wanted.filter(isTypeRule).map(rulePrefix),
  }
}
