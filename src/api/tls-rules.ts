import type Type from 'typebox'
import type { EndpointTlsIn } from '../contract/endpoint-tls.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import {
  type TlsFault,
  type TlsProfile,
  tlsFault,
  tlsFaultReasons,
  tlsKeyCredential,
} from '../domain/tls-profile.ts'
import { refuse } from './validate.ts'

/**
 * The endpoint with the TLS settings that a body gives, or a 422 that names the field under `at`.
 * Undefined leaves them as they are, null removes them; an absent key keeps the one that is stored.
 */
export function withTls(
  endpoint: Endpoint,
  given: Type.Static<typeof EndpointTlsIn> | null | undefined,
  at: readonly string[] = [],
): Endpoint {
  if (given === undefined) return endpoint
  const { ca = null, certificate = null } = given ?? {}
  const stored = endpoint.credentials?.[tlsKeyCredential] ?? null
  const key = given?.key ?? (certificate === null ? null : stored)
  const settings = { ca, certificate, key }
  const fault = tlsFault(settings)
  if (fault !== null) throw refuse([...at, fieldOf[fault]], tlsFaultReasons[fault])
  return settled(endpoint, settings)
}

const fieldOf: Readonly<Record<TlsFault, string>> = {
  tls_ca_malformed: 'ca',
  tls_certificate_malformed: 'certificate',
  tls_key_malformed: 'key',
  tls_key_missing: 'key',
  tls_key_mismatch: 'key',
  tls_too_large: 'certificate',
}

function settled(endpoint: Endpoint, settings: Omit<TlsProfile, 'id'>): Endpoint {
  const { ca, certificate, key } = settings
  const { tls: _, ...attributes } = endpoint.attributes
  const { credentials: before, ...rest } = endpoint
  const { [tlsKeyCredential]: __, ...others } = before ?? {}
  const credentials = key === null ? others : { ...others, [tlsKeyCredential]: key }
  const isPlain = ca === null && certificate === null
  return {
    ...rest,
    attributes: isPlain ? attributes : { ...attributes, tls: { ca, certificate } },
    ...(Object.keys(credentials).length === 0 ? {} : { credentials }),
  }
}
