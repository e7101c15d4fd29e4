/**
 * Scopes limit an endpoint to parts of the producer's world: sites, a workflow, a survey and its
 * group. An event says where it happened, an endpoint says where it listens.
 */

/** Kind to the ids of the place where an event happened. Several: a stage and its site. */
export type EventScope = Readonly<Record<string, readonly string[]>>
/** Kind to the ids that an endpoint listens to. A kind that is absent is not limited. */
export type ScopeFilter = Readonly<Record<string, readonly string[]>>

export const scopeLimits = { kindsMax: 16, idsMax: 200, idLengthMax: 256 } as const

/** Whether an event of that scope is for an endpoint so limited. Without a filter everything is. */
export function scopeMatches(filter: ScopeFilter | null, scope: EventScope | null): boolean {
  if (filter === null) return true
  return Object.entries(filter).every(([kind, wanted]) => {
    const places = scope !== null && Object.hasOwn(scope, kind) ? (scope[kind] ?? []) : []
    return places.some((place) => wanted.includes(place))
  })
}

/** Reads a scope from stored JSON: ids may be single or listed, numbers or strings. */
export function readScope(value: unknown): EventScope | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const entries = Object.entries(value).map(([kind, ids]): [string, readonly string[]] => [
    kind,
    (Array.isArray(ids) ? ids : [ids]).map(String),
  ])
  return entries.length === 0 ? null : Object.fromEntries(entries)
}
