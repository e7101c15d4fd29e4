import Type from 'typebox'
import { operation } from './operation.ts'
import { NoQuery, Timestamp } from './primitives.ts'

export const RecoverIn = Type.Object({
  since: Timestamp,
  until: Type.Optional(Type.Union([Timestamp, Type.Null()])),
})

export const TaskOut = Type.Object({
  id: Type.String({ examples: ['qtask_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  status: Type.Union([Type.Literal('running'), Type.Literal('finished'), Type.Literal('failed')]),
  task: Type.String({ examples: ['endpoint.recover'] }),
  updatedAt: Timestamp,
})

export const recoverEndpoint = operation({
  id: 'v1.endpoint.recover',
  summary: 'Send the failed messages of an endpoint again, since a time at most 14 days ago.',
  method: 'POST',
  path: '/app/{app_id}/endpoint/{endpoint_id}/recover',
  access: 'application',
  permission: 'replay',
  query: NoQuery,
  body: RecoverIn,
  success: { 202: TaskOut },
  errors: [404],
})

export const taskOperations = [recoverEndpoint]
