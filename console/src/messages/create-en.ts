import type { Catalog } from '../../../src/i18n/translate.ts'

/** What helps while an endpoint is made, in English: loaded with it. */
export const createEn = {
  'endpoints.export': 'Export',
  'filter.dropOne': 'Take away “{filter}”',
  'filter.matches': {
    one: '{passed} of {count} message would pass',
    other: '{passed} of the newest {count} messages would pass',
  },
  'filter.matchesSamples': {
    one: '{passed} of {count} example would pass',
    other: '{passed} of {count} examples would pass',
  },
  'filter.miss': 'is {value}, wanted: {wanted}',
  'filter.missing': 'is not there, wanted: {wanted}',
  'filter.nothing': 'There is no message and no example to hold it to yet.',
  'filter.without': {
    one: 'Without “{filter}” there is {count}.',
    other: 'Without “{filter}” there are {count}.',
  },
  'laptop.button': 'My computer',
  'laptop.text':
    'Run this where your server runs: what is for the application goes there, without a tunnel. It makes an endpoint of its own, so there is nothing to save here.',
  'waiting.arrived': 'The first event is here.',
  'waiting.open': 'Show it',
  'waiting.text': 'Waiting for the first event…',
} as const satisfies Catalog
