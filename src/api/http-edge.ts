/**
 * What happens before routing: requests that HTTP forbids or that mean two things are refused with
 * a clean 4xx, whatever path they name. Times and sizes are bounded here.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { type ProblemKind, problems } from '../domain/errors.ts'
import { alike } from '../domain/sentence.ts'
import { languageOf } from '../i18n/translate.ts'
import { isAnswered } from './connections.ts'
import { languageFor, problemBody, unsupportedMedia } from './problem.ts'
import { requestIdHeader } from './request-ids.ts'

/** Bounds of the listener. Operators change the body limit only; the rest is part of safety. */
export const edgeLimits = {
  headerBytesMax: 16_384,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  checkIntervalMs: 2_000,
  keepAliveTimeoutMs: 72_000,
  /** A connection with a request on which nothing moves for so long is cut: its reader takes nothing. */
  stalledTimeoutMs: 300_000,
  parameterLengthMax: 1024,
  /** Connections that the kernel holds until they are accepted; beyond, a client tries again after 1 s. */
  unacceptedMax: 4096,
} as const

const badRequest: ProblemKind = {
  status: 400,
  code: problems.genericError.code,
  detail: { en: 'The request is not valid HTTP.', es: 'La solicitud no es HTTP válido.' },
}
const headersTooLarge: ProblemKind = {
  status: 431,
  code: 'headers_too_large',
  detail: {
    en: 'The headers are too large: at most 16 KiB.',
    es: 'Los encabezados son demasiado grandes: como máximo 16 KiB.',
  },
}
const tooSlow: ProblemKind = {
  status: 408,
  code: 'request_timeout',
  detail: { en: 'The request took too long.', es: 'La solicitud tardó demasiado.' },
}
const unexpected: ProblemKind = {
  status: 417,
  code: 'expectation_failed',
  detail: {
    en: 'Expect is supported with 100-continue alone.',
    es: 'Expect se admite solo con 100-continue.',
  },
}
const stopping: ProblemKind = {
  ...problems.unavailable,
  detail: {
    en: 'This server is stopping. Try again.',
    es: 'Este servidor se está deteniendo. Inténtalo de nuevo.',
  },
}
const ambiguous: ProblemKind = {
  ...badRequest,
  detail: {
    en: 'Authorization and Idempotency-Key may be given once only.',
    es: 'Authorization e Idempotency-Key solo se pueden dar una vez.',
  },
}

/** For clients of a server that stops: another node, or the next start of this one. */
const stoppingRetrySeconds = 1

/**
 * On every answer; pages replace the policy by one of their own. An answer of the API is data: should
 * a browser show one, nothing in it runs, and no page frames it or learns where it came from.
 */
const safeHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const

/** For every path: what HTTP forbids. */
export function guardRequests(app: FastifyInstance): void {
  let isStopping = false
  app.addHook('preClose', (done) => {
    isStopping = true
    done()
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(safeHeaders)
    // A bin answers as the receiver that it stands for, and says nothing of its own.
    if (!request.url.startsWith('/in/')) reply.header(requestIdHeader, request.id)
    if (isStopping) refuse(reply.header('retry-after', stoppingRetrySeconds), stopping)
    else if (isUnclear(request.raw)) refuse(reply, badRequest)
    else done()
  })
  app.server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    refuseSocket(socket, problems.methodNotAllowed, 'Method Not Allowed')
  })
  app.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const body = problemBody(unexpected, languageOf(request.headers['accept-language']))
    const type = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    response.writeHead(unexpected.status, { ...type, connection: 'close' })
    response.end(body)
    request.resume()
  })
}

const loop: ProblemKind = {
  status: 508,
  code: 'loop_detected',
  detail: {
    en: 'This request was made by a delivery of this installation, or went through too many: a delivery must not call its API.',
    es: 'Esta solicitud la hizo una entrega de esta instalación, o pasó por demasiadas: una entrega no puede llamar a su API.',
  },
}
/** Deliveries carry it with the installations that they came through; see `delivery/prepare.ts`. */
const loopHeader = 'posthorn-via'
const viaPattern = /^[\w.-]{1,64}(?:, ?[\w.-]{1,64})*$/
/** Installations in a row; more are a loop whose members do not know one another. */
const viaMax = 8

/** The installations that a request came through; undefined when none says so in our form. */
export function viaOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const given = headers[loopHeader]
  return typeof given === 'string' && viaPattern.test(given) ? given : undefined
}

function isLoop(request: IncomingMessage, installationId: string): boolean {
  const via = viaOf(request)?.split(/, ?/) ?? []
  return via.includes(installationId) || via.length > viaMax
}

/** For the API: nothing compressed, no doubled credentials, and JSON whatever the header says. */
export function guardApi(api: FastifyInstance, installationId: string | null): void {
  api.addHook('onRequest', (request, reply, done) => {
    const { headers, rawHeaders } = request.raw
    const encoding = headers['content-encoding']
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      refuse(reply, unsupportedMedia)
    } else if (count(rawHeaders, 'authorization') > 1 || count(rawHeaders, 'idempotency-key') > 1) {
      refuse(reply, ambiguous)
    } else if (installationId !== null && isLoop(request.raw, installationId)) {
      refuse(reply, loop)
    } else {
      headers['content-type'] = undefined // without it the one parser takes every body
      done()
    }
  })
}

function refuse(reply: FastifyReply, kind: ProblemKind): void {
  reply
    .code(kind.status)
    .header('content-type', 'application/json')
    .send(problemBody(kind, languageFor(reply.request)))
}

/** RFC 3986 section 3.2.2, as far as a host that is named here can go. */
const hostPattern = /^(?:[\w.~-]+|\[[0-9A-Fa-f:.]+\])?(?::\d{0,5})?$/

function isUnclear(request: IncomingMessage): boolean {
  const { headers, rawHeaders, httpVersion } = request
  if (headers.host !== undefined && !hostPattern.test(headers.host)) return true
  // Of the server as a whole there is nothing to ask but what it can.
  if (request.url?.startsWith('*') === true && request.method !== 'OPTIONS') return true
  const hosts = count(rawHeaders, 'host')
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) return true
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return true
  const coding = headers['transfer-encoding']
  if (coding === undefined) return false
  // A coding that we do not know and a proxy does would let the two disagree where it ends.
  return coding.toLowerCase() !== 'chunked' || headers['content-length'] !== undefined
}

function count(rawHeaders: readonly string[], name: string): number {
  let found = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at]
    if (given?.length === name.length && given.toLowerCase() === name) found += 1
  }
  return found
}

/** Requests that the parser gave up on. */
export function clientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // A connection that was opened in advance and never used runs into the headers' timeout too. An
  // answer would be taken for that of the next request, which crosses it on the way.
  const unused = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0
  if (error.code === 'ECONNRESET' || !socket.writable || unused || isAnswered(socket)) {
    socket.destroy()
    return
  }
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    refuseSocket(socket, headersTooLarge, 'Request Header Fields Too Large')
  } else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    refuseSocket(socket, tooSlow, 'Request Timeout')
  } else {
    refuseSocket(socket, badRequest, 'Bad Request')
  }
}

/** Nothing of such a request can be relied on, `Accept-Language` neither: both sentences. */
function refuseSocket(socket: Socket, kind: ProblemKind, reason: string): void {
  const { en, es } = kind.detail
  const body = problemBody({ code: kind.code, detail: alike(`${en} / ${es}`) })
  socket.end(
    `HTTP/1.1 ${kind.status} ${reason}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
