import type { Translation } from '../../../src/i18n/translate.ts'
import type { createEn } from './create-en.ts'

export const createEs: Translation<typeof createEn> = {
  'endpoints.export': 'Exportar',
  'filter.dropOne': 'Quitar “{filter}”',
  'filter.matches': {
    one: 'Pasaría {passed} de {count} mensaje',
    other: 'Pasarían {passed} de los {count} mensajes más recientes',
  },
  'filter.matchesSamples': {
    one: 'Pasaría {passed} de {count} ejemplo',
    other: 'Pasarían {passed} de {count} ejemplos',
  },
  'filter.miss': 'es {value}, se pide: {wanted}',
  'filter.missing': 'no está, se pide: {wanted}',
  'filter.nothing': 'Todavía no hay mensajes ni ejemplos con que probarlo.',
  'filter.without': {
    one: 'Sin “{filter}” hay {count}.',
    other: 'Sin “{filter}” hay {count}.',
  },
  'laptop.button': 'Mi computadora',
  'laptop.text':
    'Ejecuta esto donde corre tu servidor: lo de la aplicación llega ahí, sin túnel. Crea su propio endpoint, así que aquí no hay nada que guardar.',
  'waiting.arrived': 'Llegó el primer evento.',
  'waiting.open': 'Verlo',
  'waiting.text': 'Esperando el primer evento…',
}
