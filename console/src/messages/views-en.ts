import type { Catalog } from '../../../src/i18n/translate.ts'

/** Views that somebody named, in English: loaded with their menu. */
export const viewsEn = {
  'views.delete': 'Delete view “{name}”',
  'views.deleteEffect': 'Nobody has it any more. What it showed stays.',
  'views.deleteShared': 'Delete “{name}” for everybody…',
  'views.deleteTitle': 'Delete the view “{name}” for everybody?',
  'views.deleteVerb': 'Delete view',
  'views.deleted': 'View “{name}” deleted',
  'views.everybody': 'For everybody',
  'views.help': 'Keeps filters and time for you, in this browser.',
  'views.helpShared': 'Everybody who signs in here finds it in this list.',
  'views.name': 'Name of the view',
  'views.nameMissing': 'Give it a name.',
  'views.notKept': 'This browser keeps nothing: the view is gone with the page.',
  'views.open': 'Views',
  'views.rename': 'Rename “{name}”…',
  'views.renameVerb': 'Rename view',
  'views.save': 'Save this view…',
  'views.saveTitle': 'Save view',
  'views.saved': 'View “{name}” saved',
} as const satisfies Catalog
