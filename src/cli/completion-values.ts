/** The values of arguments and options that come next, from what the help says and what the server knows. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { demoUid } from './application.ts'
import { type Context, keyOf } from './context.ts'
import { readText } from './data-folder.ts'

/** A shell must not wait: a server that is down or slow offers nothing. */
const serverTimeoutMs = 300
const cachedMs = 5 * 60_000

interface List {
  readonly path: string
  readonly member: string
}

const types = { path: '/event-type', member: 'name' }
const endpoints = { path: '/app/{app}/endpoint', member: 'id' }
/** By what the help calls them. */
const lists: Readonly<Record<string, List>> = {
  type: types,
  types,
  events: types,
  app: { path: '/app', member: 'uid' },
  endpoint: endpoints,
  endpoints,
  bin: { path: '/inspector/bin', member: 'name' },
  key: { path: '/api-key', member: 'name' },
}

/** `failed, canceled, delivered`: a help text that is nothing but the words there are. */
const wordsOnly = /^[\w-]+(, [\w-]+)+$/

/** `help` is what the help says of it. */
export async function valuesOf(
  name: string,
  help: string,
  given: readonly string[],
  context: Context,
): Promise<readonly string[]> {
  if (wordsOnly.test(help)) return help.split(', ')
  const list = lists[name]
  if (list === undefined) return []
  const at = given.findIndex((word) => word === '--app' || word === '-a')
  const named = at === -1 ? undefined : given[at + 1]
  const app = named ?? context.terminal.env['POSTHORN_APP'] ?? demoUid
  const path = list.path.replace('{app}', encodeURIComponent(app))
  const cache = cacheOf(path, context)
  const known = cache?.read() ?? null
  if (known !== null) return known
  try {
    const client = await context.client()
    const { data } = await client.call<{ readonly data: readonly object[] }>('GET', path, {
      query: { limit: 250 },
      timeoutMs: serverTimeoutMs,
    })
    const values = data.map((item) =>
      String(Reflect.get(item, list.member) ?? Reflect.get(item, 'id')),
    )
    cache?.write(values)
    return values
  } catch {
    return []
  }
}

/** Of this server, key and list; null: there is no place for it. The key itself is not kept. */
function cacheOf(path: string, context: Context) {
  const { terminal, globals, serverUrl } = context
  const { env, clock } = terminal
  const home = env['HOME'] || env['USERPROFILE']
  const base = env['XDG_CACHE_HOME'] || (home ? join(home, '.cache') : null)
  if (base === null) return null
  const asked = JSON.stringify([serverUrl, keyOf(terminal, globals).key, path])
  const name = createHash('sha256').update(asked).digest('hex').slice(0, 32)
  const file = join(base, 'posthorn', `${name}.json`)
  return {
    read(): readonly string[] | null {
      const kept = parsed(readText(file))
      const age = clock.now() - Number(kept?.at ?? 0)
      return kept !== null && age >= 0 && age < cachedMs ? kept.values : null
    },
    write(values: readonly string[]): void {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      writeFileSync(file, JSON.stringify({ at: clock.now(), values }), { mode: 0o600 })
    },
  }
}

function parsed(text: string | null): { readonly at: number; readonly values: string[] } | null {
  try {
    const { at, values } = Object(JSON.parse(text ?? 'null')) as {
      readonly at?: unknown
      readonly values?: unknown
    } // looked at below
    return typeof at === 'number' && Array.isArray(values)
      ? { at, values: values.map(String) }
      : null
  } catch {
    return null
  }
}
