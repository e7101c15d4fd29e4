import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the lists of all applications say, in English. */
export const overallEn = {
  'overall.application': 'Application',
  'overall.countedOf': { one: '{count} delivery of', other: '{amount} deliveries of' },
  'overall.countedNewest': 'The newest {amount} deliveries are of',
  'overall.more': { one: 'and {count} other', other: 'and {count} others' },
  'overall.only': 'Show only',
  'overall.deliveriesText': 'What is sent for any application appears here.',
  'overall.messagesText': 'What any application is handed appears here.',
} as const satisfies Catalog
