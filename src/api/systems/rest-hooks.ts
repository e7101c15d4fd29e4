/**
 * REST hooks, as Zapier and its like use them: list events with samples, subscribe a target URL to
 * one event, unsubscribe. A subscription is an endpoint; a 410 from its target ends it.
 */

import * as contract from '../../contract/webhook.ts'
import type { Application } from '../../domain/application.ts'
import type { DeliveryPolicy } from '../../domain/policy.ts'
import { alike } from '../../domain/sentence.ts'
import { findSettings } from '../../intake/application-settings.ts'
import { bodyOf } from '../../profiles/body.ts'
import { profileOf } from '../../profiles/profiles.ts'
import { absent } from '../absent.ts'
import {
  answer,
  applicationOf,
  type Call,
  endpointOf,
  noContent,
  notFound,
  type Route,
  route,
  type Services,
} from '../call.ts'
import { createEndpointFrom, removeEndpoint } from '../endpoints.ts'
import { rulesOf } from './subscriptions.ts'
import { sampleOf } from './test-events.ts'
import { ruleText } from './texts.ts'

const integrationDefault = 'zapier'
const eventsMax = 250

export const restHookRoutes: readonly Route[] = [
  route(contract.listHookEvents, async (call, services) => {
    const application = await hooksApplication(call, services)
    const { catalog } = await rulesOf(application)
    const page = await services.store.listEventTypes({
      organizationId: application.organizationId,
      includeArchived: false,
      featureFlags: call.principal.featureFlags,
      withSchemas: false,
      page: { limit: eventsMax, order: 'ascending', iterator: null, backwards: false },
    })
    const own = page.items.filter(
      ({ attributes }) => catalog === null || attributes['catalog'] === catalog.name,
    )
    const samples = own.map(async ({ name, description }) => ({
      name,
      description,
      sample: await sampleBody(name, application, { services, now: call.now }),
    }))
    return answer(200, await Promise.all(samples))
  }),

  route(contract.listHookSamples, async (call, services) => {
    const application = await hooksApplication(call, services)
    const name = call.path.event_type_name
    const { organizationId } = application
    const found = await services.store.findEventType({ organizationId, name })
    if (found === null) throw notFound(absent.endpoint)
    return answer(200, [await sampleBody(name, application, { services, now: call.now })])
  }),

  route(contract.subscribeHook, async (call, services) => {
    const application = await hooksApplication(call, services)
    const { targetUrl, event, name, integration } = call.body
    const endpoint = await createEndpointFrom(
      {
        ...call,
        body: {
          url: targetUrl,
          eventTypes: [event],
          name: name ?? `${integration ?? integrationDefault}: ${event}`,
          integration: integration ?? integrationDefault,
          policy: endedByGone(profileOf(application.profile).policy),
        },
      },
      application,
      services,
    )
    return answer(201, { id: endpoint.id, targetUrl: endpoint.url, event })
  }),

  route(contract.unsubscribeHook, async (call, services) => {
    await hooksApplication(call, services)
    const { application, endpoint } = await endpointOf(call, services)
    await removeEndpoint(endpoint, { application, services, now: call.now })
    return noContent
  }),
]

/** The application, where it has these routes; without them the answer is that of no route. */
async function hooksApplication(
  call: Parameters<typeof applicationOf>[0] & Pick<Call<unknown, unknown>, 'language'>,
  services: Services,
): Promise<Application> {
  const application = await applicationOf(call, services)
  const { restHooks } = await findSettings(services.store, application.id)
  if (!restHooks) throw notFound(alike(ruleText(call.language, 'hooksOff')))
  return application
}

/** 410 ends a subscription, also where the profile takes any answer for success. */
function endedByGone({ successStatuses }: DeliveryPolicy) {
  if (successStatuses !== 'any') return { disableOnGone: true }
  return {
    disableOnGone: true,
    successStatuses: [
      [100, 409],
      [411, 599],
    ],
  }
}

/** The body that a hook would receive, made of the event type's example. */
async function sampleBody(
  eventType: string,
  application: Application,
  { services, now }: { readonly services: Services; readonly now: number },
): Promise<unknown> {
  const payload = Buffer.from(JSON.stringify(await sampleOf(eventType, application, services)))
  const bytes = bodyOf({
    profile: profileOf(application.profile),
    message: { eventType, payload, createdAt: now, attributes: {} },
    endpoint: { id: 'ep_sample', attributes: {} },
  })
  return JSON.parse(Buffer.from(bytes).toString('utf8'))
}
