import * as contract from '../contract/change.ts'
import { invalid } from '../domain/errors.ts'
import {
  type Answer,
  answer,
  applicationOf,
  type Call,
  type Route,
  route,
  type Services,
} from './call.ts'
import { isPage } from './change-feed.ts'
import { type ChangeScope, inScope } from './change-streams.ts'
import { changeJson } from './change-text.ts'
import { callerOf } from './stream-seats.ts'

const pageDefault = 50
/** Reads of the store for one page: of a quiet application among busy ones a page may be empty. */
const readsPerPageMax = 20

interface Query {
  readonly after?: string
  readonly limit?: number
}

export const changeRoutes: readonly Route[] = [
  route(contract.listChanges, async (call, services) => {
    const application = await applicationOf(call, services)
    const { organizationId, id } = application
    return changesOf(call, services, { organizationId, applicationId: id })
  }),

  route(contract.listAllChanges, (call, services) => {
    const { organizationId } = call.principal
    return changesOf(call, services, { organizationId, applicationId: null })
  }),
]

async function changesOf(
  call: Call<Query, null>,
  { changes }: Services,
  scope: ChangeScope,
): Promise<Answer> {
  const { feed, streams } = changes
  const resumed = call.eventStream?.lastEventId ?? null
  const given = resumed ?? call.query.after ?? null
  const from = given ?? (await feed.now())
  if (given !== null && !isPage(await feed.read(from))) {
    const loc = resumed === null ? ['query', 'after'] : ['header', 'last-event-id']
    throw invalid({
      loc,
      msg: { en: 'not a cursor of this list', es: 'no es un cursor de esta lista' },
      type: 'value_error',
    })
  }
  if (call.eventStream === null) return pageFrom(from, call, { feed, scope })
  streams.admit(scope)
  const caller = callerOf(call.principal)
  return {
    status: 200,
    body: null,
    stream: (connection) => streams.open({ scope, from, caller, connection }),
  }
}

async function pageFrom(
  from: string,
  call: Call<Query, null>,
  { feed, scope }: { readonly feed: Services['changes']['feed']; readonly scope: ChangeScope },
): Promise<Answer> {
  const limit = call.query.limit ?? pageDefault
  const data = []
  let position = from
  for (let reads = 0; reads < readsPerPageMax; reads++) {
    const page = await feed.read(position)
    if (!isPage(page)) break
    for (const change of page.changes) {
      if (!inScope(change, scope)) continue
      data.push(changeJson(change))
      if (data.length < limit) continue
      return answer(200, { data, iterator: change.position, done: false })
    }
    position = page.end
    if (!page.more) return answer(200, { data, iterator: position, done: true })
  }
  return answer(200, { data, iterator: position, done: false })
}
