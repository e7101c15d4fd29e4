import type { Translation } from '../../../src/i18n/translate.ts'
import type { attemptEn } from './attempt-en.ts'

/** Lo que dice la página de un intento más allá de la primera carga, en español. */
export const attemptEs: Translation<typeof attemptEn> = {
  'compare.another': 'Otro intento…',
  'compare.attempt': 'Intento {number} · {answer}',
  'compare.help': 'Su id, o la dirección de su página. Puede ser de cualquier mensaje.',
  'compare.label': 'Intento con el que comparar',
  'compare.next': 'Intento siguiente',
  'compare.unknown': 'Eso no es el id de un intento ni la dirección de su página.',
  'compare.verb': 'Comparar',
  'connection.kept': 'abierta desde una solicitud anterior',
  'connection.label': 'Conexión',
  'connection.new': 'hecha para esta solicitud',
  'remedy.disable': 'Deshabilitar el endpoint',
  'remedy.disabled': '{name} quedó deshabilitado: los eventos nuevos lo omiten',
  'remedy.effect': 'Desde ahora los eventos van a {url} en lugar de {before}.',
  'remedy.title': '¿Enviar a la dirección nueva?',
  'remedy.use': 'Usar esta dirección',
  'remedy.used': '{name} envía a la dirección nueva',
  'signature.algorithm': 'Algoritmo',
  'signature.body': 'cuerpo',
  'signature.changed':
    'No verifica con lo que se conoce ahora: el payload ya no está, o el endpoint le da otra forma desde entonces.',
  'signature.current': 'El secreto en uso, creado {at}',
  'signature.doctor': '¿No te coincide? Pregunta al médico de firmas',
  'signature.id': 'id',
  'signature.previous': 'Un secreto anterior, creado {at}; firma hasta {until}',
  'signature.secret': 'Secreto',
  'signature.signed': 'Lo que se firmó',
  'signature.text':
    'El id, la hora y los bytes exactos del cuerpo, unidos por puntos. Cada intento tiene su propia hora y por eso su propia firma.',
  'signature.timestamp': 'hora',
  'signature.title': 'Firma',
}
