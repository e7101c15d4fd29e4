import type Type from 'typebox'
import * as contract from '../contract/endpoint.ts'
import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { parseFilter } from '../domain/filter.ts'
import { idPrefixes } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { type PolicyOverrides, standardPolicy } from '../domain/policy.ts'
import { isTypeRule } from '../domain/type-rule.ts'
import type { Language } from '../i18n/translate.ts'
import { keepRunCount } from '../intake/run-count.ts'
import { profileOf } from '../profiles/profiles.ts'
import { absent } from './absent.ts'
import {
  type Answer,
  answer,
  applicationOf,
  type Call,
  conflict,
  endpointOf,
  noContent,
  notFound,
  type Route,
  route,
  type Services,
} from './call.ts'
import {
  announceChange,
  type ChangedEndpoint,
  changeEndpoint,
  endpointUidTaken,
  profileChanged,
} from './endpoint-changes.ts'
import { endpointSought, soughtEndpoints } from './endpoint-list.ts'
import { newSecret } from './endpoint-secrets.ts'
import { checkMetadata, checkOutboundUrl, checkText, checkUid, rateOf } from './fields.ts'
import { checkHeaders } from './header-rules.ts'
import { checkMailUrl, isNoticeUrl, noticeView, onItsChannel, withNotice } from './notices.ts'
import { listText, pageRequest } from './pagination.ts'
import { lookedText } from './sought.ts'
import { oneAtATime } from './systems/one-at-a-time.ts'
import { raiseSelfEvent } from './systems/self-events.ts'
import { applySettings, checkDeletable, confirmCreated, settingsView } from './systems/settings.ts'
import { broughtSecret } from './systems/signing-key.ts'
import { refuseMissing, rulesOf, subscribedNames } from './systems/subscriptions.ts'
import { refuser } from './systems/texts.ts'
import { timeText } from './times.ts'
import { refuse } from './validate.ts'

type EndpointIn = Type.Static<typeof contract.EndpointIn>
type EndpointPatch = Type.Static<typeof contract.EndpointPatch>

export const endpointRoutes: readonly Route[] = [
  route(contract.listEndpoints, async (call, services) => {
    const application = await applicationOf(call, services)
    const page = pageRequest(call.query, { kind: 'endpoint', order: 'descending' })
    const sought = endpointSought(call.query)
    const render = (item: Endpoint) => JSON.stringify(endpointOut(item, application, services))
    const idOf = (item: Endpoint) => item.id
    if (sought === null) {
      const all = await services.store.listEndpoints({ applicationId: application.id, page })
      return { status: 200, body: listText(all, { idOf, render }) }
    }
    const found = await soughtEndpoints(sought, { application, services, page, now: call.now })
    return { status: 200, body: listText(found, { idOf, render, more: lookedText(found) }) }
  }),

  route(contract.createEndpoint, async (call, services) => {
    const application = await applicationOf(call, services)
    return create(call, application, services)
  }),

  route(contract.getEndpoint, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    return answer(200, endpointOut(endpoint, application, services))
  }),

  route(contract.updateEndpoint, async (call, services) => {
    const application = await applicationOf(call, services)
    const found = await services.store.findEndpoint({
      applicationId: application.id,
      idOrUid: call.path.endpoint_id,
    })
    if (found === null) return create(call, application, services)
    const fresh = await newEndpoint(call, application, services)
    const context = { application, services, language: call.language, now: call.now }
    return oneAtATime(application.id, async () => {
      const changed = await changeEndpoint(
        call,
        services,
        async ({ endpoint }) => {
          const replaced = onItsChannel(endpoint, replacing(endpoint, fresh, call), application)
          const applied = await applySettings(replaced, call.body, { ...context, found: endpoint })
          return withNotice(withFilter(applied, call.body), call.body, application)
        },
        application,
      )
      return saved(changed, context)
    })
  }),

  route(contract.patchEndpoint, async (call, services) =>
    patchOne(call, await applicationOf(call, services), services),
  ),

  route(contract.deleteEndpoint, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    checkDeletable(application, call.language)
    await removeEndpoint(endpoint, { application, services, now: call.now })
    return noContent
  }),
]

type EndpointCall = Pick<Call<unknown, EndpointIn>, 'body' | 'now' | 'language'>

async function create(
  call: EndpointCall,
  application: Application,
  services: Services,
): Promise<Answer> {
  const created = await createEndpointFrom(call, application, services)
  return answer(201, endpointOut(created, application, services))
}

/** Creates the endpoint that the body describes, under the rules of the application's profile. */
export async function createEndpointFrom(
  call: EndpointCall,
  application: Application,
  services: Services,
): Promise<Endpoint> {
  const { body, language, now } = call
  const context = { application, services, language, now }
  const fresh = await newEndpoint(call, application, services)
  const created = await oneAtATime(application.id, async () => {
    const whole = { ...fresh, headers: fresh.headers ?? {} }
    const applied = await applySettings(whole, body, { ...context, found: null })
    const settled = withNotice(withFilter(applied, body), body, application)
    const stored = await services.store.createEndpoint(settled, application)
    if (typeof stored === 'object') await confirmCreated(stored, context)
    return stored
  })
  services.views.invalidate(application.id)
  if (created === 'uid_taken') throw conflict(endpointUidTaken)
  if (created === 'application_not_found') throw notFound(absent.application)
  if (created === 'profile_changed') throw conflict(profileChanged)
  if (profileOf(application.profile).rules.countsRuns) await keepRunCount(services.store, created)
  await raiseSelfEvent('created', created, { application, services, now })
  await announceChange(null, created, { application, services, now })
  return created
}

/** Deletes an endpoint; 404 when it is gone already. */
export async function removeEndpoint(
  endpoint: Endpoint,
  context: {
    readonly application: Application
    readonly services: Services
    readonly now: number
  },
): Promise<void> {
  const { application, services, now } = context
  const result = await services.store.deleteEndpoint({
    applicationId: application.id,
    endpointId: endpoint.id,
    now,
  })
  services.views.invalidate(application.id)
  if (result === 'not_found') throw notFound(absent.endpoint)
  await raiseSelfEvent('deleted', endpoint, context)
  await announceChange(endpoint, null, context)
}

/** `headers` is null when they were not given. */
type Fresh = Omit<Endpoint, 'headers'> & { readonly headers: Endpoint['headers'] | null }

/** The endpoint that the body describes. */
async function newEndpoint(
  call: EndpointCall,
  application: Application,
  services: Services,
): Promise<Fresh> {
  const { body, now, language } = call
  return {
    id: services.ids.next('endpoint'),
    applicationId: application.id,
    uid: checkUid(body.uid, idPrefixes.endpoint),
    url: isNoticeUrl(body.url, application)
      ? checkMailUrl(body.url, services)
      : checkUrl(body.url, services),
    description: checkText(body.description ?? '', 'description'),
    version: body.version ?? 1,
    transport: 'http',
    disabledAt: body.disabled === true ? now : null,
    disabledReason: body.disabled === true ? 'manual' : null,
    pausedAt: body.paused === true ? now : null,
    eventTypes: (await checkEventTypes(body, { application, services, language })) ?? null,
    channels: emptyIsNull(body.channels) ?? null,
    metadata: checkMetadata(body.metadata),
    throttleRate: rateOf(body) ?? null,
    secrets: [{ key: secretOf(body, application, services), createdAt: now, expiresAt: null }],
    headers:
      body.headers === undefined || body.headers === null
        ? null
        : checkHeaders(body.headers, {
            allowed: profileOf(application.profile).replaceableHeaders,
          }),
    policy: policyOf(body, {}),
    attributes: {},
    createdAt: now,
    updatedAt: now,
  }
}

function secretOf(
  { secret }: Pick<EndpointIn, 'secret'>,
  application: Application,
  services: Services,
): string {
  return newSecret(secret == null ? null : broughtSecret(secret, application), services)
}

/** Changes what the body gives of the endpoint of the path. */
export function patchOne(
  call: Pick<
    Call<unknown, EndpointPatch>,
    'principal' | 'path' | 'body' | 'now' | 'ifMatch' | 'language'
  >,
  application: Application,
  services: Services,
): Promise<Answer> {
  const context = { application, services, language: call.language, now: call.now }
  return oneAtATime(application.id, async () => {
    const changed = await changeEndpoint(
      call,
      services,
      async ({ endpoint }) => {
        const patched = await patch(endpoint, call.body, { call, application, services })
        const applied = await applySettings(patched, call.body, { ...context, found: endpoint })
        return withFilter(applied, call.body)
      },
      application,
    )
    return saved(changed, context)
  })
}

async function patch(
  found: Endpoint,
  body: EndpointPatch,
  context: {
    readonly call: Pick<Call<unknown, unknown>, 'now' | 'language'>
    readonly application: Application
    readonly services: Services
  },
): Promise<Endpoint> {
  const { call, application, services } = context
  const { language } = call
  const eventTypes = await checkEventTypes(body, { application, services, language })
  const rate = rateOf(body)
  if (body.secret !== undefined) {
    throw refuse('secret', {
      en: 'rotate the secret at /secret/rotate, where the old one can overlap',
      es: 'el secreto se rota en /secret/rotate, donde el anterior puede seguir un tiempo',
    })
  }
  return {
    ...found,
    url: body.url === undefined ? found.url : checkUrl(body.url, services),
    uid: body.uid === undefined ? found.uid : checkUid(body.uid, idPrefixes.endpoint),
    description:
      body.description === undefined
        ? found.description
        : checkText(body.description, 'description'),
    version: body.version ?? found.version,
    ...switches(found, body, call.now),
    eventTypes: eventTypes === undefined ? found.eventTypes : eventTypes,
    channels: body.channels === undefined ? found.channels : emptyIsNull(body.channels),
    metadata: body.metadata === undefined ? found.metadata : checkMetadata(body.metadata),
    throttleRate: rate === undefined ? found.throttleRate : rate,
    headers:
      body.headers === undefined || body.headers === null
        ? found.headers
        : checkHeaders(body.headers, {
            allowed: profileOf(application.profile).replaceableHeaders,
          }),
    policy: policyOf(body, found.policy),
  }
}

/** `disabled` and `paused` are times in the store: a switch that does not move keeps its time. */
function switches(
  found: Endpoint,
  body: { readonly disabled?: boolean; readonly paused?: boolean },
  now: number,
): Pick<Endpoint, 'disabledAt' | 'disabledReason' | 'pausedAt'> {
  const disabled = body.disabled ?? found.disabledAt !== null
  const paused = body.paused ?? found.pausedAt !== null
  return {
    disabledAt: disabled ? (found.disabledAt ?? now) : null,
    disabledReason: disabled ? (found.disabledReason ?? 'manual') : null,
    pausedAt: paused ? (found.pausedAt ?? now) : null,
  }
}

function checkUrl(text: string, services: Services): string {
  const url = checkOutboundUrl(text, services)
  if (url.length <= limits.urlLengthMax) return url
  throw refuse('url', { en: 'the URL is too long', es: 'la URL es demasiado larga' })
}

/** Undefined: not given; null: all. Each type must exist and not be archived; a rule may wait for its types. */
async function checkEventTypes(
  body: Pick<EndpointPatch, 'eventTypes' | 'filterTypes' | 'context'>,
  context: {
    readonly application: Application
    readonly services: Services
    readonly language: Language
  },
): Promise<readonly string[] | null | undefined> {
  const { application, services, language } = context
  const given = body.eventTypes === undefined ? body.filterTypes : body.eventTypes
  const wanted = emptyIsNull(given)
  if (wanted === undefined || wanted === null) return wanted
  const rules = await rulesOf(application)
  const asked = refuser(language)
  const names = subscribedNames(wanted, rules, asked, body.context ?? undefined)
  const missing = await services.store.missingEventTypes({
    organizationId: application.organizationId,
    names: names.filter((name) => !isTypeRule(name)),
  })
  refuseMissing(missing, rules, asked)
  return names
}

function emptyIsNull<Given extends readonly string[] | null | undefined>(list: Given) {
  return list?.length === 0 ? null : list
}

function policyOf(
  body: Pick<EndpointPatch, 'policy' | 'ordering'>,
  found: PolicyOverrides,
): PolicyOverrides {
  const given = body.policy as PolicyOverrides | undefined // the same members, checked by schema
  const policy = given ?? found
  return body.ordering === undefined ? policy : { ...policy, ordering: body.ordering }
}

/** The endpoint with the body's payload filter, checked; what the body leaves out stays. */
function withFilter(endpoint: Endpoint, body: Pick<EndpointPatch, 'filter'>): Endpoint {
  if (body.filter === undefined) return endpoint
  const { filter: _, ...attributes } = endpoint.attributes
  if (body.filter === null) return { ...endpoint, attributes }
  const parsed = parseFilter(body.filter)
  if (!parsed.ok) {
    const names = parsed.fault.path.split('/').filter((name) => name !== '')
    throw refuse(['filter', ...names], parsed.fault.reason)
  }
  return { ...endpoint, attributes: { ...attributes, filter: body.filter } }
}

/** What a PUT makes of the endpoint that is there; `fresh`: as if it were new. */
function replacing(
  found: Endpoint,
  fresh: Fresh,
  { body, now }: Pick<EndpointCall, 'body' | 'now'>,
): Endpoint {
  return {
    ...fresh,
    id: found.id,
    secrets: found.secrets,
    headers: fresh.headers ?? found.headers,
    attributes: found.attributes,
    transport: found.transport,
    ...(found.credentials === undefined ? {} : { credentials: found.credentials }),
    // Clients that know only Svix's fields must not undo ours: absent means unchanged.
    policy: policyOf(body, found.policy),
    ...switches(found, { ...body, disabled: body.disabled ?? false }, now),
    createdAt: found.createdAt,
  }
}

async function saved(
  { application, before, after }: ChangedEndpoint,
  { services, now }: { readonly services: Services; readonly now: number },
): Promise<Answer> {
  await raiseSelfEvent('updated', after, { application, services, now, before })
  await announceChange(before, after, { application, services, now })
  return answer(200, endpointOut(after, application, services))
}

export function endpointOut(
  endpoint: Endpoint,
  application: Pick<Application, 'profile'>,
  services: Pick<Services, 'profilePolicy'>,
): Type.Static<typeof contract.EndpointOut> {
  const profile = services.profilePolicy(application.profile) ?? standardPolicy
  return {
    id: endpoint.id,
    uid: endpoint.uid,
    url: endpoint.url,
    description: endpoint.description,
    version: endpoint.version,
    disabled: endpoint.disabledAt !== null,
    disabledReason: endpoint.disabledReason,
    paused: endpoint.pausedAt !== null,
    eventTypes: endpoint.eventTypes === null ? null : [...endpoint.eventTypes],
    filterTypes: endpoint.eventTypes === null ? null : [...endpoint.eventTypes],
    channels: endpoint.channels === null ? null : [...endpoint.channels],
    throttleRate: endpoint.throttleRate,
    rateLimit: endpoint.throttleRate,
    metadata: { ...endpoint.metadata },
    ordering: endpoint.policy.ordering ?? profile.ordering,
    policy: endpoint.policy as Type.Static<typeof contract.EndpointOut>['policy'], // the same members, read-only
    filter: (endpoint.attributes['filter'] as Record<string, unknown> | undefined) ?? null, // checked on the way in
    ...settingsView(endpoint, application),
    ...noticeView(endpoint),
    createdAt: timeText(endpoint.createdAt),
    updatedAt: timeText(endpoint.updatedAt),
  }
}
