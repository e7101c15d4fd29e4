import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the pages of messages say beyond the first load, in English. */
export const messageEn = {
  'journey.accepted': 'accepted',
  'journey.due': 'sent not before {at}',
  'journey.routed': {
    one: '{count} endpoint looked at, {taken} took it',
    other: '{count} endpoints looked at, {taken} took it',
  },
  'journey.title': 'Its way',
  'message.choose': 'Resend to {endpoint}',
  'message.resendSome': 'Resend to {count} chosen',
  'messages.condition': 'Remove the condition {condition}',
  'messages.further': 'Look further back',
  'messages.looked': 'Looked at {count} messages, back to {at}. There may be older ones.',
  'sample.done': 'Samples of {type} begin with this message now',
  'sample.undone': 'The samples of {type} are as they were',
  'sample.use': 'Use as sample of this type',
  'source.api': 'API',
  'source.cli': 'Command line',
  'source.console': 'Console',
  'source.label': 'Source',
  'source.test': 'Test',
  'views.all': 'All',
  'views.failed': 'Failed somewhere',
  'views.label': 'Views of messages',
  'views.noFailed': 'No delivery of a message has failed for good.',
  'views.noTest': 'No message was sent as a test.',
  'views.noUnsubscribed': 'Some endpoint wanted every message when it came.',
  'views.test': 'Test',
  'views.unsubscribed': 'Nobody subscribed',
} as const satisfies Catalog
