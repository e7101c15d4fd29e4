import type { Translation } from '../../../src/i18n/translate.ts'
import type { binEn } from './bin-en.ts'
import { inspectorEs } from './inspector-es.ts'

/** Lo que dice la página de un buzón más allá de la primera carga, en español. */
export const binEs: Translation<typeof binEn> = {
  ...inspectorEs,
  'hint.body_compact':
    'El cuerpo se reescribió sin sus espacios. Verifica el cuerpo tal como llegó.',
  'hint.body_empty': 'El cuerpo llegó vacío.',
  'hint.body_indented':
    'El cuerpo se reescribió con otros espacios. Verifica el cuerpo tal como llegó.',
  'hint.body_newline_added': 'Se agregó un salto de línea al final del cuerpo.',
  'hint.body_trimmed': 'Se recortó el final del cuerpo.',
  'hint.headers_incomplete': 'No están los tres encabezados de firma.',
  'hint.secret_not_base64': 'El secreto de firma no es base64.',
  'hint.secret_used_as_text':
    'El secreto de firma se usó como texto. Decodifica primero su base64.',
  'hint.timestamp_not_a_number': 'La marca de tiempo no es un número de segundos.',
  'bin.answersInJson': 'Respuestas en JSON',
  'bin.answersInJsonHelp':
    'Cada paso puede tener status, body, headers, delayMs, times y hangUp; una regla, path.',
  'bin.asJson': 'Con cuerpo y encabezados',
  'bin.cookies': 'Cookies',
  'bin.fields': 'Formulario',
  'bin.fixture': 'Descargar como fixture',
  'bin.noteEmpty': 'Escribe una nota…',
  'bin.noteSave': 'Guardar nota',
  'bin.noteSaved': 'Anotado',
  'bin.pin': 'Fijar',
  'bin.pinned': 'Fijada',
  'bin.pinnedHelp': 'Se queda cuando salen las más viejas y cuando se vacía el buzón.',
  'bin.qr': 'Código QR de la dirección',
  'bin.qrLocal':
    'Esta es la dirección de esta máquina: un teléfono no llega a ella por este nombre.',
  'bin.qrOf': 'Código QR de {url}',
  'bin.secretAdd': 'Agregar',
  'bin.secretCurrent': 'Firmada con el secreto actual, creado {at}',
  'bin.secretEarlier': 'Firmada con un secreto anterior, creado {at}; firma hasta {until}',
  'bin.secretHeader': 'Encabezado',
  'bin.secretMissing': 'Pega el secreto.',
  'bin.secretOf': 'Emisor',
  'bin.secretOfBin': 'Firmada con el secreto {place} de este buzón',
  'bin.secretRemove': 'Quitar el secreto de {name}',
  'bin.secretSecret': 'Secreto',
  'bin.secretsText':
    'Las solicitudes de otros emisores se verifican con sus secretos. Lo que envía este servidor no los necesita.',
  'bin.secretsReplace': 'Al guardar se reemplazan los que hay ahora: {count}.',
  'bin.secretsTitle': 'Secretos de otros emisores',
  'bin.signedBy': 'Firmada como firma {sender}, en {header}',
  'sender.github': 'GitHub',
  'sender.hmac': 'HMAC en un encabezado',
  'sender.shopify': 'Shopify',
  'sender.slack': 'Slack',
  'sender.standard': 'Standard Webhooks',
  'sender.stripe': 'Stripe',
  'sender.twilio': 'Twilio',
}
