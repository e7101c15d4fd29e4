import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the planner of recoveries says beyond the first load, in English. */
export const recoveryEn = {
  'missing.choose': 'Choose the endpoint.',
  'missing.deliveries': 'Deliveries, by what became of them',
  'missing.endpoint': 'Endpoint',
  'missing.label': 'What to recover',
  'missing.never': 'What an endpoint never got',
  'missing.start': 'Send what it never got',
  'missing.text':
    'Messages of that time that the endpoint wants by its settings of now, and that were never sent to it: because it was disabled, was made later, or had another filter.',
} as const satisfies Catalog
