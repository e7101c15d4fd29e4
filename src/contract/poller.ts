/** Pulling instead of being pushed: for receivers behind a firewall. Both generations of Svix's. */
import Type from 'typebox'
import { MessageOut } from './message.ts'
import { operation } from './operation.ts'
import { Channel, EventTypeFilter, NoQuery, Timestamp } from './primitives.ts'

const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 250, description: 'Default 50.' }))

export const PollOut = Type.Object({
  data: Type.Array(MessageOut),
  iterator: Type.String({ description: 'Give it to the next poll: it acknowledges this one.' }),
  done: Type.Boolean({ description: 'Nothing further for now.' }),
})

const endpoint = '/app/{app_id}/poller/{endpoint_id}'
const consumer = `${endpoint}/consumer/{consumer_id}`
const second = '/app/{app_id}/polling-endpoint/{endpoint_id}/consumer/{consumer_id}'
const read = { access: 'application', permission: 'read', errors: [404] } as const
const move = { access: 'application', permission: 'replay', query: NoQuery } as const

export const poll = operation({
  id: 'v1.message.poller.poll',
  summary:
    'Messages that the endpoint wants, oldest first, from an iterator on. Also when disabled.',
  method: 'GET',
  path: endpoint,
  ...read,
  query: Type.Object({
    limit,
    iterator: Type.Optional(Type.String()),
    event_type: Type.Optional(EventTypeFilter),
    channel: Type.Optional(Channel),
    after: Type.Optional(Timestamp),
  }),
  body: null,
  success: { 200: PollOut },
})

export const consumerPoll = operation({
  id: 'v1.message.poller.consumer-poll',
  summary: 'The same, with the place of a named consumer kept here.',
  method: 'GET',
  path: consumer,
  ...read,
  query: Type.Object({ limit, iterator: Type.Optional(Type.String()) }),
  body: null,
  success: { 200: PollOut },
})

export const consumerSeek = operation({
  id: 'v1.message.poller.consumer-seek',
  auditedFields: ['after'],
  summary: 'Move a consumer to a time.',
  method: 'POST',
  path: `${consumer}/seek`,
  ...move,
  body: Type.Object({ after: Timestamp }),
  success: { 200: Type.Object({ iterator: Type.String() }) },
  errors: [404],
})

export const leasedPoll = operation({
  id: 'v1.message.pollerv2.consumer-poll',
  summary: 'Messages with offsets, leased to this poll until they are committed or the lease ends.',
  method: 'GET',
  path: second,
  ...read,
  query: Type.Object({
    limit,
    lease_duration_ms: Type.Optional(Type.Integer({ minimum: 1000, maximum: 3_600_000 })),
    starting_position: Type.Optional(
      Type.Union([Type.Literal('earliest'), Type.Literal('latest')], {
        description: 'Where a new consumer begins; default earliest.',
      }),
    ),
  }),
  body: null,
  success: {
    200: Type.Object({ data: Type.Array(MessageOut), done: Type.Boolean() }),
  },
})

export const commitOffset = operation({
  id: 'v1.message.pollerv2.consumer-commit',
  audited: false,
  summary: 'Acknowledge everything up to an offset.',
  method: 'POST',
  path: `${second}/commit`,
  ...move,
  body: Type.Object({ offset: Type.Integer({ minimum: 0 }) }),
  success: { 204: null },
  errors: [404, 409],
})

export const pollerOperations = [poll, consumerPoll, consumerSeek, leasedPoll, commitOffset]
