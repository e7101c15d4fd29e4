/** Types that stand for what an endpoint wants: a test of `order.*` sends the first of its types. */
import type { Application } from '../domain/application.ts'
import { isTypeRule, rulePrefix } from '../domain/type-rule.ts'
import type { EventTypeStore } from '../store/port/event-types.ts'

/** Each name once, and for each rule the first live type that it takes; a rule without any gives none. */
export async function sampleTypes(
  wanted: readonly string[],
  application: Pick<Application, 'organizationId'>,
  store: Pick<EventTypeStore, 'listEventTypes'>,
): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const one of wanted) {
    const name = isTypeRule(one) ? await firstOf(rulePrefix(one), application, store) : one
    if (name !== null) found.add(name)
  }
  return [...found]
}

/** The first live type with that prefix; null: there is none. */
export async function firstOf(
  prefix: string,
  { organizationId }: Pick<Application, 'organizationId'>,
  store: Pick<EventTypeStore, 'listEventTypes'>,
): Promise<string | null> {
  const { items } = await store.listEventTypes({
    ...{ organizationId, includeArchived: false, featureFlags: null, withSchemas: false },
    page: { limit: 1, order: 'ascending', iterator: prefix || null, backwards: false },
  })
  const name = items[0]?.name
  return name?.startsWith(prefix) === true ? name : null
}
