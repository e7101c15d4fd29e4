/** Which modules are of the first load of either page, and which texts of the catalog these name. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const sources = join(import.meta.dirname, '../../console/src')
const isText = /\/messages\/[\w-]+\.ts$/

/** All that is loaded with the first pages: what is imported, at once or later, without `withWords`. */
function firstModules(): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const visit = (path: string): void => {
    if (found.has(path) || isText.test(path)) return
    const source = readFileSync(path, 'utf8')
    found.set(path, source)
    for (const name of importsOf(source)) visit(join(dirname(path), name))
  }
  for (const entry of ['main.tsx', 'portal.tsx']) visit(join(sources, entry))
  return found
}

function importsOf(source: string): readonly string[] {
  // Pages of the routers come with the words of all, but for those that are called first.
  const code = source.replaceAll(
    /(?<!first)\b(?:page|scoped|withWords)\(\s*(?:'[^']*',\s*)?\(\) => import\([^)]*\)/g,
    '',
  )
  const statements = code.matchAll(
    /^(?:import|export)\s(?!type\b)[^'"]*?from '(\.[^']+)'|^import '(\.[^']+)'/gm,
  )
  const later = code.matchAll(/\bimport\('(\.[^']+)'\)/g)
  return [...statements, ...later]
    .map(([, first, second]) => first ?? second ?? '')
    .filter((name) => /\.tsx?$/.test(name))
}

/** Of these texts, those that the modules of the first load name, or begin a name of. */
export function namedFirst(keys: readonly string[]): ReadonlySet<string> {
  const named = new Set<string>()
  for (const source of firstModules().values()) {
    for (const [, key = ''] of source.matchAll(/'([a-z]\w*\.[\w.]+)'/g)) named.add(key)
    for (const [, start = ''] of source.matchAll(/`([a-z]\w*\.)\$\{/g)) {
      for (const key of keys) if (key.startsWith(start)) named.add(key)
    }
  }
  return new Set(keys.filter((key) => named.has(key)))
}
