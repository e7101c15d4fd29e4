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
import { Empty, ListOf, Maybe, NoQuery, Nullable, OrderQuery, PageQuery } from './primitives.ts'

const telling = {
  format: Maybe(
    Type.Union([Type.Literal('json'), Type.Literal('slack')], {
      description:
        'json: the event, signed (the default). slack: a sentence, for an incoming webhook of Slack, Mattermost or Discord (`/slack`).',
    }),
  ),
  language: Maybe(
    Type.Union([Type.Literal('en'), Type.Literal('es')], {
      description: 'Of sentences, in chats and mail; default en.',
    }),
  ),
}
const url = Type.String({
  maxLength: 8192,
  description:
    'Absolute http or https URL that passes the address rules; or `mailto:` and up to ten addresses by commas, where the server has POSTHORN_SMTP_URL.',
})

export const OperationalEndpointIn = Type.Object({ ...EndpointIn.properties, url, ...telling })
export const OperationalEndpointUpdate = Type.Object({
  ...EndpointUpdate.properties,
  url,
  ...telling,
})
export const OperationalEndpointOut = Type.Object({
  ...EndpointOut.properties,
  format: Type.Optional(
    Type.Union([Type.Literal('json'), Type.Literal('slack'), Type.Literal('mail')]),
  ),
  language: Type.Optional(Type.Union([Type.Literal('en'), Type.Literal('es')])),
})

export const OperationalTestOut = Type.Object({
  succeeded: Type.Boolean(),
  status: Nullable(Type.Integer({ description: 'HTTP status, or what the mail server said.' })),
  detail: Type.String({ description: 'Of the answer, or why there was none.' }),
})

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
  success: { 200: ListOf(OperationalEndpointOut) },
  errors: [],
})

export const createOperationalEndpoint = operation({
  id: 'v1.operational-webhook.endpoint.create',
  summary: 'Register a receiver of operational webhooks.',
  method: 'POST',
  path: base,
  ...manage,
  body: OperationalEndpointIn,
  success: { 201: OperationalEndpointOut },
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
  success: { 200: OperationalEndpointOut },
})

export const updateOperationalEndpoint = operation({
  id: 'v1.operational-webhook.endpoint.update',
  summary: 'Replace a receiver, or create one when there is none.',
  method: 'PUT',
  path: one,
  ...manage,
  body: OperationalEndpointUpdate,
  success: { 200: OperationalEndpointOut, 201: OperationalEndpointOut },
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
  success: { 200: Type.Pick(EndpointSecretOut, ['key']), 204: null },
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

export const testOperationalEndpoint = operation({
  id: 'v1.operational-webhook.endpoint.test',
  summary: 'Tell a receiver now that an endpoint fails, as an example. Nothing is recorded.',
  method: 'POST',
  path: `${one}/test`,
  ...manage,
  body: Empty,
  bodyOptional: true,
  success: { 200: OperationalTestOut },
  errors: [404],
  own: true,
  audited: false,
  withoutIdempotency: true,
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
  testOperationalEndpoint,
]
