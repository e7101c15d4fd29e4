import type { World } from '../posthorn.ts'
import type { Timer } from '../runtime/clock.ts'
import type { Service } from '../runtime/service.ts'
import type { ClusterStore } from '../store/port/cluster.ts'

/** How far behind the counts of attempts are on a shared database, at most, while all is well. */
const everyMs = 5_000

/**
 * Keeps the counts of attempts close behind them: any node may, one at a time does. A step that
 * fails is taken again at the next turn.
 */
export function counting(deps: {
  readonly world: World
  readonly store: Pick<ClusterStore, 'countAttempts'>
}): Service {
  const { world, store } = deps
  let timer: Timer | null = null
  let turn: Promise<void> = Promise.resolve()
  let stopping = false
  const count = async (): Promise<void> => {
    try {
      while (!stopping && (await store.countAttempts()) === 'more');
    } catch (cause) {
      world.log.debug('attempts.not_counted', { reason: String(cause) })
    }
  }
  const schedule = (): void => {
    timer = world.clock.setTimer(everyMs, () => {
      turn = count().then(() => {
        if (!stopping) schedule()
      })
    })
  }
  return {
    async start() {
      stopping = false
      schedule()
    },
    async stop() {
      stopping = true
      timer?.cancel()
      await turn
    },
  }
}
