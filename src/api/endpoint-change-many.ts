/** One change to many endpoints, a part at a time, each under its own rules and with its own audit entry. */
import type Type from 'typebox'
import { changeEndpoints, changePartMax } from '../contract/endpoint-change.ts'
import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { EndpointSought } from '../domain/endpoint-sought.ts'
import { Problem } from '../domain/errors.ts'
import { type EndpointId, isId } from '../domain/ids.ts'
import { changedTypes, type TypeChange } from '../domain/type-choice.ts'
import { isTypeRule } from '../domain/type-rule.ts'
import type { PageRequest } from '../store/port/page.ts'
import { answer, applicationOf, type Call, type Route, route, type Services } from './call.ts'
import { endpointSought, soughtEndpoints } from './endpoint-list.ts'
import { patchOne, removeEndpoint } from './endpoints.ts'
import { pageRequest } from './pagination.ts'
import { checkDeletable } from './systems/settings.ts'
import { refuse } from './validate.ts'

type ChangeBody = Type.Static<typeof changeEndpoints.body>
/** What is asked, of whatever asks it: a request, or a job that goes on behind one. */
interface ChangeCall
  extends Pick<Call<unknown, unknown>, 'principal' | 'path' | 'language' | 'now'> {
  readonly body: Pick<ChangeBody, 'action' | 'eventTypes'>
}
type Patch = Parameters<typeof patchOne>[0]['body']

export interface ChangeContext {
  readonly application: Application
  readonly services: Services
  readonly call: ChangeCall
}

export const endpointChangeRoutes: readonly Route[] = [
  route(changeEndpoints, async (call, services) => {
    const application = await applicationOf(call, services)
    const context = { application, services, call }
    const changeOf = await changes(context)
    const page = await chosen(call.body, context)
    const changed: string[] = []
    const refused: { id: string; code: string }[] = []
    for (const endpoint of page.items) {
      const change = changeOf(endpoint)
      const problem = change === null ? null : await refusalOf(() => change(services))
      if (problem === null && change !== null) changed.push(endpoint.id)
      // One that is not there went meanwhile.
      if (problem !== null && problem.status !== 404) {
        refused.push({ id: endpoint.id, code: problem.code })
      }
    }
    const unchanged = page.items.length - changed.length - refused.length
    return answer(200, { changed, unchanged, refused, iterator: page.iterator, done: page.done })
  }),
]

/** Why it cannot be done, by its own rules; null: it was done. */
export async function refusalOf(work: () => Promise<unknown>): Promise<Problem | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error
    return error
  }
}

type Change = (services: Services) => Promise<unknown>

/** What is done to each; null: it is so already. */
export async function changes(
  context: ChangeContext,
): Promise<(endpoint: Endpoint) => Change | null> {
  const { application, call } = context
  const { action } = call.body
  checkTypesGiven(call.body)
  if (action === 'delete') {
    checkDeletable(application, call.language)
    return (endpoint) => (services) =>
      removeEndpoint(endpoint, { application, services, now: call.now })
  }
  const types = byTypes(action) ? await typeChangeOf(context) : null
  return (endpoint) => {
    const body = types === null ? switchOf(action, endpoint) : typesOf(endpoint, types)
    if (body === null) return null
    const path = { ...call.path, endpoint_id: endpoint.id }
    return (services) => patchOne({ ...call, path, body, ifMatch: null }, application, services)
  }
}

function byTypes(action: ChangeBody['action']): boolean {
  return action === 'add-event-types' || action === 'remove-event-types'
}

/** 422 for types where none belong, and for none where they do. */
export function checkTypesGiven({ action, eventTypes }: ChangeCall['body']): void {
  if (byTypes(action) !== (eventTypes != null)) throw refuse('eventTypes', typesGoWithTypes)
}

const typesGoWithTypes = {
  en: 'goes with `add-event-types` and `remove-event-types`, and is needed there',
  es: 'va con `add-event-types` y `remove-event-types`, y ahí es necesario',
}

/** Null: it is so already. */
function switchOf(action: string, { disabledAt, pausedAt }: Endpoint): Patch | null {
  switch (action) {
    case 'pause':
      return pausedAt === null ? { paused: true } : null
    case 'resume':
      return pausedAt === null ? null : { paused: false }
    case 'disable':
      return disabledAt === null ? { disabled: true } : null
    default:
      return disabledAt === null ? null : { disabled: false }
  }
}

function typesOf({ eventTypes }: Endpoint, types: TypeChange): Patch | null {
  const next = changedTypes(eventTypes, types)
  return next === null ? null : { eventTypes: [...next] }
}

/** With the names of all types where one of a group may have to be taken out of its rule. */
async function typeChangeOf({ application, services, call }: ChangeContext): Promise<TypeChange> {
  const names = call.body.eventTypes ?? []
  const mode = call.body.action === 'add-event-types' ? 'add' : 'remove'
  if (mode === 'add' || names.every(isTypeRule)) return { mode, names, types: [] }
  const types: { readonly name: string }[] = []
  let iterator: string | null = null
  for (;;) {
    const page = await services.store.listEventTypes({
      organizationId: application.organizationId,
      ...{ includeArchived: false, featureFlags: null, withSchemas: false },
      page: { limit: 250, order: 'ascending', iterator, backwards: false },
    })
    types.push(...page.items)
    iterator = page.items.at(-1)?.name ?? null
    if (page.done || iterator === null) return { mode, names, types }
  }
}

/** Which are meant, as a body tells: 422 unless by id or by filter. */
export function soughtIn(body: Pick<ChangeBody, 'ids' | 'filter'>): EndpointSought | null {
  const { ids, filter } = body
  if ((ids == null) === (filter == null)) throw refuse('filter', oneOfBoth)
  const { q, state, label, eventTypes } = filter ?? {}
  return endpointSought({
    ...(q === undefined ? {} : { q }),
    ...(state === undefined ? {} : { state }),
    ...(label === undefined ? {} : { label }),
    ...(eventTypes === undefined ? {} : { event_types: eventTypes }),
  })
}

/** Those that can be meant, newest first. */
export function idsIn(ids: readonly string[]): readonly EndpointId[] {
  return [...new Set(ids)]
    .filter((id) => isId('endpoint', id))
    .sort()
    .reverse()
}

/** The next of those that are meant, newest first. */
async function chosen(
  body: Pick<ChangeBody, 'ids' | 'filter' | 'iterator'>,
  context: ChangeContext,
) {
  const { application, services, call } = context
  const sought = soughtIn(body)
  const { ids, iterator } = body
  const asked = { limit: changePartMax, ...(iterator == null ? {} : { iterator }) }
  const page: PageRequest = pageRequest(asked, { kind: 'endpoint', order: 'descending' })
  if (ids != null) return named(ids, page, context)
  const found = await soughtEndpoints(sought, { application, services, page, now: call.now })
  return { items: found.items, done: found.done, iterator: found.scannedTo?.id ?? null }
}

const oneOfBoth = {
  en: 'give either `ids` or `filter`',
  es: 'da `ids` o `filter`, uno de los dos',
}

async function named(
  ids: readonly string[],
  { iterator, limit }: PageRequest,
  { application, services }: ChangeContext,
) {
  const left = idsIn(ids).filter((id) => iterator === null || id < iterator)
  const next = left.slice(0, limit)
  const found = await Promise.all(
    next.map((idOrUid) => services.store.findEndpoint({ applicationId: application.id, idOrUid })),
  )
  return {
    items: found.filter((endpoint) => endpoint !== null),
    done: left.length <= limit,
    iterator: next.at(-1) ?? iterator,
  }
}
