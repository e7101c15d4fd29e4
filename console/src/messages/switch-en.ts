import type { Catalog } from '../../../src/i18n/translate.ts'

/** What another profile means for the endpoints that are there, in English. */
export const switchEn = {
  'switch.title': {
    one: '{count} endpoint does not fit {profile}',
    other: '{count} endpoints do not fit {profile}',
  },
  'switch.effect':
    'Nothing is lost: they stay as they are and are sent to as {profile} sends. Their next change is refused until what is named here is mended.',
  'switch.more': {
    one: 'And {count} more.',
    other: 'And {count} more.',
  },
  'switch.list': 'Endpoints that do not fit',
  'switch.verb': 'Change the profile all the same',
} as const satisfies Catalog
