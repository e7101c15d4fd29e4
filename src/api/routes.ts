/** Puts the route table on Fastify: authenticate, authorize, read path, query and body, handle. */
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sourceHeader } from '../contract/message.ts'
import { type AnyOperation, isAudited, type Method } from '../contract/operation.ts'
import { pathParameter } from '../contract/path-parameters.ts'
import { keepsKeys } from '../contract/statuses.ts'
import { nobody } from '../domain/audit.ts'
import { Problem } from '../domain/errors.ts'
import { sourceTold } from '../domain/message-marks.ts'
import { languageOf } from '../i18n/translate.ts'
import { type RequestOrigin, withTrail } from './audit-trail.ts'
import type { Authenticator } from './authenticate.ts'
import type { Answer, Call, PathValues, Route, Services } from './call.ts'
import { viaOf } from './http-edge.ts'
import { once, readKey } from './idempotency.ts'
import { versionOf } from './if-match.ts'
import { type JsonBody, readJsonObject } from './json-body.ts'
import { origins } from './origins.ts'
import { authorize, type Principal } from './principal.ts'
import { queryReader } from './query.ts'
import { badPath, unreadable, validator } from './validate.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication hook of every operation that is not public. */
    principal: Principal | null
  }
}

export const apiPrefix = '/api/v1'
const jsonType = 'application/json'
const noBody = Buffer.alloc(0)

export function registerRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  deps: { readonly services: Services; readonly authenticator: Authenticator },
): void {
  for (const found of routes) registerRoute(app, found, deps)
}

function registerRoute(
  app: FastifyInstance,
  { operation, handle }: Route,
  deps: { readonly services: Services; readonly authenticator: Authenticator },
): void {
  const read = requestReader(operation, deps.services)
  const run = handle as (call: Call<unknown, unknown>, services: Services) => Promise<Answer> // read by the same operation's schemas
  const readsKey = keepsKeys(operation)
  const audited = isAudited(operation)
  const ownKeys = operation.id === 'v1.message.create' // its key is part of the accept commit
  app.route({
    method: operation.method,
    url: urlOf(operation.path),
    config: { parameterCredentials: operation.parameterCredentials === true },
    onRequest: authenticationHook(operation, deps.authenticator),
    async handler(request, reply) {
      const call = read(request, readsKey)
      const perform = (): Promise<Answer> =>
        audited
          ? withTrail(
              call,
              { operation, services: deps.services, origin: originOf(request) },
              (services) => run(call, services),
            )
          : run(call, deps.services)
      const target = `${operation.method} ${request.url}`
      const answer =
        call.idempotencyKey === null || ownKeys
          ? await perform()
          : await once(call, { services: deps.services, key: call.idempotencyKey, target }, perform)
      if (operation.endsCredentials === true) deps.authenticator.forget()
      if (answer.stream === undefined) return send(reply, answer)
      const stillAllowed = recheck(request, operation, deps.authenticator)
      answer.stream({ reply, stillAllowed })
      return reply
    },
  })
}

function urlOf(path: string): string {
  return apiPrefix + path.replaceAll(/\{(\w+)\}/g, ':$1')
}

/** Asks again who is calling: a key may be revoked and a session end while a stream is open. */
function recheck(request: FastifyRequest, operation: AnyOperation, authenticator: Authenticator) {
  return async (): Promise<boolean> => {
    try {
      authorize(await authenticator.authenticate(request), operation)
      return true
    } catch (error) {
      if (error instanceof Problem) return false
      throw error
    }
  }
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status)
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value)
  if (answer.download !== undefined) {
    const { type, name, lines } = answer.download
    reply.header('content-type', type)
    reply.header('content-disposition', `attachment; filename="${name}"`)
    return reply.send(Readable.from(lines))
  }
  if (answer.body === null) return reply.send()
  return reply.header('content-type', jsonType).send(answer.body)
}

function originOf(request: FastifyRequest): RequestOrigin {
  return { address: request.ip, requestId: request.id }
}

/** Before the body is read: who is calling, and may they. */
function authenticationHook(operation: AnyOperation, authenticator: Authenticator) {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    const admit = (principal: Principal): void => {
      authorize(principal, operation)
      request.principal = principal
    }
    try {
      const isPublic = operation.access === 'public'
      if (!isPublic && request.cookieRefusal !== null) throw request.cookieRefusal
      const found = isPublic ? null : authenticator.authenticate(request)
      if (found instanceof Promise) {
        found.then(admit).then(() => done(), done)
        return
      }
      if (found !== null) admit(found)
      done()
    } catch (error) {
      done(error as Error) // only Problems are thrown above
    }
  }
}

/** Nobody: what public operations are called by. */
const anonymous: Principal = {
  kind: 'application',
  organizationId: '' as Principal['organizationId'], // matches no organisation
  applicationId: null,
  permissions: new Set(),
  featureFlags: [],
  expiresAt: null,
  sessionId: null,
  actor: nobody,
}

function requestReader(operation: AnyOperation, services: Services) {
  const readQuery = queryReader(operation.query)
  const readPath = pathReader(operation.path)
  const readBody = bodyReader(operation)
  const known = origins(services.config.publicUrl, services.config.host)
  return (request: FastifyRequest, readsKey: boolean): Call<unknown, unknown> => {
    const rawBody = Buffer.isBuffer(request.body) ? request.body : noBody
    const path = readPath(request.params)
    const query = readQuery(queryText(request.raw.url ?? ''))
    const body = readBody(rawBody)
    return {
      principal: request.principal ?? anonymous,
      path,
      query,
      body: body.value,
      bytesOf: body.bytesOf,
      rawBody,
      idempotencyKey: readsKey ? readKey(request.headers['idempotency-key']) : null,
      ifMatch: operation.conditional === true ? versionOf(request.headers['if-match']) : null,
      eventStream: eventStreamOf(request, operation),
      language: languageOf(request.headers['accept-language']),
      authorization: request.headers.authorization,
      now: services.world.clock.now(),
      address: request.ip,
      userAgent: request.headers['user-agent'] ?? null,
      origin: known.ofLinks(request),
      pageOrigin: known.ofPage(request),
      cookie: request.headers.cookie,
      via: viaOf(request.raw),
      whenGone: (listener) => whenClosed(request.raw.socket, listener),
      source: sourceTold(request.headers[sourceHeader]),
    }
  }
}

function eventStreamOf(
  request: FastifyRequest,
  { streams }: AnyOperation,
): Call<unknown, unknown>['eventStream'] {
  if (streams === undefined || request.method !== 'GET') return null
  const asked = request.headers.accept?.includes('text/event-stream') ?? false
  if (streams !== 'always' && !asked) return null
  const id = request.headers['last-event-id']
  return { lastEventId: typeof id === 'string' && id !== '' ? id : null }
}

/** Calls back when the connection is gone, until the returned function is called. */
function whenClosed(socket: Socket, listener: () => void): () => void {
  socket.once('close', listener)
  return () => socket.off('close', listener)
}

function queryText(url: string): string {
  const mark = url.indexOf('?')
  return mark === -1 ? '' : url.slice(mark + 1)
}

const absent: JsonBody = { value: {}, bytesOf: () => null }

function bodyReader(operation: AnyOperation): (bytes: Buffer) => JsonBody {
  if (operation.body === null) return () => absent
  const check = validator(operation.body, 'body')
  return (bytes) => {
    if (bytes.length === 0 && operation.bodyOptional === true) return absent
    const body = readJsonObject(bytes)
    if (typeof body === 'string') throw unreadable(body, bytes)
    check(body.value)
    return body
  }
}

/** The contract's names of path parameters in issues, where they differ. */
const parameterNames: Readonly<Record<string, string>> = {
  app_id: 'app_id_or_uid',
  endpoint_id: 'endpoint_id_or_uid',
  msg_id: 'msg_id_or_uid',
}

function pathReader(path: string): (params: unknown) => PathValues {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const { pattern, refusal } = pathParameter(name)
    return { name, pattern: new RegExp(pattern), refusal }
  })
  return (params) => {
    const values = params as PathValues // find-my-way gives text for each name in the pattern
    for (const { name, pattern, refusal } of parameters) {
      if (!pattern.test(values[name] ?? '')) throw badPath(parameterNames[name] ?? name, refusal)
    }
    return values
  }
}

/** Methods that the API takes at a path, or none where it has no such path: for the 405. */
export function methodsAt(routes: readonly Route[]): (url: string) => readonly Method[] {
  const shapes = routes.map(({ operation: { path, method } }) => ({
    method,
    pattern: new RegExp(`^${apiPrefix}${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
  }))
  return (url) => {
    const [path = ''] = url.split('?', 1)
    const taken = shapes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
    return [...new Set(taken)]
  }
}
