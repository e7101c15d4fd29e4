/**
 * An endpoint's log as its profile shows it: a row per try, or one per delivery (its last try). The
 * body that was sent is made again from what is stored: it is the same function of the same bytes.
 */

import * as contract from '../../contract/webhook.ts'
import type { Application } from '../../domain/application.ts'
import type { Attempt } from '../../domain/attempt.ts'
import { attemptIn } from '../../domain/attempt-sentences.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import { type AttemptId, isId } from '../../domain/ids.ts'
import { isPlainObject } from '../../domain/json.ts'
import type { Message } from '../../domain/message.ts'
import { profileOf } from '../../profiles/profiles.ts'
import type { Page } from '../../store/port/page.ts'
import { absent } from '../absent.ts'
import { answer, endpointOf, notFound, type Route, route, type Services } from '../call.ts'
import { maskAttempt } from '../masked.ts'
import { maskFor } from '../masking.ts'
import { eventFilter, listText, pageRequest } from '../pagination.ts'
import { sentBody } from '../sent-body.ts'
import { timeText } from '../times.ts'

const pageDefault = 20
/** Pages of tries read for one page of deliveries: an endpoint that only retries must not cost more. */
const pagesMax = 10

export const logRoutes: readonly Route[] = [
  route(contract.listEndpointLog, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    const query = { ...call.query, limit: call.query.limit ?? pageDefault }
    const page = pageRequest(query, { kind: 'attempt', order: 'descending' })
    const read = (iterator: string | null) =>
      services.store.listEndpointAttempts({
        applicationId: application.id,
        endpointId: endpoint.id,
        filter: { ...eventFilter(query), succeeded: null, statusCodeClass: null },
        page: { ...page, iterator },
        withContent: false,
        now: call.now,
      })
    const byDelivery = profileOf(application.profile).logUnit === 'delivery'
    const rows = byDelivery ? await finalOnes(read, page) : await read(page.iterator)
    const render = (attempt: Attempt) => JSON.stringify(rowOf(attempt, application))
    return { status: 200, body: listText(rows, { idOf: (attempt) => attempt.id, render }) }
  }),

  route(contract.getLogEntry, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    const attemptId = call.path.attempt_id
    if (!isId('attempt', attemptId)) throw notFound(absent.attempt)
    const { msg_id } = call.query
    const found = await entryOf({ attemptId, messageId: msg_id, application, endpoint, services })
    if (found === null) throw notFound(absent.attempt)
    const mask = await maskFor(call, services)
    const attempt = maskAttempt(found.attempt, mask, found.message)
    const { body } = await sentBody(found, { application, endpoint, services, mask })
    return answer(200, {
      ...rowOf(attempt, application),
      trigger: shown(body),
      response: attemptIn(call.language, attempt).responseBody,
      requestHeaders: attempt.requestHeaders,
    })
  }),
]

/** A page of tries after which none was planned: one for each delivery that has ended. */
async function finalOnes(
  read: (iterator: string | null) => Promise<Page<Attempt>>,
  page: { readonly limit: number; readonly iterator: string | null },
): Promise<Page<Attempt>> {
  const items: Attempt[] = []
  let iterator = page.iterator
  for (let pages = 0; pages < pagesMax; pages++) {
    const tries = await read(iterator)
    for (const attempt of tries.items) {
      if (attempt.nextAttemptAt === null) items.push(attempt)
      if (items.length === page.limit) {
        const last = tries.items.at(-1)?.id === attempt.id
        return { items, done: tries.done && last }
      }
    }
    iterator = tries.items.at(-1)?.id ?? null
    if (tries.done || iterator === null) return { items, done: true }
  }
  return { items, done: false }
}

function rowOf(attempt: Attempt, application: Application) {
  const { networkErrorStatus } = profileOf(application.profile)
  return {
    id: attempt.id,
    result: attempt.succeeded ? ('SUCCESS' as const) : ('FAILED' as const),
    eventType: attempt.eventType,
    executedAt: timeText(attempt.createdAt),
    status: attempt.responseStatus === 0 ? networkErrorStatus : attempt.responseStatus,
    retry: attempt.number,
    durationMs: attempt.durationMs,
    messageId: attempt.messageId,
    subscription: attempt.endpointId,
  }
}

async function entryOf(input: {
  readonly attemptId: AttemptId
  readonly messageId: string
  readonly application: Application
  readonly endpoint: Endpoint
  readonly services: Services
}): Promise<{ readonly attempt: Attempt; readonly message: Message } | null> {
  const { attemptId, messageId, application, endpoint, services } = input
  const applicationId = application.id
  const message = await services.store.findMessage({
    applicationId,
    idOrEventId: messageId,
    withPayload: true,
  })
  if (message === null) return null
  const key = { applicationId, messageId: message.id, attemptId }
  const attempt = await services.store.findAttempt(key)
  return attempt === null || attempt.endpointId !== endpoint.id ? null : { attempt, message }
}

/** What was sent, for people: of an edit its diff alone; null once the payload is gone. */
function shown(bytes: Uint8Array | null): unknown {
  if (bytes === null) return null
  const text = Buffer.from(bytes).toString('utf8')
  try {
    const body: unknown = JSON.parse(text)
    if (!isPlainObject(body)) return body
    return isPlainObject(body['diff']) ? masked(body['diff']) : masked(body)
  } catch {
    return text
  }
}

const secretKey = /secret|password|api-?_?key|credential|cookie|token$|authorization/i
const mask = '******'

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked)
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).map(([key, member]) => [
    key,
    secretKey.test(key) && typeof member === 'string' ? mask : masked(member),
  ])
  return Object.fromEntries(entries)
}
