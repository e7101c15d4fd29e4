import type Type from 'typebox'
import * as contract from '../contract/event-type.ts'
import { Problem, problems } from '../domain/errors.ts'
import { type EventType, sunsetOf, withSunset } from '../domain/event-type.ts'
import type { OrganizationId } from '../domain/ids.ts'
import { changeStored } from '../store/change.ts'
import { absent } from './absent.ts'
import { answer, conflict, noContent, notFound, type Route, route } from './call.ts'
import { checkEventTypeName, schemasIn } from './event-type-rules.ts'
import { checkText } from './fields.ts'
import { listTextInTurns, namePageRequest } from './pagination.ts'
import type { Principal } from './principal.ts'
import { bodyTime, timeText } from './times.ts'
import { refuse } from './validate.ts'

type Fields = Type.Static<typeof contract.EventTypePatch>

export const eventTypeRoutes: readonly Route[] = [
  route(contract.listEventTypes, async (call, services) => {
    const withSchemas = call.query.with_content ?? false
    const page = await services.store.listEventTypes({
      withSchemas,
      organizationId: call.principal.organizationId,
      includeArchived: call.query.include_archived ?? false,
      featureFlags: call.principal.featureFlags,
      page: namePageRequest(call.query),
    })
    const render = (item: EventType) => JSON.stringify(eventTypeOut(item, withSchemas))
    const body = await listTextInTurns(page, { idOf: (item) => item.name, render })
    return { status: 200, body }
  }),

  route(contract.createEventType, async (call, services) => {
    const { organizationId } = call.principal
    const fresh = eventTypeFrom(call.body.name, call.body, organizationId, call.now)
    await services.documents.judge(schemasIn(call.body), true)
    const created = await services.store.createEventType(fresh)
    if (created === 'exists') throw new Problem(problems.eventTypeExists)
    return answer(201, eventTypeOut(created, true))
  }),

  route(contract.getEventType, async (call, services) => {
    const found = await services.store.findEventType({
      organizationId: call.principal.organizationId,
      name: call.path.event_type_name,
    })
    if (found === null || !isShownTo(found, call.principal)) throw notFound(absent.eventType)
    return answer(200, eventTypeOut(found, true))
  }),

  route(contract.updateEventType, async (call, services) => {
    const name = call.path.event_type_name
    checkEventTypeName(name)
    const { organizationId } = call.principal
    const old = await services.store.findEventType({ organizationId, name })
    const fresh = eventTypeFrom(name, call.body, organizationId, call.now)
    await services.documents.judge(schemasIn(call.body), true)
    const put = await services.store.putEventType({
      ...fresh,
      attributes: withSunset(old?.attributes ?? {}, sunsetOf(fresh)),
      createdAt: old?.createdAt ?? call.now,
    })
    return answer(put.created ? 201 : 200, eventTypeOut(put.eventType, true))
  }),

  route(contract.patchEventType, async (call, services) => {
    const { store } = services
    const key = {
      organizationId: call.principal.organizationId,
      name: call.path.event_type_name,
    }
    await services.documents.judge(schemasIn(call.body), true)
    const result = await changeStored({
      read: () => store.findEventType(key),
      change: (found) => patched(found, call.body),
      store: (eventType, expectedUpdatedAt) =>
        store.updateEventType({ eventType, expectedUpdatedAt }),
      now: call.now,
      knownUpdatedAt: call.ifMatch,
    })
    if (result === 'not_found') throw notFound(absent.eventType)
    if (typeof result === 'string')
      throw conflict({
        en: 'The event type was changed since it was read.',
        es: 'El tipo de evento cambió desde que se leyó.',
      })
    return answer(200, eventTypeOut(result.after, true))
  }),

  route(contract.deleteEventType, async (call, services) => {
    const result = await services.store.deleteEventType({
      organizationId: call.principal.organizationId,
      name: call.path.event_type_name,
      expunge: call.query.expunge ?? false,
      now: call.now,
    })
    if (result === 'not_found') throw notFound(absent.eventType)
    return noContent
  }),
]

/** A portal token sees types without a flag, or with one of its own. */
export function isShownTo(eventType: EventType, principal: Principal): boolean {
  const flags = principal.featureFlags
  return (
    flags === null ||
    eventType.featureFlags.length === 0 ||
    eventType.featureFlags.some((flag) => flags.includes(flag))
  )
}

/** The event type that a description gives, checked but for its schemas (`documents.judge`). */
export function eventTypeFrom(
  name: string,
  body: Fields,
  organizationId: OrganizationId,
  now: number,
): EventType {
  return {
    organizationId,
    name,
    description: checkText(body.description ?? '', 'description'),
    archived: body.archived ?? false,
    deprecated: body.deprecated ?? false,
    schemas: body.schemas ?? null,
    featureFlags: flagsOf(body) ?? [],
    groupName: body.groupName ?? null,
    attributes: withSunset({}, sunsetFrom(body.sunsetAt, body.deprecated ?? false)),
    createdAt: now,
    updatedAt: now,
  }
}

function patched(found: EventType, body: Fields): EventType {
  const deprecated = body.deprecated ?? found.deprecated
  const sunsetAt =
    body.sunsetAt === undefined
      ? deprecated
        ? sunsetOf(found)
        : null
      : sunsetFrom(body.sunsetAt, deprecated)
  return {
    ...found,
    attributes: withSunset(found.attributes, sunsetAt),
    description:
      body.description === undefined
        ? found.description
        : checkText(body.description, 'description'),
    archived: body.archived ?? found.archived,
    deprecated,
    schemas: body.schemas === undefined ? found.schemas : body.schemas,
    featureFlags: flagsOf(body) ?? found.featureFlags,
    groupName: body.groupName === undefined ? found.groupName : body.groupName,
  }
}

/** The end of a type that is deprecated; others have none. */
function sunsetFrom(text: Fields['sunsetAt'], deprecated: boolean): number | null {
  if (text === null || text === undefined) return null
  if (!deprecated) {
    throw refuse('sunsetAt', {
      en: 'only a deprecated type ends: set `deprecated` too',
      es: 'solo termina un tipo obsoleto: hay que poner también `deprecated`',
    })
  }
  return bodyTime(text, 'sunsetAt')
}

/** The list, or the older single flag; null: neither was given. */
function flagsOf(body: Fields): readonly string[] | null {
  if (body.featureFlags !== undefined) return body.featureFlags ?? []
  if (body.featureFlag === undefined) return null
  return body.featureFlag === null ? [] : [body.featureFlag]
}

export function eventTypeOut(
  eventType: EventType,
  withSchemas: boolean,
): Type.Static<typeof contract.EventTypeOut> {
  const sunsetAt = sunsetOf(eventType)
  return {
    name: eventType.name,
    description: eventType.description,
    archived: eventType.archived,
    deprecated: eventType.deprecated,
    sunsetAt: sunsetAt === null ? null : timeText(sunsetAt),
    schemas: withSchemas
      ? (eventType.schemas as Record<string, Record<string, unknown>> | null) // checked on the way in
      : null,
    featureFlag: eventType.featureFlags[0] ?? null,
    featureFlags: [...eventType.featureFlags],
    groupName: eventType.groupName,
    attributes: { ...withSunset(eventType.attributes, null) },
    createdAt: timeText(eventType.createdAt),
    updatedAt: timeText(eventType.updatedAt),
  }
}
