/**
 * Receivers of our own events: endpoints of the organisation, without channels. Each operation is the
 * one on endpoints, at a path of the organisation's, for administrators where it changes something.
 */
import Type from 'typebox'
import * as endpoint from './endpoint.ts'
import { operation } from './operation.ts'
import { Empty, ListOf, Maybe, NoQuery, Nullable } from './primitives.ts'

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

export const OperationalEndpointIn = Type.Object({
  ...endpoint.EndpointIn.properties,
  url,
  ...telling,
})
export const OperationalEndpointUpdate = Type.Object({
  ...endpoint.EndpointUpdate.properties,
  url,
  ...telling,
})
export const OperationalEndpointOut = Type.Object({
  ...endpoint.EndpointOut.properties,
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
const read = { access: 'organization', permission: 'read' } as const
const manage = { access: 'organization', permission: 'administer' } as const

export const listOperationalEndpoints = operation({
  ...{ ...endpoint.listEndpoints, ...read },
  id: 'v1.operational-webhook.endpoint.list',
  summary: 'List the receivers of operational webhooks.',
  path: base,
  success: { 200: ListOf(OperationalEndpointOut) },
  errors: [],
})

export const createOperationalEndpoint = operation({
  ...{ ...endpoint.createEndpoint, ...manage },
  id: 'v1.operational-webhook.endpoint.create',
  summary: 'Register a receiver of operational webhooks.',
  path: base,
  body: OperationalEndpointIn,
  success: { 201: OperationalEndpointOut },
  errors: [409],
})

export const getOperationalEndpoint = operation({
  ...{ ...endpoint.getEndpoint, ...read },
  id: 'v1.operational-webhook.endpoint.get',
  summary: 'Get a receiver.',
  path: one,
  success: { 200: OperationalEndpointOut },
})

export const updateOperationalEndpoint = operation({
  ...{ ...endpoint.updateEndpoint, ...manage },
  id: 'v1.operational-webhook.endpoint.update',
  summary: 'Replace a receiver, or create one when there is none.',
  path: one,
  body: OperationalEndpointUpdate,
  success: { 200: OperationalEndpointOut, 201: OperationalEndpointOut },
  errors: [409],
})

export const deleteOperationalEndpoint = operation({
  ...{ ...endpoint.deleteEndpoint, ...manage },
  id: 'v1.operational-webhook.endpoint.delete',
  summary: 'Delete a receiver.',
  path: one,
  errors: [404],
})

export const getOperationalSecret = operation({
  ...{ ...endpoint.getEndpointSecret, access: 'organization' },
  id: 'v1.operational-webhook.endpoint.get-secret',
  summary: 'Get the signing secret of a receiver.',
  path: `${one}/secret`,
})

export const rotateOperationalSecret = operation({
  ...{ ...endpoint.rotateEndpointSecret, ...manage },
  id: 'v1.operational-webhook.endpoint.rotate-secret',
  summary: 'Set a new signing secret; the old one signs too for a while.',
  path: `${one}/secret/rotate`,
})

export const getOperationalHeaders = operation({
  ...{ ...endpoint.getEndpointHeaders, ...read },
  id: 'v1.operational-webhook.endpoint.get-headers',
  summary: 'Get the custom headers of a receiver.',
  path: `${one}/headers`,
})

export const updateOperationalHeaders = operation({
  ...{ ...endpoint.updateEndpointHeaders, ...manage },
  id: 'v1.operational-webhook.endpoint.update-headers',
  summary: 'Replace the custom headers of a receiver.',
  path: `${one}/headers`,
})

export const testOperationalEndpoint = operation({
  id: 'v1.operational-webhook.endpoint.test',
  summary: 'Tell a receiver now that an endpoint fails, as an example. Nothing is recorded.',
  method: 'POST',
  path: `${one}/test`,
  ...manage,
  query: NoQuery,
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
