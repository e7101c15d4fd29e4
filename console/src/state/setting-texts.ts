/** Settings of the installation as their forms hold them: everything is a text until it is saved. */
import type { InstallationSettings, Setting, SettingSection } from '../api/installation-calls.ts'
import { delaysOf, delaysText } from './delays.ts'

export type SettingKind =
  | 'delays'
  | 'seconds'
  | 'number'
  | 'profile'
  | 'choice'
  | 'lines'
  | 'switch'
  | 'sections'
  | 'text'

const kinds: Readonly<Record<string, SettingKind>> = {
  environment: 'choice',
  otherEnvironmentUrl: 'text',
  retryScheduleMs: 'delays',
  attemptTimeoutMs: 'seconds',
  defaultProfile: 'profile',
  signatureHeaders: 'choice',
  allowNetworks: 'lines',
  allowHosts: 'lines',
  denyNetworks: 'lines',
  egressAddresses: 'lines',
  portalOrigins: 'lines',
  httpsOnly: 'switch',
  portalAccent: 'text',
  portalRadius: 'choice',
  portalFont: 'choice',
  portalDensity: 'choice',
  portalHide: 'sections',
}

export const kindOf = (name: string): SettingKind => kinds[name] ?? 'number'

export type Texts = Readonly<Record<string, string>>

export function sectionOf(
  { data }: InstallationSettings,
  section: SettingSection,
): readonly Setting[] {
  return data.filter((one) => one.section === section)
}

export function textsOf(settings: readonly Setting[]): Texts {
  return Object.fromEntries(settings.map(({ name, value }) => [name, textOf(name, value)]))
}

/** A value as the form shows it. */
export function textOf(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    const kind = kindOf(name)
    if (kind === 'delays') return delaysText(value.map(Number))
    return value.join(kind === 'sections' ? ',' : '\n')
  }
  if (value === null || value === undefined) return ''
  return kindOf(name) === 'seconds' ? String(Number(value) / 1_000) : String(value)
}

/** What is sent; undefined: it is no such value. */
function sentValue(name: string, text: string): unknown {
  switch (kindOf(name)) {
    case 'delays':
      return delaysOf(text) ?? undefined
    case 'seconds':
      return isNumber(text) ? Math.round(Number(text) * 1_000) : undefined
    case 'number':
      return isNumber(text) ? Number(text) : undefined
    case 'switch':
      return text === 'true'
    case 'lines':
    case 'sections':
      return text.split(/[\n,]/).flatMap((line) => line.trim() || [])
    default:
      return text.trim() === '' ? null : text.trim()
  }
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text))
}

export function isWrong(name: string, text: string): boolean {
  return sentValue(name, text) === undefined
}

/** Of a section: what was changed, as the server takes it; the default is null. */
export function changesOf(
  settings: readonly Setting[],
  draft: Texts,
): Readonly<Record<string, unknown>> {
  const changed = settings.filter(
    ({ name, value, source }) => source !== 'environment' && draft[name] !== textOf(name, value),
  )
  return Object.fromEntries(
    changed.map(({ name, fallback }) => {
      const text = draft[name] ?? ''
      return [name, text === textOf(name, fallback) ? null : sentValue(name, text)]
    }),
  )
}
