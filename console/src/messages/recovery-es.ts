import type { Translation } from '../../../src/i18n/translate.ts'
import type { recoveryEn } from './recovery-en.ts'

/** Lo que dice el planificador de recuperaciones más allá de la primera carga, en español. */
export const recoveryEs: Translation<typeof recoveryEn> = {
  'care.notify': 'Avisarme por correo cuando termine',
  'care.notifyHelp': 'A {address}',
  'care.usual': 'Mitad del límite, o {rate} por segundo',
  'missing.choose': 'Elige el endpoint.',
  'missing.deliveries': 'Entregas, según cómo terminaron',
  'missing.endpoint': 'Endpoint',
  'missing.found': 'Nunca se le enviaron',
  'missing.label': 'Qué recuperar',
  'missing.looked': 'Mensajes revisados',
  'missing.never': 'Lo que un endpoint nunca recibió',
  'missing.nothing': 'Aquí no falta nada: el endpoint recibió lo que quiere de ese tiempo.',
  'missing.start': 'Enviar lo que nunca recibió',
  'missing.startCount': 'Enviar {amount}',
  'missing.text':
    'Mensajes de ese tiempo que el endpoint quiere según sus ajustes de ahora y que nunca se le enviaron: porque estaba deshabilitado, se creó después o tenía otro filtro.',
}
