/** Batch create, precheck, bulk expunge and the explanation of a message's routing. */

import type Type from 'typebox'
import * as contract from '../contract/message-more.ts'
import type { DeliveryState } from '../domain/delivery.ts'
import { Problem } from '../domain/errors.ts'
import type { DeliveryId, EndpointId } from '../domain/ids.ts'
import { leadsToMasked, type Mask, maskedText } from '../domain/masking.ts'
import { matchEndpoint } from '../domain/matching.ts'
import type { Message } from '../domain/message.ts'
import type { Language } from '../i18n/translate.ts'
import type { EventInput } from '../intake/accept.ts'
import type { IndexedView } from '../intake/application-views.ts'
import { payloadValue } from '../intake/endpoints-for.ts'
import { absent } from './absent.ts'
import {
  answer,
  applicationOf,
  type Call,
  messageOf,
  notFound,
  type Route,
  route,
  type Services,
} from './call.ts'
import { batchItems } from './json-body.ts'
import { maskFor } from './masking.ts'
import { acceptedAnswer, eventOf, type MessageIn } from './message-create.ts'
import { issuesIn, problemOf } from './problem.ts'
import { refuse } from './validate.ts'

export const messageMoreRoutes: readonly Route[] = [
  route(contract.createMessages, async (call, services) => {
    const application = await applicationOf(call, services)
    const bytes = batchItems(call.bytesOf('messages'))
    const read = call.body.messages.map((message, at) =>
      readItem(message, bytes[at] ?? (() => null), { call, services }),
    )
    const good = read.filter((item): item is EventInput => !(item instanceof Problem))
    const events = good.map((event) => ({ ...event, application: application.id }))
    const acceptances = await services.acceptor.acceptAll(events)
    // A node that takes no more, or an application beyond its rate, refuses the batch as a whole.
    const whole = acceptances.find(({ kind }) => kind === 'application_busy')
    if (whole !== undefined) return acceptedAnswer(whole, false)
    let next = 0
    const parts = read.map((item) => {
      if (item instanceof Problem) return refusedItem(item, call.language)
      const acceptance = acceptances[next++]
      if (acceptance === undefined) throw new Error('a batch lost a result')
      try {
        const { body } = acceptedAnswer(acceptance, call.query.with_content ?? false)
        return `{"status":202,"message":${body}}`
      } catch (error) {
        return refusedItem(problemOf(error), call.language)
      }
    })
    const accepted = parts.filter((part) => part.startsWith('{"status":202')).length
    return { status: 200, body: `{"data":[${parts.join(',')}],"accepted":${accepted}}` }
  }),

  route(contract.precheckMessage, async (call, services) => {
    const application = await applicationOf(call, services)
    const view = await services.views.get(application.id)
    const { eventType, channels } = call.body
    const message = { eventType, channels: channels ?? null }
    const active =
      view?.endpoints.some((one) => matchEndpoint(view.application, one, message).matched) ?? false
    return answer(200, { active })
  }),

  route(contract.bulkExpunge, async (call, services) => {
    const application = await applicationOf(call, services)
    const results = new Map<string, 'expunged' | 'not-found'>()
    for (const id of call.body.ids ?? []) {
      const key = { applicationId: application.id, idOrEventId: id, withPayload: false }
      const message = await services.store.findMessage(key)
      const done =
        message !== null &&
        (await services.store.expungeMessage({
          applicationId: application.id,
          messageId: message.id,
        })) === 'expunged'
      results.set(id, done ? 'expunged' : 'not-found')
    }
    return answer(200, { results: Object.fromEntries(results) })
  }),

  route(contract.explainRouting, async (call, services) => {
    const { application, message } = await messageOf(call, services, true)
    const view = await services.views.get(application.id)
    if (view === null) throw notFound(absent.application)
    const deliveries = await deliveriesOf(message, services)
    const mask = await maskFor(call, services)
    const endpoints = view.endpoints.map((endpoint) => {
      const base = { endpointId: endpoint.id, url: endpoint.url }
      const delivery = deliveries.get(endpoint.id)
      if (delivery !== undefined) return { ...base, decision: 'sent' as const, ...delivery }
      const why = exclusion(view, endpoint.id, message)
      return { ...base, decision: 'excluded' as const, ...withoutMasked(why, mask) }
    })
    const known = new Set(view.endpoints.map(({ id }) => id))
    const deleted = [...deliveries]
      .filter(([id]) => !known.has(id))
      .map(([id, delivery]) => ({
        endpointId: id,
        url: null,
        decision: 'sent' as const,
        ...delivery,
      }))
    const out: Type.Static<typeof contract.RoutingOut> = {
      messageId: message.id,
      endpoints: [...endpoints, ...deleted],
    }
    return answer(200, out)
  }),
]

/** One message of a batch as an event, or why it alone is refused. */
function readItem(
  message: MessageIn,
  bytesOf: (member: string) => Uint8Array | null,
  context: { readonly call: Call<unknown, unknown>; readonly services: Services },
): EventInput | Problem {
  try {
    if (message.application !== undefined) {
      throw refuse('application', {
        en: 'a batch does not create applications',
        es: 'un lote no crea aplicaciones',
      })
    }
    const call = { ...context.call, body: message, bytesOf, idempotencyKey: null }
    return eventOf(call, context.services)
  } catch (error) {
    return problemOf(error)
  }
}

function refusedItem(problem: Problem, language: Language): string {
  return JSON.stringify({
    status: problem.status,
    code: problem.code,
    detail: problem.issues === null ? problem.detail[language] : issuesIn(problem.issues, language),
  })
}

interface SentAs {
  readonly deliveryId: DeliveryId
  readonly state: DeliveryState
}

async function deliveriesOf(
  message: Message,
  services: Services,
): Promise<ReadonlyMap<EndpointId, SentAs>> {
  const found = new Map<EndpointId, SentAs>()
  let iterator: string | null = null
  for (;;) {
    const page = await services.store.listMessageDeliveries({
      applicationId: message.applicationId,
      messageId: message.id,
      page: { limit: 250, order: 'ascending', iterator, backwards: false },
    })
    for (const { delivery } of page.items) {
      found.set(delivery.endpointId, { deliveryId: delivery.id, state: delivery.state })
    }
    iterator = page.items[page.items.length - 1]?.delivery.id ?? null
    if (page.done || iterator === null) return found
  }
}

/** Why an endpoint did not get a message, as far as the settings of now can tell. */
function exclusion(view: IndexedView, id: EndpointId, message: Message) {
  const endpoint = view.endpoint(id)
  if (endpoint === undefined) return {}
  if (endpoint.createdAt > message.createdAt) {
    return { rule: 'endpoint_newer', path: 'endpoint.createdAt' }
  }
  const routable = { ...message, payload: () => payloadValue(message.payload) }
  const match = matchEndpoint(view.application, endpoint, routable, view.filter(endpoint))
  // It would match today: its settings were others when the message came.
  if (match.matched) return { rule: 'settings_changed', path: 'endpoint.updatedAt' }
  const { rule, path, value, wanted } = match
  return { rule, path, value, wanted }
}

/** What the rule found in the payload, unless the caller may not see it. */
function withoutMasked(why: ReturnType<typeof exclusion>, mask: Mask) {
  const path = why.path?.replace(/^payload\./, '')
  const masked = why.rule === 'filter' && path !== undefined && leadsToMasked(path, mask)
  return masked ? { ...why, value: maskedText } : why
}
