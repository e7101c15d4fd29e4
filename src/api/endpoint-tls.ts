import { X509Certificate } from 'node:crypto'
import * as contract from '../contract/endpoint-tls.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import {
  type TlsFault,
  tlsFault,
  tlsFaultReasons,
  tlsKeyCredential,
  tlsProfileOf,
} from '../domain/tls-profile.ts'
import { answer, endpointOf, noContent, type Route, route } from './call.ts'
import { changeEndpoint } from './endpoint-changes.ts'
import { timeText } from './times.ts'
import { refuse } from './validate.ts'

export const endpointTlsRoutes: readonly Route[] = [
  route(contract.getEndpointTls, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const { ca = null, certificate = null, key = null } = tlsProfileOf(endpoint) ?? {}
    const certificateExpiresAt = certificate === null ? null : timeText(expiryOf(certificate))
    return answer(200, { ca, certificate, hasKey: key !== null, certificateExpiresAt })
  }),

  route(contract.updateEndpointTls, async (call, services) => {
    const { ca = null, certificate = null } = call.body
    await changeEndpoint(call, services, ({ endpoint }) => {
      const stored = endpoint.credentials?.[tlsKeyCredential] ?? null
      const key = call.body.key ?? (certificate === null ? null : stored)
      const settings = { ca, certificate, key }
      const fault = tlsFault(settings)
      if (fault !== null) throw refuse(fieldOf[fault], tlsFaultReasons[fault])
      return withTls(endpoint, settings)
    })
    return noContent
  }),
]

const fieldOf: Readonly<Record<TlsFault, string>> = {
  tls_ca_malformed: 'ca',
  tls_certificate_malformed: 'certificate',
  tls_key_malformed: 'key',
  tls_key_missing: 'key',
  tls_key_mismatch: 'key',
  tls_too_large: 'certificate',
}

function withTls(
  endpoint: Endpoint,
  settings: {
    readonly ca: string | null
    readonly certificate: string | null
    readonly key: string | null
  },
): Endpoint {
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

function expiryOf(certificate: string): number {
  return Date.parse(new X509Certificate(certificate).validTo)
}
