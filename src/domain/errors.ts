/**
 * The error catalogue: everything that a caller of the API can cause, once each. `code` is stable;
 * `status` and the sentence go out; causes stay in the log. Wire shapes: see `api/problem.ts`.
 */
export interface ProblemKind {
  readonly status: number
  readonly code: string
  readonly detail: string
}

export const problems = {
  genericError: { status: 400, code: 'generic_error', detail: 'Generic error' },
  invalidRange: { status: 400, code: 'invalid_range', detail: 'The time range is not valid.' },
  limitReached: { status: 400, code: 'limit_reached', detail: 'A limit has been reached.' },
  invalidScheme: { status: 400, code: 'invalid_scheme', detail: 'No example could be produced.' },
  missingPayload: { status: 400, code: 'missing_payload', detail: 'The payload is gone.' },
  unauthenticated: {
    status: 401,
    code: 'authentication_failed',
    detail: 'Incorrect authentication credentials.',
  },
  forbidden: {
    status: 403,
    code: 'insufficient access',
    detail: 'Insufficient access for the given operation.',
  },
  notFound: { status: 404, code: 'not_found', detail: 'Entity not found' },
  methodNotAllowed: {
    status: 405,
    code: 'method_not_allowed',
    detail: 'This path does not take this method.',
  },
  conflict: { status: 409, code: 'conflict', detail: 'A conflict has occurred' },
  eventTypeExists: {
    status: 409,
    code: 'event_type_exists',
    detail: 'An event type with that name already exists',
  },
  idempotencyMismatch: {
    status: 409,
    code: 'idempotency_mismatch',
    detail: 'This idempotency key was used with another request.',
  },
  payloadGone: { status: 410, code: 'payload_gone', detail: 'The payload has expired.' },
  payloadTooLarge: {
    status: 413,
    code: 'payload_too_large',
    detail: 'Request payload is too large.',
  },
  tooManyRequests: {
    status: 429,
    code: 'rate_limited',
    detail: 'Too many requests. Try again later.',
  },
  unavailable: {
    status: 503,
    code: 'unavailable',
    detail: 'The service cannot store the request now. Try again.',
  },
  internal: { status: 500, code: 'server_error', detail: 'Internal error' },
} as const satisfies Record<string, ProblemKind>

export type ProblemName = keyof typeof problems

/** One item of a 422 answer: where, what, and which kind. Positions are strings. */
export interface ValidationIssue {
  readonly loc: readonly string[]
  readonly msg: string
  readonly type: string
}

/** Thrown by handlers and rules of the API edge; rendered once, in `api/problem.ts`. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly issues: readonly ValidationIssue[] | null
  readonly retryAfterSeconds: number | null

  constructor(
    kind: ProblemKind,
    input: {
      readonly detail?: string
      readonly issues?: readonly ValidationIssue[]
      readonly retryAfterSeconds?: number
      readonly cause?: unknown
    } = {},
  ) {
    super(input.detail ?? kind.detail, { cause: input.cause })
    this.name = 'Problem'
    this.status = kind.status
    this.code = kind.code
    this.issues = input.issues ?? null
    this.retryAfterSeconds = input.retryAfterSeconds ?? null
  }
}

/** A 422 with its issues. */
export function invalid(...issues: readonly ValidationIssue[]): Problem {
  return new Problem(
    { status: 422, code: 'validation', detail: 'The request is not valid.' },
    { issues },
  )
}
