import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the history of an endpoint says, in English: not in the first load. */
export const historyEn = {
  'history.conflict':
    'The endpoint was changed again since. Taking this back now keeps those later changes of other fields, and overwrites the same ones.',
  'history.none': 'No change was recorded.',
  'history.nothing': 'Nothing that is shown differs.',
  'history.older': 'Older changes',
  'history.refused': 'Not allowed',
  'history.revert': 'Take it back',
  'history.revertAnyway': 'Take it back anyway',
  'history.revertEffect': 'These fields become what they were before: {fields}.',
  'history.revertTitle': 'Take this change back?',
  'history.reverted': 'The change was taken back',
  'history.revertedBut': 'Taken back, but for what the log does not keep: {fields}',
  'history.text': 'Who changed what, before and after. Secrets are shown as fingerprints.',
  'history.title': 'Changes',
  'deed.change': 'Changed',
  'deed.create': 'Created',
  'deed.delete': 'Deleted',
  'deed.headers': 'Headers changed',
  'deed.revert': 'Took a change back',
  'deed.roll': 'Secret rolled',
  'deed.secret': 'Secret shown',
  'deed.tls': 'TLS settings changed',
} as const satisfies Catalog
