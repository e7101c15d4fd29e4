import type { Translation } from '../../../src/i18n/translate.ts'
import type { viewsEn } from './views-en.ts'

/** Vistas con nombre, en español: se cargan con su menú. */
export const viewsEs: Translation<typeof viewsEn> = {
  'views.delete': 'Eliminar la vista “{name}”',
  'views.deleteEffect': 'Nadie la tendrá ya. Lo que mostraba se queda.',
  'views.deleteShared': 'Eliminar “{name}” para todos…',
  'views.deleteTitle': '¿Eliminar la vista “{name}” para todos?',
  'views.deleteVerb': 'Eliminar vista',
  'views.deleted': 'Vista “{name}” eliminada',
  'views.everybody': 'Para todos',
  'views.help': 'Guarda los filtros y el tiempo para ti, en este navegador.',
  'views.helpShared': 'La encuentra en esta lista quien inicie sesión aquí.',
  'views.name': 'Nombre de la vista',
  'views.nameMissing': 'Ponle un nombre.',
  'views.notKept': 'Este navegador no guarda nada: la vista se va con la página.',
  'views.open': 'Vistas',
  'views.rename': 'Cambiar el nombre de “{name}”…',
  'views.renameVerb': 'Cambiar nombre',
  'views.save': 'Guardar esta vista…',
  'views.saveTitle': 'Guardar vista',
  'views.saved': 'Vista “{name}” guardada',
}
