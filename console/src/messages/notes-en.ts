import type { Catalog } from '../../../src/i18n/translate.ts'

/** Notes on the time axis, in English: loaded with the button that leaves one. */
export const notesEn = {
  'note.everywhere': 'For every application',
  'note.help': 'Such as a deploy. Everybody who signs in here sees it on the charts, for 90 days.',
  'note.leave': 'Leave a note…',
  'note.left': 'Note left',
  'note.missing': 'Say what happened.',
  'note.stays': 'The note could not be taken back',
  'note.text': 'What happened',
  'note.title': 'Leave a note',
  'note.when': 'When',
  'note.whenHelp': 'Empty: now.',
} as const satisfies Catalog
