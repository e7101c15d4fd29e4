import Type from 'typebox'
import { outboundMethods } from '../domain/outbound-method.ts'
import { ExpandedStatuses, MessageOut, statusFields } from './message.ts'
import { operation } from './operation.ts'
import { EventQuery, ListOf, NoQuery, Nullable, Timestamp } from './primitives.ts'

const Timings = Type.Object({
  queueMs: Type.Union([Type.Number(), Type.Null()]),
  dnsMs: Type.Union([Type.Number(), Type.Null()]),
  connectMs: Type.Union([Type.Number(), Type.Null()]),
  tlsMs: Type.Union([Type.Number(), Type.Null()]),
  firstByteMs: Type.Union([Type.Number(), Type.Null()]),
  totalMs: Type.Number(),
})

const Certificate = Type.Object(
  {
    subject: Type.String({ description: 'Common name, or the first of its other names.' }),
    issuer: Type.String(),
    validFrom: Timestamp,
    expiresAt: Timestamp,
  },
  { description: "The receiver's certificate, as it showed it." },
)

const Connection = Type.Object(
  {
    httpVersion: Type.String({ examples: ['1.1'] }),
    kept: Type.Boolean({
      description: 'It had carried an earlier request; false: it was made for this one.',
    }),
    tls: Nullable(
      Type.Object(
        {
          version: Type.String({ examples: ['TLSv1.3'] }),
          cipher: Type.String({ examples: ['TLS_AES_256_GCM_SHA384'] }),
          certificate: Nullable(Certificate),
        },
        { description: 'Null: not over TLS.' },
      ),
    ),
  },
  {
    description:
      'The connection that the request went over, also where its handshake failed. Null: there was none, it came to nothing before TLS, or the attempt is of a release before this was recorded.',
  },
)

export const MessageAttemptOut = Type.Object({
  id: Type.String({ examples: ['atmpt_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  msgId: Type.String(),
  endpointId: Type.String(),
  deliveryId: Type.String(),
  method: Type.Union(
    outboundMethods.map((method) => Type.Literal(method)),
    { description: '`POST`, unless a transformation chose another.' },
  ),
  url: Type.String({ description: 'As it was called; a key in the query is masked.' }),
  response: Type.String({ description: 'Body of the response, capped; `{}` without content.' }),
  responseStatusCode: Type.Integer({ description: '0: there was no HTTP response.' }),
  responseDurationMs: Type.Integer(),
  ...statusFields,
  triggerType: Type.Integer({ minimum: 0, maximum: 1, description: '0 scheduled, 1 manual.' }),
  timestamp: Timestamp,
  attemptNumber: Type.Integer({ minimum: 1 }),
  errorClass: Type.Union([Type.String(), Type.Null()], {
    description: 'Why there was no usable answer; a stable code.',
  }),
  eventType: Type.String(),
  responseTruncated: Type.Boolean(),
  responseBytes: Nullable(
    Type.Integer({
      description:
        'Bytes of the whole body where it is truncated, read or announced by the receiver; null: not truncated, or not known.',
    }),
  ),
  nextAttempt: Type.Union([Timestamp, Type.Null()]),
  requestHeaders: Type.Optional(
    Type.Record(Type.String(), Type.String(), { description: 'As sent; secrets are masked.' }),
  ),
  transformed: Nullable(
    Type.Object(
      {
        headers: Type.Array(Type.String(), { description: 'Names of the headers that it set.' }),
        url: Type.Boolean({ description: 'Whether it changed the URL.' }),
      },
      {
        description:
          'What the endpoint’s transformation made of the request; null: there was none.',
      },
    ),
  ),
  responseHeaders: Type.Optional(Type.Record(Type.String(), Type.String())),
  timings: Timings,
  remoteAddress: Nullable(
    Type.String({ description: 'Address dialled; null where no connection was made.' }),
  ),
  connection: Nullable(Connection),
  msg: Type.Optional(MessageOut),
})

const read = { access: 'application', permission: 'read', errors: [404] } as const

const AttemptQuery = {
  ...EventQuery,
  status: Type.Optional(Type.Integer({ minimum: 0, maximum: 4 })),
  status_code_class: Type.Optional(
    Type.Integer({
      enum: [0, 100, 200, 300, 400, 500],
      description: 'Class of the HTTP status; 0: no response.',
    }),
  ),
  with_msg: Type.Optional(Type.Boolean({ description: 'Include the message; default false.' })),
  expanded_statuses: ExpandedStatuses,
}

export const listAttemptsByEndpoint = operation({
  id: 'v1.message-attempt.list-by-endpoint',
  summary: 'List the attempts of an endpoint, newest first.',
  method: 'GET',
  path: '/app/{app_id}/attempt/endpoint/{endpoint_id}',
  ...read,
  query: Type.Object(AttemptQuery),
  body: null,
  success: { 200: ListOf(MessageAttemptOut) },
})

export const listAttemptsByMessage = operation({
  id: 'v1.message-attempt.list-by-msg',
  summary: 'List the attempts of a message, newest first.',
  method: 'GET',
  path: '/app/{app_id}/attempt/msg/{msg_id}',
  ...read,
  query: Type.Object({ ...AttemptQuery, endpoint_id: Type.Optional(Type.String()) }),
  body: null,
  success: { 200: ListOf(MessageAttemptOut) },
})

export const getAttempt = operation({
  id: 'v1.message-attempt.get',
  summary: 'Get one attempt.',
  method: 'GET',
  path: '/app/{app_id}/msg/{msg_id}/attempt/{attempt_id}',
  ...read,
  query: NoQuery,
  body: null,
  success: { 200: MessageAttemptOut },
})

export const getAttemptBody = operation({
  id: 'v1.message-attempt.get-body',
  summary: 'Get the body that an attempt sent, made again from what is stored.',
  method: 'GET',
  path: '/app/{app_id}/msg/{msg_id}/attempt/{attempt_id}/body',
  ...read,
  query: NoQuery,
  body: null,
  success: {
    200: Type.Object({
      body: Nullable(
        Type.String({
          description:
            'Null where it cannot be made again: the payload or the endpoint is gone, or its transformation has changed since.',
        }),
      ),
      masked: Type.Boolean({ description: 'Parts of it do not show to this caller.' }),
    }),
  },
  own: true,
})

export const signAttemptAgain = operation({
  id: 'v1.message-attempt.sign-again',
  summary:
    'The headers and body of an attempt as they would be sent now: with the time of now and a signature that verifies.',
  method: 'POST',
  path: '/app/{app_id}/msg/{msg_id}/attempt/{attempt_id}/sign-again',
  access: 'application',
  permission: 'read-secret',
  query: NoQuery,
  body: Type.Object({
    secrets: Type.Optional(
      Type.Boolean({
        description:
          'Shows the values of secret custom headers too, to those who may change secrets of the organisation. What an endpoint authenticates with is never shown. Default: false.',
      }),
    ),
  }),
  bodyOptional: true,
  auditedFields: ['secrets'],
  success: {
    200: Type.Object({
      headers: Type.Record(Type.String(), Type.String()),
      body: Type.String(),
    }),
  },
  errors: [404, 409],
  own: true,
  withoutIdempotency: true,
})

export const expungeAttemptContent = operation({
  id: 'v1.message-attempt.expunge-content',
  summary: 'Drop the stored response of an attempt.',
  method: 'DELETE',
  path: '/app/{app_id}/msg/{msg_id}/attempt/{attempt_id}/content',
  access: 'organization',
  permission: 'administer',
  query: NoQuery,
  body: null,
  success: { 204: null },
  errors: [404],
})

/** Older paths that old SDKs still call. */
export const listAttemptsOfMessage = operation({
  ...listAttemptsByMessage,
  id: 'v1.message-attempt.list-by-msg-deprecated',
  path: '/app/{app_id}/msg/{msg_id}/attempt',
  deprecated: true,
})

export const listAttemptsOfDestination = operation({
  ...listAttemptsByEndpoint,
  id: 'v1.message-attempt.list-by-endpoint-deprecated',
  path: '/app/{app_id}/msg/{msg_id}/endpoint/{endpoint_id}/attempt',
  deprecated: true,
})

export const attemptOperations = [
  listAttemptsByEndpoint,
  listAttemptsByMessage,
  getAttempt,
  getAttemptBody,
  signAttemptAgain,
  expungeAttemptContent,
  listAttemptsOfMessage,
  listAttemptsOfDestination,
]
