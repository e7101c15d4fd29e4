import * as contract from '../contract/search.ts'
import { seekingOf } from '../domain/sought.ts'
import { soughtMessages } from '../intake/sought-rows.ts'
import { applicationOf, type Route, route } from './call.ts'
import { maskFor } from './masking.ts'
import { messageText } from './message-text.ts'
import { eventFilter, listTextInTurns, pageRequest } from './pagination.ts'
import { aroundNamed, lookBound, lookedText, soughtOf } from './sought.ts'
import { withPayloads } from './with-payloads.ts'

export const searchRoutes: readonly Route[] = [
  route(contract.searchMessages, async (call, services) => {
    const { store } = services
    const { id: applicationId } = await applicationOf(call, services)
    const { sought } = await soughtOf(call.query, call, { services, applicationId })
    const filter = aroundNamed(eventFilter(call.query), sought)
    const withContent = call.query.with_content ?? true
    const found = await soughtMessages(
      store,
      { applicationId, filter, withPayload: false, now: call.now },
      {
        seeking: seekingOf(sought),
        page: pageRequest(call.query, { kind: 'message', order: 'descending' }),
        bound: lookBound(services),
      },
    )
    const page = withContent ? await withPayloads(store, found) : found
    const mask = await maskFor(call, services)
    const body = await listTextInTurns(page, {
      idOf: ({ id }) => id,
      render: (message) => messageText(message, { withContent, mask }),
      bytesOf: ({ payload }) => payload?.length ?? 0,
      more: lookedText(page),
    })
    return { status: 200, body }
  }),
]
