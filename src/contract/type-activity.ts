/** What really comes of each event type: how much, for whom, and whether it is as its schema says. */
import Type from 'typebox'
import { operation } from './operation.ts'
import { EventTypeName, JsonObject, NoQuery, Nullable, Timestamp } from './primitives.ts'

export const activityTypesMax = 100

const Count = Type.Integer({ minimum: 0 })

export const TypeActivityOut = Type.Object({
  since: Timestamp,
  until: Timestamp,
  sliceMs: Type.Integer({ description: 'Length of one of the `slices`.' }),
  data: Type.Array(
    Type.Object({
      name: EventTypeName,
      subscribed: Type.Integer({
        minimum: 0,
        description: 'Endpoints of the application that take it; disabled ones are left out.',
      }),
      total: Count,
      exact: Type.Boolean({
        description:
          'false: some slice holds more than is counted; it is estimated from its newest.',
      }),
      slices: Type.Array(Count, { description: 'Messages, oldest first, empty slices too.' }),
      drift: Nullable(
        Type.Object({
          extra: Type.Integer({
            minimum: 0,
            description: 'Fields in its newest payloads that the newest schema does not have.',
          }),
          missing: Type.Integer({
            minimum: 0,
            description: 'Fields that the schema promises and none of those payloads has.',
          }),
        }),
      ),
    }),
    {
      description: 'In the order asked for. `drift` is null without a schema or without messages.',
    },
  ),
})

const shared = {
  method: 'GET',
  access: 'application',
  permission: 'read',
  body: null,
  errors: [404],
  own: true,
} as const

export const typeActivity = operation({
  id: 'v1.event-type.activity',
  summary:
    'Messages of the last 7 days, subscribed endpoints and drift from the schema, of up to 100 event types.',
  path: '/app/{app_id}/summary/event-type',
  ...shared,
  query: Type.Object({
    event_types: Type.Array(EventTypeName, { minItems: 1, maxItems: activityTypesMax }),
  }),
  success: { 200: TypeActivityOut },
})

const Path = Type.String({ examples: ['order.lines[].sku'] })

export const ObservedOut = Type.Object({
  name: EventTypeName,
  messages: Type.Integer({ minimum: 0, description: 'Payloads that were looked at, the newest.' }),
  messagesMax: Type.Integer({ description: 'As many as are looked at, at most.' }),
  extra: Type.Array(Type.Object({ path: Path, type: Type.String() }), {
    description: 'In payloads and not in the newest schema: the outermost places, at most 100.',
  }),
  unseen: Type.Array(Type.Object({ path: Path, type: Type.String(), required: Type.Boolean() }), {
    description: 'In the newest schema and in none of these payloads, at most 100.',
  }),
  inferred: Nullable(JsonObject),
})

export const observeEventType = operation({
  id: 'v1.event-type.observe',
  summary:
    'Compare the newest 50 payloads of an event type with its schema, and infer a schema from them. No value is shown.',
  path: '/app/{app_id}/summary/event-type/{event_type_name}',
  ...shared,
  query: NoQuery,
  success: { 200: ObservedOut },
})

export const typeActivityOperations = [typeActivity, observeEventType]
