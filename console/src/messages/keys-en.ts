import type { Catalog } from '../../../src/i18n/translate.ts'

/** What a key may, permission by permission, in English: not in the first load. */
export const keysEn = {
  'key.custom': 'Chosen permissions',
  'key.customCount': { one: '{count} permission', other: '{count} permissions' },
  'key.customHelp': 'Exactly these. What later versions add is not among them.',
  'key.customMissing': 'Choose at least one permission.',
  'key.rights': 'What {name} may do',
} as const satisfies Catalog
