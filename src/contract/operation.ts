import type Type from 'typebox'
import type { Permission } from '../domain/permission.ts'

/**
 * Who may call: anyone; a key of the organisation; or also an application's own token, which sees
 * that application only.
 */
export type Access = 'public' | 'organization' | 'application'

export type { Permission } from '../domain/permission.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One operation of the HTTP API, as data: routes, OpenAPI and the permission matrix come from it. */
export interface Operation<
  Query extends Type.TSchema = Type.TSchema,
  Body extends Type.TSchema | null = Type.TSchema | null,
> {
  /** Named like the Svix specification: `v1.application.list`. */
  readonly id: string
  readonly summary: string
  readonly method: Method
  /** Below `/api/v1`, parameters in braces. */
  readonly path: string
  readonly access: Access
  readonly permission: Permission
  readonly query: Query
  readonly body: Body
  /** A request without a body counts as `{}`. */
  readonly bodyOptional?: true
  /** Success statuses with their bodies; null: no body. */
  readonly success: Readonly<Record<number, Type.TSchema | null>>
  /** Errors besides those that follow from its form; see `statuses.ts`. */
  readonly errors: readonly number[]
  /** The answer holds a secret, or is harmless to repeat: no idempotency key is kept for it. */
  readonly withoutIdempotency?: true
  /** Answers without asking the database, so it never waits for it. */
  readonly withoutStore?: true
  /** Somebody's key or session may have ended with it: who called before is looked up again. */
  readonly endsCredentials?: true
  /** `If-Match` with the `updatedAt` that was read: 409 when it was changed since. */
  readonly conditional?: true
  /** Credentials may also be the request parameters `api_key` and `api_secret`. */
  readonly parameterCredentials?: true
  /** The answer is a stream of server-sent events; `true`: with `Accept: text/event-stream`. */
  readonly streams?: true | 'always'
  /**
   * Whether it leaves an entry in the audit log; absent: unless it is a GET. False for what carries
   * traffic or changes nothing, true for a GET that shows a secret or takes data out.
   */
  readonly audited?: boolean
  /** Members of the body that the entry shows, where no stored thing does; never secrets. */
  readonly auditedFields?: readonly string[]
  /** Of a success that is a stream of lines; absent: JSON. */
  readonly contentTypes?: readonly string[]
  readonly deprecated?: true
  /** Not a Svix operation. */
  readonly own?: true
}

export type AnyOperation = Operation

/** Keeps the literal types of an operation: id, method, path and schemas. */
export function operation<const Op extends Operation>(description: Op): Op {
  return description
}

export function isAudited({ audited, method }: AnyOperation): boolean {
  return audited ?? method !== 'GET'
}
