import type { Sentence } from './sentence.ts'

/**
 * The error catalog: everything that a caller of the API can cause, once each. `code` is stable;
 * `status` and the sentence go out; causes stay in the log. Wire shapes: see `api/problem.ts`.
 */
export interface ProblemKind {
  readonly status: number
  readonly code: string
  readonly detail: Sentence
}

export const problems = {
  genericError: {
    status: 400,
    code: 'generic_error',
    detail: { en: 'Generic error', es: 'Error genérico' },
  },
  invalidRange: {
    status: 400,
    code: 'invalid_range',
    detail: { en: 'The time range is not valid.', es: 'El intervalo de tiempo no es válido.' },
  },
  limitReached: {
    status: 400,
    code: 'limit_reached',
    detail: { en: 'A limit has been reached.', es: 'Se alcanzó un límite.' },
  },
  invalidScheme: {
    status: 400,
    code: 'invalid_scheme',
    detail: { en: 'No example could be produced.', es: 'No se pudo producir un ejemplo.' },
  },
  missingPayload: {
    status: 400,
    code: 'missing_payload',
    detail: { en: 'The payload is gone.', es: 'El payload ya no está.' },
  },
  unauthenticated: {
    status: 401,
    code: 'authentication_failed',
    detail: {
      en: 'Incorrect authentication credentials.',
      es: 'Las credenciales no son correctas.',
    },
  },
  forbidden: {
    status: 403,
    code: 'insufficient access',
    detail: {
      en: 'Insufficient access for the given operation.',
      es: 'No tienes permiso para esta operación.',
    },
  },
  notFound: { status: 404, code: 'not_found', detail: { en: 'Entity not found', es: 'No existe' } },
  methodNotAllowed: {
    status: 405,
    code: 'method_not_allowed',
    detail: { en: 'This path does not take this method.', es: 'Esta ruta no admite este método.' },
  },
  conflict: {
    status: 409,
    code: 'conflict',
    detail: { en: 'A conflict has occurred', es: 'Hay un conflicto' },
  },
  eventTypeExists: {
    status: 409,
    code: 'event_type_exists',
    detail: {
      en: 'An event type with that name already exists',
      es: 'Ya existe un tipo de evento con ese nombre',
    },
  },
  idempotencyMismatch: {
    status: 409,
    code: 'idempotency_mismatch',
    detail: {
      en: 'This idempotency key was used with another request.',
      es: 'Esta clave de idempotencia se usó con otra solicitud.',
    },
  },
  payloadGone: {
    status: 410,
    code: 'payload_gone',
    detail: { en: 'The payload has expired.', es: 'El payload venció.' },
  },
  payloadTooLarge: {
    status: 413,
    code: 'payload_too_large',
    detail: {
      en: 'Request payload is too large.',
      es: 'El cuerpo de la solicitud es demasiado grande.',
    },
  },
  tooManyRequests: {
    status: 429,
    code: 'rate_limited',
    detail: {
      en: 'Too many requests. Try again later.',
      es: 'Demasiadas solicitudes. Inténtalo más tarde.',
    },
  },
  unavailable: {
    status: 503,
    code: 'unavailable',
    detail: {
      en: 'The service cannot store the request now. Try again.',
      es: 'El servicio no puede guardar la solicitud ahora. Inténtalo de nuevo.',
    },
  },
  internal: {
    status: 500,
    code: 'server_error',
    detail: { en: 'Internal error', es: 'Error interno' },
  },
} as const satisfies Record<string, ProblemKind>

export type ProblemName = keyof typeof problems

/** One item of a 422 answer: where, what, and which kind. Positions are strings. */
export interface Issue {
  readonly loc: readonly string[]
  readonly msg: Sentence
  readonly type: string
}
/** The same as a caller reads it, in one language. */
export interface ValidationIssue extends Omit<Issue, 'msg'> {
  readonly msg: string
}

/** Thrown by handlers and rules of the API edge; rendered once, in `api/problem.ts`. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  /** What the caller reads; the message is its English. */
  readonly detail: Sentence
  readonly issues: readonly Issue[] | null
  readonly retryAfterSeconds: number | null

  constructor(
    kind: ProblemKind,
    input: {
      readonly detail?: Sentence
      readonly issues?: readonly Issue[]
      readonly retryAfterSeconds?: number
      readonly cause?: unknown
    } = {},
  ) {
    const detail = input.detail ?? kind.detail
    super(detail.en, { cause: input.cause })
    this.name = 'Problem'
    this.status = kind.status
    this.code = kind.code
    this.detail = detail
    this.issues = input.issues ?? null
    this.retryAfterSeconds = input.retryAfterSeconds ?? null
  }
}

/** A 422 with its issues. */
export function invalid(...issues: readonly Issue[]): Problem {
  return new Problem(
    {
      status: 422,
      code: 'validation',
      detail: { en: 'The request is not valid.', es: 'La solicitud no es válida.' },
    },
    { issues },
  )
}
