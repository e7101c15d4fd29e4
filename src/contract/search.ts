import Type from 'typebox'
import { MessageOut } from './message.ts'
import { operation } from './operation.ts'
import { EventQuery, Nullable, Timestamp } from './primitives.ts'

const SearchPage = Type.Object({
  data: Type.Array(MessageOut),
  iterator: Nullable(
    Type.String({ description: 'Goes on where this page stopped looking, found or not.' }),
  ),
  done: Type.Boolean({ description: 'The whole range was looked through.' }),
  searchedUntil: Nullable({
    ...Timestamp,
    description: 'Messages since then were looked at, up to where the page before ended.',
  }),
  scanned: Type.Integer({ description: 'Messages looked at for this page.' }),
  skipped: Type.Integer({
    description: 'Of these, not looked into: the payload has expired or is larger than 256 KiB.',
  }),
})

export const searchMessages = operation({
  id: 'v1.message.search',
  summary: 'Find messages by what is in their payload, newest first.',
  method: 'GET',
  path: '/app/{app_id}/search/msg',
  access: 'application',
  permission: 'read',
  query: Type.Object({
    ...EventQuery,
    where: Type.String({
      minLength: 1,
      maxLength: 2048,
      description:
        'Clauses joined by `and`: `data.order.id = "o_91"`, `total >= 100`, `email ~ "@acme"`, `id exists`, `"text anywhere"`; or a payload filter as JSON.',
    }),
  }),
  body: null,
  success: { 200: SearchPage },
  errors: [404],
  own: true,
})

export const searchOperations = [searchMessages]
