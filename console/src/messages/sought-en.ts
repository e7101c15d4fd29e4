import type { Catalog } from '../../../src/i18n/translate.ts'

/** What lists say of what they are looked through for, in English. */
export const soughtEn = {
  'sought.condition': 'Remove condition {condition}',
  'sought.further': 'Look further back',
  'sought.hint': 'There is no index over payloads: rows are looked at one by one, newest first.',
  'sought.looked': {
    one: 'Looked at {count} row, back to {at}. There may be older ones.',
    other: 'Looked at {count} rows one by one, back to {at}. There may be older ones.',
  },
  'sought.skipped': {
    one: '{count} payload was not looked into: expired, or larger than 256 KiB.',
    other: '{count} payloads were not looked into: expired, or larger than 256 KiB.',
  },
  'sought.tag': 'Tag {tag}',
  'sought.text': 'Text “{text}”',
} as const satisfies Catalog
