import type { Translation } from '../../../src/i18n/translate.ts'
import type { settingsEn } from './settings-en.ts'

/** Ajustes, avisos y TLS, en español. */
export const settingsEs: Translation<typeof settingsEn> = {
  'notices.add': 'Agregar receptor',
  'notices.background_task.finished': 'Terminó una tarea en segundo plano',
  'notices.deleteEffect': 'No se le avisa de nada más.',
  'notices.deleteTitle': '¿Eliminar el receptor {url}?',
  'notices.deleteVerb': 'Eliminar receptor',
  'notices.endpoint.created': 'Se creó un endpoint',
  'notices.endpoint.deleted': 'Se eliminó un endpoint',
  'notices.endpoint.disabled': 'Se deshabilitó un endpoint',
  'notices.endpoint.enabled': 'Se habilitó un endpoint',
  'notices.endpoint.updated': 'Se cambió un endpoint',
  'notices.events': 'Avisarle cuando',
  'notices.message.attempt.exhausted': 'Una entrega agotó sus reintentos',
  'notices.message.attempt.failing': 'Una entrega sigue fallando',
  'notices.message.attempt.recovered': 'Una entrega que fallaba llegó',
  'notices.none': 'Todavía no se avisa a nadie.',
  'notices.tell': 'Cuando {events}: avisar a',
  'notices.tellAll': 'Pase lo que pase: avisar a',
  'notices.text':
    'A quién se avisa de lo que pasa aquí: a un programa, a un chat, o a personas por correo.',
  'notices.title': 'Notificaciones',
  'notices.url': 'URL del receptor',
  'notices.addresses': 'Direcciones de correo',
  'notices.addressesMissing': 'Indica al menos una dirección.',
  'notices.addressesRefused':
    'De una a diez direcciones, separadas por comas, como ops@example.com.',
  'notices.chat': 'Un chat: Slack, Mattermost o Discord',
  'notices.endpoint.failing': 'Un endpoint falla desde hace 15 minutos',
  'notices.endpoint.recovered': 'Un endpoint que fallaba vuelve a responder',
  'notices.kind': 'A quién avisar',
  'notices.mail': 'Personas, por correo',
  'notices.mailHelp': 'Hasta diez, separadas por comas.',
  'notices.noMail': 'Este servidor no envía correo: quien lo opera define POSTHORN_SMTP_URL.',
  'notices.slack': 'chat',
  'notices.slackHelp': 'La dirección de un webhook entrante. En Discord, agrega /slack al final.',
  'notices.tried': 'Avisado',
  'notices.triedInVain': 'Sin avisar',
  'notices.try': 'Probar',
  'notices.webhook': 'Un programa (webhook firmado)',
  'settings.restHooks': 'Permitir REST hooks',
  'settings.restHooksHelp':
    'Servicios como Zapier se suscriben y se dan de baja solos. Mientras esté apagado, esas direcciones responden 404.',
  'settings.switches': 'Comportamiento',
  'settings.waitForResponse': 'Esperar la respuesta',
  'settings.waitForResponseHelp':
    'Quien envía un mensaje espera hasta que se intente cada endpoint una vez. Mientras esté apagado, la respuesta llega en cuanto se guarda el mensaje.',
}
