/** POST message: the hot path. Body to event input, accept, and the answer. */

import type Type from 'typebox'
import * as contract from '../contract/message.ts'
import { Problem, problems } from '../domain/errors.ts'
import { idPrefixes } from '../domain/ids.ts'
import { withSource } from '../domain/message-marks.ts'
import type { Acceptance, EventInput } from '../intake/accept.ts'
import type { IndexedView } from '../intake/application-views.ts'
import { absent } from './absent.ts'
import { ensureApplication } from './applications.ts'
import { watchAttempts } from './attempt-watch.ts'
import {
  type Answer,
  applicationOf,
  type Call,
  conflict,
  notFound,
  type Route,
  route,
  type Services,
} from './call.ts'
import { checkUid } from './fields.ts'
import { requestHash } from './idempotency.ts'
import { messageText } from './message-text.ts'
import { bodyTime } from './times.ts'
import { refuse } from './validate.ts'

export type MessageIn = Type.Static<typeof contract.MessageIn>

const hourMs = 3_600_000
const retentionDaysDefault = 90
const deliverAtMaxMs = 24 * hourMs
const jsonMedia = 'application/json'
const busySeconds = 1

export const messageCreateRoutes: readonly Route[] = [
  route(contract.createMessage, async (call, services) => {
    const { body, principal } = call
    if (body.application !== undefined && body.application !== null) {
      await ensureApplication(call, body.application, services)
    }
    // A key of one application: the path may hold the id, or a uid that needs looking up.
    if (principal.applicationId !== null && principal.applicationId !== call.path.app_id) {
      await applicationOf(call, services)
    }
    const event = eventOf(call, services)
    const limit = waitLimit(event, services)
    const limitMs = limit instanceof Promise ? await limit : limit
    const acceptance =
      limitMs === null
        ? await services.acceptor.accept(event)
        : await acceptAndWait(event, { limitMs, services })
    return acceptedAnswer(acceptance, call.query.with_content ?? true)
  }),
]

/**
 * How long the application's setting lets a create wait, in milliseconds; null: not at all. Reads
 * the view that accepting needs anyway.
 */
function waitLimit(event: EventInput, services: Services): Promise<number | null> | number | null {
  const limitOf = (view: IndexedView | null): number | null =>
    view === null || !view.settings.waitForResponse || event.deliverAt !== null
      ? null
      : (services.profilePolicy(view.application.profile)?.attemptTimeoutMs ?? null)
  const known = services.views.peek(event.organizationId, event.application)
  if (known !== undefined) return limitOf(known)
  return services.views.find(event.organizationId, event.application).then(limitOf)
}

/** The message is durable whatever happens to the wait; a node that cannot wait does not. */
async function acceptAndWait(
  event: EventInput,
  { limitMs, services }: { readonly limitMs: number; readonly services: Services },
): Promise<Acceptance> {
  const watch = watchAttempts(services.direct)
  if (watch === null) return services.acceptor.accept(event)
  try {
    const acceptance = await services.acceptor.accept(event)
    if (acceptance.kind === 'accepted') {
      const { clock } = services.world
      const until = { count: acceptance.endpoints, timeoutMs: limitMs, clock }
      await watch.firstOf(acceptance.message.id, until)
    }
    return acceptance
  } finally {
    watch.stop()
  }
}

/** The event that a body describes. */
export function eventOf(call: Call<unknown, MessageIn>, services: Services): EventInput {
  const { body } = call
  return {
    organizationId: call.principal.organizationId,
    application: call.path.app_id,
    ...eventFields(body, call.now),
    ...contentOf(body, call.bytesOf('payload') ?? call.bytesOf('data')),
    idempotency:
      call.idempotencyKey === null
        ? null
        : { key: call.idempotencyKey, requestHash: requestHash(call.rawBody) },
    attributes: withSource(
      call.source,
      call.via === undefined ? attributesOf(body) : { ...attributesOf(body), via: call.via },
    ),
    retentionMs: retentionOf(body, services),
  }
}

const noAttributes = {}

/** What rides along with the payload: where the event happened, and the values before an edit. */
export function attributesOf(body: MessageIn): EventInput['attributes'] {
  const raw = body.transformationsParams?.rawPayload
  if (raw === undefined && body.scope === undefined && body.previous === undefined) {
    return noAttributes
  }
  return {
    ...(raw === undefined ? {} : { raw: true }),
    ...(body.scope == null ? {} : { scope: body.scope }),
    ...(body.previous == null ? {} : { previous: body.previous }),
  }
}

export function eventFields(body: MessageIn, now: number) {
  return {
    eventType: body.eventType,
    eventId: checkUid(body.eventId, idPrefixes.message),
    channels: body.channels ?? null,
    tags: body.tags ?? null,
    deliverAt: deliverAtOf(body.deliverAt, now),
  }
}

/** The bytes to send: those of `payload` (or `data`) as received, or the raw payload. */
export function contentOf(
  body: MessageIn,
  bytes: Uint8Array | null,
): Pick<EventInput, 'payload' | 'contentType'> {
  if (body.payload !== undefined && body.data !== undefined) {
    throw refuse('data', {
      en: 'duplicate field `payload`: `data` is its other name',
      es: 'campo duplicado `payload`: `data` es su otro nombre',
    })
  }
  const params = body.transformationsParams
  const raw = params?.rawPayload
  if (raw === undefined) {
    if (bytes === null)
      throw refuse(
        'payload',
        { en: 'missing field `payload`', es: 'falta el campo `payload`' },
        'value_error.jsondecode',
      )
    return { payload: bytes, contentType: jsonMedia }
  }
  if (!raw.isWellFormed()) {
    throw refuse(['transformationsParams', 'rawPayload'], {
      en: 'not valid Unicode text',
      es: 'no es texto Unicode válido',
    })
  }
  return { payload: Buffer.from(raw), contentType: mediaOf(params?.headers) }
}

const mediaPattern =
  /^[a-zA-Z0-9!#$&^_.+-]{1,64}\/[a-zA-Z0-9!#$&^_.+-]{1,64}(; ?[\x20-\x7e]{1,128})?$/

function mediaOf(headers: Readonly<Record<string, string>> | undefined): string {
  let media = jsonMedia
  for (const [name, value] of Object.entries(headers ?? {})) {
    const loc = ['transformationsParams', 'headers', name]
    if (name.toLowerCase() !== 'content-type')
      throw refuse(loc, {
        en: 'only content-type can be set',
        es: 'solo se puede definir content-type',
      })
    if (!mediaPattern.test(value))
      throw refuse(loc, { en: 'not a media type', es: 'no es un tipo de contenido' })
    media = value
  }
  return media
}

function deliverAtOf(text: string | null | undefined, now: number): number | null {
  if (text === undefined || text === null) return null
  const at = bodyTime(text, 'deliverAt')
  if (at > now + deliverAtMaxMs)
    throw refuse('deliverAt', {
      en: 'must be at most 24 hours ahead',
      es: 'debe ser como máximo dentro de 24 horas',
    })
  if (at < now - deliverAtMaxMs)
    throw refuse('deliverAt', {
      en: 'must not be more than 24 hours ago',
      es: 'no puede ser de hace más de 24 horas',
    })
  return at <= now ? null : at
}

function retentionOf(body: MessageIn, services: Pick<Services, 'config'>): number {
  if (typeof body.payloadRetentionHours === 'number' && body.payloadRetentionPeriod != null) {
    throw refuse('payloadRetentionHours', {
      en: 'give hours or `payloadRetentionPeriod`, not both',
      es: 'horas o `payloadRetentionPeriod`, no ambos',
    })
  }
  if (typeof body.payloadRetentionHours === 'number') return body.payloadRetentionHours * hourMs
  const days =
    body.payloadRetentionPeriod ?? Math.min(retentionDaysDefault, services.config.retentionDays)
  return days * 24 * hourMs
}

export function acceptedAnswer(acceptance: Acceptance, withContent: boolean, status = 202): Answer {
  switch (acceptance.kind) {
    case 'accepted':
    case 'repeated':
      return { status, body: messageText(acceptance.message, { withContent, mask: [] }) }
    case 'application_not_found':
      throw notFound(absent.application)
    case 'event_id_taken':
      throw conflict({
        en: 'A message with that eventId already exists',
        es: 'Ya existe un mensaje con ese eventId',
      })
    case 'key_mismatch':
      throw new Problem(problems.idempotencyMismatch)
    case 'application_busy':
      throw new Problem(problems.tooManyRequests, {
        retryAfterSeconds: acceptance.retryAfterSeconds,
      })
    case 'overloaded':
      throw new Problem(problems.unavailable, { retryAfterSeconds: busySeconds })
    default:
      return acceptance satisfies never
  }
}
