import type { Translation } from '../../../src/i18n/translate.ts'
import type { adminEn } from './admin-en.ts'

export const adminEs: Translation<typeof adminEn> = {
  'mask.found': {
    one: 'En este mensaje se oculta {count} ruta.',
    other: 'En este mensaje se ocultan {count} rutas.',
  },
  'mask.idle': 'Este mensaje no tiene nada en: {paths}',
  'mask.noMessage': 'Cuando haya un mensaje, aquí se verá como lo ve soporte.',
  'mask.paths': 'Rutas ocultas, una por línea',
  'mask.pathsHelp':
    'Nombres unidos por puntos; [*] es cada elemento de una lista, * cualquier nombre. Vale de inmediato, también para los mensajes guardados.',
  'mask.preview': 'Lo que ve soporte de',
  'mask.text':
    'Partes de los payloads que los roles soporte y lector, y las claves que no son de administración, nunca ven: ni en mensajes, ni en respuestas, registros o búsquedas. Los receptores reciben todo.',
  'mask.title': 'Datos ocultos',
}
