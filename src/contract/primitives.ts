/**
 * The words of the contract: schemas that every resource is made of. A schema here is at once the
 * validation, the OpenAPI text and the TypeScript type.
 */
import Type from 'typebox'
import { limits } from '../domain/limits.ts'
import { typeRulePattern } from '../domain/type-rule.ts'

/** The producer's own id for a thing. `.` and `..` would be steps in the path of its address. */
export const Uid = Type.String({
  pattern: '^(?!\\.{1,2}$)[a-zA-Z0-9\\-_.]{1,256}$',
  description:
    'An id of your own: 1 to 256 of a-z, A-Z, 0-9, hyphen, underscore and dot; not one or two dots alone.',
  examples: ['unique-identifier'],
})

const eventTypeNames = '[a-zA-Z0-9\\-_]+(\\.[a-zA-Z0-9\\-_]+)*'

/** Dot-separated segments; empty segments are refused. */
export const EventTypeName = Type.String({
  pattern: `^(?=.{1,256}$)${eventTypeNames}$`,
  description: 'Dot-separated name of an event type, at most 256 characters.',
  examples: ['user.signup'],
})

/** What lists take: a name, or every name of a group. */
export const EventTypeFilter = Type.String({
  pattern: `^(?=.{1,256}$)(${eventTypeNames}|${typeRulePattern})$`,
  description:
    'Name of an event type, or a group with all of its types: `order.*` (`USER_*` where names are written with underscores).',
  examples: ['user.signup', 'order.*'],
})

export const Channel = Type.String({
  pattern: '^[a-zA-Z0-9\\-_.:+]{1,128}$',
  description: 'A label of a message that endpoints may filter on.',
  examples: ['project_1337'],
})

export const Tag = Type.String({
  pattern: '^[a-zA-Z0-9\\-_./\\\\#]{1,128}$',
  description: 'A label of a message that lists may be filtered by.',
  examples: ['my_tag'],
})

export const FeatureFlag = Type.String({
  pattern: '^[a-zA-Z0-9\\-_.]{1,256}$',
  description: 'Portal users see a flagged event type only when their token carries the flag.',
})

export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339, UTC.' })

export const Metadata = Type.Record(Type.String(), Type.String(), {
  description: `Your own pairs; at most ${limits.metadataBytesMax} bytes as JSON.`,
})

export const Rate = Type.Integer({ minimum: 1, maximum: 65_535 })

/** Any object. Said so, a check looks at none of its members, however many there are. */
export const JsonObject = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
})

export function Nullable<Schema extends Type.TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()])
}

/** May be absent or null. */
export function Maybe<Schema extends Type.TSchema>(schema: Schema) {
  return Type.Optional(Nullable(schema))
}

/** The page of a list. `iterator` is null on an empty page, and then `prevIterator` is absent. */
export function ListOf<Schema extends Type.TSchema>(item: Schema) {
  return Type.Object({
    data: Type.Array(item),
    iterator: Nullable(Type.String()),
    prevIterator: Type.Optional(Type.String()),
    done: Type.Boolean({ description: 'No further item in the walking direction.' }),
  })
}

/** Query parameters of every list. */
export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: limits.pageMax, description: 'Items a page; default 50.' }),
  ),
  iterator: Type.Optional(
    Type.String({
      description: 'The `iterator` of the page before; with a leading `-` the list walks back.',
    }),
  ),
}

export const OrderQuery = {
  order: Type.Optional(Type.Union([Type.Literal('ascending'), Type.Literal('descending')])),
}

/** Query parameters that message, attempt and delivery lists share. */
export const EventQuery = {
  ...PageQuery,
  channel: Type.Optional(Channel),
  tag: Type.Optional(Tag),
  before: Type.Optional(Timestamp),
  after: Type.Optional(Timestamp),
  with_content: Type.Optional(
    Type.Boolean({ description: 'Whether payloads or responses are included; default true.' }),
  ),
  event_types: Type.Optional(Type.Array(EventTypeFilter)),
}

export const NoQuery = Type.Object({})

/** A body that may be absent or `{}`. */
export const Empty = Type.Object({}, { description: 'An empty object, or no body at all.' })

export const ErrorOut = Type.Object(
  { code: Type.String(), detail: Type.String() },
  { description: 'What went wrong: a stable code and a sentence.' },
)

export const ValidationErrorOut = Type.Object(
  {
    detail: Type.Array(
      Type.Object({
        loc: Type.Array(Type.String(), { description: 'Where: body, query or path, then names.' }),
        msg: Type.String(),
        type: Type.String(),
      }),
    ),
  },
  { description: 'Which fields were refused, and why.' },
)
