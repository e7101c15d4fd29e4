import type { Translation } from '../../../src/i18n/translate.ts'
import type { sendEn } from './send-en.ts'

/** Lo que dice el diálogo que envía un evento más allá de la primera carga, en español. */
export const sendEs: Translation<typeof sendEn> = {
  'schema.additionalProperties': 'tiene un campo que el esquema no conoce: {wanted}',
  'schema.const': 'debe ser {wanted}',
  'schema.enum': 'debe ser uno de: {wanted}',
  'schema.faults': {
    one: 'Se aparta de su esquema en {count} lugar. Se puede enviar igual.',
    other: 'Se aparta de su esquema en {count} lugares. Se puede enviar igual.',
  },
  'schema.fits': 'Cumple su esquema',
  'schema.none': 'Este tipo no tiene esquema.',
  'schema.other': 'incumple la regla {keyword} {wanted}',
  'schema.required': 'le falta {wanted}',
  'schema.root': 'el payload',
  'schema.type': 'debe ser del tipo {wanted}',
  'send.rehearse': 'Ensayar fallos…',
  'send.rehearseRun': 'Ensayar ahora',
  'send.rehearseTitle': '¿Y si llegara dos veces, en otro orden, tarde o falsificado?',
  'send.sample': 'Muestra',
  'send.sampleOwn': 'Editada',
  'send.to': 'A quién',
  'send.toAll': 'A todos los que están suscritos',
  'send.toOneHelp': 'Solo lo recibe este endpoint.',
  'variant.edge': 'Casos límite: vacíos, unicode, números grandes',
  'variant.example': 'Ejemplo',
  'variant.exampleOf': 'Ejemplo {number}',
  'variant.full': 'Todos los campos',
  'variant.large': 'Grande: 256 KB',
  'variant.minimal': 'Solo lo requerido',
}
