import Type from 'typebox'
import { limits } from '../domain/limits.ts'
import { operation } from './operation.ts'
import {
  EventTypeName,
  FeatureFlag,
  ListOf,
  Maybe,
  NoQuery,
  OrderQuery,
  PageQuery,
  Timestamp,
} from './primitives.ts'

const Schemas = Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()), {
  description: `Version to JSON Schema (draft 7 or later), at most ${limits.schemaVersionsMax}; each must compile.`,
})

const fields = {
  archived: Type.Optional(Type.Boolean()),
  deprecated: Type.Optional(Type.Boolean()),
  sunsetAt: Maybe({
    ...Timestamp,
    description:
      'When a deprecated type stops being sent: consoles tell whoever subscribes to it. It changes nothing by itself.',
  }),
  schemas: Maybe(Schemas),
  featureFlag: Maybe(FeatureFlag),
  featureFlags: Maybe(Type.Array(FeatureFlag, { maxItems: 25, uniqueItems: true })),
  groupName: Maybe(
    Type.String({
      pattern: '^[a-zA-Z0-9\\-_. ]{1,256}$',
      description: 'A heading under which consoles list the type.',
    }),
  ),
}

const Description = Type.String({ maxLength: 8192 })

export const EventTypeIn = Type.Object({
  name: EventTypeName,
  description: Description,
  ...fields,
})
export const EventTypeUpdate = Type.Object({ description: Description, ...fields })
export const EventTypePatch = Type.Object({ description: Type.Optional(Description), ...fields })

export const EventTypeOut = Type.Object({
  name: EventTypeName,
  description: Type.String(),
  archived: Type.Boolean(),
  deprecated: Type.Boolean(),
  sunsetAt: Maybe(Timestamp),
  schemas: Maybe(Schemas),
  featureFlag: Maybe(FeatureFlag),
  featureFlags: Type.Array(FeatureFlag),
  groupName: Maybe(Type.String()),
  attributes: Type.Record(Type.String(), Type.Unknown(), {
    description: 'What a catalog adds: labels in English and Spanish, examples.',
  }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})

const administer = { access: 'organization', permission: 'administer' } as const
const read = { access: 'application', permission: 'read' } as const

export const listEventTypes = operation({
  id: 'v1.event-type.list',
  summary:
    'List event types by name. Portal tokens see those without a flag, or with one of theirs.',
  method: 'GET',
  path: '/event-type',
  ...read,
  query: Type.Object({
    ...PageQuery,
    ...OrderQuery,
    include_archived: Type.Optional(Type.Boolean()),
    with_content: Type.Optional(Type.Boolean({ description: 'Include schemas; default false.' })),
  }),
  body: null,
  success: { 200: ListOf(EventTypeOut) },
  errors: [],
})

export const createEventType = operation({
  id: 'v1.event-type.create',
  summary: 'Create an event type. An archived one of that name comes back to life.',
  method: 'POST',
  path: '/event-type',
  ...administer,
  query: NoQuery,
  body: EventTypeIn,
  success: { 201: EventTypeOut },
  errors: [409],
})

export const getEventType = operation({
  id: 'v1.event-type.get',
  summary: 'Get an event type.',
  method: 'GET',
  path: '/event-type/{event_type_name}',
  ...read,
  query: NoQuery,
  body: null,
  success: { 200: EventTypeOut },
  errors: [404],
})

export const updateEventType = operation({
  id: 'v1.event-type.update',
  summary: 'Replace an event type, or create it.',
  method: 'PUT',
  path: '/event-type/{event_type_name}',
  ...administer,
  query: NoQuery,
  body: EventTypeUpdate,
  success: { 200: EventTypeOut, 201: EventTypeOut },
  errors: [],
})

export const patchEventType = operation({
  id: 'v1.event-type.patch',
  conditional: true,
  summary: 'Change the given fields of an event type.',
  method: 'PATCH',
  path: '/event-type/{event_type_name}',
  ...administer,
  query: NoQuery,
  body: EventTypePatch,
  success: { 200: EventTypeOut },
  errors: [404, 409],
})

export const deleteEventType = operation({
  id: 'v1.event-type.delete',
  summary: 'Archive an event type; with `expunge` remove it for good.',
  method: 'DELETE',
  path: '/event-type/{event_type_name}',
  ...administer,
  query: Type.Object({ expunge: Type.Optional(Type.Boolean()) }),
  body: null,
  success: { 204: null },
  errors: [404],
})

export const eventTypeOperations = [
  listEventTypes,
  createEventType,
  getEventType,
  updateEventType,
  patchEventType,
  deleteEventType,
]
