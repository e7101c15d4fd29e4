/**
 * Which URLs an endpoint may have: one rule for saving, testing and every attempt. The raw text is
 * judged first and refused rather than repaired (the parser folds `127.1`, full-width digits,
 * backslashes and control characters into something else); the parsed host is judged after. What a
 * name resolves to is the connector's business: see `resolver.ts` and `connector.ts`.
 */
import { parseUrlText, urlTextReasons } from '../domain/url-text.ts'
import type { Language, Translation } from '../i18n/translate.ts'
import { type AddressGuard, addressGuard, type Network, parseAddress } from './address.ts'

const reasonsEn = {
  ...urlTextReasons.en,
  url_odd_address: 'The IP address is not in its usual form; write it as four decimal numbers.',
  url_private_name:
    'The host is a local or internal name. The operator can allow it by name (POSTHORN_ALLOW_HOSTS).',
  url_private_address:
    'The address is private, local or reserved. The operator can allow its network (POSTHORN_ALLOW_NETWORKS).',
  url_denied_address: 'The operator delivers nothing to this address.',
  url_port: 'This port belongs to another protocol than HTTP.',
  url_not_https: 'Only https URLs are accepted here.',
} as const

const reasonsEs = {
  ...urlTextReasons.es,
  url_odd_address:
    'La dirección IP no está en su forma habitual; escríbela como cuatro números decimales.',
  url_private_name:
    'El host es un nombre local o interno. El operador puede permitirlo por nombre (POSTHORN_ALLOW_HOSTS).',
  url_private_address:
    'La dirección es privada, local o reservada. El operador puede permitir su red (POSTHORN_ALLOW_NETWORKS).',
  url_denied_address: 'El operador no entrega nada a esa dirección.',
  url_port: 'Ese puerto pertenece a otro protocolo que HTTP.',
  url_not_https: 'Aquí solo se aceptan URL https.',
} as const satisfies Translation<typeof reasonsEn>

export type UrlRefusalCode = keyof typeof reasonsEn
export const urlRefusalReasons: Readonly<
  Record<Language, Readonly<Record<UrlRefusalCode, string>>>
> = { en: reasonsEn, es: reasonsEs }

export type UrlVerdict =
  /** `url.href` is the form to store and show. */
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly code: UrlRefusalCode; readonly reason: string }

export interface UrlPolicy {
  /** The reason of a refusal is in that language; default English. */
  check(text: string, language?: Language): UrlVerdict
}

export interface UrlPolicyOptions {
  readonly allowNetworks: readonly Network[]
  readonly denyNetworks?: readonly Network[]
  /** Names (lower case) that may be local and may resolve to private addresses. */
  readonly allowHosts?: readonly string[]
  readonly httpsOnly?: boolean
}

export function urlPolicy(options: UrlPolicyOptions): UrlPolicy {
  const guard = addressGuard(options.allowNetworks, options.denyNetworks)
  const trustedHosts = new Set((options.allowHosts ?? []).map((host) => host.toLowerCase()))
  return {
    check(text, language = 'en') {
      const refusal = (code: UrlRefusalCode): UrlVerdict => ({
        ok: false,
        code,
        reason: urlRefusalReasons[language][code],
      })
      const parsed = parseUrlText(text)
      if (typeof parsed === 'string') return refusal(parsed)
      const { url, rawHost } = parsed
      const code = hostFault({ url, rawHost, guard, trustedHosts }) ?? portFault(url)
      if (code !== null) return refusal(code)
      if (options.httpsOnly === true && url.protocol !== 'https:') return refusal('url_not_https')
      return { ok: true, url }
    },
  }
}

/** The host without brackets and without the root dot: as it is classified and resolved. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}

function hostFault(input: {
  readonly url: URL
  readonly rawHost: string
  readonly guard: AddressGuard
  readonly trustedHosts: ReadonlySet<string>
}): UrlRefusalCode | null {
  const host = hostOf(input.url)
  const address = parseAddress(host)
  if (address === null) return nameFault(host, input)
  if (address.family === 4 && input.rawHost !== host) return 'url_odd_address'
  const { allowed, kind } = input.guard.check(host)
  if (allowed) return null
  return kind === 'denied' ? 'url_denied_address' : 'url_private_address'
}

const label = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/
/** Zones that are local by definition or by wide custom; none of them is in the public DNS. */
const localZones = new Set(
  'localhost local localdomain localdomain4 localdomain6 localnet internal intranet lan home corp mail'
    .concat(' private workgroup arpa onion i2p alt invalid test svc consul docker incus lxd mshome')
    .concat(' novalocal openstacklocal')
    .split(' '),
)

function nameFault(
  host: string,
  input: { readonly guard: AddressGuard; readonly trustedHosts: ReadonlySet<string> },
): UrlRefusalCode | null {
  const labels = host.split('.')
  const wellFormed = labels.every((part) => part.length <= 63 && label.test(part))
  if (host.length > 253 || !wellFormed) return 'url_host'
  if (input.trustedHosts.has(host)) return null
  const zone = labels.at(-1) ?? ''
  if (zone === 'localhost') return loopbackAllowed(input.guard) ? null : 'url_private_name'
  return labels.length < 2 || localZones.has(zone) ? 'url_private_name' : null
}

function loopbackAllowed(guard: AddressGuard): boolean {
  return guard.check('127.0.0.1').allowed || guard.check('::1').allowed
}

/** Ports of other protocols: the WHATWG "bad ports", and databases and caches beside them. */
const badPorts = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 67, 68, 69, 70, 77, 79, 87,
  88, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 136, 137, 138, 139, 143,
  161, 162, 179, 194, 199, 389, 427, 445, 464, 465, 500, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 543, 544, 548, 554, 556, 563, 587, 593, 601, 631, 636, 646, 873, 902, 989, 990, 992, 993,
  994, 995, 1194, 1433, 1434, 1521, 1701, 1719, 1720, 1723, 1883, 2049, 2181, 3268, 3269, 3306,
  3389, 3659, 4045, 4190, 4369, 5060, 5061, 5432, 5433, 5672, 5900, 5901, 6000, 6001, 6379, 6380,
  6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042, 9092, 9160, 9300, 10080, 11211, 25565,
  27017, 27018, 27019,
])

function portFault(url: URL): UrlRefusalCode | null {
  return url.port !== '' && badPorts.has(Number(url.port)) ? 'url_port' : null
}
