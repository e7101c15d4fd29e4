import type { Translation } from '../../../src/i18n/translate.ts'
import type { switchEn } from './switch-en.ts'

/** Lo que otro perfil significa para los endpoints que hay, en español. */
export const switchEs: Translation<typeof switchEn> = {
  'switch.title': {
    one: '{count} endpoint no cumple con {profile}',
    other: '{count} endpoints no cumplen con {profile}',
  },
  'switch.effect':
    'No se pierde nada: quedan como están y se les envía como envía {profile}. Su próximo cambio se rechaza hasta corregir lo que aquí se nombra.',
  'switch.more': {
    one: 'Y {count} más.',
    other: 'Y {count} más.',
  },
  'switch.list': 'Endpoints que no cumplen',
  'switch.verb': 'Cambiar el perfil de todos modos',
}
