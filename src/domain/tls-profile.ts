/**
 * What an endpoint adds to TLS: an authority of its own in place of the public ones, and a client
 * certificate (mTLS). The certificates are public and live in the endpoint's attributes; the
 * private key is a credential, sealed at rest and never returned.
 */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Endpoint } from './endpoint.ts'
import { isPlainObject } from './json.ts'

export interface TlsProfile {
  /** Connections are shared by requests of one id only. */
  readonly id: string
  /** PEM of one or more authorities; null: the public ones. */
  readonly ca: string | null
  /** PEM of the client's certificate, with its chain; null: none is shown. */
  readonly certificate: string | null
  readonly key: string | null
}

export type TlsFault =
  | 'tls_ca_malformed'
  | 'tls_certificate_malformed'
  | 'tls_key_malformed'
  | 'tls_key_missing'
  | 'tls_key_mismatch'
  | 'tls_too_large'

export const tlsFaultReasons: Readonly<
  Record<TlsFault, { readonly en: string; readonly es: string }>
> = {
  tls_ca_malformed: {
    en: 'The authority is not a PEM certificate.',
    es: 'La autoridad no es un certificado PEM.',
  },
  tls_certificate_malformed: {
    en: 'The client certificate is not a PEM certificate.',
    es: 'El certificado de cliente no es un certificado PEM.',
  },
  tls_key_malformed: {
    en: 'The private key is not an unencrypted PEM key.',
    es: 'La clave privada no es una clave PEM sin cifrar.',
  },
  tls_key_missing: {
    en: 'A client certificate and its private key go together.',
    es: 'Un certificado de cliente y su clave privada van juntos.',
  },
  tls_key_mismatch: {
    en: 'The private key does not belong to the client certificate.',
    es: 'La clave privada no corresponde al certificado de cliente.',
  },
  tls_too_large: {
    en: 'A PEM text has at most 65536 characters.',
    es: 'Un texto PEM tiene como máximo 65536 caracteres.',
  },
}

const pemLengthMax = 65_536
const pemCertificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The first thing that is wrong with the settings; null: they can be used. */
export function tlsFault(settings: Omit<TlsProfile, 'id'>): TlsFault | null {
  const { ca, certificate, key } = settings
  if ([ca, certificate, key].some((text) => (text?.length ?? 0) > pemLengthMax)) {
    return 'tls_too_large'
  }
  if (ca !== null && readCertificates(ca) === null) return 'tls_ca_malformed'
  if ((certificate === null) !== (key === null)) return 'tls_key_missing'
  if (certificate === null || key === null) return null
  const leaf = readCertificates(certificate)?.[0]
  if (leaf === undefined) return 'tls_certificate_malformed'
  const privateKey = readPrivateKey(key)
  if (privateKey === null) return 'tls_key_malformed'
  return leaf.checkPrivateKey(privateKey) ? null : 'tls_key_mismatch'
}

function readCertificates(pem: string): readonly X509Certificate[] | null {
  const texts = pem.match(pemCertificate)
  if (texts === null) return null
  try {
    return texts.map((text) => new X509Certificate(text))
  } catch {
    return null
  }
}

function readPrivateKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem)
  } catch {
    return null
  }
}

/** Name of the credential that holds the private key. */
export const tlsKeyCredential = 'tlsKey'

const profiles = new WeakMap<Endpoint, TlsProfile | null>()

/** The endpoint's TLS settings as stored (they were checked); null: the public authorities alone. */
export function tlsProfileOf(endpoint: Endpoint): TlsProfile | null {
  const stored = endpoint.attributes['tls']
  if (!isPlainObject(stored)) return null
  const known = profiles.get(endpoint)
  if (known !== undefined) return known
  const text = (name: string): string | null => {
    const value = stored[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  const [ca, certificate] = [text('ca'), text('certificate')]
  const key = endpoint.credentials?.[tlsKeyCredential] ?? null
  const id = createHash('sha256')
    .update(JSON.stringify([ca, certificate, key]))
    .digest('base64url')
  const profile = { id, ca, certificate, key: certificate === null ? null : key }
  profiles.set(endpoint, profile)
  return profile
}
