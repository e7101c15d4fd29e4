import type { Translation } from '../../../src/i18n/translate.ts'
import type { overallEn } from './overall-en.ts'

/** Lo que dicen las listas de todas las aplicaciones, en español. */
export const overallEs: Translation<typeof overallEn> = {
  'overall.application': 'Aplicación',
  'overall.deliveriesText': 'Aquí aparece lo que se envía por cualquier aplicación.',
  'overall.messagesText': 'Aquí aparece lo que recibe cualquier aplicación.',
}
