import type { Catalog } from '../../../src/i18n/translate.ts'

/** The event catalog beyond its list, in English: loaded when one of its types is looked at. */
export const catalogEn = {
  'catalog.public': 'Public page…',
  'catalog.publicHelp':
    'Names, descriptions, fields and examples, in English and Spanish, without sign-in. Archived types, and those behind a feature flag, are left out.',
  'catalog.publicSwitch': 'Anybody may read the event types',
  'catalog.publicTitle': 'Public page of the event types',
  'catalog.subscribed': 'Endpoints',
  'catalog.subscribedHelp': 'Endpoints of the application in hand that take it',
  'catalog.takers': { one: '{count} endpoint', other: '{count} endpoints' },
  'catalog.week': '7 days',
  'catalog.weekHelp': 'Messages of the last 7 days in the application in hand, day by day',
  'catalog.weekOf': { one: '{count} message in 7 days', other: '{count} messages in 7 days' },
  'drift.badge':
    'In the newest messages: fields that the schema lacks: {extra}; fields that it promises and that are missing: {missing}',
  'drift.compared': {
    one: 'The newest message was compared with the newest version of the schema.',
    other: 'The newest {count} messages were compared with the newest version of the schema.',
  },
  'drift.extra': 'In messages, not in the schema',
  'drift.infer': 'Infer a schema…',
  'drift.noMessages': 'There is no message of this type to compare yet.',
  'drift.noSchema': {
    one: 'No schema says what is in it. One can be inferred from the newest message.',
    other: 'No schema says what is in it. One can be inferred from the newest {count} messages.',
  },
  'drift.none': {
    one: 'The newest message is as the schema says.',
    other: 'The newest {count} messages are as the schema says.',
  },
  'drift.short': { one: 'Drift: {count} field', other: 'Drift: {count} fields' },
  'drift.title': 'What is really sent',
  'drift.unseen': 'In the schema, in none of these messages',
  'eventType.asVersion': 'Save as version {version}',
  'eventType.asVersionHelp':
    'The older one stays beside it, and what changed is shown to whoever looks at the type.',
  'eventType.infer': 'Infer from the newest 50 messages',
  'eventType.inferred': {
    one: 'Inferred from {count} message. Nothing is saved yet.',
    other: 'Inferred from {count} messages. Nothing is saved yet.',
  },
  'versions.added': 'Added',
  'versions.breaking': 'breaks receivers',
  'versions.breaks': 'Breaks receivers',
  'versions.changes': { one: '{count} change', other: '{count} changes' },
  'versions.from': 'From',
  'versions.optional': 'Now optional',
  'versions.removed': 'Removed',
  'versions.required': 'Now always present',
  'versions.safe': 'Receivers keep working',
  'versions.same': 'These versions describe the same fields.',
  'versions.title': 'What changed between versions',
  'versions.to': 'To',
  'versions.type': 'Other type',
  'versions.values': 'Other values',
  'versions.whole': 'the whole payload',
} as const satisfies Catalog
