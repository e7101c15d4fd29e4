import Type from 'typebox'
import { limits } from '../domain/limits.ts'
import { settingsIn, settingsOut } from './endpoint-settings.ts'
import { endpointSought } from './endpoint-sought.ts'
import { operation } from './operation.ts'
import { PolicyOverridesSchema } from './policy.ts'
import {
  Channel,
  ListOf,
  Maybe,
  Metadata,
  NoQuery,
  Nullable,
  OrderQuery,
  PageQuery,
  Rate,
  Timestamp,
  Uid,
} from './primitives.ts'
import { lookedFields } from './sought.ts'

const Url = Type.String({
  minLength: 1,
  maxLength: 65_536,
  description: 'Absolute http or https URL that passes the address rules.',
  examples: ['https://example.com/webhook/'],
})
const Description = Type.String({ maxLength: 8192 })
export const EventTypes = Type.Array(
  Type.String({ minLength: 1, maxLength: limits.eventTypeLengthMax }),
  {
    maxItems: 1000,
    description:
      'Event types wanted, by name or by another spelling that the catalog knows; `order.*` takes all that begin with `order.`, also those added later (`USER_*` where names are written with underscores). Null or empty: all.',
  },
)
const Channels = Type.Array(Channel, {
  maxItems: limits.channelsPerEndpointMax,
  uniqueItems: true,
  description: 'Channels wanted; messages without channels are then not sent. Null or empty: all.',
})
const Secret = Type.String({
  maxLength: 512,
  description:
    '`whsec_` (it may be left out) and base64 of 24 to 75 bytes, or `whsk_` and base64 of 64 bytes (Ed25519).',
  examples: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
})
const Headers = Type.Record(Type.String(), Type.String(), {
  description: 'Headers added to each request. Names that are ours or a proxy’s are refused.',
})

const nullable = {
  uid: Maybe(Uid),
  throttleRate: Maybe({
    ...Rate,
    description: 'At most so many attempts in any second, evenly spaced; enforced.',
  }),
  rateLimit: Maybe({ ...Rate, description: 'Older name of `throttleRate`.' }),
  eventTypes: Maybe(EventTypes),
  filterTypes: Maybe({ ...EventTypes, description: 'Older name of `eventTypes`.' }),
  channels: Maybe(Channels),
}
const plain = {
  description: Type.Optional(Description),
  version: Maybe(Type.Integer({ minimum: 1, maximum: 65_535, description: 'Kept, never read.' })),
  disabled: Type.Optional(Type.Boolean()),
  metadata: Type.Optional(Metadata),
  headers: Maybe(Headers),
}
/** Posthorn's own fields. */
const own = {
  paused: Type.Optional(
    Type.Boolean({ description: 'While true deliveries wait; resuming sends them in order.' }),
  ),
  ordering: Type.Optional(
    Type.Union([Type.Literal('none'), Type.Literal('fifo')], {
      description: 'Short for `policy.ordering`: `fifo` sends strictly in order of acceptance.',
    }),
  ),
  policy: Type.Optional(PolicyOverridesSchema),
  filter: Maybe(
    Type.Record(Type.String(), Type.Unknown(), {
      description:
        'Payloads wanted: `{"order.total": {"$gte": 100}, "country": "C*"}`. Members must all hold; see docs/reference/filters.md. Null: all.',
    }),
  ),
  ...settingsIn,
}

export const EndpointIn = Type.Object({
  url: Url,
  ...nullable,
  ...plain,
  secret: Maybe(Secret),
  ...own,
})
export const EndpointUpdate = Type.Object({ url: Url, ...nullable, ...plain, ...own })
export const EndpointPatch = Type.Object({
  url: Type.Optional(Url),
  ...nullable,
  ...plain,
  secret: Maybe(Secret),
  ...own,
})

export const EndpointOut = Type.Object({
  id: Type.String({ examples: ['ep_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  uid: Maybe(Uid),
  url: Type.String(),
  description: Type.String(),
  version: Type.Integer(),
  disabled: Type.Boolean(),
  disabledReason: Nullable(
    Type.Union([Type.Literal('manual'), Type.Literal('failing'), Type.Literal('gone')]),
  ),
  paused: Type.Boolean(),
  eventTypes: Nullable(EventTypes),
  filterTypes: Nullable(EventTypes),
  channels: Nullable(Channels),
  throttleRate: Maybe(Rate),
  rateLimit: Maybe(Rate),
  metadata: Metadata,
  ordering: Type.Union([Type.Literal('none'), Type.Literal('fifo')]),
  policy: PolicyOverridesSchema,
  filter: Nullable(Type.Record(Type.String(), Type.Unknown())),
  ...settingsOut,
  createdAt: Timestamp,
  updatedAt: Timestamp,
})

export const EndpointHeadersIn = Type.Object({ headers: Headers })
export const EndpointHeadersPatchIn = Type.Object({
  headers: Type.Optional(Type.Record(Type.String(), Nullable(Type.String()))),
  deleteHeaders: Maybe(
    Type.Array(Type.String(), { maxItems: 100, description: 'Names to remove.' }),
  ),
})
export const EndpointHeadersOut = Type.Object({
  headers: Type.Record(Type.String(), Type.String()),
  sensitive: Type.Array(Type.String(), { description: 'Names whose values are not shown.' }),
})

export const EndpointSecretOut = Type.Object({
  signingKey: Type.Optional(
    Type.String({ description: 'Where the profile signs as Logto does: the key as it does it.' }),
  ),
  key: Type.String({ description: 'The secret; for Ed25519 the public key, `whpk_…`.' }),
  createdAt: Type.Optional(
    Type.String({ description: 'When the secret was made or given (RFC 3339).' }),
  ),
  previousUntil: Type.Optional(
    Type.String({
      description: 'While a rolled secret signs too: until when the last of them does (RFC 3339).',
    }),
  ),
})
export const EndpointSecretRotateIn = Type.Object({
  key: Maybe(Secret),
  gracePeriodSeconds: Maybe(
    Type.Integer({
      minimum: 0,
      maximum: 604_800,
      description:
        'How long the old secret signs beside the new one; default as in `GET /installation/settings` (24 hours). A signature as Logto’s has one key: there the old one ends at once.',
    }),
  ),
})

export const EndpointStatsOut = Type.Object({
  success: Type.Integer(),
  pending: Type.Integer(),
  sending: Type.Integer(),
  fail: Type.Integer(),
  canceled: Type.Integer(),
})

const base = '/app/{app_id}/endpoint'
const one = `${base}/{endpoint_id}`
const read = { access: 'application', permission: 'read', errors: [404] } as const
const manage = { access: 'application', permission: 'manage-endpoints' } as const

export const listEndpoints = operation({
  id: 'v1.endpoint.list',
  summary: 'List the endpoints of an application, newest first by default.',
  method: 'GET',
  path: base,
  ...read,
  query: Type.Object({ ...PageQuery, ...OrderQuery, ...endpointSought }),
  body: null,
  success: { 200: Type.Object({ ...ListOf(EndpointOut).properties, ...lookedFields }) },
})

export const createEndpoint = operation({
  id: 'v1.endpoint.create',
  summary: 'Create an endpoint. Without a secret, one is made.',
  method: 'POST',
  path: base,
  ...manage,
  query: NoQuery,
  body: EndpointIn,
  success: { 201: EndpointOut },
  errors: [404, 409],
})

export const getEndpoint = operation({
  id: 'v1.endpoint.get',
  summary: 'Get an endpoint by id or uid.',
  method: 'GET',
  path: one,
  ...read,
  query: NoQuery,
  body: null,
  success: { 200: EndpointOut },
})

export const updateEndpoint = operation({
  id: 'v1.endpoint.update',
  conditional: true,
  summary: 'Replace an endpoint, or create one when there is none.',
  method: 'PUT',
  path: one,
  ...manage,
  query: NoQuery,
  body: EndpointUpdate,
  success: { 200: EndpointOut, 201: EndpointOut },
  errors: [404, 409],
})

export const patchEndpoint = operation({
  id: 'v1.endpoint.patch',
  conditional: true,
  summary: 'Change the given fields of an endpoint.',
  method: 'PATCH',
  path: one,
  ...manage,
  query: NoQuery,
  body: EndpointPatch,
  success: { 200: EndpointOut },
  errors: [404, 409],
})

export const deleteEndpoint = operation({
  id: 'v1.endpoint.delete',
  summary: 'Delete an endpoint. Its uid is free again and nothing more is sent.',
  method: 'DELETE',
  path: one,
  ...manage,
  query: NoQuery,
  body: null,
  success: { 204: null },
  errors: [404, 409],
})

export const getEndpointHeaders = operation({
  id: 'v1.endpoint.get-headers',
  summary:
    'Get the custom headers; values of sensitive ones are left out, all of them for callers who may not see secrets.',
  method: 'GET',
  path: `${one}/headers`,
  ...read,
  query: NoQuery,
  body: null,
  success: { 200: EndpointHeadersOut },
})

export const updateEndpointHeaders = operation({
  id: 'v1.endpoint.update-headers',
  conditional: true,
  summary: 'Replace the custom headers.',
  method: 'PUT',
  path: `${one}/headers`,
  ...manage,
  query: NoQuery,
  body: EndpointHeadersIn,
  success: { 204: null },
  errors: [404, 409],
})

export const patchEndpointHeaders = operation({
  id: 'v1.endpoint.patch-headers',
  conditional: true,
  summary: 'Add, change or (null) remove custom headers.',
  method: 'PATCH',
  path: `${one}/headers`,
  ...manage,
  query: NoQuery,
  body: EndpointHeadersPatchIn,
  success: { 204: null },
  errors: [404, 409],
})

export const getEndpointSecret = operation({
  id: 'v1.endpoint.get-secret',
  audited: true,
  summary: 'Get the signing secret.',
  method: 'GET',
  path: `${one}/secret`,
  access: 'application',
  permission: 'read-secret',
  query: NoQuery,
  body: null,
  success: { 200: EndpointSecretOut },
  errors: [404],
})

export const rotateEndpointSecret = operation({
  id: 'v1.endpoint.rotate-secret',
  summary:
    'Set a new signing secret; the old one signs too for a while. 200 with the new one for SDKs that read it (Svix 2 and later), else 204.',
  method: 'POST',
  path: `${one}/secret/rotate`,
  access: 'application',
  permission: 'manage-secrets',
  query: NoQuery,
  body: EndpointSecretRotateIn,
  bodyOptional: true,
  success: { 200: Type.Pick(EndpointSecretOut, ['key']), 204: null },
  errors: [400, 404, 409],
})

export const getEndpointStats = operation({
  id: 'v1.endpoint.get-stats',
  summary: 'Count attempts by outcome, of the last 28 days by default.',
  method: 'GET',
  path: `${one}/stats`,
  ...read,
  query: Type.Object({ since: Type.Optional(Timestamp), until: Type.Optional(Timestamp) }),
  body: null,
  success: { 200: EndpointStatsOut },
  errors: [400, 404],
})

export const getEndpointAttemptStats = operation({
  ...getEndpointStats,
  id: 'v1.endpoint.get-attempt-stats',
  summary: 'Count what became of attempts; the range is widened to whole hours.',
  path: `${one}/attempt-stats`,
  success: { 200: Type.Pick(EndpointStatsOut, ['success', 'fail', 'canceled']) },
})

export const endpointOperations = [
  listEndpoints,
  createEndpoint,
  getEndpoint,
  updateEndpoint,
  patchEndpoint,
  deleteEndpoint,
  getEndpointHeaders,
  updateEndpointHeaders,
  patchEndpointHeaders,
  getEndpointSecret,
  rotateEndpointSecret,
  getEndpointStats,
  getEndpointAttemptStats,
]
