import type { Translation } from '../../../src/i18n/translate.ts'
import type { soughtEn } from './sought-en.ts'

/** Lo que las listas dicen de lo que se busca en ellas, en español. */
export const soughtEs = {
  'sought.condition': 'Quitar la condición {condition}',
  'sought.further': 'Buscar más atrás',
  'sought.hint':
    'No hay índice sobre los contenidos: las filas se revisan una a una, primero las nuevas.',
  'sought.looked': {
    one: 'Se revisó {count} fila, hasta {at}. Puede haber más antiguas.',
    other: 'Se revisaron {count} filas una a una, hasta {at}. Puede haber más antiguas.',
  },
  'sought.skipped': {
    one: 'No se miró en {count} mensaje: su contenido venció o pasa de 256 KiB.',
    other: 'No se miró en {count} mensajes: su contenido venció o pasa de 256 KiB.',
  },
  'sought.tag': 'Etiqueta {tag}',
  'sought.text': 'Texto «{text}»',
} as const satisfies Translation<typeof soughtEn>
