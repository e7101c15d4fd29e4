import type { Catalog } from '../../../src/i18n/translate.ts'
import { catalogEn } from './catalog-en.ts'

/** Sections of the settings that few people open, in English: loaded with them. */
export const adminEn = {
  ...catalogEn,
  'eventType.archive': 'Archive',
  'eventType.archiveEffect':
    'It leaves the catalog and can be chosen no more. Endpoints that name it keep it. Creating it again brings it back.',
  'eventType.archiveTitle': 'Archive {name}?',
  'eventType.deprecatedHelp': 'Going out of use: whoever subscribes to it sees so.',
  'eventType.editTitle': 'Edit {name}',
  'eventType.fromMessage': 'Use the newest message',
  'eventType.nobody': 'No endpoint of this application takes it.',
  'eventType.noMessage': 'There is no message of this type yet.',
  'eventType.schemaHelp':
    'Fields, and examples under “examples”, where the newest message can go. Empty: none.',
  'eventType.takers': 'Who takes it',
  'eventType.week': { one: '{count} message in 7 days', other: '{count} messages in 7 days' },
  'key.from': 'From',
  'key.lastUsedFrom': 'Last used {when} from {address} ({agent}).',
  'key.overlap': 'The old one still works',
  'key.overlap0': 'no longer: it ends now',
  'key.overlap1': 'for 1 hour',
  'key.overlap24': 'for 24 hours',
  'key.overlap168': 'for 7 days',
  'key.roll': 'Roll',
  'key.rollText':
    'Makes a key with the same name and rights, shown once. Until the old one ends, both work: time to change it wherever it is used.',
  'key.rollTitle': 'Roll {name}',
  'key.rollVerb': 'Roll key',
  'mask.found': {
    one: '{count} path is masked in this message.',
    other: '{count} paths are masked in this message.',
  },
  'mask.idle': 'This message has nothing at: {paths}',
  'mask.noMessage': 'Once there is a message, it is shown here as support sees it.',
  'mask.paths': 'Masked paths, one a line',
  'mask.pathsHelp':
    'Names joined by dots; [*] is every item of a list, * any name. It holds at once, also for messages that are stored.',
  'mask.preview': 'What support sees of',
  'mask.text':
    'Parts of payloads that the roles support, auditor and reader, and keys that are not for administrators, never see: not in messages, answers, logs or searches. Receivers get everything.',
  'mask.title': 'Redaction',
  'network.direct': 'Requests go straight to the receiver.',
  'network.hosts': 'These names may lead to private addresses: {hosts}.',
  'network.http': 'Receivers may be reached over http and https.',
  'network.httpsOnly': 'Receivers are reached over https only.',
  'network.private': 'Private and special addresses are refused, all of them.',
  'network.privateBut': 'Private and special addresses are refused, but for {networks}.',
  'network.proxied': 'Requests leave through the egress proxy that is set.',
  'network.resolver': 'Names are looked up with the resolver of the machine.',
  'network.resolvers': 'Names are looked up with {resolvers}.',
  'network.text':
    'Where deliveries may go, now; changes hold for the next request. What the environment of the server sets stays as it is.',
  'network.title': 'Network',
  'system.alive': 'works',
  'system.backup': 'Backup',
  'system.backupKeys': 'Run where the server is; keep the file encryption-key apart from it.',
  'system.bundle': 'Download diagnostics',
  'system.changed': {
    one: '{count} setting differs from its default',
    other: '{count} settings differ from their defaults',
  },
  'system.clockAhead': 'The clock of this browser is {time} ahead of the server',
  'system.clockBehind': 'The clock of this browser is {time} behind the server',
  'system.clockText':
    'Relative times on these pages are off by that much. If the clock of the server is wrong, receivers refuse its signatures.',
  'system.due': {
    one: '{count} delivery waits, held ones included',
    other: '{count} deliveries wait, held ones included',
  },
  'system.gone': 'gone',
  'system.inFlight': { one: '{count} request open', other: '{count} requests open' },
  'system.nodes': 'Nodes',
  'system.setting': 'Setting',
  'system.sqlite': 'Embedded (SQLite)',
  'system.value': 'Value',
  'system.database': 'Database',
  'system.queue': 'Queue',
  'system.version': 'Version',
} as const satisfies Catalog
