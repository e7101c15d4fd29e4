/** Senders whose own signatures the inspector can check; `hmac`: anybody, in a header that is named. */
export const senders = ['stripe', 'github', 'shopify', 'slack', 'twilio', 'hmac'] as const
export type Sender = (typeof senders)[number]
