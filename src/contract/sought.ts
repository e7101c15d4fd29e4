/** What lists, counts, exports and jobs are looked through for, in the same words everywhere. */
import Type from 'typebox'
import { Nullable, Timestamp } from './primitives.ts'

/** Rows looked at for one page, and for how long at most. */
export const lookBounds = { rows: 10_000, timeMs: 1_500 } as const

/** What a person calls the states of a delivery. */
export const DeliveryStatusWord = Type.Union([
  Type.Literal('queued'),
  Type.Literal('retrying'),
  Type.Literal('held'),
  Type.Literal('sending'),
  Type.Literal('delivered'),
  Type.Literal('failed'),
  Type.Literal('canceled'),
])

export const SoughtText = Type.String({
  minLength: 1,
  maxLength: 256,
  description:
    'Only rows with this text in an id, the event type, the event id, a tag or the name of the endpoint, whatever its case. The id or event id of a message means that message alone.',
})

export const SoughtWhere = Type.String({
  minLength: 1,
  maxLength: 2048,
  description:
    'By what is in the payload, clauses joined by `and`: `data.order.id = "o_91"`, `total >= 100`, `email ~ "@acme"`, `id exists`, `"text anywhere"`; or a payload filter as JSON.',
})

export const StatusWords = Type.Array(DeliveryStatusWord, {
  description:
    'queued, retrying (tried before) and held (its endpoint is paused or disabled) are `pending`.',
})

export const EndpointsWanted = Type.Array(Type.String(), {
  maxItems: 1000,
  description: 'Of these endpoints: ids or uids.',
})

/** Of messages, in the query of a list. */
export const soughtQuery = {
  q: Type.Optional(SoughtText),
  where: Type.Optional(SoughtWhere),
}

/** How far a page looked, where its rows were looked at one by one. */
export const lookedFields = {
  searchedUntil: Type.Optional(
    Nullable({
      ...Timestamp,
      description:
        'With `q`, `where`, `status` or a view: rows up to here were looked at, from where the page before ended; null: there was none.',
    }),
  ),
  scanned: Type.Optional(
    Type.Integer({
      description: `Rows looked at for this page: at most about ${lookBounds.rows.toLocaleString('en')}, and for about ${lookBounds.timeMs / 1000} s. While it is not \`done\`, its iterator goes on, found or not.`,
    }),
  ),
  skipped: Type.Optional(
    Type.Integer({
      description:
        'Messages that were not looked into: the payload has expired or is larger than 256 KiB.',
    }),
  ),
}
