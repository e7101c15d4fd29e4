import type { Translation } from '../../../src/i18n/translate.ts'
import type { issuesEn } from './issues-en.ts'

/** Issues, in Spanish. */
export const issuesEs = {
  'issue.ack': 'Tomar nota',
  'issue.count': { one: '{count} entrega', other: '{count} entregas' },
  'issue.deliveries': 'Entregas',
  'issue.first': 'desde {time}',
  'issue.ignore': 'Ignorar',
  'issue.last': 'la última, {time}',
  'issue.none': 'No hay incidencias',
  'issue.noneText': 'Aquí está lo que falla o espera después de fallar, por endpoint y causa.',
  'issue.noneOf': 'Ninguna en este estado.',
  'issue.note': 'Nota',
  'issue.noteOf': 'Nota sobre {issue}',
  'issue.noteSave': 'Guardar nota',
  'issue.reopen': 'Abrir otra vez',
  'issue.resolve': 'Resolver',
  'issue.since': 'Contadas desde {time}: de las 1000 más nuevas que fallaron o esperan.',
  'issue.states': 'Estado',
  'issue.status': 'Responde con {status}',
  'issue.all': 'Todas',
  'issue.key': 'Una clave',
  'issueState.acknowledged': 'Conocida',
  'issueState.ignored': 'Ignorada',
  'issueState.open': 'Abierta',
  'issueState.resolved': 'Resuelta',
} as const satisfies Translation<typeof issuesEn>
