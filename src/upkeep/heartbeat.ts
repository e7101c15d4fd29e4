import { heartbeatMs, type NodeRole } from '../domain/node.ts'
import type { World } from '../posthorn.ts'
import type { Timer } from '../runtime/clock.ts'
import type { Service } from '../runtime/service.ts'
import type { ClusterStore } from '../store/port/cluster.ts'

/**
 * Tells the other nodes that this one is there, every `heartbeatMs` and one at a time, and takes
 * leave when it stops. A heartbeat that fails is only missed: leases say what a node may do.
 */
export function heartbeat(deps: {
  readonly world: World
  readonly store: Pick<ClusterStore, 'beat' | 'leave'>
  readonly node: { readonly id: string; readonly role: NodeRole; readonly version: string }
  readonly inFlight: () => number
}): Service {
  const { world, store, node } = deps
  let timer: Timer | null = null
  let beating: Promise<void> = Promise.resolve()
  let stopped = true
  const beat = (): Promise<void> =>
    store
      .beat({ node: { ...node, inFlight: deps.inFlight() }, now: world.clock.now() })
      .catch((cause) => world.log.debug('node.heartbeat_missed', { reason: String(cause) }))
  const schedule = (): void => {
    timer = world.clock.setTimer(heartbeatMs, () => {
      beating = beat().then(() => {
        if (!stopped) schedule()
      })
    })
  }
  return {
    async start() {
      stopped = false
      await beat()
      schedule()
    },
    async stop() {
      if (stopped) return
      stopped = true
      timer?.cancel()
      await beating
      await store
        .leave({ nodeId: node.id })
        .catch((cause) => world.log.debug('node.not_left', { reason: String(cause) }))
    },
  }
}
