/** How well an endpoint does, as a share and as a colour. */

/** Attempts of some time, by what became of them. */
export interface Tried {
  readonly succeeded: number
  readonly failed: number
}

/** Share of attempts that succeeded; retries still to come count apart. Null: nothing was tried. */
export function successRate(tried: Tried | undefined): number | null {
  if (tried === undefined) return null
  const total = tried.succeeded + tried.failed
  return total === 0 ? null : tried.succeeded / total
}

export function rateTone(rate: number | null): string {
  if (rate === null) return 'text-ink-3'
  if (rate < 0.9) return 'text-err'
  return rate < 0.99 ? 'text-warn' : 'text-ok'
}
