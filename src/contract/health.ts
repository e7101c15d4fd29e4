import Type from 'typebox'
import { operation } from './operation.ts'
import { NoQuery } from './primitives.ts'

const Part = Type.Object({ status: Type.Union([Type.Literal('ok'), Type.Literal('error')]) })

export const HealthOut = Type.Object({ database: Part, queue: Part, cache: Part })

const open = { access: 'public', permission: 'read', query: NoQuery, body: null } as const

export const getHealth = operation({
  id: 'v1.health.get',
  summary: 'Whether a write can be committed now; 503 otherwise.',
  method: 'GET',
  path: '/health',
  ...open,
  success: { 200: HealthOut },
  errors: [],
})

export const ping = operation({
  id: 'v1.health.ping',
  summary: 'Whether the server answers.',
  method: 'GET',
  path: '/health/ping',
  ...open,
  success: { 204: null },
  errors: [],
  withoutStore: true,
})

export const healthOperations = [getHealth, ping]
