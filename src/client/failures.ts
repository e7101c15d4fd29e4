import type { ValidationIssue } from '../domain/errors.ts'

/** The server answered, and refused. */
export class ApiError extends Error {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly issues: readonly ValidationIssue[]
  /** As the server's log has it; null: the answer did not say. */
  readonly requestId: string | null

  constructor(input: {
    readonly method: string
    readonly path: string
    readonly status: number
    readonly code: string
    readonly detail: string
    readonly issues: readonly ValidationIssue[]
    readonly requestId?: string | null
  }) {
    super(`${input.method} ${input.path}: ${input.status} ${input.detail}`)
    this.name = 'ApiError'
    this.method = input.method
    this.path = input.path
    this.status = input.status
    this.code = input.code
    this.detail = input.detail
    this.issues = input.issues
    this.requestId = input.requestId ?? null
  }
}

/** There was no answer: nothing listens, the name is unknown, the connection broke, time was up. */
export class Unreachable extends Error {
  readonly url: string
  /** The network's own code, such as `ECONNREFUSED`. */
  readonly reason: string

  constructor(input: { readonly url: string; readonly reason: string; readonly cause: unknown }) {
    super(`No answer from ${input.url} (${input.reason})`, { cause: input.cause })
    this.name = 'Unreachable'
    this.url = input.url
    this.reason = input.reason
  }
}
