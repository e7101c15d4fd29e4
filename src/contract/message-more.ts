/** What Posthorn, or hosted Svix, offers of messages beyond the open-source server. */
import Type from 'typebox'
import { limits } from '../domain/limits.ts'
import { MessageIn, MessageOut } from './message.ts'
import { operation } from './operation.ts'
import { Channel, Empty, EventTypeName, Maybe, NoQuery, Nullable } from './primitives.ts'

const base = '/app/{app_id}/msg'
const one = `${base}/{msg_id}`
const read = { access: 'application', permission: 'read', errors: [404] } as const

export const BatchIn = Type.Object({
  messages: Type.Array(MessageIn, { minItems: 1, maxItems: limits.batchMessagesMax }),
})

export const BatchOut = Type.Object({
  data: Type.Array(
    Type.Object({
      status: Type.Integer({ description: '202, or what this message alone would have got.' }),
      message: Type.Optional(MessageOut),
      code: Type.Optional(Type.String()),
      detail: Type.Optional(Type.Unknown()),
    }),
    { description: 'In the order of the request.' },
  ),
  accepted: Type.Integer(),
})

export const createMessages = operation({
  id: 'v1.message.create-batch',
  audited: false,
  summary: `Send up to ${limits.batchMessagesMax} messages in one commit, each on its own merit.`,
  method: 'POST',
  path: `${base}/batch`,
  access: 'organization',
  permission: 'send',
  query: Type.Object({ with_content: Type.Optional(Type.Boolean()) }),
  body: BatchIn,
  success: { 200: BatchOut },
  errors: [400, 404, 413],
  own: true,
})

export const precheckMessage = operation({
  id: 'v1.message.precheck',
  audited: false,
  summary: 'Whether any endpoint would get such a message.',
  method: 'POST',
  path: `${base}/precheck/active`,
  access: 'organization',
  permission: 'send',
  query: NoQuery,
  body: Type.Object({
    eventType: EventTypeName,
    channels: Maybe(Type.Array(Channel, { maxItems: limits.channelsPerMessageMax })),
  }),
  success: { 200: Type.Object({ active: Type.Boolean() }) },
  errors: [404],
})

const Expunged = Type.Union([Type.Literal('expunged'), Type.Literal('not-found')])

export const bulkExpunge = operation({
  id: 'v1.message.bulk-expunge-content',
  summary: 'Drop the payloads of several messages.',
  method: 'POST',
  path: `${base}/bulk-expunge`,
  access: 'organization',
  permission: 'administer',
  query: NoQuery,
  body: Type.Object({ ids: Type.Optional(Type.Array(Type.String(), { maxItems: 1000 })) }),
  bodyOptional: true,
  success: { 200: Type.Object({ results: Type.Record(Type.String(), Expunged) }) },
  errors: [404],
})

const CancelOut = Type.Object({
  canceled: Type.Integer({ description: 'Deliveries that were waiting and now end canceled.' }),
})

export const cancelMessage = operation({
  id: 'v1.message.cancel',
  summary:
    'Take back a message that waits (`deliverAt`, retries): its open deliveries are canceled.',
  method: 'POST',
  path: `${one}/cancel`,
  access: 'organization',
  permission: 'send',
  query: NoQuery,
  body: Empty,
  bodyOptional: true,
  success: { 200: CancelOut },
  errors: [404],
  own: true,
})

export const RoutingOut = Type.Object({
  messageId: Type.String(),
  endpoints: Type.Array(
    Type.Object({
      endpointId: Type.String(),
      url: Nullable(Type.String()),
      decision: Type.Union([Type.Literal('sent'), Type.Literal('excluded')]),
      deliveryId: Type.Optional(Type.String()),
      state: Type.Optional(Type.String()),
      rule: Type.Optional(
        Type.String({ description: 'The rule that excluded it, by the settings of now.' }),
      ),
      path: Type.Optional(Type.String({ description: 'Where the rule looked.' })),
      value: Type.Optional(Type.Unknown({ description: 'What it found there.' })),
      wanted: Type.Optional(Type.Unknown({ description: 'What the endpoint wants.' })),
    }),
  ),
})

export const explainRouting = operation({
  id: 'v1.message.routing',
  summary: 'Every endpoint of the application: sent, or which rule excluded it.',
  method: 'GET',
  path: `${one}/routing`,
  ...read,
  query: NoQuery,
  body: null,
  success: { 200: RoutingOut },
  own: true,
})

export const messageMoreOperations = [
  createMessages,
  precheckMessage,
  bulkExpunge,
  cancelMessage,
  explainRouting,
]
