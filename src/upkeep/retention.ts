import type { Clock, Timer } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import type { Service } from '../runtime/service.ts'
import type { AuditStore } from '../store/port/audit.ts'
import type { MaintenanceStore, SweepResult } from '../store/port/maintenance.ts'

/** Rows of each kind that one step removes at most: a step shares the writer with accepts. */
const stepRows = 500
/** Between steps the writer is free for others. */
const stepPauseMs = 5
const dayMs = 86_400_000

/**
 * Removes what is older than the retention, and payloads, keys and leases that have expired: every
 * `sweepIntervalMs` a round of small steps until nothing is left. Counts that outlive what they count
 * are kept before. A failed step ends its round; the next round tries again.
 */
export function retention(input: {
  readonly clock: Clock
  readonly log: Log
  readonly store: Pick<MaintenanceStore, 'sweep'> & Pick<AuditStore, 'sweepAudit'>
  /** Keeps what is to outlive the rows that a round removes; it is done before them. */
  readonly keep: (now: number) => Promise<void>
  /** Read at each step: owners change them while this runs. */
  readonly settings: {
    readonly retentionDays: number
    readonly auditDays: number
    readonly sweepIntervalMs: number
  }
}): Service {
  const { clock, log, store, settings } = input
  let timer: Timer | null = null
  let stopping = false
  let round: Promise<void> = Promise.resolve()

  const step = (): Promise<SweepResult> => {
    const now = clock.now()
    const removeBefore = now - settings.retentionDays * dayMs
    return store.sweep({ now, removeBefore, limit: stepRows })
  }
  const sweepAudit = (): Promise<number> =>
    store.sweepAudit({ before: clock.now() - settings.auditDays * dayMs, limit: stepRows })
  const sweep = async (): Promise<void> => {
    const startedAt = clock.monotonic()
    const total = { payloads: 0, messages: 0, attempts: 0, keys: 0, audit: 0 }
    try {
      await input.keep(clock.now())
      for (let more = true; more && !stopping; ) {
        const result = await step()
        total.payloads += result.payloads
        total.messages += result.messages
        total.attempts += result.attempts
        total.keys += result.keys
        const audit = await sweepAudit()
        total.audit += audit
        more = result.more || audit === stepRows
        if (more) await new Promise<void>((resolve) => clock.setTimer(stepPauseMs, resolve))
      }
    } catch (cause) {
      log.error('retention.failed', {}, cause)
    }
    if (Object.values(total).some((count) => count > 0)) {
      log.info('retention.swept', { ...total, ms: Math.round(clock.monotonic() - startedAt) })
    }
  }
  const schedule = (): void => {
    timer = clock.setTimer(settings.sweepIntervalMs, () => {
      round = sweep().then(() => {
        if (!stopping) schedule()
      })
    })
  }
  return {
    async start() {
      schedule()
    },
    async stop() {
      stopping = true
      timer?.cancel()
      await round
    },
  }
}
