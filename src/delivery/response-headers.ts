/** Response headers kept of one answer, in number and in characters of names and values. */
const headersMax = 64
const charactersMax = 8_192
const cookie = 'set-cookie'

/**
 * The receiver's headers for the record: lower-case names, repeated ones joined, bounded. Cookies
 * are neither kept nor sent back; their presence is noted.
 */
export function responseHeaders(raw: readonly Buffer[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  let characters = 0
  for (let at = 0; at + 1 < raw.length && at < headersMax * 2; at += 2) {
    const name = (raw[at]?.toString('latin1') ?? '').toLowerCase()
    const value = name === cookie ? '[not kept]' : (raw[at + 1]?.toString('latin1') ?? '')
    characters += name.length + value.length
    if (characters > charactersMax) break
    if (name === '__proto__') continue // cannot be an ordinary key of a plain object
    const earlier = Object.hasOwn(headers, name) ? headers[name] : undefined
    headers[name] = earlier === undefined || name === cookie ? value : `${earlier}, ${value}`
  }
  return headers
}
