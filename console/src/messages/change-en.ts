import type { Catalog } from '../../../src/i18n/translate.ts'

/** Changes of an endpoint in a few words, on charts and between attempts, in English. */
export const changeEn = {
  'change.address': 'URL changed by {who}',
  'change.created': 'Created by {who}',
  'change.disabled': 'Disabled by {who}',
  'change.enabled': 'Enabled by {who}',
  'change.events': 'Event types changed by {who}',
  'change.filter': 'Filter changed by {who}',
  'change.headers': 'Headers changed by {who}',
  'change.named': '{fields} changed by {who}',
  'change.paused': 'Paused by {who}',
  'change.resumed': 'Resumed by {who}',
  'change.rules': 'Delivery rules changed by {who}',
  'change.secret': 'Secret rolled by {who}',
  'who.anonymous': 'nobody signed in',
  'who.bootstrap': 'the first key',
  'who.console': 'the console on this machine',
  'who.key': 'an API key',
  'who.portal': 'a customer in the portal',
  'who.system': 'Posthorn',
  'who.token': 'a token of the organisation',
  'who.user': 'a person',
} as const satisfies Catalog
