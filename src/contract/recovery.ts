/** Work on many deliveries at once: those named, or all that fit a filter. */
import Type from 'typebox'
import { limits } from '../domain/limits.ts'
import { AnswerCode, DeliveryState } from './delivery.ts'
import { MessageView } from './message.ts'
import { operation } from './operation.ts'
import { Channel, EventTypeFilter, Maybe, NoQuery, Nullable, Tag, Timestamp } from './primitives.ts'
import { DeliveryStatusWord, SoughtText, SoughtWhere } from './sought.ts'
import { Notify, TaskOut } from './task.ts'

const idsMax = limits.batchMessagesMax

const selection = {
  since: Maybe({
    ...Timestamp,
    description:
      'Created at or after this, at most 90 days ago. Needed unless `deliveryIds` is given.',
  }),
  until: Maybe({ ...Timestamp, description: 'Created before this. Default: now.' }),
  endpointIds: Maybe(
    Type.Array(Type.String(), {
      minItems: 1,
      maxItems: idsMax,
      description: 'Of these endpoints only, by id or uid, in this order. Default: all.',
    }),
  ),
  states: Maybe(
    Type.Array(DeliveryState, {
      minItems: 1,
      description: 'In any of these states. Default: failed; any, when `deliveryIds` is given.',
    }),
  ),
  eventTypes: Maybe(Type.Array(EventTypeFilter, { minItems: 1, maxItems: 100 })),
  channel: Maybe(Channel),
  tag: Maybe(Tag),
  codes: Maybe(
    Type.Array(AnswerCode, {
      minItems: 1,
      maxItems: 100,
      description:
        'Whose last attempt got one of these statuses, or had no answer for one of these reasons: `500`, `5xx`, `connect_timeout`. Not with `deliveryIds`.',
    }),
  ),
  attempted: Maybe(
    Type.Boolean({ description: 'true: tried at least once; false: not yet. Default: either.' }),
  ),
  statuses: Maybe(
    Type.Array(DeliveryStatusWord, {
      minItems: 1,
      description:
        'The states in the words of the list; with `states`, what both mean. queued, retrying and held are `pending`, told apart by attempts and endpoint when the job comes to them.',
    }),
  ),
  q: Maybe(SoughtText),
  where: Maybe(SoughtWhere),
  view: Maybe(MessageView),
  deliveryIds: Maybe(
    Type.Array(Type.String(), { minItems: 1, maxItems: idsMax, description: 'These alone.' }),
  ),
}

export const SelectionIn = Type.Object(selection)

export const RecoverDeliveriesIn = Type.Object({
  ...selection,
  skipDelivered: Maybe(
    Type.Boolean({
      description:
        'Leaves out messages that reached the endpoint some other time, or are on their way. Default: true.',
    }),
  ),
  rate: Maybe(
    Type.Number({
      minimum: 0.1,
      maximum: 10_000,
      description:
        'Deliveries a second. Default: half of the limit of the endpoint, or 20 where it has none; null: as fast as they are answered.',
    }),
  ),
  probe: Maybe(
    Type.Boolean({
      description:
        'Sends one delivery of each endpoint first, and the others only when it succeeds. Default: false.',
    }),
  ),
  notify: Maybe(Notify),
  stopAbove: Maybe(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description:
        'Stops an endpoint when more than this share of first attempts failed (of at least five). Default: goes on.',
    }),
  ),
})

const Count = Type.Integer({ minimum: 0 })

export const SelectionOut = Type.Object({
  matching: {
    ...Count,
    description: 'Messages times endpoints: one that failed twice counts once.',
  },
  alreadyDelivered: { ...Count, description: 'Of these: reached the endpoint some other time.' },
  onTheWay: { ...Count, description: 'Of these: waiting or being sent by another delivery.' },
  toSend: { ...Count, description: 'What is left when those two are skipped.' },
  oldest: Nullable(Timestamp),
  newest: Nullable(Timestamp),
  endpoints: Type.Array(
    Type.Object({
      endpointId: Type.String(),
      matching: Count,
      alreadyDelivered: Count,
      onTheWay: Count,
    }),
  ),
  eventTypes: Type.Array(Type.Object({ name: Type.String(), count: Count })),
  complete: Type.Boolean({ description: 'false: there are more; the count ended at its limit.' }),
})

const path = '/app/{app_id}/delivery'
const shared = {
  method: 'POST',
  access: 'application',
  query: NoQuery,
  errors: [404],
  own: true,
} as const

export const previewDeliveries = operation({
  id: 'v1.delivery.preview',
  audited: false,
  summary: 'Count what a recovery or a cancel would work on, before anything is done.',
  path: `${path}/preview`,
  ...shared,
  permission: 'read',
  body: SelectionIn,
  success: { 200: SelectionOut },
  withoutIdempotency: true,
})

export const recoverDeliveries = operation({
  id: 'v1.delivery.recover',
  summary:
    'Send deliveries again in the background: oldest first, each message once to each endpoint.',
  path: `${path}/recover`,
  ...shared,
  permission: 'replay',
  body: RecoverDeliveriesIn,
  success: { 202: TaskOut },
})

export const cancelDeliveries = operation({
  id: 'v1.delivery.cancel-many',
  summary: 'Cancel deliveries that wait, in the background.',
  path: `${path}/cancel`,
  ...shared,
  permission: 'replay',
  body: SelectionIn,
  success: { 202: TaskOut },
})

export const recoveryOperations = [previewDeliveries, recoverDeliveries, cancelDeliveries]
