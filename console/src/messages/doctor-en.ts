import type { Catalog } from '../../../src/i18n/translate.ts'

/** What the signature doctor says, in English; its findings come from the server. */
export const doctorEn = {
  'doctor.after': 'as your server got it',
  'doctor.ask': 'Find out why',
  'doctor.before': 'as it was sent',
  'doctor.body': 'Body',
  'doctor.bodyHelp': 'Exactly the bytes that your code verified.',
  'doctor.computed': 'Signature that your server computed',
  'doctor.differs': 'The first byte that differs: {at}. Sent {sent} bytes, received {received}.',
  'doctor.fixFor': 'The fix for',
  'doctor.headers': 'Headers',
  'doctor.headersHelp': 'One a line, as your server logged them: name: value',
  'doctor.headersMissing': 'Paste the headers, webhook-signature among them.',
  'doctor.open': 'Signature doctor',
  'doctor.otherEndpoint': 'It was signed with the secret of another endpoint:',
  'doctor.secret': 'Secret that your server uses',
  'doctor.secretHelp': 'Compared with the ones of this endpoint, and not kept.',
  'doctor.text':
    'Does the signature not match? Paste what your server got: it is compared with the bytes that were sent.',
  'doctor.title': 'Signature doctor',
  'doctor.valid': 'It verifies as you pasted it.',
  'signing.made': 'In use since',
  'signing.overlapLeft': 'Two signatures: the old secret signs for {left} more',
  'signing.neverVerified':
    'No signature of it was found valid here yet. The signature doctor and bins of the inspector tell.',
  'signing.overlapText': 'Until {until}. Your server may verify with either.',
  'signing.verified.doctor': 'Last found valid by the signature doctor',
  'signing.verified.inspector': 'Last found valid by the inspector',
} as const satisfies Catalog
