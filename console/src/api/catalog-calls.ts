import { path } from './calls.ts'
import { request } from './http.ts'

/** What comes of an event type in one application. */
export interface TypeActivity {
  readonly name: string
  /** Endpoints that take it. */
  readonly subscribed: number
  readonly total: number
  /** false: estimated from the newest messages. */
  readonly exact: boolean
  /** Messages by day, oldest first. */
  readonly slices: readonly number[]
  /** Fields that payloads add to the schema, and that it promises in vain; null: nothing to compare. */
  readonly drift: { readonly extra: number; readonly missing: number } | null
}

export const typeActivity = (app: string, names: readonly string[]) =>
  request<{ readonly data: readonly TypeActivity[] }>(path('app', app, 'summary', 'event-type'), {
    query: { event_types: names },
  })

interface ObservedPath {
  readonly path: string
  readonly type: string
}

/** The newest payloads of a type against its schema. */
export interface ObservedType {
  readonly messages: number
  readonly messagesMax: number
  readonly extra: readonly ObservedPath[]
  readonly unseen: readonly (ObservedPath & { readonly required: boolean })[]
  /** A JSON Schema that all of them fit; null: there was none. */
  readonly inferred: Readonly<Record<string, unknown>> | null
}

export const observeType = (app: string, name: string) =>
  request<ObservedType>(path('app', app, 'summary', 'event-type', name))
