import type Type from 'typebox'
import * as contract from '../contract/attempt.ts'
import type { Attempt } from '../domain/attempt.ts'
import { attemptIn } from '../domain/attempt-sentences.ts'
import { Problem, problems } from '../domain/errors.ts'
import { type ApplicationId, type AttemptId, isId, type MessageId } from '../domain/ids.ts'
import type { Message } from '../domain/message.ts'
import type { AttemptFilter } from '../store/port/attempts.ts'
import type { Page } from '../store/port/page.ts'
import { absent } from './absent.ts'
import {
  type Answer,
  answer,
  type Call,
  conflict,
  endpointOf,
  messageOf,
  noContent,
  notFound,
  type PathValues,
  type Route,
  route,
  type Services,
} from './call.ts'
import { attemptStatus } from './delivery-status.ts'
import { maskAttempts, maskMessage, maskRow } from './masked.ts'
import { maskFor } from './masking.ts'
import { messageText, type Shown } from './message-text.ts'
import { eventFilter, listText, pageRequest } from './pagination.ts'
import { type Principal, requirePermission } from './principal.ts'
import { sentBody } from './sent-body.ts'
import { timeText } from './times.ts'

type AttemptQuery = Type.Static<typeof contract.listAttemptsByEndpoint.query>

const newestFirst = { kind: 'attempt', order: 'descending' } as const

export const attemptRoutes: readonly Route[] = [
  route(contract.listAttemptsByEndpoint, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    if (neverStored(call.query)) return emptyPage
    const page = await services.store.listEndpointAttempts({
      applicationId: application.id,
      endpointId: endpoint.id,
      filter: attemptFilter(call.query),
      page: pageRequest(call.query, newestFirst),
      withContent: call.query.with_content ?? true,
      now: call.now,
    })
    return attemptList(page, call, { applicationId: application.id, services })
  }),

  ...[contract.listAttemptsByMessage, contract.listAttemptsOfMessage].map((operation) =>
    route(operation, async (call, services) => {
      const { application, message } = await messageOf(call, services, false)
      const wanted = call.query.endpoint_id
      const endpoint =
        wanted === undefined ? null : await endpointIdOf(application.id, wanted, services)
      if (neverStored(call.query)) return emptyPage
      const page = await services.store.listMessageAttempts({
        applicationId: application.id,
        messageId: message.id,
        endpointId: endpoint,
        filter: attemptFilter(call.query),
        page: pageRequest(call.query, newestFirst),
        withContent: call.query.with_content ?? true,
        now: call.now,
      })
      return attemptList(page, call, { applicationId: application.id, services })
    }),
  ),

  route(contract.listAttemptsOfDestination, async (call, services) => {
    const { application, message } = await messageOf(call, services, false)
    const endpoint = await endpointIdOf(application.id, call.path.endpoint_id, services)
    if (neverStored(call.query)) return emptyPage
    const page = await services.store.listMessageAttempts({
      applicationId: application.id,
      messageId: message.id,
      endpointId: endpoint,
      filter: attemptFilter(call.query),
      page: pageRequest(call.query, newestFirst),
      withContent: call.query.with_content ?? true,
      now: call.now,
    })
    return attemptList(page, call, { applicationId: application.id, services })
  }),

  route(contract.getAttempt, async (call, services) => {
    const { application, message } = await messageOf(call, services, false)
    const attempt = await storedAttempt(message, call.path, services)
    const shown = await maskAttempts([attempt], await maskFor(call, services), {
      ...{ store: services.store, applicationId: application.id },
    })
    return {
      status: 200,
      body: attemptText(attemptIn(call.language, shown[0] ?? attempt), true, null),
    }
  }),

  route(contract.getAttemptBody, async (call, services) => {
    const { application, message } = await messageOf(call, services, true)
    const attempt = await storedAttempt(message, call.path, services)
    const view = await services.views.get(application.id)
    const endpoint = view?.endpoint(attempt.endpointId)
    const mask = await maskFor(call, services)
    const to = { application, endpoint: endpoint ?? null, services, mask }
    const { body, masked } = await sentBody({ message, attempt }, to)
    return answer(200, { body: body === null ? null : Buffer.from(body).toString(), masked })
  }),

  route(contract.signAttemptAgain, async (call, services) => {
    const { application, message } = await messageOf(call, services, true)
    const attempt = await storedAttempt(message, call.path, services)
    const view = await services.views.get(application.id)
    const endpoint = view?.endpoint(attempt.endpointId)
    if (endpoint === undefined) throw notFound(absent.endpoint)
    const mask = await maskFor(call, services)
    if (maskMessage(message, mask).paths.length > 0) throw new Problem(problems.forbidden, hidden)
    const withSecrets = call.body.secrets === true
    if (withSecrets) mayReveal(call.principal)
    const { direct } = services
    if (direct == null) throw new Problem(problems.unavailable)
    const made = await direct.make({ application, endpoint, message })
    if (made === null) throw conflict(notMade)
    const headers = withSecrets ? Object.fromEntries(made.headers) : made.shownHeaders
    return answer(200, { headers, body: Buffer.from(made.body).toString() })
  }),

  route(contract.expungeAttemptContent, async (call, services) => {
    const { application, message } = await messageOf(call, services, false)
    const result = await services.store.expungeAttempt({
      applicationId: application.id,
      messageId: message.id,
      attemptId: attemptIdOf(call.path),
    })
    if (result === 'not_found') throw notFound(absent.attempt)
    return noContent
  }),
]

const hidden = {
  detail: {
    en: 'Members of this message are masked for your role; its signature is over all of them.',
    es: 'Hay partes de este mensaje ocultas para este rol; su firma es de todas.',
  },
}

const notMade = {
  en: 'The request cannot be made: its payload is gone, or its transformation fails.',
  es: 'No se puede hacer la solicitud: su payload ya no está o su transformación falla.',
}

/** Secrets of headers are the organisation's: tokens of one application never see them. */
function mayReveal(principal: Principal): void {
  requirePermission(principal, 'manage-secrets')
  if (principal.applicationId !== null) throw new Problem(problems.forbidden)
}

const emptyPage: Answer = { status: 200, body: '{"data":[],"iterator":null,"done":true}' }

/** Attempts only ever succeeded or failed: other statuses find nothing. */
function neverStored(query: AttemptQuery): boolean {
  return query.status !== undefined && query.status !== 0 && query.status !== 2
}

function attemptFilter(query: AttemptQuery): AttemptFilter {
  return {
    ...eventFilter(query),
    succeeded: query.status === undefined ? null : query.status === 0,
    statusCodeClass: query.status_code_class ?? null,
  }
}

async function storedAttempt(
  { applicationId, id: messageId }: Message,
  path: PathValues,
  { store }: Services,
): Promise<Attempt> {
  const attempt = await store.findAttempt({
    applicationId,
    messageId,
    attemptId: attemptIdOf(path),
  })
  if (attempt === null) throw notFound(absent.attempt)
  return attempt
}

function attemptIdOf(path: PathValues): AttemptId {
  if (!isId('attempt', path.attempt_id)) throw notFound(absent.attempt)
  return path.attempt_id
}

async function endpointIdOf(applicationId: ApplicationId, idOrUid: string, services: Services) {
  const found = await services.store.findEndpoint({ applicationId, idOrUid })
  // Attempts of a deleted endpoint are still found by its id.
  if (found === null && isId('endpoint', idOrUid)) return idOrUid
  if (found === null) throw notFound(absent.endpoint)
  return found.id
}

async function attemptList(
  page: Page<Attempt>,
  call: Pick<Call<AttemptQuery, unknown>, 'principal' | 'query' | 'language'>,
  context: { readonly applicationId: ApplicationId; readonly services: Services },
): Promise<Answer> {
  const { services, applicationId } = context
  const withContent = call.query.with_content ?? true
  const mask = await maskFor(call, services)
  const messages =
    call.query.with_msg === true
      ? await messageTexts(page, { withContent, mask }, context)
      : new Map()
  const input = { store: services.store, applicationId }
  const items = withContent
    ? await maskAttempts(page.items, mask, input)
    : page.items.map((item) => maskRow(item, mask))
  const body = listText(
    { ...page, items },
    {
      idOf: (item) => item.id,
      render: (item) =>
        attemptText(
          attemptIn(call.language, item),
          withContent,
          messages.get(item.messageId) ?? null,
        ),
    },
  )
  return { status: 200, body }
}

async function messageTexts(
  page: Page<Attempt>,
  shown: Shown,
  context: { readonly applicationId: ApplicationId; readonly services: Services },
): Promise<ReadonlyMap<MessageId, string>> {
  const texts = new Map<MessageId, string>()
  for (const id of new Set(page.items.map((item) => item.messageId))) {
    const message = await context.services.store.findMessage({
      applicationId: context.applicationId,
      idOrEventId: id,
      withPayload: shown.withContent,
    })
    if (message !== null) texts.set(id, messageText(message, shown))
  }
  return texts
}

function connectionOut(connection: Attempt['connection']) {
  if (connection === null) return null
  const { kept, tls } = connection
  if (tls === null) return { httpVersion, kept, tls }
  const { version, cipher, certificate } = tls
  if (certificate === null) return { httpVersion, kept, tls: { version, cipher, certificate } }
  const { subject, issuer, validFrom, expiresAt } = certificate
  const times = { validFrom: timeText(validFrom), expiresAt: timeText(expiresAt) }
  return { httpVersion, kept, tls: { version, cipher, certificate: { subject, issuer, ...times } } }
}

function transformedOut(rewriting: Attempt['rewriting']) {
  if (rewriting === null) return null
  const { headers, url } = rewriting
  return { headers, url }
}

/** The only one that receivers are spoken to in. */
const httpVersion = '1.1'

function attemptText(attempt: Attempt, withContent: boolean, message: string | null): string {
  const text = JSON.stringify({
    id: attempt.id,
    msgId: attempt.messageId,
    endpointId: attempt.endpointId,
    deliveryId: attempt.deliveryId,
    method: attempt.method,
    url: attempt.url,
    response: withContent ? attempt.responseBody : '{}',
    responseStatusCode: attempt.responseStatus,
    responseDurationMs: Math.round(attempt.durationMs),
    ...attemptStatus(attempt),
    triggerType: attempt.trigger === 'manual' ? 1 : 0,
    timestamp: timeText(attempt.createdAt),
    attemptNumber: attempt.number,
    errorClass: attempt.errorClass,
    eventType: attempt.eventType,
    responseTruncated: attempt.responseTruncated,
    responseBytes: attempt.responseTruncated ? attempt.responseBytes : null,
    nextAttempt: attempt.nextAttemptAt === null ? null : timeText(attempt.nextAttemptAt),
    ...(withContent
      ? { requestHeaders: attempt.requestHeaders, responseHeaders: attempt.responseHeaders }
      : {}),
    transformed: transformedOut(attempt.rewriting),
    timings: attempt.timings,
    remoteAddress: attempt.remoteAddress,
    connection: connectionOut(attempt.connection),
  })
  return message === null ? text : `${text.slice(0, -1)},"msg":${message}}`
}
