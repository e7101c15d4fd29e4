/** What an entry of the audit log is about, in words: operations are known by ids otherwise. */
import { operations } from '../contract/operations.ts'
import type { Both, Language } from '../i18n/translate.ts'
import { summariesEs } from './reference-summaries.es.ts'

/** What is written to the log and is no operation of the contract. */
const others: Readonly<Record<string, Both>> = {
  'system.endpoint.disable': {
    en: 'Switch an endpoint off that kept failing',
    es: 'Apaga un endpoint que no dejaba de fallar',
  },
  'v1.endpoint.listen': {
    en: 'Listen for deliveries on one’s own computer',
    es: 'Recibe entregas en un equipo propio',
  },
}

const spanish: Readonly<Record<string, string>> = summariesEs
const titles: ReadonlyMap<string, Both> = new Map([
  ...operations.map(({ id, summary }): [string, Both] => [
    id,
    { en: beginning(summary), es: beginning(spanish[id] ?? summary) },
  ]),
  ...Object.entries(others),
])

/** A sentence without its full stop; the id itself for what this version does not know. */
export function auditTitle(operation: string, language: Language): string {
  return titles.get(operation)?.[language] ?? operation
}

/** A summary goes on with conditions and limits: a title is what it says first. */
function beginning(summary: string): string {
  return summary.split(/[.:;](?:\s|$)/, 1)[0] ?? summary
}
