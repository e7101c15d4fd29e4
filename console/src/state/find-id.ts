/** The page of an id that somebody typed or pasted, whichever application it is of. */
import { type IdKind, idOfBody, idPrefixes, isId, nextIdBody } from '../../../src/domain/ids.ts'
import {
  getDelivery,
  getEndpoint,
  listApplications,
  listBins,
  listEndpointAttempts,
  listEndpoints,
  path,
} from '../api/calls.ts'
import { ApiError, request } from '../api/http.ts'

export interface Place {
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
}

/** Applications, endpoints and bins that are asked one by one. */
const askedMax = 50

export function kindOf(text: string): IdKind | null {
  const kinds = Object.keys(idPrefixes) as readonly IdKind[] // keys of a literal
  return kinds.find((kind) => isId(kind, text)) ?? null
}

/** Null: there is no such thing, or it has no page. `application` is looked at first. */
export async function placeOf(id: string, application: string | null): Promise<Place | null> {
  const kind = kindOf(id)
  if (kind === 'application') return { to: `${path('app', id)}/deliveries` }
  if (kind === 'apiKey') return { to: '/keys' }
  if (kind === 'user') return { to: '/users' }
  if (kind === 'audit') return { to: '/audit', search: { sel: id } }
  if (kind === 'captured') return captured(id)
  if (kind === null) return null
  const find = finders[kind]
  if (find === undefined) return null
  for (const app of await applicationsFrom(application)) {
    const found = await orNull(find(app, id))
    if (found !== null) return found
  }
  return null
}

async function applicationsFrom(first: string | null): Promise<readonly string[]> {
  const own = first === null ? [] : [first]
  const { data } = (await orNull(listApplications({ limit: askedMax }))) ?? { data: [] }
  return [...own, ...data.flatMap(({ id, uid }) => (id === first || uid === first ? [] : [id]))]
}

type Find = (app: string, id: string) => Promise<Place | null>

const finders: Partial<Readonly<Record<IdKind, Find>>> = {
  endpoint: async (app, id) => {
    await getEndpoint(app, id)
    return { to: path('app', app, 'endpoints', id) }
  },
  message: async (app, id) => {
    await request(path('app', app, 'msg', id), { query: { with_content: false } })
    return { to: path('app', app, 'messages', id) }
  },
  delivery: async (app, id) => {
    const { msgId } = await getDelivery(app, id)
    return { to: path('app', app, 'messages', msgId) }
  },
  task: async (app, id) => ({ to: `${path('app', app)}/recovery`, search: { task: id } }),
  attempt,
}

/** The list of an endpoint that begins after the id that follows begins with the attempt itself. */
async function attempt(app: string, id: string): Promise<Place | null> {
  const iterator = idOfBody('attempt', nextIdBody(id.slice(idPrefixes.attempt.length)))
  const { data } = await listEndpoints(app, { limit: askedMax })
  const pages = await Promise.all(
    data.map((endpoint) => listEndpointAttempts(app, endpoint.id, { limit: 1, iterator })),
  )
  const found = pages.flatMap((page) => page.data).find((one) => one.id === id)
  return found === undefined
    ? null
    : { to: path('app', app, 'messages', found.msgId, 'attempts', id) }
}

async function captured(id: string): Promise<Place | null> {
  const { data } = await listBins()
  for (const { name } of data.slice(0, askedMax)) {
    const found = await orNull(request(path('inspector', 'bin', name, 'request', id)))
    if (found !== null) return { to: path('inspector', name), search: { sel: id } }
  }
  return null
}

async function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ApiError && [403, 404, 422].includes(error.status)) return null
    throw error
  }
}

/** Scrolls to a part of the page, and puts the keyboard there, as soon as it is drawn. */
export function goToPart(id: string): void {
  const look = (): boolean => {
    const part = document.getElementById(id)
    part?.scrollIntoView()
    part?.focus({ preventScroll: true })
    return part !== null
  }
  if (look()) return
  const observer = new MutationObserver(() => {
    if (look()) observer.disconnect()
  })
  observer.observe(document.body, { childList: true, subtree: true })
  window.setTimeout(() => observer.disconnect(), drawnWithinMs)
}

const drawnWithinMs = 30_000
