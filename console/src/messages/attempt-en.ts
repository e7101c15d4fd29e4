import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the page of one attempt says beyond the first load, in English. */
export const attemptEn = {
  'compare.another': 'Another attempt…',
  'compare.attempt': 'Attempt {number} · {answer}',
  'compare.help': 'Its id, or the address of its page. It may be of any message.',
  'compare.label': 'Attempt to compare with',
  'compare.next': 'Next attempt',
  'compare.unknown': 'That is no id of an attempt, nor the address of its page.',
  'compare.verb': 'Compare',
  'connection.kept': 'kept open from an earlier request',
  'connection.label': 'Connection',
  'connection.new': 'made for this request',
  'remedy.disable': 'Disable the endpoint',
  'remedy.disabled': '{name} is disabled: new events skip it',
  'remedy.effect': 'From now on events go to {url} instead of {before}.',
  'remedy.title': 'Send to the new address?',
  'remedy.use': 'Use this address',
  'remedy.used': '{name} sends to the new address',
  'signature.algorithm': 'Algorithm',
  'signature.body': 'body',
  'signature.changed':
    'It does not verify with what is known now: the payload is gone, or the endpoint shapes it differently since.',
  'signature.current': 'The secret in use, made {at}',
  'signature.doctor': 'Does it not match? Ask the signature doctor',
  'signature.id': 'id',
  'signature.previous': 'An earlier secret, made {at}; it signs until {until}',
  'signature.secret': 'Secret',
  'signature.signed': 'What was signed',
  'signature.text':
    'The id, the time and the exact bytes of the body, joined by dots. Each attempt has its own time, so its own signature.',
  'signature.timestamp': 'time',
  'signature.title': 'Signature',
} as const satisfies Catalog
