import type { Translation } from '../../../src/i18n/translate.ts'
import type { deliveryEn } from './delivery-en.ts'

/** Lo que dicen las listas de entregas y mensajes más allá de la primera carga, en español. */
export const deliveryEs: Translation<typeof deliveryEn> = {
  'circuit.open': 'El endpoint falla: su circuito está abierto y antes no se le envía nada.',
  'copy.harFile': 'HAR, como archivo',
  'copy.signedNow': 'curl, con firma de ahora',
  'export.canceled': 'Se detuvo la exportación; no se guardó nada.',
  'export.cut': {
    one: 'El archivo tiene la fila más reciente: hay más. Elige un tiempo más corto o exporta con la línea de comandos.',
    other:
      'El archivo tiene las {count} filas más recientes: hay más. Elige un tiempo más corto o exporta con la línea de comandos.',
  },
  'export.discard': 'Descartar la exportación',
  'export.done': { one: '{count} fila exportada', other: '{count} filas exportadas' },
  'export.goOn': 'Seguir con ella',
  'export.open': 'Exportar',
  'export.progress': 'Exportación',
  'export.rows': { one: '{count} fila, hasta {time}', other: '{count} filas, hasta {time}' },
  'export.rowsUpTo': { one: '{count} fila, hasta {time}', other: '{count} filas, hasta {time}' },
  'export.started': 'Comenzó la exportación',
  'export.stop': 'Detener la exportación',
  'export.taken': 'La exportación sigue en otra pestaña, o se descartó allí.',
  'export.unfinished': {
    one: 'La exportación {format} de {time} no terminó: {count} fila hasta ahora',
    other: 'La exportación {format} de {time} no terminó: {count} filas hasta ahora',
  },
  'export.waiting': 'El servidor no responde; se vuelve a pedir…',
  'list.further': 'Buscar más atrás',
  'list.looked': 'Se buscó hasta {at}. Puede haber más antiguas.',
  'next.retried': 'Se intenta ya',
  'next.retry': 'Reintentar ya',
  'next.stop': 'Detener',
  'panel.compare': 'Comparar',
}
