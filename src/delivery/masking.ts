/** What a header record may show: values that are, or may be, credentials are replaced. */
export const maskedValue = '[masked]'

const secretName =
  /auth|cookie|secret|token|passw|credential|session|api-?_?key|access-?key|private|^x-key$|^key$/i
/** Signatures and ids of ours say nothing that the receiver was not meant to see. */
const openName = /^(webhook|svix|posthorn)-/i

/** Whether the value of a custom header is to be hidden from attempt records and redirects. */
export function isSecretHeader(name: string): boolean {
  return secretName.test(name) && !openName.test(name)
}

/** `secretNames` (lower case) are masked whatever they are called. */
export function maskHeaders(
  headers: readonly (readonly [name: string, value: string])[],
  secretNames: ReadonlySet<string> = new Set(),
): Readonly<Record<string, string>> {
  const shown: Record<string, string> = {}
  for (const [name, value] of headers) {
    const secret = isSecretHeader(name) || secretNames.has(name.toLowerCase())
    shown[name] = secret ? maskedValue : value
  }
  return shown
}
