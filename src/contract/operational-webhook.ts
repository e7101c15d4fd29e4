/** Receivers of our own events: endpoints of the organisation, without channels. */
import Type from 'typebox'
import {
  EndpointHeadersIn,
  EndpointHeadersOut,
  EndpointIn,
  EndpointOut,
  EndpointSecretOut,
  EndpointSecretRotateIn,
  EndpointUpdate,
} from './endpoint.ts'
import { operation } from './operation.ts'
import { ListOf, NoQuery, OrderQuery, PageQuery } from './primitives.ts'

const base = '/operational-webhook/endpoint'
const one = `${base}/{endpoint_id}`
const read = { access: 'organization', permission: 'read', errors: [404] } as const
const manage = { access: 'organization', permission: 'administer', query: NoQuery } as const

export const listOperationalEndpoints = operation({
  id: 'v1.operational-webhook.endpoint.list',
  summary: 'List the receivers of operational webhooks.',
  method: 'GET',
  path: base,
  ...read,
  query: Type.Object({ ...PageQuery, ...OrderQuery }),
  body: null,
  success: { 200: ListOf(EndpointOut) },
  errors: [],
})

export const createOperationalEndpoint = operation({
  id: 'v1.operational-webhook.endpoint.create',
  summary: 'Register a receiver of operational webhooks.',
  method: 'POST',
  path: base,
  ...manage,
  body: EndpointIn,
  success: { 201: EndpointOut },
  errors: [409],
})

export const getOperationalEndpoint = operation({
  id: 'v1.operational-webhook.endpoint.get',
  summary: 'Get a receiver.',
  method: 'GET',
  path: one,
  ...read,
  query: NoQuery,
  body: null,
  success: { 200: EndpointOut },
})

export const updateOperationalEndpoint = operation({
  id: 'v1.operational-webhook.endpoint.update',
  summary: 'Replace a receiver, or create one when there is none.',
  method: 'PUT',
  path: one,
  ...manage,
  body: EndpointUpdate,
  success: { 200: EndpointOut, 201: EndpointOut },
  errors: [409],
})

export const deleteOperationalEndpoint = operation({
  id: 'v1.operational-webhook.endpoint.delete',
  summary: 'Delete a receiver.',
  method: 'DELETE',
  path: one,
  ...manage,
  body: null,
  success: { 204: null },
  errors: [404],
})

export const getOperationalSecret = operation({
  id: 'v1.operational-webhook.endpoint.get-secret',
  audited: true,
  summary: 'Get the signing secret of a receiver.',
  method: 'GET',
  path: `${one}/secret`,
  access: 'organization',
  permission: 'read-secret',
  query: NoQuery,
  body: null,
  success: { 200: EndpointSecretOut },
  errors: [404],
})

export const rotateOperationalSecret = operation({
  id: 'v1.operational-webhook.endpoint.rotate-secret',
  summary: 'Set a new signing secret; the old one signs too for a while.',
  method: 'POST',
  path: `${one}/secret/rotate`,
  ...manage,
  body: EndpointSecretRotateIn,
  bodyOptional: true,
  success: { 204: null },
  errors: [400, 404],
})

export const getOperationalHeaders = operation({
  id: 'v1.operational-webhook.endpoint.get-headers',
  summary: 'Get the custom headers of a receiver.',
  method: 'GET',
  path: `${one}/headers`,
  ...read,
  query: NoQuery,
  body: null,
  success: { 200: EndpointHeadersOut },
})

export const updateOperationalHeaders = operation({
  id: 'v1.operational-webhook.endpoint.update-headers',
  summary: 'Replace the custom headers of a receiver.',
  method: 'PUT',
  path: `${one}/headers`,
  ...manage,
  body: EndpointHeadersIn,
  success: { 204: null },
  errors: [404],
})

export const operationalWebhookOperations = [
  listOperationalEndpoints,
  createOperationalEndpoint,
  getOperationalEndpoint,
  updateOperationalEndpoint,
  deleteOperationalEndpoint,
  getOperationalSecret,
  rotateOperationalSecret,
  getOperationalHeaders,
  updateOperationalHeaders,
]
