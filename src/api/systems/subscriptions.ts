/**
 * What an endpoint subscribes to under its application's profile: event types by name or older
 * spelling, a trigger that stands for several, a context that offers some, scopes that limit them.
 */
import { type Catalog, eventsOf, namesFor } from '../../catalog/catalog.ts'
import { loadCatalog } from '../../catalog/load.ts'
import type { Application } from '../../domain/application.ts'
import type { ScopeFilter } from '../../domain/scope.ts'
import { isTypeRule, isTypeRuleValid } from '../../domain/type-rule.ts'
import type { Localized, Profile } from '../../profiles/profile.ts'
import { profileOf } from '../../profiles/profiles.ts'
import { type Refuse, someOf } from './texts.ts'

export interface Rules {
  readonly profile: Profile
  readonly catalog: Catalog | null
}

export async function rulesOf(application: Pick<Application, 'profile'>): Promise<Rules> {
  const profile = profileOf(application.profile)
  const catalog = profile.catalog === null ? null : await loadCatalog(profile.catalog)
  return { profile, catalog }
}

/**
 * Names with older spellings resolved and each once; those that the catalog does not know are
 * refused, and so are rules (`order.*`) where it is closed. Without a catalog names are taken as
 * they are, and a repeated one is refused.
 */
export function subscribedNames(
  names: readonly string[],
  { profile, catalog }: Rules,
  refuse: Refuse,
  /** Where the webhook is made: labels are looked up among what it offers. */
  context?: string,
): readonly string[] {
  const known = (name: string): readonly string[] =>
    catalog === null ? [] : namesFor(catalog, name, context)
  const rules = names.filter((name) => isTypeRule(name) && known(name).length === 0)
  const malformed = rules.filter((rule) => !isTypeRuleValid(rule))
  if (malformed.length > 0) {
    throw refuse('eventTypes', 'eventsRuleMalformed', { names: someOf(malformed) })
  }
  if (profile.rules.catalogOnly && rules.length > 0) {
    throw refuse('eventTypes', 'eventsRuleClosed', { names: someOf(rules) })
  }
  if (catalog === null) {
    if (new Set(names).size !== names.length) throw refuse('eventTypes', 'eventsRepeated')
    return names
  }
  const unknown = names.filter((name) => known(name).length === 0)
  if (profile.rules.catalogOnly && unknown.length > 0) {
    throw refuse('eventTypes', 'eventsUnknown', { catalog: catalog.name, names: someOf(unknown) })
  }
  return [
    ...new Set(
      names.flatMap((name) => {
        const resolved = known(name)
        return resolved.length === 0 ? [name] : resolved
      }),
    ),
  ]
}

/** Event types that the store does not have: not installed yet, or not there at all. */
export function refuseMissing(
  missing: readonly string[],
  { catalog }: Rules,
  refuse: Refuse,
): void {
  if (missing.length === 0) return
  const names = someOf(missing)
  const installable = catalog?.events.some((event) => missing.includes(event.name)) === true
  throw installable
    ? refuse('eventTypes', 'eventsNotInstalled', { names, catalog: catalog.name })
    : refuse('eventTypes', 'eventsMissing', { names })
}

export interface Subscription {
  readonly eventTypes: readonly string[] | null
  readonly trigger: string | null
  readonly context: string | null
  readonly scope: ScopeFilter | null
}

/** What the caller said now; the rest is as it was. */
export interface Given {
  readonly eventTypes: boolean
  readonly scope: boolean
}

/** Checks a whole subscription against the rules; returns it as it is kept. */
export function checkSubscription(
  wanted: Subscription,
  given: Given,
  { rules, refuse }: { readonly rules: Rules; readonly refuse: Refuse },
): Subscription {
  const triggered = withTrigger(wanted, { rules, refuse, given })
  checkCount(triggered, rules, refuse)
  const placed = withContext(triggered, rules, refuse)
  return withScope(ofTrigger(placed, { rules, refuse, given }), rules, refuse)
}

interface Checks {
  readonly rules: Rules
  readonly refuse: Refuse
  readonly given: Given
}

function withTrigger(wanted: Subscription, { rules, refuse, given }: Checks): Subscription {
  const { profile, catalog } = rules
  if (wanted.trigger === null) {
    if (!profile.rules.byTrigger) return wanted
    throw refuse('trigger', wanted.eventTypes === null ? 'triggerRequired' : 'triggerNotEvents')
  }
  const trigger = catalog?.triggers.find((candidate) => candidate.name === wanted.trigger)
  if (trigger === undefined) throw refuse('trigger', 'triggerUnknown')
  const events = new Set(trigger.events)
  const other = given.eventTypes && new Set(wanted.eventTypes ?? []).symmetricDifference(events)
  if (other !== false && other.size > 0) throw refuse('eventTypes', 'triggerNotEvents')
  return { ...wanted, eventTypes: trigger.events }
}

/**
 * A trigger's events carry its own kinds of scope alone: limited by another the webhook would never
 * fire. One that is left from an earlier trigger goes.
 */
function ofTrigger(wanted: Subscription, { rules, refuse, given }: Checks): Subscription {
  const { catalog } = rules
  const trigger = catalog?.triggers.find((candidate) => candidate.name === wanted.trigger)
  if (trigger === undefined || wanted.scope === null) return wanted
  const kinds = Object.entries(wanted.scope)
  const strange = kinds.find(([kind, ids]) => ids.length > 0 && !trigger.scopes.includes(kind))
  if (strange !== undefined && given.scope) {
    const [kind] = strange
    throw refuse(['scope', kind], 'scopeKindTrigger', {
      trigger: trigger.label,
      kind: scopeLabel(catalog, kind),
    })
  }
  const own = kinds.filter(([kind]) => trigger.scopes.includes(kind))
  return { ...wanted, scope: Object.fromEntries(own) }
}

/** What people call a kind of scope. */
function scopeLabel(catalog: Catalog | null, kind: string): Localized | string {
  return catalog?.scopes.find((scope) => scope.name === kind)?.label ?? kind
}

function checkCount({ eventTypes }: Subscription, { profile }: Rules, refuse: Refuse): void {
  const { eventTypesMin, eventTypesMax } = profile.limits
  if (eventTypesMin !== null && (eventTypes?.length ?? 0) < eventTypesMin) {
    throw refuse('eventTypes', 'eventsMin')
  }
  if (eventTypesMax !== null && (eventTypes?.length ?? 0) > eventTypesMax) {
    throw refuse('eventTypes', 'eventsMax', { count: eventTypesMax })
  }
}

/** A context that is not named is found: by the scope's kind, or because it offers all events. */
function withContext(wanted: Subscription, { catalog }: Rules, refuse: Refuse): Subscription {
  if (catalog === null || catalog.contexts.length === 0) {
    if (wanted.context !== null) throw refuse('context', 'contextUnknown')
    return wanted
  }
  const names = wanted.eventTypes ?? []
  const outside = (context: string): readonly string[] => {
    const offered = new Set(eventsOf(catalog, { context }).map((event) => event.name))
    return names.filter((name) => !offered.has(name))
  }
  if (wanted.context === null) {
    const kinds = Object.keys(wanted.scope ?? {})
    const offering = catalog.contexts
      .filter((context) => kinds.length === 0 || kinds.includes(context.scope))
      .filter((context) => outside(context.name).length === 0)
    const free = offering.find((context) => context.required !== true || kinds.length > 0)
    const found = free ?? offering[0]
    if (found === undefined) throw refuse('eventTypes', 'contextMixed')
    return { ...wanted, context: found.name }
  }
  if (!catalog.contexts.some((context) => context.name === wanted.context)) {
    throw refuse('context', 'contextUnknown')
  }
  const strangers = outside(wanted.context)
  if (strangers.length === 0) return wanted
  throw refuse('eventTypes', 'eventsOutside', {
    context: wanted.context,
    names: someOf(strangers),
  })
}

function withScope(wanted: Subscription, { catalog }: Rules, refuse: Refuse): Subscription {
  const kept = Object.entries(wanted.scope ?? {}).filter(([, ids]) => ids.length > 0)
  const scope = kept.length === 0 ? null : Object.fromEntries(kept)
  if (catalog === null) return { ...wanted, scope }
  const known = catalog.scopes.map((kind) => kind.name)
  const context = catalog.contexts.find((candidate) => candidate.name === wanted.context)
  for (const [kind] of kept) {
    if (!known.includes(kind)) throw refuse(['scope', kind], 'scopeKindUnknown', { kind })
    if (context !== undefined && context.scope !== kind) {
      throw refuse(['scope', kind], 'scopeKindOther', {
        context: context.label,
        wanted: scopeLabel(catalog, context.scope),
        kind: scopeLabel(catalog, kind),
      })
    }
  }
  for (const kind of requiredScopes(wanted, catalog)) {
    if (!Object.hasOwn(scope ?? {}, kind)) {
      throw refuse(['scope', kind], 'scopeRequired', { kind: scopeLabel(catalog, kind) })
    }
  }
  return { ...wanted, scope }
}

function requiredScopes(wanted: Subscription, catalog: Catalog): readonly string[] {
  const trigger = catalog.triggers.find((candidate) => candidate.name === wanted.trigger)
  const context = catalog.contexts.find((candidate) => candidate.name === wanted.context)
  return [...(trigger?.scopes ?? []), ...(context?.required === true ? [context.scope] : [])]
}
