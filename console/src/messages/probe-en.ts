import type { Catalog } from '../../../src/i18n/translate.ts'

/** The steps of a test, in English: loaded when one was sent. */
export const probeEn = {
  'probe.certificate': 'certificate until {date}',
  'probe.label': 'The way of the request',
  'probe.state.fail': 'failed',
  'probe.state.kept': 'from before',
  'probe.state.not_needed': 'not needed',
  'probe.state.not_reached': 'not reached',
  'probe.state.pass': 'passed',
  'probe.step.address': 'Address allowed',
  'probe.step.answer': 'Answer',
  'probe.step.connection': 'Connected',
  'probe.step.name': 'Name resolved',
  'probe.step.request': 'Request sent',
  'probe.step.tls': 'TLS',
} as const satisfies Catalog
