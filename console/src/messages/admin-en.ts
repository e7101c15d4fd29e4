import type { Catalog } from '../../../src/i18n/translate.ts'

/** Sections of the settings that few people open, in English: loaded with them. */
export const adminEn = {
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
    'Parts of payloads that the roles support and reader, and keys that are not for administrators, never see: not in messages, answers, logs or searches. Receivers get everything.',
  'mask.title': 'Redaction',
} as const satisfies Catalog
