/**
 * Custom headers of an endpoint: ASCII token names, printable ASCII values, and no name that is
 * ours, the connection's, a proxy's or a cloud's. Checked when written, because the HTTP client
 * throws on bad ones when sending, which would make a poisoned endpoint.
 */
import { limits } from '../domain/limits.ts'
import { refuse } from './validate.ts'

/** The connection's, the body's, and what a proxy or browser would take at its word. */
const forbiddenNames = new Set([
  'accept-encoding',
  'age',
  'alt-svc',
  'cdn-loop',
  'clear-site-data',
  'client-cert',
  'client-cert-chain',
  'connection',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
  'date',
  'early-data',
  'expect',
  'expires',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'metadata',
  'metadata-flavor',
  'origin',
  'pragma',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'referer',
  'remote-user',
  'set-cookie',
  'set-cookie2',
  'te',
  'trailer',
  'trailers',
  'transfer-encoding',
  'true-client-ip',
  'upgrade',
  'user-agent',
  'via',
  'warning',
  'x-client-cert',
  'x-client-ip',
  'x-host',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-real-ip',
  'x-remote-addr',
  'x-remote-ip',
  'x-remote-user',
  'x-rewrite-url',
  'x-sendfile',
])

const forbiddenPrefixes = [
  'cf-',
  'fastly-',
  'fly-',
  'posthorn-',
  'proxy-',
  'sec-',
  'ssl-client-',
  'svix-',
  'webhook-',
  'x-accel-',
  'x-amz-',
  'x-amzn-',
  'x-appengine-',
  'x-arr-',
  'x-auth-request-',
  'x-aws-',
  'x-azure-',
  'x-cluster-client-ip',
  'x-envoy-',
  'x-fd-',
  'x-forwarded',
  'x-gfe',
  'x-goog-',
  'x-google',
  'x-middleware-',
  'x-ms-client-principal',
  'x-original-',
  'x-posthorn-',
  'x-ssl-',
  'x-svix-',
  'x-vercel-',
]

/** Values that are never shown again. */
const sensitiveNames = new Set([
  'authorization',
  'cookie',
  'proxy-authenticate',
  'proxy-authorization',
  'www-authenticate',
  'x-api-key',
  'x-auth-token',
])

// No underscore: some servers read it as a hyphen, and so as another header.
const namePattern = /^[!#$%&'*+.^`|~0-9A-Za-z-]{1,128}$/
/** Printable ASCII and tab inside, without space at either end. */
const valuePattern = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/

export function isSensitive(name: string): boolean {
  return sensitiveNames.has(name.toLowerCase())
}

/**
 * The headers as given, or a 422 that names the first bad one. `allowed` (lower case) may be set
 * although they are ours: where a profile lets an endpoint replace them.
 */
export function checkHeaders(
  headers: Readonly<Record<string, string>>,
  allowed: readonly string[] = [],
): Readonly<Record<string, string>> {
  const names = Object.keys(headers)
  if (names.length > limits.headersPerEndpointMax) {
    throw refuse('headers', `at most ${limits.headersPerEndpointMax} headers`)
  }
  const seen = new Set<string>()
  let bytes = 0
  for (const [name, value] of Object.entries(headers)) {
    checkHeader(name, value, allowed)
    bytes += name.length + value.length
    if (seen.has(name.toLowerCase())) throw refuseHeader(name, 'given twice in two spellings')
    seen.add(name.toLowerCase())
  }
  if (bytes > limits.headersBytesMax) {
    throw refuse('headers', `at most ${limits.headersBytesMax} bytes of headers`)
  }
  return headers
}

function checkHeader(name: string, value: string, allowed: readonly string[]): void {
  if (!namePattern.test(name)) throw refuseHeader(name, 'not a header name')
  const lower = name.toLowerCase()
  const forbidden =
    forbiddenNames.has(lower) || forbiddenPrefixes.some((prefix) => lower.startsWith(prefix))
  if (forbidden && !allowed.includes(lower)) {
    throw refuseHeader(name, 'this header cannot be set')
  }
  if (value.length > limits.headerValueBytesMax) throw refuseHeader(name, 'the value is too long')
  if (value !== '' && !valuePattern.test(value)) {
    throw refuseHeader(name, 'the value must be printable ASCII without space around it')
  }
}

function refuseHeader(name: string, msg: string): Error {
  return refuse(['headers', name.slice(0, 128)], msg, 'value_error.jsondecode')
}
