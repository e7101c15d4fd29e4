import type { Translation } from '../../../src/i18n/translate.ts'
import type { notesEn } from './notes-en.ts'

/** Notas en el eje del tiempo, en español: se cargan con el botón que deja una. */
export const notesEs: Translation<typeof notesEn> = {
  'note.everywhere': 'Para todas las aplicaciones',
  'note.help':
    'Por ejemplo, un despliegue. Quien inicia sesión aquí la ve en los gráficos, durante 90 días.',
  'note.leave': 'Dejar una nota…',
  'note.left': 'Nota guardada',
  'note.missing': 'Di qué pasó.',
  'note.stays': 'No se pudo quitar la nota',
  'note.text': 'Qué pasó',
  'note.title': 'Dejar una nota',
  'note.when': 'Cuándo',
  'note.whenHelp': 'Vacío: ahora.',
}
