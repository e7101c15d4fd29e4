/**
 * Any operation of the API by its id, typed by the contract: what it needs in the path and query,
 * its body, and what it answers. `routes.ts` is checked against the contract when it is compiled.
 */
import type { Static, TSchema } from 'typebox'
import type { EveryOperation } from '../contract/operations.ts'
import { routes } from './routes.ts'

export type OperationId = EveryOperation['id']
type ById = { [Op in EveryOperation as Op['id']]: Op }

/** Names in braces of a path. */
type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never

type Empty = Record<never, never>

type PathPart<Op extends EveryOperation> = [Names<Op['path']>] extends [never]
  ? Empty
  : { readonly path: Readonly<Record<Names<Op['path']>, string>> }

type QueryPart<Op extends EveryOperation> =
  Empty extends Static<Op['query']>
    ? { readonly query?: Readonly<Static<Op['query']>> }
    : { readonly query: Readonly<Static<Op['query']>> }

type BodyPart<Op extends EveryOperation> = Op['body'] extends TSchema
  ? Op extends { readonly bodyOptional: true }
    ? { readonly body?: Static<Op['body']> }
    : { readonly body: Static<Op['body']> }
  : Empty

interface Common {
  /** Repeating a POST with the same key and body gives the first answer again. */
  readonly idempotencyKey?: string
  /** The language of texts in the answer. */
  readonly language?: 'en' | 'es'
  readonly timeoutMs?: number
}

/** What a call of the operation is given. */
export type InputOf<Id extends OperationId> = Common &
  PathPart<ById[Id]> &
  QueryPart<ById[Id]> &
  BodyPart<ById[Id]>

type Success<Op extends EveryOperation> = Op['success'][keyof Op['success']]

/** What it answers; null where there is no body. */
export type OutputOf<Id extends OperationId> =
  Success<ById[Id]> extends infer Schema ? (Schema extends TSchema ? Static<Schema> : null) : never

/** The input may be left out where nothing in it is needed. */
type Arguments<Id extends OperationId> =
  Empty extends InputOf<Id> ? [input?: InputOf<Id>] : [input: InputOf<Id>]

export type Request = <Id extends OperationId>(
  id: Id,
  ...input: Arguments<Id>
) => Promise<OutputOf<Id>>

type Query = Readonly<Record<string, string | number | boolean | undefined>>

interface Untyped extends Common {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/** `call` is the client's own: it adds the key, and throws what the server refuses. */
export function requester(
  call: <Out>(
    method: string,
    path: string,
    options: {
      readonly query: Query
      readonly body?: unknown
      readonly headers: Readonly<Record<string, string>>
      readonly timeoutMs?: number
    },
  ) => Promise<Out>,
): Request {
  return <Id extends OperationId>(id: Id, ...[given]: Arguments<Id>) => {
    const [method, path] = routes[id]
    const { path: values = {}, query = {}, body, ...common }: Untyped = given ?? {}
    const { idempotencyKey, language, timeoutMs } = common
    return call<OutputOf<Id>>(method, filled(path, values), {
      query: textual(query),
      ...(body === undefined ? {} : { body }),
      headers: {
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(language === undefined ? {} : { 'accept-language': language }),
      },
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    })
  }
}

function filled(path: string, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name]
    if (value === undefined) throw new TypeError(`The path needs ${name}.`)
    return encodeURIComponent(value)
  })
}

/** Lists are written with commas, as the API reads them. */
function textual(query: Readonly<Record<string, unknown>>): Query {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}
