/**
 * A catalog is a set of event types as data: `catalogs/<name>.json`. This file says what such a
 * file holds; adding a catalog means adding a file, never code.
 */
import { type Static, Type } from 'typebox'

const Localized = Type.Object(
  { en: Type.String({ minLength: 1 }), es: Type.String({ minLength: 1 }) },
  { additionalProperties: false },
)
const Named = Type.Object({ name: Type.String({ minLength: 1 }), label: Localized })

/** One event type. Further members (category, blocks, ...) are kept as they are. */
export const CatalogEvent = Type.Object({
  /** Machine name, as receivers and producers spell it. */
  name: Type.String({ pattern: '^[a-zA-Z0-9\\-_.]+$', maxLength: 256 }),
  group: Type.String({ minLength: 1 }),
  label: Localized,
  description: Localized,
  /** Whether the system's own webhook guide names it; false: known from elsewhere. */
  documented: Type.Boolean(),
  deprecated: Type.Optional(Type.Boolean()),
  /** Contexts that offer it (see `contexts`); absent: offered everywhere. */
  contexts: Type.Optional(Type.Array(Type.String())),
  /** The trigger that stands for it, where the system subscribes by trigger. */
  trigger: Type.Optional(Type.String()),
  /** Draft-7 JSON Schema of the body that receivers get. */
  schema: Type.Object({}),
  /** A realistic body; validates against `schema`. */
  example: Type.Object({}),
  /** Other shapes that the same event may have. */
  variants: Type.Optional(Type.Array(Type.Object({}))),
})

export const Catalog = Type.Object({
  name: Type.String({ pattern: '^[a-z0-9-]+$' }),
  /** Profile that its applications use. */
  profile: Type.String(),
  label: Localized,
  description: Localized,
  groups: Type.Array(Named),
  /** Places from which a webhook is made; each offers its own events and limits by one scope. */
  contexts: Type.Array(
    Type.Intersect([
      Named,
      Type.Object({
        scope: Type.String(),
        /** A webhook made there must name at least one id of the scope. */
        required: Type.Optional(Type.Boolean()),
      }),
    ]),
  ),
  /** Kinds of scope that an event may carry and an endpoint may be limited to. */
  scopes: Type.Array(Named),
  /** Names that stand for several events; `scopes` must then be chosen. */
  triggers: Type.Array(
    Type.Intersect([
      Named,
      Type.Object({
        events: Type.Array(Type.String(), { minItems: 1 }),
        scopes: Type.Array(Type.String()),
        documented: Type.Boolean(),
      }),
    ]),
  ),
  /** Other spellings of event names, each with the names it stands for. */
  aliases: Type.Record(Type.String(), Type.Array(Type.String(), { minItems: 1 })),
  events: Type.Array(CatalogEvent, { minItems: 1 }),
})

export type CatalogEvent = Static<typeof CatalogEvent>
export type Catalog = Static<typeof Catalog>

/** The events that a context offers; without a context all of them. */
export function eventsOf(
  catalog: Catalog,
  filter: { readonly context?: string; readonly documented?: boolean } = {},
): readonly CatalogEvent[] {
  const { context, documented } = filter
  return catalog.events.filter(
    (event) =>
      (context === undefined || event.contexts === undefined || event.contexts.includes(context)) &&
      (documented === undefined || event.documented === documented),
  )
}

/**
 * The machine names that a given name stands for: itself, an alias, a trigger, or the label of one
 * event in either language (`Página creada`), of those that the context offers; empty: unknown, or
 * the label of several. Names are also read as Markdown writes them: `USER\\_LOGIN`.
 */
export function namesFor(catalog: Catalog, given: string, context?: string): readonly string[] {
  const name = given.replaceAll('\\_', '_').trim()
  if (catalog.events.some((event) => event.name === name)) return [name]
  for (const spelling of [given, name]) {
    if (Object.hasOwn(catalog.aliases, spelling)) return catalog.aliases[spelling] ?? []
  }
  const trigger = catalog.triggers.find((candidate) => candidate.name === name)
  if (trigger !== undefined) return trigger.events
  const label = name.toLowerCase()
  const labelled = eventsOf(catalog, context === undefined ? {} : { context }).filter((event) =>
    [event.label.en, event.label.es].some((text) => text.toLowerCase() === label),
  )
  return labelled.length === 1 ? labelled.map((event) => event.name) : []
}
