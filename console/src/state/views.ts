/**
 * Named views: what a list's URL asks for, kept in this browser for a person and an application. Names
 * are the person's own; saving under a name that is there replaces it.
 */
import type { Search } from './search.ts'

export interface View {
  readonly name: string
  readonly search: Search
}

export interface ViewsOf {
  /** The user's id; empty for keys, and on one's own machine. */
  readonly person: string
  readonly application: string
  readonly list: 'deliveries' | 'messages' | 'endpoints'
}

const keyPrefix = 'posthorn.views/'
const viewsMax = 30
/** Of the URL, but not of what a list shows. */
const passing = ['sel', 'dialog', 'task', 'lang', 'event']

/** The part of a URL that a view keeps. */
export function viewOf(search: Search): Search {
  return Object.fromEntries(
    Object.entries(search)
      .filter(([name, value]) => value !== undefined && !passing.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

export function isSame(one: Search, other: Search): boolean {
  return JSON.stringify(viewOf(one)) === JSON.stringify(viewOf(other))
}

/** Whether this browser keeps views of anybody, for any list. */
export function anyViews(): boolean {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith(keyPrefix))
  } catch {
    return false
  }
}

export function savedViews(of: ViewsOf): readonly View[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(of)) ?? '[]')
    return Array.isArray(stored) ? stored.filter(isView) : []
  } catch {
    return []
  }
}

/** The views as they are then; false: this browser keeps nothing. */
export function saveViews(of: ViewsOf, views: readonly View[]): boolean {
  try {
    localStorage.setItem(keyOf(of), JSON.stringify(views.slice(-viewsMax)))
    return true
  } catch {
    return false
  }
}

function keyOf({ person, application, list }: ViewsOf): string {
  return `${keyPrefix}${[person, application, list].map(encodeURIComponent).join('/')}`
}

function isView(value: unknown): value is View {
  if (typeof value !== 'object' || value === null) return false
  const { name, search } = value as Partial<Record<keyof View, unknown>> // checked here
  return (
    typeof name === 'string' &&
    typeof search === 'object' &&
    search !== null &&
    Object.values(search).every((text) => typeof text === 'string')
  )
}
