/** How well an endpoint does, as a share and as a colour. */
import type { EndpointStats } from '../api/model.ts'

/** Share of attempts that succeeded; retries still to come count apart. Null: nothing was tried. */
export function successRate(stats: EndpointStats | undefined): number | null {
  if (stats === undefined) return null
  const tried = stats.success + stats.fail
  return tried === 0 ? null : stats.success / tried
}

export function rateTone(rate: number | null): string {
  if (rate === null) return 'text-ink-3'
  if (rate < 0.9) return 'text-err'
  return rate < 0.99 ? 'text-warn' : 'text-ok'
}
