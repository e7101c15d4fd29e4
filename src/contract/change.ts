import Type from 'typebox'
import { DeliveryState } from './delivery.ts'
import { operation } from './operation.ts'
import { Nullable, Timestamp } from './primitives.ts'

const happened = {
  cursor: Type.String({ description: 'Resumes behind this one; also the `id` of the event.' }),
  applicationId: Type.String(),
  msgId: Type.String(),
  eventType: Type.String(),
  timestamp: Timestamp,
}

const MessageChange = Type.Object({
  type: Type.Literal('message.created'),
  ...happened,
})

const AttemptChange = Type.Object({
  type: Type.Literal('attempt.finished'),
  ...happened,
  attemptId: Type.String(),
  deliveryId: Type.String(),
  endpointId: Type.String(),
  succeeded: Type.Boolean(),
  responseStatusCode: Type.Integer({ description: '0: there was no HTTP response.' }),
  errorClass: Nullable(Type.String()),
  responseDurationMs: Type.Integer(),
  attemptNumber: Type.Integer({ minimum: 1 }),
  deliveryState: DeliveryState,
  nextAttempt: Nullable(Timestamp),
})

export const ChangeOut = Type.Union([MessageChange, AttemptChange], {
  description: 'Something that happened. Never a payload, an address or a secret.',
})

const ChangePage = Type.Object({
  data: Type.Array(ChangeOut),
  iterator: Type.String({ description: 'The cursor behind this page: the next `after`.' }),
  done: Type.Boolean({ description: 'Nothing more has happened yet.' }),
})

const query = Type.Object({
  after: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'A cursor: what happened behind it. Without one: from now on.',
    }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 250, description: 'Of a page; a stream has no limit.' }),
  ),
})

const shared = {
  method: 'GET',
  permission: 'read',
  query,
  body: null,
  success: { 200: ChangePage },
  streams: true,
  own: true,
} as const

export const listChanges = operation({
  id: 'v1.change.list',
  summary:
    'What happens in an application, as it happens: with `Accept: text/event-stream` a stream that resumes by `Last-Event-ID`, otherwise a page.',
  path: '/app/{app_id}/change',
  access: 'application',
  errors: [404],
  ...shared,
})

export const listAllChanges = operation({
  id: 'v1.change.list-all',
  summary: 'The same for every application of the organisation.',
  path: '/change',
  access: 'organization',
  errors: [],
  ...shared,
})

export const changeOperations = [listChanges, listAllChanges]
