/** What a list is looked through for, as its URL says it: a text, a condition on the payload, a tag. */
import { shellQuoted } from '../components/copy-as.tsx'
import type { Search } from './search.ts'

export interface SoughtIn {
  readonly q?: string
  readonly where?: string
  readonly tag?: string
}

/** As lists, counts, exports and jobs take it: the same names everywhere. */
export function soughtIn(search: Search): SoughtIn {
  const { q, where, tag } = search
  return {
    ...(q === undefined ? {} : { q: q.slice(0, textMax) }),
    ...(where === undefined ? {} : { where }),
    ...(tag === undefined ? {} : { tag }),
  }
}

/** Of a text that is longer the server would say that it is. */
const textMax = 256

/** Whether rows are looked at one by one. */
export function isLookedThrough(search: Search): boolean {
  return search['q'] !== undefined || search['where'] !== undefined
}

/** The bounds of a list that begins at `since` at the earliest. */
export function notBefore(since: number | null, range: { readonly from: number } | null) {
  return since === null ? {} : { after: new Date(Math.max(since, range?.from ?? 0)).toISOString() }
}

/** The flags that the command line has for it. */
export function soughtFlags(search: Search): readonly string[] {
  const { q, where, tag } = soughtIn(search)
  return [
    ...(tag === undefined ? [] : [`--tag ${shellQuoted(tag)}`]),
    ...(q === undefined ? [] : [`--text ${shellQuoted(q)}`]),
    ...(where === undefined ? [] : [`--where ${shellQuoted(where)}`]),
  ]
}

/** A relative range stays relative. */
export function timeFlags(search: Search): readonly string[] {
  const { since, from, to } = search
  const at = (flag: string, text: string | undefined): readonly string[] => {
    const ms = Date.parse(text ?? '')
    return Number.isNaN(ms) ? [] : [`${flag} ${new Date(ms).toISOString()}`]
  }
  return since === undefined ? [...at('--since', from), ...at('--until', to)] : [`--since ${since}`]
}

/** The parts between `and`s that are not in quotes; a filter as JSON is one. */
export function conditionsOf(where: string): readonly string[] {
  if (where.trim().startsWith('{')) return [where]
  const parts: string[] = []
  let rest = ''
  for (const piece of where.split(/\sand\s/i)) {
    rest = rest === '' ? piece : `${rest} and ${piece}`
    if ((rest.replaceAll('\\"', '').match(/"/g)?.length ?? 0) % 2 === 1) continue
    parts.push(rest.trim())
    rest = ''
  }
  return rest === '' ? parts : [...parts, rest.trim()]
}
