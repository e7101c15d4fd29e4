/** One change to many endpoints, a part at a time: see `docs/adr/exports-in-parts.md` for why in parts. */
import Type from 'typebox'
import { limits } from '../domain/limits.ts'
import { endpointSought } from './endpoint-sought.ts'
import { operation } from './operation.ts'
import { EventTypeFilter, Maybe, NoQuery, Nullable } from './primitives.ts'

/** Endpoints changed for one answer at most. */
export const changePartMax = 50

const { q, state, label, event_types } = endpointSought

export const changeEndpoints = operation({
  id: 'v1.endpoint.change-several',
  summary:
    'Pause, resume, enable, disable or delete the endpoints that fit, or add event types to them or take some away, a part at a time.',
  method: 'POST',
  path: '/app/{app_id}/endpoint/change',
  access: 'application',
  permission: 'manage-endpoints',
  query: NoQuery,
  body: Type.Object(
    {
      action: Type.Union([
        Type.Literal('pause'),
        Type.Literal('resume'),
        Type.Literal('enable'),
        Type.Literal('disable'),
        Type.Literal('delete'),
        Type.Literal('add-event-types'),
        Type.Literal('remove-event-types'),
      ]),
      eventTypes: Maybe(
        Type.Array(EventTypeFilter, {
          minItems: 1,
          maxItems: 500,
          description:
            'Those that are added or taken away. Endpoints that get everything stay so, and none is left without any.',
        }),
      ),
      ids: Maybe(
        Type.Array(Type.String(), {
          minItems: 1,
          maxItems: limits.batchMessagesMax,
          description: 'These alone, by id; or `filter`.',
        }),
      ),
      filter: Maybe(
        Type.Object(
          { q, state, label, eventTypes: event_types },
          {
            additionalProperties: false,
            description: 'All that fit, as in the list; an empty one means all there are.',
          },
        ),
      ),
      iterator: Maybe(
        Type.String({ description: 'That of the part before: goes on behind it. Absent: begins.' }),
      ),
    },
    { additionalProperties: false },
  ),
  success: {
    200: Type.Object({
      changed: Type.Array(Type.String(), {
        description: `Ids of those that were changed, at most ${changePartMax} in one part.`,
      }),
      unchanged: Type.Integer({ description: 'Those that were so already.' }),
      refused: Type.Array(Type.Object({ id: Type.String(), code: Type.String() }), {
        description: 'Those whose own rules are against it, and the others go on.',
      }),
      iterator: Nullable(Type.String()),
      done: Type.Boolean(),
    }),
  },
  errors: [404, 409],
  own: true,
})

export const endpointChangeOperations = [changeEndpoints]
