import { X509Certificate } from 'node:crypto'
import * as contract from '../contract/endpoint-tls.ts'
import { tlsProfileOf } from '../domain/tls-profile.ts'
import { answer, endpointOf, noContent, type Route, route } from './call.ts'
import { changeEndpoint } from './endpoint-changes.ts'
import { timeText } from './times.ts'
import { withTls } from './tls-rules.ts'

export const endpointTlsRoutes: readonly Route[] = [
  route(contract.getEndpointTls, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const { ca = null, certificate = null, key = null } = tlsProfileOf(endpoint) ?? {}
    const certificateExpiresAt = certificate === null ? null : timeText(expiryOf(certificate))
    return answer(200, { ca, certificate, hasKey: key !== null, certificateExpiresAt })
  }),

  route(contract.updateEndpointTls, async (call, services) => {
    await changeEndpoint(call, services, ({ endpoint }) => withTls(endpoint, call.body))
    return noContent
  }),
]

function expiryOf(certificate: string): number {
  return Date.parse(new X509Certificate(certificate).validTo)
}
