/** The answer where no route is. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problems } from '../domain/errors.ts'
import type { Sentence } from '../domain/sentence.ts'
import type { Route } from './call.ts'
import { languageFor, problemBody } from './problem.ts'
import { methodsAt } from './routes.ts'

const nothing: Sentence = {
  en: 'There is nothing at this path.',
  es: 'No hay nada en esta ruta.',
}

/** Where Svix's clients have methods for what Posthorn is not. */
const elsewhere =
  /^\/+(?:ingest\/|api\/v1\/(?:auth\/stream|(?:connector|stream|app\/[^/]+\/(?:integration|destination|autoconfig))(?![^/?])))/
const notHere: Sentence = {
  en: 'Posthorn has no integrations, connectors, destinations, streams, ingest or autoconfig: docs/reference/clients.md says what it has.',
  es: 'Posthorn no tiene integraciones, conectores, destinos, streams, ingesta ni autoconfig: docs/reference/clients.es.md dice lo que tiene.',
}

/** No such path; or a known one with another method, which answers 405 and names what it takes. */
export function unknownPath(served: readonly Route[]) {
  const allowedAt = methodsAt(served)
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const url = request.raw.url ?? ''
    const allowed = allowedAt(url)
    const language = languageFor(request)
    reply.header('content-type', 'application/json')
    if (allowed.length > 0) {
      const kind = problems.methodNotAllowed
      reply.code(kind.status).header('allow', allowed.join(', ')).send(problemBody(kind, language))
      return
    }
    const { code } = problems.notFound
    const detail = elsewhere.test(url) ? notHere : nothing
    reply.code(404).send(problemBody({ code, detail }, language))
  }
}
