import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the planner of recoveries says beyond the first load, in English. */
export const recoveryEn = {
  'care.notify': 'Tell me by mail when it ends',
  'care.notifyHelp': 'To {address}',
  'care.usual': 'Half of the endpoint’s limit, or {rate} a second',
  'missing.choose': 'Choose the endpoint.',
  'missing.deliveries': 'Deliveries, by what became of them',
  'missing.endpoint': 'Endpoint',
  'missing.found': 'Never sent to it',
  'missing.label': 'What to recover',
  'missing.looked': 'Messages looked at',
  'missing.never': 'What an endpoint never got',
  'missing.nothing': 'Nothing is missing here: the endpoint got what it wants of that time.',
  'missing.start': 'Send what it never got',
  'missing.startCount': 'Send {amount}',
  'missing.text':
    'Messages of that time that the endpoint wants by its settings of now, and that were never sent to it: because it was disabled, was made later, or had another filter.',
} as const satisfies Catalog
