import Type from 'typebox'
import { limits } from '../domain/limits.ts'
import { ApplicationIn } from './application.ts'
import { messageContextIn } from './endpoint-settings.ts'
import { operation } from './operation.ts'
import {
  Channel,
  Empty,
  EventQuery,
  EventTypeFilter,
  EventTypeName,
  JsonObject,
  ListOf,
  Maybe,
  NoQuery,
  Nullable,
  Tag,
  Timestamp,
  Uid,
} from './primitives.ts'

/** What a caller says that it is; see `domain/message-marks.ts`. */
export const sourceHeader = 'posthorn-source'

export const MessageIn = Type.Object({
  eventType: EventTypeName,
  payload: Type.Optional({
    ...JsonObject,
    description: 'The body that receivers get: these bytes, unchanged.',
  }),
  data: Type.Optional({ ...JsonObject, description: 'Another name of `payload`.' }),
  eventId: Maybe(Uid),
  channels: Maybe(
    Type.Array(Channel, { maxItems: limits.channelsPerMessageMax, uniqueItems: true }),
  ),
  tags: Maybe(Type.Array(Tag, { maxItems: limits.tagsPerMessageMax, uniqueItems: true })),
  payloadRetentionPeriod: Maybe(
    Type.Integer({ minimum: 1, maximum: 90, description: 'Days that the payload is kept.' }),
  ),
  payloadRetentionHours: Maybe(
    Type.Integer({ minimum: 1, maximum: 2160, description: 'The same in hours; wins.' }),
  ),
  deliverAt: Maybe({ ...Timestamp, description: 'Not sent before; at most 24 hours ahead.' }),
  transformationsParams: Maybe(
    Type.Object(
      {
        rawPayload: Type.Optional(
          Type.String({ description: 'Sent instead of `payload`, byte for byte.' }),
        ),
        headers: Type.Optional(
          Type.Record(Type.String(), Type.String(), {
            description: 'Only `content-type`, the media type of `rawPayload`.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
  ),
  ...messageContextIn,
  application: Maybe({
    ...ApplicationIn,
    description: 'Creates the application when it is missing; its uid must be the one in the path.',
  }),
})

const messageFields = {
  id: Type.String({ examples: ['msg_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  eventType: EventTypeName,
  eventId: Maybe(Uid),
  payload: {
    ...JsonObject,
    description: '`{}` without content and for raw payloads; `{"expired":true}` once it is gone.',
  },
  rawPayload: Type.Optional(
    Type.String({ description: 'The raw payload, when the message was created with one.' }),
  ),
  contentType: Type.Optional(Type.String({ description: 'Media type of a raw payload.' })),
  channels: Maybe(Type.Array(Channel)),
  tags: Maybe(Type.Array(Tag)),
  deliverAt: Maybe(Timestamp),
  timestamp: Timestamp,
  source: Type.Union(
    [Type.Literal('api'), Type.Literal('cli'), Type.Literal('console'), Type.Literal('test')],
    {
      description:
        'Where it came from, as the caller said with the header `posthorn-source` (cli, console or test); `test` also for `send-example`. For reading: nothing is decided by it.',
    },
  ),
  payloadBytes: Nullable(
    Type.Integer({
      description:
        'Bytes of the payload, also once it is gone; null: it went before that was noted.',
    }),
  ),
  masked: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Paths whose values read `[masked]`, for callers without `read-unmasked`; absent: none.',
    }),
  ),
}

export const MessageOut = Type.Object(messageFields)

export const MessageView = Type.Union(
  [Type.Literal('failed'), Type.Literal('unsubscribed'), Type.Literal('test')],
  {
    description:
      'Only those of which a delivery has failed for good (`failed`), that no endpoint wanted when they came (`unsubscribed`, tests left out), or that were sent as a test (`test`).',
  },
)
export const MessageViewQuery = Type.Optional(MessageView)

const StatusNumber = Type.Integer({
  minimum: 0,
  maximum: 4,
  description: '0 success, 1 pending, 2 fail, 3 sending; 4 canceled only with `expanded_statuses`.',
})
const StatusText = Type.Union([
  Type.Literal('success'),
  Type.Literal('pending'),
  Type.Literal('fail'),
  Type.Literal('sending'),
  Type.Literal('canceled'),
])
export const statusFields = { status: StatusNumber, statusText: StatusText }

export const EndpointMessageOut = Type.Object({
  ...messageFields,
  ...statusFields,
  nextAttempt: Maybe(Timestamp),
})

export const MessageEndpointOut = Type.Object({
  id: Type.String(),
  uid: Maybe(Uid),
  url: Type.String(),
  description: Type.String(),
  version: Type.Integer(),
  disabled: Type.Boolean(),
  eventTypes: Nullable(Type.Array(EventTypeFilter)),
  filterTypes: Nullable(Type.Array(EventTypeFilter)),
  channels: Nullable(Type.Array(Channel)),
  throttleRate: Maybe(Type.Integer()),
  rateLimit: Maybe(Type.Integer()),
  ...statusFields,
  nextAttempt: Maybe(Timestamp),
  circuitOpenUntil: Maybe({
    ...Timestamp,
    description: 'The endpoint fails, and nothing is sent to it before then.',
  }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})

export const EventExampleIn = Type.Object({
  eventType: EventTypeName,
  exampleIndex: Maybe(
    Type.Integer({ minimum: 0, description: 'Which example of the schema; default the first.' }),
  ),
  payload: Maybe(
    Type.Object({}, { description: 'Sent in place of an example.', additionalProperties: true }),
  ),
})

const base = '/app/{app_id}/msg'
const one = `${base}/{msg_id}`
const read = { access: 'application', permission: 'read', errors: [404] } as const
const WithContent = Type.Object({ with_content: Type.Optional(Type.Boolean()) })
const StatusQuery = Type.Optional(
  Type.Integer({ minimum: 0, maximum: 4, description: '0 success … 4 canceled.' }),
)
export const ExpandedStatuses = Type.Optional(
  Type.Boolean({ description: 'Whether status 4 (canceled) may be answered; default false.' }),
)

export const listMessages = operation({
  id: 'v1.message.list',
  summary: 'List the messages of an application, newest first.',
  method: 'GET',
  path: base,
  ...read,
  query: Type.Object({ ...EventQuery, view: MessageViewQuery }),
  body: null,
  success: { 200: ListOf(MessageOut) },
})

export const createMessage = operation({
  id: 'v1.message.create',
  audited: false,
  summary: 'Send a message to every endpoint of the application that wants it.',
  method: 'POST',
  path: base,
  access: 'organization',
  permission: 'send',
  query: WithContent,
  body: MessageIn,
  success: { 202: MessageOut },
  errors: [400, 404, 409, 413],
})

export const getMessage = operation({
  id: 'v1.message.get',
  summary: 'Get a message by id or event id.',
  method: 'GET',
  path: one,
  ...read,
  query: WithContent,
  body: null,
  success: { 200: MessageOut },
})

export const expungeMessageContent = operation({
  id: 'v1.message.expunge-content',
  summary: 'Drop the payload of a message.',
  method: 'DELETE',
  path: `${one}/content`,
  access: 'organization',
  permission: 'administer',
  query: NoQuery,
  body: null,
  success: { 204: null },
  errors: [404],
})

export const listAttemptedDestinations = operation({
  id: 'v1.message-attempt.list-attempted-destinations',
  summary: 'List the endpoints that a message was for, with where each delivery stands.',
  method: 'GET',
  path: `${one}/endpoint`,
  ...read,
  query: Type.Object({
    limit: EventQuery.limit,
    iterator: EventQuery.iterator,
    expanded_statuses: ExpandedStatuses,
  }),
  body: null,
  success: { 200: ListOf(MessageEndpointOut) },
})

export const listAttemptedMessages = operation({
  id: 'v1.message-attempt.list-attempted-messages',
  summary: 'List the messages that were for an endpoint, with where each delivery stands.',
  method: 'GET',
  path: '/app/{app_id}/endpoint/{endpoint_id}/msg',
  ...read,
  query: Type.Object({ ...EventQuery, status: StatusQuery, expanded_statuses: ExpandedStatuses }),
  body: null,
  success: { 200: ListOf(EndpointMessageOut) },
})

export const resendMessage = operation({
  id: 'v1.message-attempt.resend',
  summary: 'Send a message to one endpoint again.',
  method: 'POST',
  path: `${one}/endpoint/{endpoint_id}/resend`,
  access: 'application',
  permission: 'replay',
  query: NoQuery,
  body: Empty,
  bodyOptional: true,
  success: { 202: Empty },
  errors: [400, 404],
})

export const sendExample = operation({
  id: 'v1.endpoint.send-example',
  auditedFields: ['eventType'],
  summary: 'Send an example of an event type to one endpoint.',
  method: 'POST',
  path: '/app/{app_id}/endpoint/{endpoint_id}/send-example',
  access: 'organization',
  permission: 'send',
  query: NoQuery,
  body: EventExampleIn,
  success: { 200: MessageOut },
  errors: [400, 404],
})

export const messageOperations = [
  listMessages,
  createMessage,
  getMessage,
  expungeMessageContent,
  listAttemptedDestinations,
  listAttemptedMessages,
  resendMessage,
  sendExample,
]
