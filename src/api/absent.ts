/** What a path names and is not there, or not for this caller: the two are told alike. */
import type { Sentence } from '../domain/sentence.ts'

export const absent = {
  application: { en: 'Application not found', es: 'No existe la aplicación' },
  endpoint: { en: 'Endpoint not found', es: 'No existe el endpoint' },
  eventType: { en: 'Event type not found', es: 'No existe el tipo de evento' },
  message: { en: 'Message not found', es: 'No existe el mensaje' },
  issue: { en: 'Issue not found', es: 'No existe la incidencia' },
  attempt: { en: 'Message attempt not found', es: 'No existe el intento' },
  delivery: { en: 'Delivery not found', es: 'No existe la entrega' },
  task: { en: 'Background task not found', es: 'No existe la tarea' },
  key: { en: 'API key not found', es: 'No existe la clave de API' },
  view: { en: 'View not found', es: 'No existe la vista' },
  note: { en: 'Note not found', es: 'No existe la nota' },
  user: { en: 'User not found', es: 'No existe el usuario' },
  session: { en: 'Session not found', es: 'No existe la sesión' },
  auditEntry: { en: 'Audit entry not found', es: 'No existe el registro de auditoría' },
  catalog: { en: 'Catalog not found', es: 'No existe el catálogo' },
} as const satisfies Readonly<Record<string, Sentence>>
