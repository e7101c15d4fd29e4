/** The filters of a list as its URL has them: what each is called, and the URL without it. */
import type { T } from '../i18n.tsx'
import { isRangePreset, listOf, type Search } from './search.ts'

export interface NamedFilter {
  readonly label: string
  /** What taking it away changes in the URL. */
  readonly without: Search
}

/** Of names that a list has; values without a word of their own are shown as they are written. */
export function namedFilters(
  search: Search,
  names: readonly string[],
  words: Readonly<Record<string, (value: string) => string>> = {},
): readonly NamedFilter[] {
  return names.flatMap((name) => {
    const value = search[name]
    if (value === undefined) return []
    const word = words[name]
    const label = word === undefined ? value : listOf(value).map(word).join(', ')
    return [{ label, without: { [name]: undefined } }]
  })
}

/** The time, however it is said; empty: any. */
export function timeFilter(search: Search, t: T): readonly NamedFilter[] {
  const { since, from } = search
  if (since === undefined && from === undefined) return []
  const label = isRangePreset(since) ? t(`range.${since}`) : t('range.label')
  return [{ label, without: { since: undefined, from: undefined, to: undefined } }]
}
