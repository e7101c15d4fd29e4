import Type from 'typebox'
import { operation } from './operation.ts'
import { Maybe, NoQuery, Nullable, Timestamp } from './primitives.ts'

const Pem = Type.String({ maxLength: 65_536 })

export const EndpointTlsIn = Type.Object({
  ca: Maybe({
    ...Pem,
    description: 'PEM of the authorities that sign the receiver, in place of the public ones.',
  }),
  certificate: Maybe({
    ...Pem,
    description: 'PEM of our client certificate (mTLS), with its chain.',
  }),
  key: Maybe({
    ...Pem,
    description:
      'PEM of its private key, unencrypted. Sealed at rest, never returned; absent keeps the stored one.',
  }),
})

export const EndpointTlsOut = Type.Object({
  ca: Nullable(Type.String()),
  certificate: Nullable(Type.String()),
  hasKey: Type.Boolean(),
  certificateExpiresAt: Nullable(Timestamp),
})

const path = '/app/{app_id}/endpoint/{endpoint_id}/tls'
const common = { path, access: 'application', query: NoQuery, errors: [404] } as const

export const getEndpointTls = operation({
  ...common,
  own: true,
  id: 'v1.endpoint.get-tls',
  summary: 'Get the TLS settings of an endpoint; the private key is never shown.',
  method: 'GET',
  permission: 'read',
  body: null,
  success: { 200: EndpointTlsOut },
})

export const updateEndpointTls = operation({
  ...common,
  own: true,
  id: 'v1.endpoint.update-tls',
  conditional: true,
  summary: 'Set a private authority and a client certificate; nulls or an empty body remove them.',
  method: 'PUT',
  permission: 'manage-endpoints',
  body: EndpointTlsIn,
  success: { 204: null },
  errors: [404, 409],
})

export const endpointTlsOperations = [getEndpointTls, updateEndpointTls] as const
