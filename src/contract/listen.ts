/** What `posthorn listen` says when it connects. */
import Type from 'typebox'
import { EventTypes } from './endpoint.ts'

export const ListenIn = Type.Object(
  {
    /** Tells several commands of an application apart; default `cli`. */
    name: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })),
    /** Where somebody is connected under that name already, take the next free one, `cli-2`, not its place. */
    share: Type.Optional(Type.Boolean()),
    /** Where the command sends what it gets; only shown. */
    target: Type.String({ maxLength: 2_048 }),
    eventTypes: Type.Optional(EventTypes),
    /** Payloads wanted; see `docs/reference/filters.md`. */
    filter: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
)
