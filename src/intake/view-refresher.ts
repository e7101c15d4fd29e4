/**
 * On a shared database other nodes change settings too. What is in memory is compared with the store
 * once or twice a second, and sending goes by it only for as long as the last comparison is young:
 *
 * - an attempt is prepared by settings that were the store's at most `ageMaxMs` ago, else the store is
 *   asked first;
 * - no byte is written by settings older than `startAgeMaxMs`, whatever stopped the process between
 *   the two or made the store slow.
 *
 * So what one node disabled, paused or deleted is not begun to by another after that (rule 22).
 * Accepting does not rely on it: its commit compares the version itself.
 */
import type { Clock, Timer } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import type { Service } from '../runtime/service.ts'
import type { ClusterStore } from '../store/port/cluster.ts'
import type { ApplicationViews } from './application-views.ts'

/** While something is being sent, and while nothing is: an idle node asks once a second. */
const everyMs = { busy: 500, idle: 1_000 }
const ageMaxMs = 1_000
export const startAgeMaxMs = 3_000
/** Views compared in one question to the store. */
const chunkMax = 1_000

export interface ViewRefresher extends Service {
  /** Views for sending. `get` rejects when it has to ask and the store does not answer. */
  readonly views: Pick<ApplicationViews, 'get' | 'invalidate'> & {
    /** Asked at the last instant before bytes are written. */
    areFresh(): boolean
  }
}

export function viewRefresher(deps: {
  readonly clock: Clock
  readonly log: Log
  readonly store: Pick<ClusterStore, 'changedApplications'>
  readonly views: Pick<ApplicationViews, 'kept' | 'get' | 'invalidate'>
}): ViewRefresher {
  const { clock, log, store, views } = deps
  let timer: Timer | null = null
  let stopped = true
  let used = false
  let asking: Promise<void> | null = null
  /** When the question was sent whose answer what is in memory agrees with. */
  let confirmedAt = clock.monotonic()
  const isYoungerThan = (ms: number): boolean => clock.monotonic() - confirmedAt < ms

  const compare = async (): Promise<void> => {
    const askedAt = clock.monotonic()
    const kept = views.kept()
    for (let at = 0; at < kept.length; at += chunkMax) {
      const chunk = kept.slice(at, at + chunkMax)
      for (const changed of await store.changedApplications(chunk)) views.invalidate(changed)
    }
    confirmedAt = askedAt
  }
  const confirm = (): Promise<void> => {
    asking ??= compare().finally(() => {
      asking = null
    })
    return asking
  }
  const schedule = (): void => {
    timer = clock.setTimer(used ? everyMs.busy : everyMs.idle, () => {
      used = false
      void confirm()
        .catch((cause) => log.debug('views.not_refreshed', { reason: String(cause) }))
        .then(() => {
          if (!stopped) schedule()
        })
    })
  }
  return {
    views: {
      invalidate: views.invalidate,
      areFresh: () => isYoungerThan(startAgeMaxMs),
      async get(applicationId) {
        used = true
        if (!isYoungerThan(ageMaxMs)) await confirm()
        return views.get(applicationId)
      },
    },
    async start() {
      stopped = false
      schedule()
    },
    async stop() {
      stopped = true
      timer?.cancel()
      await asking?.catch(() => undefined) // told by whoever asked
    },
  }
}
