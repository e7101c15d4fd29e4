/**
 * What a person calls a thing, made its id: an endpoint by its name or host, an application by its name,
 * a key by its name, and everything by the beginning of its id, as with git. What is nothing of these goes
 * to the server as it is, which knows ids and uids; what could be several is refused with their ids.
 */
import type { Client } from '../client/client.ts'
import { ApiError } from '../client/failures.ts'
import type { OutputOf } from '../client/request.ts'
import type { Application, Page } from '../client/types.ts'
import { type IdKind, idPrefixes, idTime, isId } from '../domain/ids.ts'
import { type ViewList, viewLimits } from '../domain/saved-view.ts'
import { applicationOf } from './application.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import { take } from './pages.ts'

type Options = Readonly<Record<string, unknown>>

/** Characters after the prefix that an id needs: fewer name half a day of them. */
const shortest = 4
const idLength = 27
const looked = 1_000
const candidatesShown = 5

/** The endpoint of the application that the options name. */
export async function endpointOf(
  given: string,
  options: Options,
  context: Context,
): Promise<{ readonly client: Client; readonly id: string; readonly endpoint: string }> {
  const client = await context.client()
  const { id } = await applicationOf(options, client, context)
  return { client, id, endpoint: await endpointNamed(given, { client, app: id }) }
}

export async function endpointNamed(
  given: string,
  { client, app }: { readonly client: Client; readonly app: string },
): Promise<string> {
  if (given === '' || isId('endpoint', given)) return given
  const all = await visible(take(looked, (query) => client.endpoints.list(app, query)))
  if (all.some(({ uid }) => uid === given)) return given
  const wanted = given.toLowerCase()
  const same = all.filter(({ name, url, description }) =>
    [name, description, url, hostOf(url)].some((one) => one?.toLowerCase() === wanted),
  )
  const found = same.length > 0 ? same : all.filter(({ id }) => begins(id, given, 'endpoint'))
  return only(given, found)
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

/** By its id, uid or name, or the beginning of its id. */
export async function applicationNamed(given: string, client: Client): Promise<string> {
  const known = await client.applications.get(given).catch(nullIfUnknown)
  if (known !== null) return given
  const all = await visible(take<Application>(looked, client.applications.list))
  const same = all.filter(({ name }) => name.toLowerCase() === given.toLowerCase())
  const found = same.length > 0 ? same : all.filter(({ id }) => begins(id, given, 'application'))
  return only(given, found)
}

/** What is no id of an application at all, such as a name with spaces, is refused as such. */
function nullIfUnknown(error: unknown): null {
  if (error instanceof ApiError && (error.status === 404 || error.status === 422)) return null
  throw error
}

/** Nothing for those who may not see the list: the server judges what they named. */
function visible<Item>(list: Promise<readonly Item[]>): Promise<readonly Item[]> {
  return list.catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 403) return []
    throw error
  })
}

/** By its id or name, or the beginning of its id. */
export async function keyNamed(given: string, client: Client): Promise<string> {
  if (isId('apiKey', given)) return given
  const all = await visible(
    take(looked, ({ limit, iterator }) =>
      client.call<Page<{ readonly id: string; readonly name: string }>>('GET', '/api-key', {
        query: { limit, iterator },
      }),
    ),
  )
  const same = all.filter(({ name }) => name.toLowerCase() === given.toLowerCase())
  return only(given, same.length > 0 ? same : all.filter(({ id }) => begins(id, given, 'apiKey')))
}

type SharedView = OutputOf<'v1.view.list'>['data'][number]

/** A shared view by its id or name, of that list. Throws where there is none. */
export async function viewNamed(
  given: string,
  of: { readonly client: Client; readonly list?: ViewList },
): Promise<SharedView> {
  const { data } = await of.client.request('v1.view.list', {
    query: { limit: viewLimits.viewsMax, ...(of.list === undefined ? {} : { list: of.list }) },
  })
  const same = data.filter(({ name }) => name.toLowerCase() === given.toLowerCase())
  const found = same.length > 0 ? same : data.filter(({ id }) => begins(id, given, 'view'))
  const wanted = only(given, found)
  const view = found.find(({ id }) => id === wanted)
  if (view !== undefined) return view
  throw new CliFailure({
    exit: exitCodes.notFound,
    code: 'not_found',
    title: {
      en: `There is no shared view "${given}": posthorn views lists them.`,
      es: `No existe la vista compartida "${given}": posthorn views las lista.`,
    },
  })
}

/** Messages and deliveries: ids sort by time, so a beginning is a moment in which few were made. */
export async function byBeginning(
  kind: 'message' | 'delivery',
  given: string,
  { client, app }: { readonly client: Client; readonly app: string },
): Promise<string> {
  const body = given.slice(idPrefixes[kind].length)
  const short = body.length >= shortest && body.length < idLength
  if (!short || !given.startsWith(idPrefixes[kind])) return given
  const since = idTime(body.padEnd(idLength, '0').padStart(idLength))
  if (since === null) return given
  const until = idTime(body.padEnd(idLength, 'z')) ?? Date.parse('2100-01-01')
  const path = `/app/${encodeURIComponent(app)}/${kind === 'message' ? 'msg' : 'delivery'}`
  const query = {
    after: new Date(since).toISOString(),
    before: new Date(until + 1_000).toISOString(),
    ...(kind === 'message' ? { with_content: false } : {}),
  }
  const made = await visible(
    take(looked, (page) =>
      client.call<Page<{ readonly id: string }>>('GET', path, { query: { ...page, ...query } }),
    ),
  )
  return only(
    given,
    made.filter(({ id }) => id.startsWith(given)),
  )
}

function begins(id: string, given: string, kind: IdKind): boolean {
  return given.length >= idPrefixes[kind].length + shortest && id.startsWith(given)
}

function only(given: string, found: readonly { readonly id: string }[]): string {
  if (found.length < 2) return found[0]?.id ?? given
  const ids = found.slice(0, candidatesShown).map(({ id }) => id)
  const more = found.length > ids.length ? ', …' : ''
  throw new CliFailure({
    exit: exitCodes.usage,
    code: 'ambiguous_name',
    title: {
      en: `"${given}" could be ${found.length}: ${ids.join(', ')}${more}`,
      es: `"${given}" puede ser ${found.length}: ${ids.join(', ')}${more}`,
    },
  })
}
