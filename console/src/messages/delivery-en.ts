import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the list of deliveries says beyond the first load, in English. */
export const deliveryEn = {
  'export.begun': 'The export is being written…',
  'export.cut':
    'The file has the newest {count} deliveries: there are more. Choose a shorter time.',
  'export.done': { one: '{count} delivery exported', other: '{count} deliveries exported' },
} as const satisfies Catalog
