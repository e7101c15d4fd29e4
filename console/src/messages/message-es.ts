import type { Translation } from '../../../src/i18n/translate.ts'
import type { messageEn } from './message-en.ts'

/** Lo que dicen las páginas de mensajes más allá de la primera carga, en español. */
export const messageEs: Translation<typeof messageEn> = {
  'journey.accepted': 'aceptado',
  'journey.due': 'se envía a partir de {at}',
  'journey.routed': {
    one: 'se evaluó {count} endpoint, {taken} lo recibe',
    other: 'se evaluaron {count} endpoints, {taken} lo reciben',
  },
  'journey.title': 'Recorrido',
  'message.choose': 'Reenviar a {endpoint}',
  'message.resendSome': {
    one: 'Reenviar a {count} elegido',
    other: 'Reenviar a los {count} elegidos',
  },
  'messages.condition': 'Quitar la condición {condition}',
  'messages.further': 'Buscar más atrás',
  'messages.looked': 'Se miraron {count} mensajes, hasta {at}. Puede haber anteriores.',
  'sample.done': 'Las muestras de {type} empiezan ahora con este mensaje',
  'sample.undone': 'Las muestras de {type} quedaron como estaban',
  'sample.use': 'Usar como muestra de este tipo',
  'source.api': 'API',
  'source.cli': 'Línea de comandos',
  'source.console': 'Consola',
  'source.label': 'Origen',
  'source.test': 'Prueba',
  'views.all': 'Todos',
  'views.failed': 'Con algún fallo',
  'views.label': 'Vistas de mensajes',
  'views.noFailed': 'Ninguna entrega de un mensaje ha fallado del todo.',
  'views.noTest': 'No se ha enviado ningún mensaje de prueba.',
  'views.noUnsubscribed': 'Algún endpoint quería cada mensaje cuando llegó.',
  'views.test': 'Prueba',
  'views.unsubscribed': 'Nadie suscrito',
}
