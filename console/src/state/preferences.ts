import { useSyncExternalStore } from 'react'
import type { Language } from '../../../src/i18n/translate.ts'

/** What a person chose for this browser. Everything else that a page shows is in its URL. */
export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark'
  readonly language: Language
  readonly zone: 'local' | 'utc'
  /** Single-letter shortcuts; can be switched off (WCAG 2.1.4). */
  readonly singleKeys: boolean
  /** The application last looked at. */
  readonly application: string | null
}

// Who visits a portal chooses for the portal, not for the console.
const storageKey = /^\/portal(\/|$)/.test(location.pathname)
  ? 'posthorn.portal.preferences'
  : 'posthorn.preferences'
const listeners = new Set<() => void>()
let current: Preferences = { ...defaults(), ...stored() }

function defaults(): Preferences {
  const language = /^es\b/i.test(navigator.language) ? 'es' : 'en'
  return { theme: 'system', language, zone: 'local', singleKeys: true, application: null }
}

function stored(): Partial<Preferences> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

export function preferences(): Preferences {
  return current
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(storageKey, JSON.stringify(current))
  } catch {
    // Storage may be refused (private mode, embedded): the choice then lasts as long as the page.
  }
  applyTheme()
  for (const listener of listeners) listener()
}

/** A wish of the page around: holds until the person, or the page, says otherwise. */
export function suggestPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  applyTheme()
  for (const listener of listeners) listener()
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const systemDark = matchMedia('(prefers-color-scheme: dark)')
systemDark.addEventListener('change', applyTheme)

export function applyTheme(): void {
  const system = systemDark.matches ? 'dark' : 'light'
  const theme = current.theme === 'system' ? system : current.theme
  document.documentElement.dataset['theme'] = theme
}
