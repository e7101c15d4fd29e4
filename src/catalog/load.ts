/**
 * Reads `catalogs/` of this package. A file is read and checked when it is first asked for and
 * kept: the server does not pay at start for catalogs that nobody uses.
 */
import { readdir, readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import { Catalog } from './catalog.ts'

const folder = new URL('../../catalogs/', import.meta.url)
const loaded = new Map<string, Promise<Catalog>>()

/** Names of the catalogs there are, ascending. */
export async function catalogNames(): Promise<readonly string[]> {
  const files = await readdir(folder)
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort()
}

/** The catalog of that name; null when there is none. Throws when the file is not a catalog. */
export async function loadCatalog(name: string): Promise<Catalog | null> {
  const kept = loaded.get(name)
  if (kept !== undefined) return kept
  if (!(await catalogNames()).includes(name)) return null
  const reading = readCatalog(name)
  loaded.set(name, reading)
  return reading
}

async function readCatalog(name: string): Promise<Catalog> {
  const parsed: unknown = JSON.parse(await readFile(new URL(`${name}.json`, folder), 'utf8'))
  const validate = new Ajv({ strict: false }).compile<Catalog>(Catalog)
  if (!validate(parsed)) {
    const [first] = validate.errors ?? []
    throw new Error(`catalogs/${name}.json${first?.instancePath ?? ''}: ${first?.message}`)
  }
  const fault = inconsistency(parsed)
  if (fault !== null) throw new Error(`catalogs/${name}.json: ${fault}`)
  return parsed
}

/** What the schema cannot say: names are unique, and every reference names something. */
function inconsistency(catalog: Catalog): string | null {
  const events = new Set(catalog.events.map((event) => event.name))
  if (events.size !== catalog.events.length) return 'an event name occurs twice'
  const groups = new Set(catalog.groups.map((group) => group.name))
  const contexts = new Set(catalog.contexts.map((context) => context.name))
  for (const event of catalog.events) {
    if (!groups.has(event.group)) return `${event.name} names the unknown group ${event.group}`
    const unknown = event.contexts?.find((context) => !contexts.has(context))
    if (unknown !== undefined) return `${event.name} names the unknown context ${unknown}`
  }
  const scopes = new Set(catalog.scopes.map((scope) => scope.name))
  const used = [
    ...catalog.contexts.map((context) => context.scope),
    ...catalog.triggers.flatMap((trigger) => trigger.scopes),
  ]
  const unknownScope = used.find((scope) => !scopes.has(scope))
  if (unknownScope !== undefined) return `the scope ${unknownScope} is not declared`
  const referenced = [
    ...Object.values(catalog.aliases).flat(),
    ...catalog.triggers.flatMap((trigger) => trigger.events),
  ]
  const missing = referenced.find((name) => !events.has(name))
  return missing === undefined ? null : `${missing} is referenced but is not an event`
}
