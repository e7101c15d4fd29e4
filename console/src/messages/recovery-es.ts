import type { Translation } from '../../../src/i18n/translate.ts'
import type { recoveryEn } from './recovery-en.ts'

/** Lo que dice el planificador de recuperaciones más allá de la primera carga, en español. */
export const recoveryEs: Translation<typeof recoveryEn> = {
  'care.notify': 'Avisarme por correo cuando termine',
  'care.notifyHelp': 'A {address}',
  'care.usual': 'Mitad del límite, o {rate} por segundo',
  'missing.before': 'Lo enviado antes de que el endpoint existiera',
  'missing.beforeNone': 'De ese tiempo ya no se conserva nada.',
  'missing.choose': 'Elige el endpoint.',
  'missing.deliveries': 'Fallidas desde…, o lo que coincide con un filtro',
  'missing.disabled': 'Lo perdido mientras estaba deshabilitado',
  'missing.disabledNone': 'No estuvo deshabilitado, hasta donde llega su historial.',
  'missing.endpoint': 'Endpoint',
  'missing.filter': 'Lo que omitió un filtro o una elección de eventos anterior',
  'missing.filterNone':
    'Su filtro y su elección de eventos nunca cambiaron, hasta donde llega su historial.',
  'missing.found': 'Nunca se le enviaron',
  'missing.label': 'Qué recuperar',
  'missing.looked': 'Mensajes revisados',
  'missing.never': 'Lo que un endpoint nunca recibió',
  'missing.nothing': 'Aquí no falta nada: el endpoint recibió lo que quiere de ese tiempo.',
  'missing.selection': {
    one: 'Esta selección: {count} entrega',
    other: 'Esta selección: {count} entregas',
  },
  'missing.span': 'De qué tiempo',
  'missing.start': 'Enviar lo que nunca recibió',
  'missing.startCount': 'Enviar {amount}',
  'missing.text':
    'Mensajes de ese tiempo que el endpoint quiere según sus ajustes de ahora y que nunca se le enviaron: porque estaba deshabilitado, se creó después o tenía otro filtro.',
  'report.asked': 'Lo que se le pidió',
  'report.began': 'Empezó',
  'report.cancel': 'Cancelación de entregas',
  'report.ended': 'Terminó',
  'report.id': 'Tarea',
  'report.kind': 'Qué hace',
  'report.no': 'No',
  'report.recover': 'Reenvío de entregas',
  'report.sent': 'Entregas de ese tiempo',
  'report.title': 'Informe de recuperación',
  'report.told': 'Se avisa por correo',
  'report.took': 'Tardó',
  'report.yes': 'Sí',
}
