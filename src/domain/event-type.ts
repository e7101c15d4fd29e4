import type { OrganizationId } from './ids.ts'

export interface EventType {
  readonly organizationId: OrganizationId
  /** Unique in the organisation: `invoice.paid`. */
  readonly name: string
  readonly description: string
  readonly archived: boolean
  readonly deprecated: boolean
  /** Version to JSON Schema, as JSON text values are kept: `{"1": {...}}`. */
  readonly schemas: Readonly<Record<string, unknown>> | null
  readonly featureFlags: readonly string[]
  readonly groupName: string | null
  /** Open for catalogs: labels in English and Spanish, catalog, examples. JSON. */
  readonly attributes: Readonly<Record<string, unknown>>
  readonly createdAt: number
  readonly updatedAt: number
}

/** When a deprecated type stops being sent, in ms; null: nobody has said. Kept among its attributes. */
export function sunsetOf({ attributes }: Pick<EventType, 'attributes'>): number | null {
  const at = attributes['sunsetAt']
  return typeof at === 'number' ? at : null
}

/** The attributes with that end, or without any. */
export function withSunset(
  { sunsetAt: _, ...attributes }: EventType['attributes'],
  at: number | null,
): EventType['attributes'] {
  return at === null ? attributes : { ...attributes, sunsetAt: at }
}

/** What people call its group: the catalog's words for it, else its name; empty: it has none. */
export function groupText(
  type: {
    readonly groupName?: string | null
    readonly attributes?: EventType['attributes']
  },
  language: 'en' | 'es',
): string {
  const name = type.groupName ?? ''
  const group: unknown = type.attributes?.['group']
  if (typeof group !== 'object' || group === null) return name
  // Whoever gave the type another group left the catalog's.
  if (Reflect.get(group, 'name') !== name) return name
  const text: unknown = Reflect.get(Object(Reflect.get(group, 'label')), language)
  return typeof text === 'string' ? text : name
}

/** What a catalog says of the type in a language; empty: nothing. */
export function catalogText(
  { attributes = {} }: Partial<Pick<EventType, 'attributes'>>,
  part: 'label' | 'description',
  language: 'en' | 'es',
): string {
  const texts: unknown = attributes[part]
  const text: unknown = typeof texts === 'object' && texts !== null && Reflect.get(texts, language)
  return typeof text === 'string' ? text : ''
}
