/**
 * Headers that people and their code may set: ASCII token names, printable ASCII values, and no name
 * that is ours, the connection's, a proxy's or a cloud's. Checked before they are sent, because the
 * HTTP client throws on bad ones, which would make a poisoned endpoint.
 */
import { limits } from './limits.ts'

/** The connection's, the body's, and what a proxy or browser would take at its word. */
const forbiddenNames = new Set([
  'accept-encoding',
  'age',
  'alt-svc',
  'cdn-loop',
  'clear-site-data',
  'connection',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
  'cookie2',
  'date',
  'early-data',
  'expect',
  'expires',
  'forwarded',
  'front-end-https',
  'host',
  'http2-settings',
  'keep-alive',
  'metadata',
  'metadata-flavor',
  'origin',
  'pragma',
  'proxy',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'referer',
  'set-cookie',
  'set-cookie2',
  'te',
  'trailer',
  'trailers',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'via',
  'warning',
  'x-anonymous-consumer',
  'x-host',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-remote-group',
  'x-remote-user',
  'x-scheme',
  'x-sendfile',
  'x-url-scheme',
  'x-userinfo',
  'x-vault-request',
  'x-vouch-user',
])

const forbiddenPrefixes = [
  'cf-',
  'fastly-',
  'fly-',
  'impersonate-',
  'posthorn-',
  'proxy-',
  'remote-',
  'sec-',
  'ssl-client-',
  'svix-',
  'tailscale-',
  'webhook-',
  'x-accel-',
  'x-amz-',
  'x-amzn-',
  'x-appengine-',
  'x-arr-',
  'x-auth-request-',
  'x-authentik-',
  'x-aws-',
  'x-azure-',
  'x-cluster-client-ip',
  'x-credential-',
  'x-envoy-',
  'x-fd-',
  'x-forwarded',
  'x-gfe',
  'x-goog-',
  'x-google',
  'x-middleware-',
  'x-ms-client-principal',
  'x-ms-token-',
  'x-nextjs-',
  'x-nginx-',
  'x-original-',
  'x-pomerium-',
  'x-posthorn-',
  'x-remote-extra-',
  'x-sendfile-',
  'x-ssl-',
  'x-svix-',
  'x-vercel-',
]

/**
 * What the families above have in common, however they are spelled: whose address, host, certificate
 * or account a request comes with, and which URL it is really for.
 */
const forbiddenFamilies = [
  /(?:^|-)(?:client|originating|peer|proxyuser|real|remote|source|user)-?(?:addr|address|cert|dn|host|ip|verify)(?:-|$)/,
  /^x-(?:auth|authenticated|webauth)-?user(?:-|id|$)/,
  /^x-consumer-(?:custom-)?(?:id|username)$/,
  /^x-forward(?:er)?-/,
  /(?:^|-)(?:base|destination|http|override|proxy|request|rewrite)-?ur[il]$/,
  /(?:^|-)(?:host|ip|url)-(?:authorization|override)$/,
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

const reasonsEn = {
  headers_too_many: `At most ${limits.headersPerEndpointMax} headers.`,
  headers_too_large: `At most ${limits.headersBytesMax} bytes of headers.`,
  header_name: 'Not a header name: letters, digits and hyphens.',
  header_reserved:
    'This header cannot be set: it is ours, the connection’s, or one that proxies take at their word.',
  header_too_long: `The value is longer than ${limits.headerValueBytesMax} characters.`,
  header_value: 'The value must be printable ASCII without space around it.',
  header_twice: 'Given twice in two spellings.',
} as const

const reasonsEs = {
  headers_too_many: `Como máximo ${limits.headersPerEndpointMax} encabezados.`,
  headers_too_large: `Como máximo ${limits.headersBytesMax} bytes de encabezados.`,
  header_name: 'No es un nombre de encabezado: letras, dígitos y guiones.',
  header_reserved:
    'Este encabezado no se puede definir: es nuestro, de la conexión, o uno en el que confían los proxies.',
  header_too_long: `El valor tiene más de ${limits.headerValueBytesMax} caracteres.`,
  header_value: 'El valor debe ser ASCII imprimible, sin espacios al principio ni al final.',
  header_twice: 'Aparece dos veces, con dos grafías.',
} as const satisfies Record<keyof typeof reasonsEn, string>

export type HeaderRefusalCode = keyof typeof reasonsEn
export const headerRefusalReasons = { en: reasonsEn, es: reasonsEs } as const

export interface HeadersFault {
  readonly code: HeaderRefusalCode
  /** The first bad one; null: it is about all of them. */
  readonly name: string | null
}

/** What is wrong with them; null: they may be sent. `allowed` (lower case) may be set although they are ours. */
export function headersFault(
  headers: Readonly<Record<string, string>>,
  allowed: readonly string[],
): HeadersFault | null {
  const size = headersSizeFault(headers)
  if (size?.code === 'headers_too_many') return size
  const seen = new Set<string>()
  for (const [name, value] of Object.entries(headers)) {
    const code = headerFault(name, value, allowed)
    if (code !== null) return faultOf(code, name)
    if (seen.has(name.toLowerCase())) return faultOf('header_twice', name)
    seen.add(name.toLowerCase())
  }
  return size
}

/** Whether they are too many, or too large together. */
export function headersSizeFault(headers: Readonly<Record<string, string>>): HeadersFault | null {
  const pairs = Object.entries(headers)
  if (pairs.length > limits.headersPerEndpointMax) return faultOf('headers_too_many')
  const bytes = pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return bytes > limits.headersBytesMax ? faultOf('headers_too_large') : null
}

function faultOf(code: HeaderRefusalCode, name: string | null = null): HeadersFault {
  return { code, name }
}

function headerFault(
  name: string,
  value: string,
  allowed: readonly string[],
): HeaderRefusalCode | null {
  if (!namePattern.test(name)) return 'header_name'
  const lower = name.toLowerCase()
  if (isReserved(asServersRead(lower)) && !allowed.includes(lower)) return 'header_reserved'
  if (value.length > limits.headerValueBytesMax) return 'header_too_long'
  return value !== '' && !valuePattern.test(value) ? 'header_value' : null
}

/** Servers that hand on headers as variables know one sign beside letters and digits. */
function asServersRead(name: string): string {
  return name.replaceAll(/[^a-z0-9-]/g, '-')
}

function isReserved(name: string): boolean {
  return (
    forbiddenNames.has(name) ||
    forbiddenPrefixes.some((prefix) => name.startsWith(prefix)) ||
    forbiddenFamilies.some((family) => family.test(name))
  )
}
