/** Work on many deliveries: counted here, done in the background. */

import type Type from 'typebox'
import * as contract from '../contract/recovery.ts'
import { answerFilter } from '../domain/answer-filter.ts'
import type { DeliveryState } from '../domain/delivery.ts'
import { type EndpointId, isId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { RecoveryOptions } from '../domain/recovery.ts'
import type { DeliverySelection, TaskJob } from '../domain/task.ts'
import { countSelection, type SelectionCount, toSend } from '../intake/delivery-selection.ts'
import { answer, applicationOf, type Call, type Route, route, type Services } from './call.ts'
import { noticeChannel } from './job-notice.ts'
import { endpointsNow, soughtOf } from './sought.ts'
import { pastRange, startJob } from './tasks.ts'
import { timeText } from './times.ts'
import { refuse } from './validate.ts'

/** Beyond this a preview says that there are more: it answers within a second or two. */
const previewMax = 10_000
/** Where payloads are looked into the count ends by then too, whatever their size. */
const previewTimeMs = 3_000
const allStates: readonly DeliveryState[] = [
  'pending',
  'sending',
  'succeeded',
  'failed',
  'canceled',
]

type SelectionIn = Type.Static<typeof contract.SelectionIn>
type SelectionCall = Call<unknown, SelectionIn>

export const recoveryRoutes: readonly Route[] = [
  route(contract.previewDeliveries, async (call, services) => {
    const selection = await selectionOf(call, services)
    const endpoint = await endpointsNow(selection.applicationId, services)
    const bound = { max: previewMax, now: call.now, endpoint, ...timeOf(selection, services) }
    return answer(200, countOut(await countSelection(services.store, selection, bound)))
  }),

  route(contract.recoverDeliveries, async (call, services) => {
    const selection = await selectionOf(call, services)
    const options: RecoveryOptions = {
      skipDelivered: call.body.skipDelivered ?? true,
      rate: call.body.rate === undefined ? 'usual' : call.body.rate,
      probe: call.body.probe ?? false,
      stopAbove: call.body.stopAbove ?? null,
    }
    const job: TaskJob = { kind: 'delivery.recover', ...selection, options }
    const notify = await noticeChannel(call, call.body.notify, services)
    return startJob(call, job, services, notify)
  }),

  route(contract.cancelDeliveries, async (call, services) => {
    const selection = await selectionOf(call, services)
    const asked = call.body.states ?? call.body.statuses
    const states: readonly DeliveryState[] =
      asked == null ? ['pending'] : selection.states.filter((state) => state === 'pending')
    return startJob(call, { kind: 'delivery.cancel', ...selection, states }, services)
  }),
]

function timeOf({ sought }: DeliverySelection, { world }: Pick<Services, 'world'>) {
  if (sought === undefined) return {}
  const until = world.clock.monotonic() + previewTimeMs
  return { isOver: () => world.clock.monotonic() > until }
}

async function selectionOf(call: SelectionCall, services: Services): Promise<DeliverySelection> {
  const { id: applicationId } = await applicationOf(call, services)
  const { body } = call
  const named = body.deliveryIds ?? null
  const deliveryIds = named?.map((id, at) => {
    if (!isId('delivery', id))
      throw refuse(['deliveryIds', `[${at}]`], {
        en: 'not a delivery id',
        es: 'no es un id de entrega',
      })
    return id
  })
  const { since, until } = body
  if (named === null && (since === null || since === undefined)) {
    throw refuse('since', {
      en: 'needed, unless `deliveryIds` is given',
      es: 'necesario, salvo que se dé `deliveryIds`',
    })
  }
  const answers = answerFilter(body.codes)
  const { sought, states, selective } = await soughtOf(
    { ...body, status: body.statuses ?? null, state: body.states ?? null },
    call,
    { services, applicationId, inBody: true },
  )
  if (named !== null && answers !== null) throw refuse('codes', notNamed)
  return {
    applicationId,
    endpointIds: await endpointsOf(call, { applicationId, services }),
    ...(typeof since === 'string'
      ? pastRange({ since, until: until ?? null }, call.now, limits.listWindowMs)
      : { since: call.now - limits.listWindowMs, until: call.now }),
    states: states ?? (named === null ? ['failed'] : allStates),
    eventTypes: body.eventTypes ?? null,
    channel: body.channel ?? null,
    tag: body.tag ?? null,
    ...(answers === null ? {} : { answers }),
    ...(selective ? { sought } : {}),
    attempted: body.attempted ?? null,
    deliveryIds: deliveryIds === undefined ? null : [...new Set(deliveryIds)].sort(),
  }
}

const notNamed = {
  en: 'not with `deliveryIds`: give one of them',
  es: 'no va con `deliveryIds`: solo uno de los dos',
}

async function endpointsOf(
  { body }: SelectionCall,
  input: {
    readonly applicationId: DeliverySelection['applicationId']
    readonly services: Services
  },
): Promise<readonly EndpointId[]> {
  const { applicationId, services } = input
  if (body.endpointIds === null || body.endpointIds === undefined) {
    const view = await services.views.get(applicationId)
    return view?.endpoints.map(({ id }) => id) ?? []
  }
  const found = new Set<EndpointId>()
  for (const [at, idOrUid] of body.endpointIds.entries()) {
    const endpoint = await services.store.findEndpoint({ applicationId, idOrUid })
    if (endpoint === null)
      throw refuse(['endpointIds', `[${at}]`], {
        en: 'no such endpoint',
        es: 'no existe ese endpoint',
      })
    found.add(endpoint.id)
  }
  return [...found]
}

function countOut(count: SelectionCount): Type.Static<typeof contract.SelectionOut> {
  const endpoints = [...count.endpoints].map(([endpointId, each]) => ({
    endpointId,
    matching: each.matching,
    alreadyDelivered: each.delivered,
    onTheWay: each.onTheWay,
  }))
  const total = (of: (each: (typeof endpoints)[number]) => number): number =>
    endpoints.reduce((sum, each) => sum + of(each), 0)
  return {
    matching: total((each) => each.matching),
    alreadyDelivered: total((each) => each.alreadyDelivered),
    onTheWay: total((each) => each.onTheWay),
    toSend: toSend(count, true),
    oldest: count.oldestAt === null ? null : timeText(count.oldestAt),
    newest: count.newestAt === null ? null : timeText(count.newestAt),
    endpoints,
    eventTypes: [...count.eventTypes]
      .map(([name, number]) => ({ name, count: number }))
      .sort((a, b) => b.count - a.count),
    complete: count.complete,
  }
}
