import type { Translation } from '../../../src/i18n/translate.ts'
import type { historyEn } from './history-en.ts'

/** Lo que dice el historial de un endpoint, en español: fuera de la primera carga. */
export const historyEs: Translation<typeof historyEn> = {
  'history.conflict':
    'El endpoint cambió otra vez desde entonces. Deshacer esto ahora conserva los cambios posteriores de otros campos y sobrescribe los mismos.',
  'history.none': 'No hay cambios registrados.',
  'history.nothing': 'Nada de lo que se muestra cambió.',
  'history.older': 'Cambios anteriores',
  'history.refused': 'No permitido',
  'history.revert': 'Deshacer',
  'history.revertAnyway': 'Deshacer de todos modos',
  'history.revertEffect': 'Estos campos vuelven a ser lo que eran: {fields}.',
  'history.revertTitle': '¿Deshacer este cambio?',
  'history.reverted': 'Se deshizo el cambio',
  'history.revertedBut': 'Deshecho, salvo lo que el registro no guarda: {fields}',
  'history.text': 'Quién cambió qué, antes y después. Los secretos se muestran como huellas.',
  'history.title': 'Cambios',
  'deed.change': 'Cambio',
  'deed.create': 'Creación',
  'deed.delete': 'Eliminación',
  'deed.headers': 'Cambio de encabezados',
  'deed.revert': 'Cambio revertido',
  'deed.roll': 'Secreto rotado',
  'deed.secret': 'Secreto mostrado',
  'deed.tls': 'Cambio de TLS',
}
