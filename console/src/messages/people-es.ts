import type { Translation } from '../../../src/i18n/translate.ts'
import type { peopleEn } from './people-en.ts'

/** Registro de auditoría, usuarios y acceso, en español. */
export const peopleEs: Translation<typeof peopleEn> = {
  'actor.anonymous': 'Nadie identificado',
  'actor.console': 'Consola de esta máquina',
  'actor.key': 'Clave de API',
  'actor.portal': 'El portal',
  'actor.system': 'El sistema',
  'actor.token': 'Un token',
  'actor.user': 'Usuario',
  'audit.actor': 'Quién',
  'audit.address': 'Desde',
  'audit.change': 'Qué cambió',
  'audit.csv': 'Descargar CSV',
  'audit.done': 'Hecho',
  'audit.entry': 'Entrada',
  'audit.export': 'Exportar',
  'audit.lines': 'Descargar líneas JSON',
  'audit.none': 'Todavía no hay nada en el registro de auditoría',
  'audit.noneText':
    'Aquí se escribe todo lo que cambian personas y claves, con el antes y el después.',
  'audit.noState': 'No cambia nada que se guarde.',
  'audit.operation': 'Operación',
  'audit.operationHint': 'Operación, como v1.endpoint.patch',
  'audit.outcome': 'Resultado',
  'audit.refused': 'Rechazado',
  'audit.request': 'Solicitud',
  'audit.resource': 'Objeto',
  'audit.resourceId': 'Id del objeto',
  'audit.secrets': 'Los secretos se muestran como huellas (~), nunca como son.',
  'nav.audit': 'Auditoría',
}
