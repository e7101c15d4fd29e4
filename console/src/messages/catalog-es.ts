import type { Translation } from '../../../src/i18n/translate.ts'
import type { catalogEn } from './catalog-en.ts'

export const catalogEs: Translation<typeof catalogEn> = {
  'catalog.public': 'Página pública…',
  'catalog.publicHelp':
    'Nombres, descripciones, campos y ejemplos, en español e inglés, sin iniciar sesión. Se omiten los tipos archivados y los que están tras una marca.',
  'catalog.publicSwitch': 'Cualquiera puede leer los tipos de evento',
  'catalog.publicTitle': 'Página pública de los tipos de evento',
  'catalog.subscribed': 'Endpoints',
  'catalog.subscribedHelp': 'Endpoints de la aplicación elegida que lo reciben',
  'catalog.takers': { one: '{count} endpoint', other: '{count} endpoints' },
  'catalog.week': '7 días',
  'catalog.weekHelp': 'Mensajes de los últimos 7 días en la aplicación elegida, día por día',
  'catalog.weekOf': { one: '{count} mensaje en 7 días', other: '{count} mensajes en 7 días' },
  'drift.badge':
    'En los mensajes más recientes: campos que faltan en el esquema: {extra}; campos que el esquema promete y no llegan: {missing}',
  'drift.compared': {
    one: 'Se comparó el mensaje más reciente con la versión más nueva del esquema.',
    other: 'Se compararon los {count} mensajes más recientes con la versión más nueva del esquema.',
  },
  'drift.extra': 'En los mensajes, no en el esquema',
  'drift.infer': 'Inferir un esquema…',
  'drift.noMessages': 'Todavía no hay mensajes de este tipo que comparar.',
  'drift.noSchema': {
    one: 'Ningún esquema dice qué contiene. Se puede inferir del mensaje más reciente.',
    other:
      'Ningún esquema dice qué contiene. Se puede inferir de los {count} mensajes más recientes.',
  },
  'drift.none': {
    one: 'El mensaje más reciente es como dice el esquema.',
    other: 'Los {count} mensajes más recientes son como dice el esquema.',
  },
  'drift.short': { one: 'Difiere: {count} campo', other: 'Difiere: {count} campos' },
  'drift.title': 'Lo que de verdad se envía',
  'drift.unseen': 'En el esquema, en ninguno de estos mensajes',
  'eventType.asVersion': 'Guardar como versión {version}',
  'eventType.asVersionHelp':
    'La anterior se conserva, y quien mira el tipo ve qué cambió entre las dos.',
  'eventType.infer': 'Inferir de los 50 mensajes más recientes',
  'eventType.inferred': {
    one: 'Inferido de {count} mensaje. Todavía no se guardó nada.',
    other: 'Inferido de {count} mensajes. Todavía no se guardó nada.',
  },
  'versions.added': 'Nuevo',
  'versions.breaking': 'rompe receptores',
  'versions.breaks': 'Rompe receptores',
  'versions.changes': { one: '{count} cambio', other: '{count} cambios' },
  'versions.from': 'Desde',
  'versions.optional': 'Ahora opcional',
  'versions.removed': 'Quitado',
  'versions.required': 'Ahora siempre presente',
  'versions.safe': 'Los receptores siguen funcionando',
  'versions.same': 'Estas versiones describen los mismos campos.',
  'versions.title': 'Qué cambió entre versiones',
  'versions.to': 'Hasta',
  'versions.type': 'Otro tipo',
  'versions.values': 'Otros valores',
  'versions.whole': 'todo el payload',
}
