import type { Translation } from '../../../src/i18n/translate.ts'
import type { checkupEn } from './checkup-en.ts'

/** Lo que dice la revisión de un receptor, en español: fuera de la primera carga. */
export const checkupEs: Translation<typeof checkupEn> = {
  'checkup.again': 'Revisar otra vez',
  'checkup.askTitle': '¿Revisar este endpoint ahora?',
  'checkup.bad_signature': 'Rechaza una firma incorrecta',
  'checkup.certificate': 'Su certificado vale al menos dos semanas más',
  'checkup.duplicate': 'Acepta el mismo evento dos veces',
  'checkup.effect':
    'Hasta siete solicitudes, marcadas como pruebas, salen ahora a {url}: un evento válido, el mismo otra vez, dos hechos con un momento de diferencia y primero el más nuevo, uno con firma incorrecta, uno de hace diez minutos y uno de tipo desconocido. No se registra nada.',
  'checkup.https': 'Usa https',
  'checkup.no_redirect': 'Responde sin redirigir',
  'checkup.old_timestamp': 'Rechaza una solicitud de hace diez minutos',
  'checkup.out_of_order': 'Acepta un evento anterior después de uno más nuevo',
  'checkup.out_of_orderPass':
    'Los dos se respondieron con éxito. Si el más nuevo sigue valiendo, solo el receptor lo muestra.',
  'checkup.passed': '{passed} de {total} bien',
  'checkup.reachable': 'Se puede alcanzar',
  'checkup.requests': { one: '{count} solicitud', other: '{count} solicitudes' },
  'checkup.run': 'Hacer la revisión',
  'checkup.speed': 'Responde en menos de cinco segundos',
  'checkup.state.fail': 'No pasó',
  'checkup.state.pass': 'Bien',
  'checkup.state.skipped': 'Sin probar',
  'checkup.state.warn': 'Conviene mirarlo',
  'checkup.text':
    'Averigua si el receptor comprueba firmas, rechaza solicitudes viejas y acepta repeticiones, antes de que lo haga un evento real.',
  'checkup.title': 'Revisión del receptor',
  'checkup.unknown_type': 'Acepta un tipo y un campo desconocidos',
  'checkup.valid_event': 'Acepta un evento válido',
  'checkup.verdict.fail': 'El receptor necesita arreglo',
  'checkup.verdict.pass': 'El receptor está sano',
  'checkup.verdict.warn': 'El receptor funciona, con algo que mirar',
}
