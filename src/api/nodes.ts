import * as contract from '../contract/node.ts'
import { isAlive } from '../domain/node.ts'
import { answer, type Route, route } from './call.ts'
import { timeText } from './times.ts'

export const nodeRoutes: readonly Route[] = [
  route(contract.listNodes, async (call, { store, nodeId }) => {
    const nodes = await store.listNodes({ now: call.now })
    const data = nodes.map((node) => ({
      id: node.id,
      role: node.role,
      state: isAlive(node) ? 'alive' : 'gone',
      version: node.version,
      schema: node.schema,
      startedAt: timeText(node.startedAt),
      lastSeenAt: timeText(node.lastSeenAt),
      inFlight: node.inFlight,
      answering: node.id === nodeId,
    }))
    return answer(200, { data })
  }),
]
