import Type from 'typebox'
import { MessageOut, MessageViewQuery } from './message.ts'
import { operation } from './operation.ts'
import { EventQuery, ListOf } from './primitives.ts'
import { lookedFields, soughtQuery } from './sought.ts'

export const searchMessages = operation({
  id: 'v1.message.search',
  summary: 'Find messages by a text or by what is in their payload, newest first.',
  method: 'GET',
  path: '/app/{app_id}/search/msg',
  access: 'application',
  permission: 'read',
  query: Type.Object({ ...EventQuery, ...soughtQuery, view: MessageViewQuery }),
  body: null,
  success: { 200: Type.Object({ ...ListOf(MessageOut).properties, ...lookedFields }) },
  errors: [404],
  own: true,
})

export const searchOperations = [searchMessages]
