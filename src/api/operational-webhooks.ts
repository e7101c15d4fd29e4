/**
 * The receivers of operational webhooks are endpoints of the organisation's hidden application:
 * each operation here is the one on endpoints, called in that application's name.
 */
import type Type from 'typebox'
import * as endpoint from '../contract/endpoint.ts'
import type { AnyOperation, Operation } from '../contract/operation.ts'
import * as contract from '../contract/operational-webhook.ts'
import type { Application } from '../domain/application.ts'
import { storedIn } from '../domain/attempt-sentences.ts'
import { Problem, problems } from '../domain/errors.ts'
import { isId, type OrganizationId } from '../domain/ids.ts'
import type { Message } from '../domain/message.ts'
import { managementOrganization, operationalTypes } from '../intake/operational-events.ts'
import {
  type Answer,
  answer,
  type Call,
  endpointOf,
  type Route,
  route,
  type Services,
} from './call.ts'
import { endpointSecretRoutes } from './endpoint-secrets.ts'
import { endpointRoutes } from './endpoints.ts'
import { refuse } from './validate.ts'

/** Each operation here with the one on endpoints that it is. */
const pairs: readonly (readonly [AnyOperation, AnyOperation])[] = [
  [contract.listOperationalEndpoints, endpoint.listEndpoints],
  [contract.createOperationalEndpoint, endpoint.createEndpoint],
  [contract.getOperationalEndpoint, endpoint.getEndpoint],
  [contract.updateOperationalEndpoint, endpoint.updateEndpoint],
  [contract.deleteOperationalEndpoint, endpoint.deleteEndpoint],
  [contract.getOperationalSecret, endpoint.getEndpointSecret],
  [contract.rotateOperationalSecret, endpoint.rotateEndpointSecret],
  [contract.getOperationalHeaders, endpoint.getEndpointHeaders],
  [contract.updateOperationalHeaders, endpoint.updateEndpointHeaders],
]

export const operationalWebhookRoutes: readonly Route[] = [
  ...pairs.map(([operation, regular]) => inHiddenApplication(operation, regular)),

  route(contract.testOperationalEndpoint, async (call, services) => {
    const { direct } = services
    if (direct == null) throw new Problem(problems.unavailable)
    await ensureHidden(call.principal.organizationId, call.now, services)
    const { application, endpoint } = await endpointOf(inHidden(call), services)
    const message = exampleNotice(application, call, services)
    const { outcome, succeeded } = await direct.send({ application, endpoint, message })
    const answered = outcome.kind === 'answered'
    return answer(200, {
      succeeded,
      status: answered ? outcome.status : null,
      detail: answered
        ? Buffer.from(outcome.body).toString('utf8').slice(0, 500)
        : storedIn(call.language, outcome),
    })
  }),
]

function inHidden<Query, Body>(call: Call<Query, Body>): Call<Query, Body> {
  const { organizationId } = call.principal
  return {
    ...call,
    principal: { ...call.principal, organizationId: managementOrganization },
    path: { ...call.path, app_id: organizationId },
  }
}

/** Of an example, which is never stored. */
const retentionMs = 86_400_000

/** That an endpoint fails, with names that show that it is an example. */
function exampleNotice(
  application: Application,
  { language, now }: Pick<Call<unknown, unknown>, 'language' | 'now'>,
  services: Services,
): Message {
  const failSince = new Date(now - 15 * 60_000).toISOString()
  const data = { appId: 'app_example', appUid: 'example', endpointId: 'ep_example', failSince }
  const body = { type: 'endpoint.failing', timestamp: new Date(now).toISOString(), data }
  const [app, endpoint] = language === 'es' ? ['Ejemplo', 'Prueba'] : ['Example', 'Test']
  return {
    id: services.ids.next('message'),
    applicationId: application.id,
    eventType: body.type,
    eventId: null,
    channels: null,
    tags: null,
    payload: Buffer.from(JSON.stringify(body)),
    contentType: 'application/json',
    createdAt: now,
    deliverAt: null,
    payloadExpiresAt: now + retentionMs,
    attributes: { about: { application: app, endpoint, link: services.config.publicUrl } },
  }
}

type AnyHandler = (call: Call<unknown, unknown>, services: Services) => Promise<Answer> | Answer

function inHiddenApplication(
  operation: Operation<Type.TSchema, Type.TSchema | null>,
  regular: AnyOperation,
): Route {
  const found = [...endpointRoutes, ...endpointSecretRoutes].find(
    (one) => one.operation.id === regular.id,
  )
  if (found === undefined) throw new Error(`${regular.id} has no route`)
  const handle = found.handle as AnyHandler // both operations have the same query and body schemas
  const hidden: AnyHandler = async (call, services) => {
    const { organizationId } = call.principal
    const channels: unknown = Object(call.body)['channels']
    if (channels != null)
      throw refuse('channels', {
        en: 'operational webhooks have no channels',
        es: 'los webhooks operativos no tienen canales',
      })
    await ensureHidden(organizationId, call.now, services)
    return handle(inHidden(call), services)
  }
  return { operation, handle: hidden as Route['handle'] } // read by the same operation's schemas
}

/** The hidden application of an organisation, made where it is not there yet. */
export async function hiddenApplicationOf(
  organizationId: OrganizationId,
  now: number,
  services: Services,
): Promise<Application> {
  await ensureHidden(organizationId, now, services)
  const key = { organizationId: managementOrganization, idOrUid: organizationId }
  const found = await services.store.findApplication(key)
  if (found === null) throw new Error('the hidden application was just made')
  return found
}

/** The hidden application of an organisation, and the types that its endpoints may ask for. */
async function ensureHidden(
  organizationId: OrganizationId,
  now: number,
  services: Services,
): Promise<void> {
  if (!isId('organization', organizationId)) throw new Error('not an organisation')
  // Types that a later version added are missing where the application is there already.
  const missing = await services.store.missingEventTypes({
    organizationId: managementOrganization,
    names: operationalTypes,
  })
  for (const name of missing) {
    await services.store.putEventType({
      organizationId: managementOrganization,
      name,
      description: '',
      archived: false,
      deprecated: false,
      schemas: null,
      featureFlags: [],
      groupName: null,
      attributes: {},
      createdAt: now,
      updatedAt: now,
    })
  }
  const known = services.views.peek(managementOrganization, organizationId)
  if (known !== undefined) return
  const key = { organizationId: managementOrganization, idOrUid: organizationId }
  if ((await services.store.findApplication(key)) !== null) return
  await services.store.createApplication(hiddenApplication(organizationId, now, services))
}

function hiddenApplication(
  organizationId: OrganizationId,
  now: number,
  services: Services,
): Application {
  return {
    id: services.ids.next('application'),
    organizationId: managementOrganization,
    uid: organizationId,
    name: 'Operational webhooks',
    metadata: {},
    throttleRate: null,
    profile: 'standard',
    enabled: true,
    configVersion: 1,
    createdAt: now,
    updatedAt: now,
  }
}
