import type { Translation } from '../../../src/i18n/translate.ts'
import type { keysEn } from './keys-en.ts'

/** Lo que puede una clave, permiso a permiso, en español. */
export const keysEs: Translation<typeof keysEn> = {
  'key.custom': 'Permisos elegidos',
  'key.customCount': { one: '{count} permiso', other: '{count} permisos' },
  'key.customHelp': 'Exactamente estos. Los que añadan versiones posteriores no están entre ellos.',
  'key.customMissing': 'Elige al menos un permiso.',
  'key.rights': 'Qué puede hacer {name}',
}
