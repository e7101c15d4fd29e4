import Type from 'typebox'
import { DeliveryState } from './delivery.ts'
import { operation } from './operation.ts'
import { Channel, EventTypeName, Tag, Timestamp } from './primitives.ts'

export const bucketsMax = 200

const Count = Type.Integer({ minimum: 0 })
const Facet = Type.Array(Type.Object({ value: Type.String(), count: Count }), {
  description: 'Most frequent first, at most 100 values.',
})

export const SummaryOut = Type.Object({
  after: Timestamp,
  before: Timestamp,
  bucketSeconds: Type.Integer({ minimum: 1 }),
  total: Count,
  partial: Type.Boolean({
    description: 'The range holds more than may be looked at: counts begin at `countedSince`.',
  }),
  countedSince: Timestamp,
  buckets: Type.Array(
    Type.Object({
      timestamp: Type.String({ format: 'date-time', description: 'Where the bucket begins.' }),
      total: Count,
      states: Type.Record(Type.String(), Count, { description: 'By state; empty for messages.' }),
    }),
    { description: 'All of the range, oldest first, empty ones too.' },
  ),
  facets: Type.Object({
    state: Facet,
    eventType: Facet,
    endpointId: Facet,
    statusCode: Facet,
    waiting: Type.Array(
      Type.Object({ endpointId: Type.String(), attempted: Type.Boolean(), count: Count }),
      {
        description:
          'Pending deliveries by endpoint, and by whether they were tried: with the endpoints that are paused or disabled, what is held, queued and retrying. At most 100.',
      },
    ),
  }),
})

const range = {
  after: Type.Optional({ ...Timestamp, description: 'Default: a day before the end.' }),
  before: Type.Optional({ ...Timestamp, description: 'Default: now.' }),
  buckets: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: bucketsMax,
      description: 'At most as many; they are of a round length. Default 60.',
    }),
  ),
  event_types: Type.Optional(Type.Array(EventTypeName)),
  channel: Type.Optional(Channel),
  tag: Type.Optional(Tag),
}

const shared = {
  method: 'GET',
  access: 'application',
  permission: 'read',
  body: null,
  success: { 200: SummaryOut },
  errors: [404],
  own: true,
} as const

export const summarizeMessages = operation({
  id: 'v1.message.summarize',
  summary: 'Count messages by time and event type, with the filters of their list.',
  path: '/app/{app_id}/summary/msg',
  query: Type.Object(range),
  ...shared,
})

export const summarizeDeliveries = operation({
  id: 'v1.delivery.summarize',
  summary:
    'Count deliveries by time, state, event type and endpoint, with the filters of their list.',
  path: '/app/{app_id}/summary/delivery',
  query: Type.Object({
    ...range,
    endpoint_id: Type.Optional(Type.String({ description: 'Of this endpoint only: id or uid.' })),
    state: Type.Optional(Type.Array(DeliveryState, { description: 'In any of these states.' })),
  }),
  ...shared,
})

export const summarizeAttempts = operation({
  id: 'v1.message-attempt.summarize',
  summary: 'Count the attempts of an endpoint by time, outcome and status code.',
  path: '/app/{app_id}/summary/attempt/{endpoint_id}',
  query: Type.Object({
    ...range,
    status: Type.Optional(
      Type.Integer({ enum: [0, 2], description: '0 success, 2 fail: as in the list.' }),
    ),
    status_code_class: Type.Optional(Type.Integer({ enum: [0, 100, 200, 300, 400, 500] })),
  }),
  ...shared,
})

export const summaryOperations = [summarizeMessages, summarizeDeliveries, summarizeAttempts]
