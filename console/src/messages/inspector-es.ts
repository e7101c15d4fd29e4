import type { Translation } from '../../../src/i18n/translate.ts'
import type { inspectorEn } from './inspector-en.ts'

/** Lo que dicen las páginas del inspector, en español. */
export const inspectorEs: Translation<typeof inspectorEn> = {
  'bin.addAnswer': 'Agregar una respuesta',
  'bin.answerOf': 'Respuesta {number}: {answer}',
  'bin.answersHelp':
    'Una tras otra; la última se queda. También “3x 503”, “200 delay 2s”, “/ruta: 500, 200”, “loop”.',
  'bin.asText': 'Como texto',
  'bin.clearDone': 'Las solicitudes se quitaron',
  'bin.copyHar': 'Copiar como HAR',
  'bin.delete': 'Eliminar buzón…',
  'bin.deleteEffect':
    'Sus solicitudes y respuestas se pierden. Una solicitud a su dirección lo crea de nuevo, vacío.',
  'bin.deleteTitle': '¿Eliminar el buzón {name}?',
  'bin.deleteVerb': 'Eliminar buzón',
  'bin.downloadHar': 'Descargar HAR',
  'bin.downloadLines': 'Descargar líneas JSON',
  'bin.edited': 'editado',
  'bin.export': 'Exportar',
  'bin.everyTime': 'siempre',
  'bin.moveSooner': 'Antes',
  'bin.noMatch': 'Ninguna solicitud coincide',
  'bin.note': 'Nota',
  'bin.noteHelp': 'Para qué es este buzón.',
  'bin.onlyHere':
    'Se guarda en memoria: las 500 más nuevas de cada buzón, hasta que el servidor pare.',
  'bin.removeAnswer': 'Quitar la respuesta {number}',
  'bin.replay': 'Enviar otra vez',
  'bin.replayBody': 'Cuerpo',
  'bin.replayDots': 'Enviar otra vez…',
  'bin.replayEvent': 'Como evento nuevo de {application}',
  'bin.replayEventHelp':
    'Lo recibe quien esté suscrito, con firma nueva. Solo un objeto JSON puede ser un evento.',
  'bin.replayHere': 'A este buzón otra vez',
  'bin.replayHereHelp':
    'Con el mismo método, ruta y encabezados. Un cuerpo editado ya no corresponde a su firma: mira qué dice tu verificación.',
  'bin.replayTitle': 'Enviar otra vez una solicitud',
  'bin.replayTo': 'Adónde',
  'bin.replayed': 'Respondió {status}',
  'bin.replayedEvent': 'Aceptado como {id}',
  'bin.retriesNone': 'Nada espera un reintento hacia este buzón.',
  'bin.retriesWait': {
    one: '{count} entrega a este buzón espera su reintento; el próximo toca {when}.',
    other: '{count} entregas a este buzón esperan su reintento; el próximo toca {when}.',
  },
  'bin.retryNow': 'Adelantar el reloj: reintentar ya',
  'bin.retryNowDone': {
    one: '{count} entrega se intenta ya',
    other: '{count} entregas se intentan ya',
  },
  'bin.search': 'Buscar solicitudes',
  'bin.searchHint': 'Método, ruta, encabezado o cuerpo',
  'bin.settings': 'Ajustes…',
  'bin.settingsTitle': 'El buzón {name}',
}
