import Type from 'typebox'
import { operation } from './operation.ts'
import { NoQuery, Timestamp } from './primitives.ts'

export const NodeOut = Type.Object({
  id: Type.String({ description: 'Of one life of the process.', examples: ['web-1-9f3a01c2'] }),
  role: Type.Union([Type.Literal('all'), Type.Literal('api'), Type.Literal('worker')]),
  state: Type.Union([Type.Literal('alive'), Type.Literal('gone')], {
    description: 'gone: it missed three heartbeats without taking leave. Listed for an hour more.',
  }),
  version: Type.String(),
  schema: Type.Integer({ description: 'Schema of the database that it knows; 0 when embedded.' }),
  startedAt: Timestamp,
  lastSeenAt: { ...Timestamp, description: "Its last heartbeat, by the database's clock." },
  inFlight: Type.Integer({ description: 'Requests to receivers that it had open then.' }),
  answering: Type.Boolean({ description: 'The node that answers this request.' }),
})

export const listNodes = operation({
  id: 'v1.node.list',
  summary: 'List the nodes that work on this database, oldest first.',
  method: 'GET',
  path: '/node',
  access: 'organization',
  permission: 'read-configuration',
  query: NoQuery,
  body: null,
  success: { 200: Type.Object({ data: Type.Array(NodeOut) }) },
  errors: [],
  own: true,
})

export const nodeOperations = [listNodes]
