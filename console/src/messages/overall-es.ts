import type { Translation } from '../../../src/i18n/translate.ts'
import type { overallEn } from './overall-en.ts'

/** Lo que dicen las listas de todas las aplicaciones, en español. */
export const overallEs: Translation<typeof overallEn> = {
  'overall.application': 'Aplicación',
  'overall.countedOf': { one: '{count} entrega de', other: '{amount} entregas de' },
  'overall.countedNewest': 'Las {amount} entregas más nuevas son de',
  'overall.more': { one: 'y {count} más', other: 'y {count} más' },
  'overall.only': 'Mostrar solo',
  'overall.deliveriesText': 'Aquí aparece lo que se envía por cualquier aplicación.',
  'overall.messagesText': 'Aquí aparece lo que recibe cualquier aplicación.',
}
