/** The same done to many endpoints in the background: changed, or sent a test. */
import Type from 'typebox'
import { changeEndpoints } from './endpoint-change.ts'
import { operation } from './operation.ts'
import { EventTypeName, Maybe, NoQuery } from './primitives.ts'
import { Notify, TaskOut } from './task.ts'

const { action, eventTypes, filter } = changeEndpoints.body.properties

/** Named in one request; all that fit may be more. */
export const jobIdsMax = 10_000

const which = {
  ids: Maybe(
    Type.Array(Type.String({ maxLength: 64 }), {
      minItems: 1,
      maxItems: jobIdsMax,
      description: 'These alone, by id; or `filter`.',
    }),
  ),
  filter,
  notify: Maybe(Notify),
}

const job = {
  method: 'POST',
  access: 'application',
  permission: 'manage-endpoints',
  query: NoQuery,
  success: { 202: TaskOut },
  errors: [404],
  own: true,
} as const

export const changeAllEndpoints = operation({
  id: 'v1.endpoint.change-all',
  summary:
    'Change the endpoints that fit in the background: pause, resume, enable, disable or delete them, or add event types or take some away. The task tells what became of each.',
  path: '/app/{app_id}/endpoint/change-all',
  ...job,
  body: Type.Object({ action, eventTypes, ...which }, { additionalProperties: false }),
})

export const testAllEndpoints = operation({
  id: 'v1.endpoint.test-all',
  summary:
    'Send made-up data to the endpoints that fit in the background. The task tells what each answered.',
  path: '/app/{app_id}/endpoint/test-all',
  ...job,
  body: Type.Object(
    {
      eventTypes: Maybe(
        Type.Array(EventTypeName, {
          minItems: 1,
          maxItems: 10,
          description:
            'One request for each. Default: those of each endpoint, ten at most, and the first one there is to who gets everything.',
        }),
      ),
      ...which,
    },
    { additionalProperties: false },
  ),
})

export const endpointJobOperations = [changeAllEndpoints, testAllEndpoints]
