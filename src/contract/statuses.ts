/** Which statuses an operation may answer: its own, and those that follow from what it is made of. */
import type { AnyOperation } from './operation.ts'

/**
 * All of them, ascending. What is not here is never answered; the test suite sees each of them. Apart
 * from requests that are no proper HTTP, or compressed: those get 400 or 415 wherever they go; and
 * requests that our own deliveries made: 508.
 */
export function statusesOf(operation: AnyOperation): readonly number[] {
  const successes = Object.keys(operation.success).map(Number)
  return [...new Set([...successes, ...errorsOf(operation)])].sort((a, b) => a - b)
}

/** The errors among them. */
export function errorsOf(operation: AnyOperation): readonly number[] {
  const errors = new Set(operation.errors)
  // 403 is for who may not, and for a session's cookie that another site sent along.
  if (operation.access !== 'public') errors.add(401).add(403)
  if (isReadByType(operation)) errors.add(400)
  if (keepsKeys(operation)) errors.add(409)
  if (operation.body !== null) errors.add(413)
  if (canBeInvalid(operation)) errors.add(422)
  errors.add(429)
  if (operation.withoutStore === undefined) errors.add(503)
  return [...errors].sort((a, b) => a - b)
}

/** Whether a repeated request with the same idempotency key gets the first answer again. */
export function keepsKeys({ method, withoutIdempotency }: AnyOperation): boolean {
  return method === 'POST' && withoutIdempotency === undefined
}

function canBeInvalid(operation: AnyOperation): boolean {
  return (
    operation.body !== null ||
    operation.path.includes('{') ||
    keepsKeys(operation) ||
    parametersOf(operation).some((schema) => Object.keys(schema).length > 1)
  )
}

/** Numbers, switches and times in a query: text that is none of them cannot be read. */
function isReadByType(operation: AnyOperation): boolean {
  return parametersOf(operation).some(
    ({ type, format }) =>
      ['integer', 'number', 'boolean'].includes(String(type)) || format === 'date-time',
  )
}

function parametersOf({ query }: AnyOperation): readonly { type?: unknown; format?: unknown }[] {
  return Object.values(Reflect.get(query, 'properties') ?? {})
}
