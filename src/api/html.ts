/** Pages that the server writes itself: plain documents without a script. */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as a document or an attribute in quotes holds it. */
export function escaped(value: string): string {
  return value.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** Of a document that has one stylesheet of ours and nothing else. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const
