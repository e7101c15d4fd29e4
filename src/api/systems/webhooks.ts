/** The list of an application's webhooks as its profile shows it, and changing several at once. */

import * as contract from '../../contract/webhook.ts'
import type { Application } from '../../domain/application.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import { profileOf } from '../../profiles/profiles.ts'
import { absent } from '../absent.ts'
import {
  answer,
  applicationOf,
  type Call,
  notFound,
  type Route,
  route,
  type Services,
} from '../call.ts'
import { changeEndpoint } from '../endpoint-changes.ts'
import { timeText } from '../times.ts'
import { codesOf, freeCode } from './endpoint-rules.ts'
import { raiseSelfEvent } from './self-events.ts'
import { checkDeletable, settingsView } from './settings.ts'
import { summaryOf } from './summary.ts'

export const webhookRoutes: readonly Route[] = [
  route(contract.listWebhooks, async (call, services) => {
    const application = await applicationOf(call, services)
    const { list } = profileOf(application.profile)
    const { query, now } = call
    const shown = (await endpointsOf(application, services))
      .filter((endpoint) => (query.show_disabled ?? list.showsDisabled) || isActive(endpoint))
      .filter(({ attributes }) => query.show_hidden === true || attributes['hidden'] !== true)
      .filter((endpoint) => isFound(endpoint, query.search))
      .reverse()
    const page = query.page ?? 1
    const slice = shown.slice((page - 1) * list.pageSize, page * list.pageSize)
    const data = slice.map(async (endpoint) => ({
      ...webhookOut(endpoint, application),
      ...(query.with_summary === true
        ? { summary: await summaryOf(endpoint, { application, services, now }) }
        : {}),
    }))
    return answer(200, {
      data: await Promise.all(data),
      total: shown.length,
      page,
      pageSize: list.pageSize,
    })
  }),

  route(contract.changeWebhooks, async (call, services) => {
    const application = await applicationOf(call, services)
    const { action, ids } = call.body
    if (action === 'delete') checkDeletable(application, call.language)
    const all = await endpointsOf(application, services)
    const chosen = ids.map((id) => all.find((endpoint) => endpoint.id === id))
    if (chosen.includes(undefined)) throw notFound(absent.endpoint)
    for (const endpoint of chosen) {
      if (endpoint === undefined) continue
      await change(endpoint, action, { application, services, call })
    }
    return answer(200, { changed: ids })
  }),

  route(contract.suggestEndpointCode, async (call, services) => {
    const application = await applicationOf(call, services)
    const taken = codesOf(await endpointsOf(application, services))
    return answer(200, { code: freeCode(call.query.name, taken) })
  }),
]

/** Every endpoint of the application, oldest first. */
async function endpointsOf(
  application: Application,
  services: Services,
): Promise<readonly Endpoint[]> {
  const view = await services.store.loadApplicationView(application.id)
  return [...(view?.endpoints ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function isActive(endpoint: Endpoint): boolean {
  return endpoint.disabledAt === null
}

function isFound(endpoint: Endpoint, search: string | undefined): boolean {
  if (search === undefined || search.trim() === '') return true
  const wanted = search.trim().toLowerCase()
  const { name, integration, trigger } = endpoint.attributes
  return [name, integration, trigger, endpoint.url, ...(endpoint.eventTypes ?? [])].some(
    (text) => typeof text === 'string' && text.toLowerCase().includes(wanted),
  )
}

function webhookOut(endpoint: Endpoint, application: Application) {
  return {
    id: endpoint.id,
    url: endpoint.url,
    description: endpoint.description,
    active: isActive(endpoint),
    eventTypes: endpoint.eventTypes,
    ...settingsView(endpoint, application),
    createdAt: timeText(endpoint.createdAt),
    updatedAt: timeText(endpoint.updatedAt),
  }
}

async function change(
  endpoint: Endpoint,
  action: 'activate' | 'deactivate' | 'delete',
  context: {
    readonly application: Application
    readonly services: Services
    readonly call: Pick<Call<unknown, unknown>, 'principal' | 'path' | 'now'>
  },
): Promise<void> {
  const { application, services, call } = context
  const { now } = call
  if (action === 'delete') {
    await services.store.deleteEndpoint({
      applicationId: application.id,
      endpointId: endpoint.id,
      now,
    })
    services.views.invalidate(application.id)
    return raiseSelfEvent('deleted', endpoint, { application, services, now })
  }
  const active = action === 'activate'
  if (active === isActive(endpoint)) return
  const path = { ...call.path, endpoint_id: endpoint.id }
  const { before, after } = await changeEndpoint(
    { ...call, path, ifMatch: null },
    services,
    (found) => ({
      ...found.endpoint,
      disabledAt: active ? null : now,
      disabledReason: active ? null : 'manual',
    }),
  )
  return raiseSelfEvent('updated', after, { application, services, now, before })
}
