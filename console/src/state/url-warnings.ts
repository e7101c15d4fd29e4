/** What can be told of an address while it is typed; whether it is refused is the server's business. */

export type UrlWarning = 'scheme' | 'local' | 'private' | 'plain'

const privateAddress =
  /^(0|10|169\.254|192\.168|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|172\.(1[6-9]|2\d|3[01]))\.|^\[(f[cd]|fe[89ab])/i
const localAddress = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/i
const localZone = /^[^.:[]+$|\.(local|internal|lan|home|corp|intranet|localdomain|test|invalid)$/i

/** Null: nothing to say. */
export function urlWarning(text: string): UrlWarning | null {
  const typed = text.trim()
  if (typed === '') return null
  const url = /^https?:\/\//i.test(typed) ? URL.parse(typed) : null
  if (url === null) return 'scheme'
  if (localAddress.test(url.hostname)) return 'local'
  if (privateAddress.test(url.hostname) || localZone.test(url.hostname)) return 'private'
  return url.protocol === 'http:' ? 'plain' : null
}
