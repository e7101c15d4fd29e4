/** What somebody changed about an endpoint, in a few words. Loaded with the marks themselves. */
import { type Translate, type Translation, translator } from '../../../src/i18n/translate.ts'
import type { AuditEntry } from '../api/model.ts'
import { changeEn } from '../messages/change-en.ts'
import { changeEs } from '../messages/change-es.ts'

type Key = keyof typeof changeEn & string
type Words = Translate<typeof changeEn>

const catalogs: { readonly en: typeof changeEn; readonly es: Translation<typeof changeEn> } = {
  en: changeEn,
  es: changeEs,
}

/** A sentence for each change; null for what changes nothing that is sent, or was refused. */
export function changeText(entry: AuditEntry, language: 'en' | 'es'): string | null {
  if (entry.outcome !== 'done') return null
  const w = translator(catalogs, language)
  const who = whoOf(entry.actor, w)
  if (entry.before === null) {
    return entry.after === null || !/\.create$/.test(entry.operation)
      ? null
      : w('change.created', { who })
  }
  if (entry.after === null || entry.changed.length === 0) return null
  const named = entry.changed.map((field) => deedOf(field, entry))
  const other = entry.changed.filter((_, at) => named[at] === 'change.named')
  const deeds = new Set(named.filter((deed) => deed !== 'change.named' && deed !== null))
  const sentences = [...deeds].map((deed) => w(deed, { who }))
  if (other.length > 0) sentences.push(w('change.named', { fields: other.join(', '), who }))
  return sentences.join(' · ')
}

const deeds: Readonly<Record<string, Key>> = {
  url: 'change.address',
  secrets: 'change.secret',
  eventTypes: 'change.events',
  channels: 'change.events',
  headers: 'change.headers',
  credentials: 'change.headers',
  policy: 'change.rules',
  throttleRate: 'change.rules',
}

/** What a changed field means; null: another field says it. */
function deedOf(field: string, { before, after }: AuditEntry): Key | null {
  if (field === 'disabledReason') return null
  if (field === 'disabledAt') return after?.[field] == null ? 'change.enabled' : 'change.disabled'
  if (field === 'pausedAt') return after?.[field] == null ? 'change.resumed' : 'change.paused'
  if (field === 'attributes' && filterIn(before) !== filterIn(after)) return 'change.filter'
  return deeds[field] ?? 'change.named'
}

/** The payload filter of a state, as a text that can be compared. */
export function filterIn(state: AuditEntry['before']): string {
  const attributes = state?.['attributes']
  if (typeof attributes !== 'object' || attributes === null) return ''
  return JSON.stringify(Reflect.get(attributes, 'filter')) ?? ''
}

function whoOf({ id, kind, name }: AuditEntry['actor'], w: Words): string {
  if (id === 'bootstrap') return w('who.bootstrap')
  const key = `who.${kind}`
  return name ?? (isKey(key) ? w(key) : kind)
}

const isKey = (text: string): text is Key => Object.hasOwn(changeEn, text)
