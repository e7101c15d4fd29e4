import * as contract from '../contract/node.ts'
import { isAlive } from '../domain/node.ts'
import { answer, type Route, route, type Services } from './call.ts'
import { timeText } from './times.ts'

export const nodeRoutes: readonly Route[] = [
  route(contract.listNodes, async (call, services) =>
    answer(200, { data: await nodesOut(call.now, services) }),
  ),
]

export async function nodesOut(now: number, { store, nodeId }: Pick<Services, 'store' | 'nodeId'>) {
  const nodes = await store.listNodes({ now })
  return nodes.map((node) => ({
    id: node.id,
    role: node.role,
    state: isAlive(node) ? ('alive' as const) : ('gone' as const),
    version: node.version,
    schema: node.schema,
    startedAt: timeText(node.startedAt),
    lastSeenAt: timeText(node.lastSeenAt),
    inFlight: node.inFlight,
    answering: node.id === nodeId,
  }))
}
