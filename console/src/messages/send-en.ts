import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the dialog that sends an event says beyond the first load, in English. */
export const sendEn = {
  'schema.additionalProperties': 'has a field that the schema does not know: {wanted}',
  'schema.const': 'must be {wanted}',
  'schema.enum': 'must be one of: {wanted}',
  'schema.faults': {
    one: 'It leaves its schema in {count} place. It can be sent all the same.',
    other: 'It leaves its schema in {count} places. It can be sent all the same.',
  },
  'schema.fits': 'It fits its schema',
  'schema.none': 'This type has no schema.',
  'schema.other': 'breaks the rule {keyword} {wanted}',
  'schema.required': 'lacks {wanted}',
  'schema.root': 'the payload',
  'schema.type': 'must be of the type {wanted}',
  'send.rehearse': 'Rehearse faults…',
  'send.rehearseRun': 'Rehearse now',
  'send.rehearseTitle': 'What if it came twice, out of order, late, or forged?',
  'send.sample': 'Sample',
  'send.sampleOwn': 'As edited',
  'send.to': 'To',
  'send.toAll': 'Everybody who is subscribed',
  'send.toOneHelp': 'Only this endpoint gets it.',
  'variant.edge': 'Edge cases: empty, unicode, large numbers',
  'variant.example': 'Example',
  'variant.exampleOf': 'Example {number}',
  'variant.full': 'Every field',
  'variant.large': 'Large: 256 KB',
  'variant.minimal': 'Only what is required',
} as const satisfies Catalog
