import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the page of a bin says beyond the first load, in English. */
export const binEn = {
  'bin.cookies': 'Cookies',
  'bin.fields': 'Form',
  'bin.fixture': 'Download as fixture',
  'bin.noteEmpty': 'Write a note…',
  'bin.noteSave': 'Save note',
  'bin.noteSaved': 'Noted',
  'bin.pin': 'Pin',
  'bin.pinned': 'Pinned',
  'bin.pinnedHelp': 'It stays when older requests leave, and when the bin is cleared.',
  'bin.secretAdd': 'Add',
  'bin.secretHeader': 'Header',
  'bin.secretMissing': 'Paste the secret.',
  'bin.secretOf': 'Sender',
  'bin.secretRemove': 'Remove the secret of {name}',
  'bin.secretSecret': 'Secret',
  'bin.secretsText':
    'Requests of other senders are checked with their secrets. What this server sends needs none.',
  'bin.secretsReplace': 'Saving replaces those kept now: {count}.',
  'bin.secretsTitle': 'Secrets of other senders',
  'bin.signedBy': 'Signed as {sender} signs, in {header}',
  'sender.github': 'GitHub',
  'sender.hmac': 'HMAC in a header',
  'sender.shopify': 'Shopify',
  'sender.slack': 'Slack',
  'sender.standard': 'Standard Webhooks',
  'sender.stripe': 'Stripe',
  'sender.twilio': 'Twilio',
} as const satisfies Catalog
