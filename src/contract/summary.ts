import Type from 'typebox'
import { codeOfSummary, DeliveryState } from './delivery.ts'
import { MessageViewQuery } from './message.ts'
import { operation } from './operation.ts'
import { Channel, EventTypeFilter, Nullable, Tag, Timestamp } from './primitives.ts'
import { EndpointsWanted, StatusWords, soughtQuery } from './sought.ts'

export const bucketsMax = 200
export const activityEndpointsMax = 100

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
  answersSince: Type.Optional({
    ...Timestamp,
    description: 'With `answers=true`: where `facets.answer` begins.',
  }),
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
    answer: Type.Optional({
      ...Facet,
      description:
        'With `answers=true`: last answers of deliveries, by status code, or by error class where there was none. Of the newest 1,000 that were tried; at most 100 values.',
    }),
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
  event_types: Type.Optional(Type.Array(EventTypeFilter)),
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
  query: Type.Object({ ...range, ...soughtQuery, view: MessageViewQuery }),
  ...shared,
})

export const summarizeDeliveries = operation({
  id: 'v1.delivery.summarize',
  summary:
    'Count deliveries by time, state, event type and endpoint, with the filters of their list.',
  path: '/app/{app_id}/summary/delivery',
  query: Type.Object({
    ...range,
    ...soughtQuery,
    endpoint_id: Type.Optional(EndpointsWanted),
    status: Type.Optional(StatusWords),
    state: Type.Optional(Type.Array(DeliveryState, { description: 'In any of these states.' })),
    code: codeOfSummary,
    answers: Type.Optional(Type.Boolean({ description: 'Count the last answers too.' })),
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

const outcomes = { succeeded: Count, failed: Count }

export const ActivityOut = Type.Object({
  since: Timestamp,
  until: Timestamp,
  sliceMs: Type.Integer({ description: 'Length of one of the `slices`.' }),
  data: Type.Array(
    Type.Object({
      endpointId: Type.String(),
      ...outcomes,
      p50Ms: Nullable(
        Type.Integer({
          description: 'Half of the attempts took at most so long; of many, the newest.',
        }),
      ),
      p95Ms: Nullable(Type.Integer()),
      complete: Type.Boolean({
        description:
          'false: some slice holds more attempts than are looked at; its newest are counted.',
      }),
      waiting: Type.Integer({
        minimum: 0,
        description: 'Deliveries that wait or are being sent now, at most 10,000.',
      }),
      oldestWaitingAt: Nullable({
        ...Timestamp,
        description: 'When the oldest of those came.',
      }),
      failingSince: Nullable({
        ...Timestamp,
        description: 'First failure after the last success; null: it goes well.',
      }),
      lastAttempt: Nullable(
        Type.Object({
          timestamp: Timestamp,
          succeeded: Type.Boolean(),
          responseStatusCode: Type.Integer({ description: '0: there was no HTTP response.' }),
          errorClass: Nullable(Type.String()),
        }),
      ),
      slices: Type.Array(Type.Object(outcomes), {
        description:
          'Oldest first, empty ones too. On PostgreSQL their ends are five minutes fuzzy.',
      }),
    }),
    { description: 'In the order asked for; what is no endpoint of the application has nothing.' },
  ),
})

const EndpointId = Type.String({
  pattern: '^ep_[0-9A-Za-z]{27}$',
  examples: ['ep_1srOrx2ZWZBpBUvZwXKQmoEYga2'],
})

export const endpointActivity = operation({
  id: 'v1.endpoint.activity',
  summary:
    'What became of the attempts of up to 100 endpoints in the last 24 hours, hour by hour, and what waits.',
  path: '/app/{app_id}/summary/endpoint',
  query: Type.Object({
    endpoint_ids: Type.Array(EndpointId, {
      minItems: 1,
      maxItems: activityEndpointsMax,
      description: 'Ids of endpoints, not their uids.',
    }),
  }),
  ...shared,
  success: { 200: ActivityOut },
})

export const summaryOperations = [
  summarizeMessages,
  summarizeDeliveries,
  summarizeAttempts,
  endpointActivity,
]
