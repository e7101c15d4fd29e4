import Type from 'typebox'
import { operation } from './operation.ts'
import { Nullable, Timestamp } from './primitives.ts'

const Count = Type.Integer({ minimum: 0 })
const outcomes = { succeeded: Count, failed: Count }
const latency = {
  p50Ms: Nullable(Type.Integer({ description: 'Half of the attempts took at most so long.' })),
  p95Ms: Nullable(Type.Integer()),
  p99Ms: Nullable(Type.Integer()),
}

export const UsageOut = Type.Object({
  since: Timestamp,
  until: Timestamp,
  sliceMs: Type.Integer({ description: 'Length of one of the `slices`.' }),
  complete: Type.Boolean({
    description: 'false: there were more attempts than are counted at once.',
  }),
  total: Type.Object({ ...outcomes, ...latency }),
  slices: Type.Array(Type.Object({ from: Timestamp, ...outcomes, ...latency })),
  endpoints: Type.Array(Type.Object({ endpointId: Type.String(), ...outcomes, ...latency })),
  eventTypes: Type.Array(Type.Object({ name: Type.String(), ...outcomes })),
  errors: Type.Array(
    Type.Object({
      responseStatusCode: Type.Integer({ description: '0: there was no HTTP response.' }),
      errorClass: Nullable(Type.String()),
      count: Count,
    }),
    { description: 'What failed attempts met, most frequent first.' },
  ),
})

export const getUsage = operation({
  id: 'v1.statistics.application',
  summary:
    'Attempts of an application over time: outcomes, latency, by endpoint and event type, and errors.',
  method: 'GET',
  path: '/app/{app_id}/statistics',
  access: 'application',
  permission: 'read',
  query: Type.Object({
    since: Type.Optional({ ...Timestamp, description: 'Default: a day before `until`.' }),
    until: Type.Optional({ ...Timestamp, description: 'Default: now. At most 90 days later.' }),
    endpoint_id: Type.Optional(Type.String({ description: 'Of this endpoint only: id or uid.' })),
  }),
  body: null,
  success: { 200: UsageOut },
  errors: [404],
  own: true,
})

export const usageOperations = [getUsage]
