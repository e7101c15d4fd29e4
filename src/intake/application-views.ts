/**
 * What accepting and sending need to know of an application, kept in memory: a bounded cache of
 * `ApplicationView` with an index of endpoints by event type, so that a message looks only at the
 * endpoints that may want it, even among ten thousand.
 *
 * A view may be old. Writers on this node call `invalidate`; the accept transaction compares
 * `configVersion` and answers `stale`, so an old view never decides where a message goes.
 */
import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { type Filter, parseFilter } from '../domain/filter.ts'
import type { ApplicationId, EndpointId, OrganizationId } from '../domain/ids.ts'
import { type DeliveryPolicy, resolvePolicy, standardPolicy } from '../domain/policy.ts'
import { isTypeRule, longestRule, wantsType } from '../domain/type-rule.ts'
import type { ApplicationStore } from '../store/port/applications.ts'
import type { ApplicationView, EndpointStore } from '../store/port/endpoints.ts'
import type { RecordStore } from '../store/port/records.ts'
import { type ApplicationSettings, defaultSettings, findSettings } from './application-settings.ts'

/** An application's view with what was computed from it once. */
export interface IndexedView extends ApplicationView {
  readonly settings: ApplicationSettings
  endpoint(id: EndpointId): Endpoint | undefined
  /** Enabled endpoints that want that event type, in order of id. Empty when switched off. */
  candidates(eventType: string): readonly Endpoint[]
  policy(endpoint: Endpoint): DeliveryPolicy
  /** The payload filter, read once; null: every payload. */
  filter(endpoint: Endpoint): Filter | null
}

export interface ApplicationViews {
  /** By id or uid, in one organisation. Null when there is none. */
  find(organizationId: OrganizationId, idOrUid: string): Promise<IndexedView | null>
  /** The same without asking the store; undefined when it is not in memory. */
  peek(organizationId: OrganizationId, idOrUid: string): IndexedView | undefined
  get(applicationId: ApplicationId): Promise<IndexedView | null>
  /** Drops what is kept of an application: called after each change of it or of its endpoints. */
  invalidate(applicationId: ApplicationId): void
  /** Drops that view if it is still the one that is kept: what others loaded since stays. */
  outdated(view: IndexedView): void
  /** What is in memory now, with the version it has. */
  kept(): readonly {
    readonly applicationId: ApplicationId
    readonly configVersion: number
  }[]
}

const viewsMaxDefault = 10_000
/** Endpoints kept, over all applications: bounds memory when applications are large. */
const endpointsMax = 200_000

interface Kept {
  readonly view: IndexedView
  /** Asked for since it was kept, or since room was last made: it stays once when room is made. */
  used: boolean
}

export type ProfilePolicy = (profile: string) => DeliveryPolicy

export function applicationViews(deps: {
  readonly store: Pick<EndpointStore, 'loadApplicationView'> &
    Pick<ApplicationStore, 'findApplication'> &
    Pick<RecordStore, 'findRecord'>
  /** The policy that a profile gives; `standard` for all when absent. */
  readonly profilePolicy?: ProfilePolicy
  /** Views kept. Default 10,000. */
  readonly viewsMax?: number
}): ApplicationViews {
  const { viewsMax = viewsMaxDefault } = deps
  const profilePolicy = deps.profilePolicy ?? (() => standardPolicy)
  const views = new Map<ApplicationId, Kept>()
  /** By id and by uid, those that are kept. */
  const names = new Map<OrganizationId, Map<string, Kept>>()
  const loading = new Map<ApplicationId, Promise<IndexedView | null>>()
  const finding = new Map<string, Promise<Application | null>>()
  let endpoints = 0

  const invalidate = (id: ApplicationId): void => {
    loading.delete(id)
    const kept = views.get(id)
    if (kept === undefined) return
    views.delete(id)
    endpoints -= kept.view.endpoints.length
    const { organizationId } = kept.view.application
    for (const name of namesOf(kept.view)) names.get(organizationId)?.delete(name)
    if (names.get(organizationId)?.size === 0) names.delete(organizationId)
  }
  const keep = (view: IndexedView): void => {
    const { id, organizationId } = view.application
    invalidate(id)
    const kept: Kept = { view, used: false }
    views.set(id, kept)
    endpoints += view.endpoints.length
    const named = names.get(organizationId) ?? new Map<string, Kept>()
    names.set(organizationId, named)
    for (const name of namesOf(view)) named.set(name, kept)
    while (views.size > viewsMax || (endpoints > endpointsMax && views.size > 1)) makeRoom(kept)
  }
  /** The one loaded longest ago goes, unless it was used since: then it has another turn. */
  const makeRoom = (newest: Kept): void => {
    for (const [id, kept] of views) {
      if (kept === newest) continue
      if (!kept.used) {
        invalidate(id)
        return
      }
      kept.used = false
      views.delete(id) // maps keep the order of insertion
      views.set(id, kept)
    }
  }
  const load = (id: ApplicationId): Promise<IndexedView | null> => {
    const running = loading.get(id)
    if (running !== undefined) return running
    const started = deps.store.loadApplicationView(id).then(async (loaded) => {
      // Read after the view: writers store settings first and move its version then.
      const settings = loaded === null ? null : await findSettings(deps.store, id)
      const view =
        loaded === null || settings === null ? null : indexView(loaded, profilePolicy, settings)
      // An invalidation while it was loading forbids keeping it.
      if (view !== null && loading.get(id) === started) keep(view)
      return view
    })
    loading.set(id, started)
    return started.finally(() => {
      if (loading.get(id) === started) loading.delete(id)
    })
  }
  /** Callers of the same moment share the question: after an invalidation there may be hundreds. */
  const find = (organizationId: OrganizationId, idOrUid: string): Promise<Application | null> => {
    const name = `${organizationId}/${idOrUid}`
    const running = finding.get(name)
    if (running !== undefined) return running
    const started = deps.store.findApplication({ organizationId, idOrUid })
    finding.set(name, started)
    return started.finally(() => finding.delete(name))
  }
  const peek = (organizationId: OrganizationId, idOrUid: string): IndexedView | undefined => {
    const kept = names.get(organizationId)?.get(idOrUid)
    if (kept !== undefined) kept.used = true
    return kept?.view
  }
  return {
    peek,
    invalidate,
    outdated(view) {
      if (views.get(view.application.id)?.view === view) invalidate(view.application.id)
    },
    kept: () =>
      [...views.values()].map(({ view: { application } }) => ({
        applicationId: application.id,
        configVersion: application.configVersion,
      })),
    get: async (id) => views.get(id)?.view ?? (await load(id)),
    async find(organizationId, idOrUid) {
      const known = peek(organizationId, idOrUid)
      if (known !== undefined) return known
      const application = await find(organizationId, idOrUid)
      return application === null ? null : load(application.id)
    },
  }
}

function namesOf({ application: { id, uid } }: IndexedView): readonly string[] {
  return uid === null ? [id] : [id, uid]
}

export function indexView(
  view: ApplicationView,
  profilePolicy: ProfilePolicy,
  settings: ApplicationSettings = defaultSettings,
): IndexedView {
  const byId = new Map(view.endpoints.map((endpoint) => [endpoint.id, endpoint]))
  const policies = new Map<EndpointId, DeliveryPolicy>()
  let resolvedFrom: DeliveryPolicy | null = null
  const filters = new Map<EndpointId, Filter | null>()
  const live = view.application.enabled
    ? view.endpoints.filter((endpoint) => endpoint.disabledAt === null)
    : []
  const candidates = new Map<string, readonly Endpoint[]>()
  const toAll = live.filter((endpoint) => endpoint.eventTypes === null)
  const named = new Set(live.flatMap((endpoint) => endpoint.eventTypes ?? []))
  const rules = new Set([...named].filter(isTypeRule))
  return {
    ...view,
    settings,
    endpoint: (id) => byId.get(id),
    candidates(eventType) {
      // Types that nobody names share the answer of their longest rule: as many are kept as there
      // are names and rules, however many types come.
      const key = named.has(eventType) ? eventType : longestRule(rules, eventType)
      if (key === null) return toAll
      let found = candidates.get(key)
      if (found === undefined) {
        found = live.filter((endpoint) => wantsType(endpoint.eventTypes, eventType))
        candidates.set(key, found)
      }
      return found
    },
    filter(endpoint) {
      let filter = filters.get(endpoint.id)
      if (filter === undefined) {
        filter = filterOf(endpoint)
        filters.set(endpoint.id, filter)
      }
      return filter
    },
    policy(endpoint) {
      const ofProfile = profilePolicy(view.application.profile)
      if (ofProfile !== resolvedFrom) {
        policies.clear()
        resolvedFrom = ofProfile
      }
      let policy = policies.get(endpoint.id)
      if (policy === undefined) {
        policy = resolvePolicy(ofProfile, endpoint.policy)
        policies.set(endpoint.id, policy)
      }
      return policy
    },
  }
}

/** Null: none. It was checked when it was saved; one that cannot be read lets nothing through. */
export function filterOf(endpoint: Pick<Endpoint, 'attributes'>): Filter | null {
  const given = endpoint.attributes['filter']
  if (given === undefined || given === null) return null
  const parsed = parseFilter(given)
  return parsed.ok ? parsed.filter : { kind: 'or', parts: [] }
}
