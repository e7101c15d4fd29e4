import type { Clock, Timer } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import type { Service } from '../runtime/service.ts'
import type { ClusterStore } from '../store/port/cluster.ts'
import type { ApplicationViews } from './application-views.ts'

const everyMs = 1_000
/** Views compared in one question to the store. */
const chunkMax = 1_000

/**
 * On a shared database other nodes change settings too. Once a second the views in memory are
 * compared with the store, so that what another node disabled, paused or deleted is not sent to for
 * longer than that. (Accepting does not rely on it: its commit compares the version itself.)
 */
export function viewRefresher(deps: {
  readonly clock: Clock
  readonly log: Log
  readonly store: Pick<ClusterStore, 'configVersions'>
  readonly views: Pick<ApplicationViews, 'kept' | 'invalidate'>
}): Service {
  let timer: Timer | null = null
  let running: Promise<void> = Promise.resolve()
  let stopped = true
  const refresh = async (): Promise<void> => {
    const kept = deps.views.kept()
    for (let at = 0; at < kept.length; at += chunkMax) {
      const chunk = kept.slice(at, at + chunkMax)
      const current = await deps.store.configVersions(chunk.map((view) => view.applicationId))
      for (const { applicationId, configVersion } of chunk) {
        if (current.get(applicationId) !== configVersion) deps.views.invalidate(applicationId)
      }
    }
  }
  const schedule = (): void => {
    timer = deps.clock.setTimer(everyMs, () => {
      running = refresh()
        .catch((cause) => deps.log.debug('views.not_refreshed', { reason: String(cause) }))
        .then(() => {
          if (!stopped) schedule()
        })
    })
  }
  return {
    async start() {
      stopped = false
      schedule()
    },
    async stop() {
      stopped = true
      timer?.cancel()
      await running
    },
  }
}
