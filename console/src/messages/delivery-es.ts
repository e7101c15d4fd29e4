import type { Translation } from '../../../src/i18n/translate.ts'
import type { deliveryEn } from './delivery-en.ts'

/** Lo que dice la lista de entregas más allá de la primera carga, en español. */
export const deliveryEs: Translation<typeof deliveryEn> = {
  'export.begun': 'Se está escribiendo la exportación…',
  'export.cut':
    'El archivo tiene las {count} entregas más recientes: hay más. Elige un tiempo más corto.',
  'export.done': { one: '{count} entrega exportada', other: '{count} entregas exportadas' },
}
