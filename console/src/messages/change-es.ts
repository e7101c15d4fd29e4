import type { Translation } from '../../../src/i18n/translate.ts'
import type { changeEn } from './change-en.ts'

/** Los cambios de un endpoint en pocas palabras, en los gráficos y entre intentos, en español. */
export const changeEs: Translation<typeof changeEn> = {
  'change.address': 'URL cambiada por {who}',
  'change.created': 'Creado por {who}',
  'change.disabled': 'Deshabilitado por {who}',
  'change.enabled': 'Habilitado por {who}',
  'change.events': 'Tipos de evento cambiados por {who}',
  'change.filter': 'Filtro cambiado por {who}',
  'change.headers': 'Encabezados cambiados por {who}',
  'change.named': '{fields}: cambio hecho por {who}',
  'change.paused': 'Puesto en pausa por {who}',
  'change.resumed': 'Reanudado por {who}',
  'change.rules': 'Reglas de entrega cambiadas por {who}',
  'change.secret': 'Secreto rotado por {who}',
  'who.anonymous': 'nadie con sesión',
  'who.bootstrap': 'la primera clave',
  'who.console': 'la consola en este equipo',
  'who.key': 'una clave de API',
  'who.portal': 'un cliente en el portal',
  'who.system': 'Posthorn',
  'who.token': 'un token de la organización',
  'who.user': 'una persona',
}
