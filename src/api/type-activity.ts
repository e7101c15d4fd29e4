/** What comes of each event type, for a list of them in one call, and of one of them in detail. */

import * as contract from '../contract/type-activity.ts'
import type { EventType } from '../domain/event-type.ts'
import { idTickMs } from '../domain/ids.ts'
import { type Mask, maskedText, maskJson } from '../domain/masking.ts'
import { type Drift, driftOf, inferSchema, observe } from '../domain/schema/observed.ts'
import { shapeOf } from '../domain/schema/shape.ts'
import { newestSchema } from '../domain/schema/versions.ts'
import { wantsType } from '../domain/type-rule.ts'
import type { TypeVolume } from '../store/port/type-activity.ts'
import { absent } from './absent.ts'
import { answer, applicationOf, notFound, type Route, route, type Services } from './call.ts'
import { isShownTo } from './event-types.ts'
import { maskFor } from './masking.ts'
import { timeText } from './times.ts'

const dayMs = 86_400_000
const days = 7
/** Messages looked at for one list, on an embedded database and on a shared one. */
const rowsMax = { embedded: 60_000, shared: 14_000 }
/** Payloads of each type for a list, and of one type for its page. */
const payloadsListed = 5
const payloadsObserved = 50
/** Of all of them together: parsing one takes about 10 ms. */
const payloadBytesMax = 4 * 1024 * 1024
const payloadBytesEachMax = 256 * 1024
/** Messages of the application that are looked through for them on a shared database. */
const newestMax = 10_000

export const typeActivityRoutes: readonly Route[] = [
  route(contract.typeActivity, async (call, services) => {
    const application = await applicationOf(call, services)
    const { store } = services
    const names = [...new Set(call.query.event_types)]
    const { organizationId } = call.principal
    const types = await store.findEventTypes({ organizationId, names })
    const shown = types.filter((type) => isShownTo(type, call.principal))
    const until = call.now + idTickMs // what came this very moment counts too
    const since = until - days * dayMs
    const rows = store.shared ? rowsMax.shared : rowsMax.embedded
    const [volume, payloads, view] = await Promise.all([
      store.typeVolume({
        ...{ applicationId: application.id, eventTypes: names, since, until },
        ...{ sliceMs: dayMs, rowsMax: rows },
      }),
      parsedPayloads(
        {
          applicationId: application.id,
          each: payloadsListed,
          mask: await maskFor(call, services),
        },
        shown.filter(({ schemas }) => newestSchema(schemas) !== undefined).map(({ name }) => name),
        services,
      ),
      services.views.get(application.id),
    ])
    const volumes = Map.groupBy(volume, ({ eventType }) => eventType)
    const byName = new Map(shown.map((type) => [type.name, type]))
    const takers = (view?.endpoints ?? []).filter(({ disabledAt }) => disabledAt === null)
    return answer(200, {
      since: timeText(since),
      until: timeText(until),
      sliceMs: dayMs,
      data: names.map((name) => ({
        name,
        subscribed: takers.filter(({ eventTypes }) => wantsType(eventTypes, name)).length,
        ...volumeOf(volumes.get(name) ?? [], since),
        drift: driftCount(byName.get(name), payloads.get(name) ?? []),
      })),
    })
  }),

  route(contract.observeEventType, async (call, services) => {
    const application = await applicationOf(call, services)
    const name = call.path.event_type_name
    const { organizationId } = call.principal
    const found = await services.store.findEventType({ organizationId, name })
    if (found === null || !isShownTo(found, call.principal)) throw notFound(absent.eventType)
    const mask = await maskFor(call, services)
    const of = { applicationId: application.id, each: payloadsObserved, mask }
    const payloads = (await parsedPayloads(of, [name], services)).get(name) ?? []
    const observed = observe(payloads)
    const drift = driftFrom(found, payloads)
    return answer(200, {
      name,
      messages: payloads.length,
      messagesMax: payloadsObserved,
      extra: drift?.extra ?? [],
      unseen: drift?.unseen ?? [],
      inferred: payloads.length === 0 ? null : inferSchema(observed),
    })
  }),
]

/** Where only the newest of a slice were counted, the rest of it is taken to be as busy. */
function volumeOf(counts: readonly TypeVolume[], since: number) {
  const slices = Array.from({ length: days }, () => 0)
  let exact = true
  for (const { slice, count, countedSince } of counts) {
    const from = since + slice * dayMs
    const looked = Math.max(from + dayMs - countedSince, 1)
    const cut = countedSince > from
    exact &&= !cut
    slices[slice] = cut ? Math.round((count * dayMs) / looked) : count
  }
  return { total: slices.reduce((sum, count) => sum + count, 0), exact, slices }
}

function driftCount(type: EventType | undefined, payloads: readonly unknown[]) {
  const drift = type === undefined ? null : driftFrom(type, payloads)
  if (drift === null) return null
  // Of a handful of messages only what is promised can be missed.
  const missing = drift.unseen.filter(({ required }) => required).length
  return { extra: drift.extra.length, missing }
}

/** Null where there is nothing to compare. */
function driftFrom(type: EventType, payloads: readonly unknown[]): Drift | null {
  const schema = newestSchema(type.schemas)
  return schema === undefined || payloads.length === 0
    ? null
    : driftOf(observe(payloads), shapeOf(schema))
}

/** The newest payloads by type, as the caller may see them; what is no JSON is left out. */
async function parsedPayloads(
  of: {
    readonly applicationId: Parameters<Services['store']['newestPayloads']>[0]['applicationId']
    readonly each: number
    readonly mask: Mask
  },
  eventTypes: readonly string[],
  { store }: Services,
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  if (eventTypes.length === 0) return new Map()
  const { applicationId, each, mask } = of
  const share = Math.floor(payloadBytesMax / eventTypes.length / each)
  const found = await store.newestPayloads({
    ...{ applicationId, eventTypes, each, rowsMax: newestMax },
    bytesEach: Math.min(share, payloadBytesEachMax),
  })
  const byType = new Map<string, unknown[]>()
  for (const { eventType, payload } of found) {
    const value = parsed(Buffer.from(payload).toString('utf8'), mask)
    if (value === undefined) continue
    const list = byType.get(eventType)
    if (list === undefined) byType.set(eventType, [value])
    else list.push(value)
  }
  return byType
}

function parsed(text: string, mask: Mask): unknown {
  const shown =
    mask.length === 0 ? text : (maskJson(text, mask)?.text ?? JSON.stringify(maskedText))
  try {
    return JSON.parse(shown)
  } catch {
    return undefined
  }
}
