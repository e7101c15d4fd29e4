/** Renders every error once. A 422 has the list of issues, everything else `{code, detail}`. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import {
  type Issue,
  Problem,
  type ProblemKind,
  problems,
  type ValidationIssue,
} from '../domain/errors.ts'
import type { Sentence } from '../domain/sentence.ts'
import { type Language, languageOf } from '../i18n/translate.ts'
import type { Log } from '../runtime/log.ts'
import { NumbersUsedUp, StoreUnavailable } from '../store/store.ts'

const jsonType = 'application/json; charset=utf-8'
const unavailableRetrySeconds = 1

export function problemBody(
  kind: { readonly code: string; readonly detail: Sentence },
  language: Language = 'en',
): string {
  return JSON.stringify({ code: kind.code, detail: kind.detail[language] })
}

/** The issues of a 422 as the caller reads them. */
export function issuesIn(issues: readonly Issue[], language: Language): readonly ValidationIssue[] {
  return issues.map(({ loc, msg, type }) => ({ loc, msg: msg[language], type }))
}

/** English unless `Accept-Language` begins with Spanish. */
export function languageFor(request: FastifyRequest): Language {
  return languageOf(request.headers['accept-language'])
}

/** What an error is for the caller: bugs become a plain 500. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof StoreUnavailable) {
    return new Problem(problems.unavailable, {
      cause: error,
      retryAfterSeconds: unavailableRetrySeconds,
    })
  }
  if (error instanceof NumbersUsedUp) {
    return new Problem(problems.limitReached, {
      cause: error,
      detail: {
        en: `The ordered endpoint ${error.endpointId} has used up its sequence numbers. Create a new endpoint.`,
        es: `El endpoint ordenado ${error.endpointId} agotó sus números de secuencia. Crea un endpoint nuevo.`,
      },
    })
  }
  const status = statusOf(error)
  if (status === 413) {
    return new Problem(problems.payloadTooLarge, {
      detail: {
        en: 'Request payload is too large; the operator sets the limit, 2 MiB by default (POSTHORN_BODY_BYTES_MAX).',
        es: 'El cuerpo de la solicitud es demasiado grande; el límite lo fija el operador, 2 MiB por defecto (POSTHORN_BODY_BYTES_MAX).',
      },
    })
  }
  if (status !== null && status >= 400 && status < 500) {
    return new Problem({ ...kindOf(status), status })
  }
  return new Problem(problems.internal, { cause: error })
}

/** Fastify's own refusals (bad URL, aborted body, ...) carry a status. */
function statusOf(error: unknown): number | null {
  const status: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'statusCode') : undefined
  return typeof status === 'number' ? status : null
}

function kindOf(status: number): Omit<ProblemKind, 'status'> {
  if (status === 404) return problems.notFound
  if (status === 405) return problems.methodNotAllowed
  if (status === 415) return unsupportedMedia
  return {
    code: problems.genericError.code,
    detail: { en: 'The request could not be read.', es: 'No se pudo leer la solicitud.' },
  }
}

export const unsupportedMedia: ProblemKind = {
  status: 415,
  code: 'unsupported_media_type',
  detail: {
    en: 'Compressed request bodies are not read. Send the body as it is.',
    es: 'No se leen cuerpos comprimidos. El cuerpo se envía tal como es.',
  },
}

export function sendProblem(problem: Problem, reply: FastifyReply): void {
  if (problem.retryAfterSeconds !== null) reply.header('retry-after', problem.retryAfterSeconds)
  const language = languageFor(reply.request)
  const body =
    problem.issues === null
      ? problemBody(problem, language)
      : JSON.stringify({ detail: issuesIn(problem.issues, language) })
  reply.code(problem.status).header('content-type', jsonType).send(body)
}

export function errorHandler(log: Log) {
  return (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = problemOf(error)
    if (problem.status >= 500) {
      const fields = { method: request.method, route: request.routeOptions.url, id: request.id }
      if (problem.status === 503) log.warn('api.unavailable', fields)
      else log.error('api.failed', fields, error)
    }
    sendProblem(problem, reply)
  }
}
