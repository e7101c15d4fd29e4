import type { Translation } from '../../../src/i18n/translate.ts'
import type { recoveryEn } from './recovery-en.ts'

/** Lo que dice el planificador de recuperaciones más allá de la primera carga, en español. */
export const recoveryEs: Translation<typeof recoveryEn> = {
  'missing.choose': 'Elige el endpoint.',
  'missing.deliveries': 'Entregas, según cómo terminaron',
  'missing.endpoint': 'Endpoint',
  'missing.label': 'Qué recuperar',
  'missing.never': 'Lo que un endpoint nunca recibió',
  'missing.start': 'Enviar lo que nunca recibió',
  'missing.text':
    'Mensajes de ese tiempo que el endpoint quiere según sus ajustes de ahora y que nunca se le enviaron: porque estaba deshabilitado, se creó después o tenía otro filtro.',
}
