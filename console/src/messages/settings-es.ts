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
    'Receptores tuyos a los que se cuenta lo que pasa aquí, con un webhook firmado. Un chat o un buscapersonas puede ser uno.',
  'notices.title': 'Notificaciones',
  'notices.url': 'URL del receptor',
  'settings.database': 'Base de datos',
  'settings.queue': 'Cola',
  'settings.restHooks': 'Permitir REST hooks',
  'settings.restHooksHelp':
    'Servicios como Zapier se suscriben y se dan de baja solos. Mientras esté apagado, esas direcciones responden 404.',
  'settings.switches': 'Comportamiento',
  'settings.waitForResponse': 'Esperar la respuesta',
  'settings.waitForResponseHelp':
    'Quien envía un mensaje espera hasta que se intente cada endpoint una vez. Mientras esté apagado, la respuesta llega en cuanto se guarda el mensaje.',
  'tls.ca': 'Autoridades del receptor',
  'tls.caHelp':
    'PEM. En lugar de las públicas, para un receptor con certificado de una autoridad privada.',
  'tls.certificate': 'Certificado de cliente',
  'tls.certificateHelp': 'PEM, con su cadena: se muestra a los receptores que lo piden (mTLS).',
  'tls.expires': 'El certificado vence',
  'tls.key': 'Clave privada del certificado',
  'tls.keyHelp': 'PEM, sin cifrar. Se guarda sellada y no se vuelve a mostrar.',
  'tls.keyKept': 'Hay una clave guardada. Pega otra para reemplazarla.',
  'tls.remove': 'Quitar todo',
  'tls.text':
    'Solo para receptores con certificado de una autoridad privada, o que piden el nuestro.',
  'tls.title': 'TLS',
}
