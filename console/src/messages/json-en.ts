import type { Catalog } from '../../../src/i18n/translate.ts'

/** Bodies and payloads as they are looked at, in English: loaded with what shows them. */
export const jsonEn = {
  'json.cut': 'cut here; copying takes all of it',
  'json.find': 'Find in it',
  'json.findHint': 'Key or value',
  'json.found': '{at} of {count}',
  'json.foundNone': 'Nothing found',
  'json.foundSome': '{at} of the first {count}',
  'json.more': 'Show {count} more',
  'json.next': 'Next',
  'json.previous': 'Previous',
  'json.raw': 'Raw',
  'json.root': 'All',
  'json.tree': 'Tree',
} as const satisfies Catalog
