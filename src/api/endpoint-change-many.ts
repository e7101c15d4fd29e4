/** One change to many endpoints, a part at a time, each under its own rules and with its own audit entry. */
import type Type from 'typebox'
import { changeEndpoints, changePartMax } from '../contract/endpoint-change.ts'
import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { Problem } from '../domain/errors.ts'
import { isId } from '../domain/ids.ts'
import { changedTypes, type TypeChange } from '../domain/type-choice.ts'
import { isTypeRule } from '../domain/type-rule.ts'
import type { PageRequest } from '../store/port/page.ts'
import { answer, applicationOf, type Call, type Route, route, type Services } from './call.ts'
import { endpointSought, soughtEndpoints } from './endpoint-list.ts'
import { patchOne, removeEndpoint } from './endpoints.ts'
import { pageRequest } from './pagination.ts'
import { checkDeletable } from './systems/settings.ts'
import { refuse } from './validate.ts'

type ChangeCall = Call<unknown, Type.Static<typeof changeEndpoints.body>>
type Patch = Parameters<typeof patchOne>[0]['body']

interface Context {
  readonly application: Application
  readonly services: Services
  readonly call: ChangeCall
}

export const endpointChangeRoutes: readonly Route[] = [
  route(changeEndpoints, async (call, services) => {
    const application = await applicationOf(call, services)
    const context = { application, services, call }
    const change = await changeOf(context)
    const page = await chosen(context)
    const changed: string[] = []
    const refused: { id: string; code: string }[] = []
    for (const endpoint of page.items) {
      try {
        if (await change(endpoint)) changed.push(endpoint.id)
      } catch (error) {
        if (!(error instanceof Problem) || error.status >= 500) throw error
        if (error.status !== 404) refused.push({ id: endpoint.id, code: error.code }) // it went meanwhile
      }
    }
    const unchanged = page.items.length - changed.length - refused.length
    return answer(200, { changed, unchanged, refused, iterator: page.iterator, done: page.done })
  }),
]

/** What is done to one; says whether it changed. */
async function changeOf(context: Context): Promise<(endpoint: Endpoint) => Promise<boolean>> {
  const { application, services, call } = context
  const { action, eventTypes } = call.body
  if (action === 'delete') {
    checkDeletable(application, call.language)
    return async (endpoint) => {
      await removeEndpoint(endpoint, { application, services, now: call.now })
      return true
    }
  }
  const byTypes = action === 'add-event-types' || action === 'remove-event-types'
  if (byTypes !== (eventTypes != null)) throw refuse('eventTypes', typesGoWithTypes)
  const types = byTypes ? await typeChangeOf(context) : null
  return async (endpoint) => {
    const body = types === null ? switchOf(action, endpoint) : typesOf(endpoint, types)
    if (body === null) return false
    const path = { ...call.path, endpoint_id: endpoint.id }
    await patchOne({ ...call, path, body, ifMatch: null }, application, services)
    return true
  }
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
async function typeChangeOf({ application, services, call }: Context): Promise<TypeChange> {
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

/** The next of those that are meant, newest first. */
async function chosen(context: Context) {
  const { application, services, call } = context
  const { ids, filter, iterator } = call.body
  if ((ids == null) === (filter == null)) throw refuse('filter', oneOfBoth)
  const asked = { limit: changePartMax, ...(iterator == null ? {} : { iterator }) }
  const page: PageRequest = pageRequest(asked, { kind: 'endpoint', order: 'descending' })
  if (ids != null) return named(ids, page, context)
  const { q, state, label, eventTypes } = filter ?? {}
  const sought = endpointSought({
    ...(q === undefined ? {} : { q }),
    ...(state === undefined ? {} : { state }),
    ...(label === undefined ? {} : { label }),
    ...(eventTypes === undefined ? {} : { event_types: eventTypes }),
  })
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
  { application, services }: Context,
) {
  const left = [...new Set(ids)]
    .filter((id) => isId('endpoint', id) && (iterator === null || id < iterator))
    .sort()
    .reverse()
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
