import type { Translation } from '../../../src/i18n/translate.ts'
import type { adminEn } from './admin-en.ts'
import { catalogEs } from './catalog-es.ts'

export const adminEs: Translation<typeof adminEn> = {
  ...catalogEs,
  'eventType.archive': 'Archivar',
  'eventType.archiveEffect':
    'Sale del catálogo y ya no se puede elegir. Los endpoints que lo nombran lo conservan. Si se crea otra vez, vuelve.',
  'eventType.archiveTitle': '¿Archivar {name}?',
  'eventType.deprecatedHelp': 'Va a dejar de usarse: quien se suscribe lo ve.',
  'eventType.editTitle': 'Editar {name}',
  'eventType.fromMessage': 'Usar el mensaje más reciente',
  'eventType.nobody': 'Ningún endpoint de esta aplicación lo recibe.',
  'eventType.noMessage': 'Todavía no hay mensajes de este tipo.',
  'eventType.schemaHelp':
    'Los campos, y ejemplos en “examples”, adonde puede ir el mensaje más reciente. Vacío: ninguno.',
  'eventType.takers': 'Quién lo recibe',
  'eventType.week': { one: '{count} mensaje en 7 días', other: '{count} mensajes en 7 días' },
  'key.from': 'Desde',
  'key.lastUsedFrom': 'Usada por última vez {when} desde {address} ({agent}).',
  'key.overlap': 'La anterior sirve todavía',
  'key.overlap0': 'ya no: termina ahora',
  'key.overlap1': 'durante 1 hora',
  'key.overlap24': 'durante 24 horas',
  'key.overlap168': 'durante 7 días',
  'key.roll': 'Rotar',
  'key.rollText':
    'Crea una clave con el mismo nombre y los mismos permisos, que se muestra una vez. Hasta que termine la anterior sirven las dos: hay tiempo de cambiarla donde se use.',
  'key.rollTitle': 'Rotar {name}',
  'key.rollVerb': 'Rotar clave',
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
    'Partes de los payloads que los roles soporte, auditoría y lectura, y las claves que no son de administración, nunca ven: ni en mensajes, ni en respuestas, registros o búsquedas. Los receptores reciben todo.',
  'mask.title': 'Datos ocultos',
  'network.direct': 'Las solicitudes van directo al receptor.',
  'network.hosts': 'Estos nombres pueden llevar a direcciones privadas: {hosts}.',
  'network.http': 'A los receptores se llega por http y https.',
  'network.httpsOnly': 'A los receptores se llega solo por https.',
  'network.private': 'Las direcciones privadas y especiales se rechazan, todas.',
  'network.privateBut': 'Las direcciones privadas y especiales se rechazan, salvo {networks}.',
  'network.proxied': 'Las solicitudes salen por el proxy de salida configurado.',
  'network.resolver': 'Los nombres se resuelven con el servicio DNS de la máquina.',
  'network.resolvers': 'Los nombres se resuelven con {resolvers}.',
  'network.text':
    'Adónde pueden ir las entregas ahora; los cambios valen desde la próxima solicitud. Lo que fija el entorno del servidor queda como está.',
  'network.title': 'Red',
  'system.alive': 'activo',
  'system.backup': 'Respaldo',
  'system.backupKeys':
    'Se ejecuta donde está el servidor; guarda aparte el archivo encryption-key.',
  'system.bundle': 'Descargar diagnóstico',
  'system.changed': {
    one: '{count} ajuste no es el predeterminado',
    other: '{count} ajustes no son los predeterminados',
  },
  'system.clockAhead': 'El reloj de este navegador está {time} adelantado respecto al servidor',
  'system.clockBehind': 'El reloj de este navegador está {time} atrasado respecto al servidor',
  'system.clockText':
    'Los tiempos relativos de estas páginas se desvían eso mismo. Si el reloj equivocado es el del servidor, los receptores rechazan sus firmas.',
  'system.due': {
    one: '{count} entrega espera, con las retenidas',
    other: '{count} entregas esperan, con las retenidas',
  },
  'system.gone': 'ausente',
  'system.inFlight': { one: '{count} solicitud abierta', other: '{count} solicitudes abiertas' },
  'system.nodes': 'Nodos',
  'system.setting': 'Ajuste',
  'system.sqlite': 'Integrada (SQLite)',
  'system.value': 'Valor',
  'system.database': 'Base de datos',
  'system.queue': 'Cola',
  'system.version': 'Versión',
}
