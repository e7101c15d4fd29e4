import * as contract from '../contract/health.ts'
import { answer, noContent, type Route, route } from './call.ts'

const healthy = { database: { status: 'ok' }, queue: { status: 'ok' }, cache: { status: 'ok' } }

export const healthRoutes: readonly Route[] = [
  route(contract.getHealth, async (_call, services) => {
    await services.store.ping()
    return answer(200, healthy)
  }),
  route(contract.ping, () => noContent),
]
