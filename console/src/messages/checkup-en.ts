import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the check-up of a receiver says, in English: not in the first load. */
export const checkupEn = {
  'checkup.again': 'Check again',
  'checkup.askTitle': 'Check this endpoint now?',
  'checkup.bad_signature': 'Refuses a wrong signature',
  'checkup.certificate': 'Its certificate lasts two more weeks at least',
  'checkup.duplicate': 'Takes the same event twice',
  'checkup.effect':
    'Up to seven requests, marked as tests, go out now to {url}: a valid event, the same again, two made moments apart with the newer first, one with a wrong signature, one ten minutes old, and one of an unknown type. Nothing is recorded.',
  'checkup.https': 'Uses https',
  'checkup.no_redirect': 'Answers itself, without a redirect',
  'checkup.old_timestamp': 'Refuses a request of ten minutes ago',
  'checkup.out_of_order': 'Takes an older event after a newer one',
  'checkup.out_of_orderPass':
    'Both were answered with success. Whether the newer one still counts, only the receiver shows.',
  'checkup.passed': '{passed} of {total} passed',
  'checkup.reachable': 'Can be reached',
  'checkup.requests': { one: '{count} request', other: '{count} requests' },
  'checkup.run': 'Run the check-up',
  'checkup.speed': 'Answers within five seconds',
  'checkup.state.fail': 'Failed',
  'checkup.state.pass': 'Passed',
  'checkup.state.skipped': 'Not tried',
  'checkup.state.warn': 'Look at it',
  'checkup.text':
    'Finds out whether the receiver verifies signatures, refuses old requests and takes repetitions, before a real event does.',
  'checkup.title': 'Check-up of the receiver',
  'checkup.unknown_type': 'Takes an unknown type and field',
  'checkup.valid_event': 'Takes a valid event',
  'checkup.verdict.fail': 'The receiver needs repair',
  'checkup.verdict.pass': 'The receiver is in good health',
  'checkup.verdict.warn': 'The receiver works, with something to look at',
} as const satisfies Catalog
