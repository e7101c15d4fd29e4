/** Event types that are chosen, by names and rules, after some are added or taken away. */
import { isTypeRule, rulePrefix, wantsType } from './type-rule.ts'

/** What is chosen after a press on one type: one of a group that a rule took leaves the others by name. */
export function withType(
  chosen: readonly string[],
  name: string,
  { on, types }: { readonly on: boolean; readonly types: readonly { readonly name: string }[] },
): readonly string[] {
  if (on) return [...new Set([...chosen, name])]
  const rules = chosen.filter((one) => isTypeRule(one) && name.startsWith(rulePrefix(one)))
  const others = types.flatMap((type) =>
    rules.some((rule) => type.name.startsWith(rulePrefix(rule))) ? [type.name] : [],
  )
  const left = [...chosen.filter((one) => !rules.includes(one)), ...others]
  return [...new Set(left)].filter((one) => one !== name)
}

/** A rule stands for what it takes: its types need no names of their own. */
export function withRule(chosen: readonly string[], rule: string, on: boolean): readonly string[] {
  const left = chosen.filter((one) => one !== rule && !one.startsWith(rulePrefix(rule)))
  return on ? [...left, rule] : left
}

export interface TypeChange {
  readonly mode: 'add' | 'remove'
  readonly names: readonly string[]
  /** All there are: what a rule leaves when one of its group goes. */
  readonly types: readonly { readonly name: string }[]
}

/** The event types of an endpoint afterwards; null: it stays as it is. */
export function changedTypes(
  eventTypes: readonly string[] | null,
  { mode, names, types }: TypeChange,
): readonly string[] | null {
  if (eventTypes === null) return null // it gets everything
  const next =
    mode === 'add'
      ? names.filter((name) => !eventTypes.includes(name)).reduce(added, eventTypes)
      : names.reduce<readonly string[]>(
          (left, name) =>
            isTypeRule(name)
              ? withRule(left, name, false)
              : withType(left, name, { on: false, types }),
          eventTypes,
        )
  const same = next.length === eventTypes.length && next.every((name) => eventTypes.includes(name))
  // An endpoint without any would get everything.
  return same || next.length === 0 ? null : next
}

/** A rule stands for its types; a type that a rule takes already needs no name. */
function added(left: readonly string[], name: string): readonly string[] {
  if (isTypeRule(name)) return withRule(left, name, true)
  return wantsType(left, name) ? left : [...left, name]
}
