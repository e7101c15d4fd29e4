/** The value below which a share of the counted values lies; null without values. */
export function percentile(
  counts: readonly { readonly ms: number; readonly count: number }[],
  share: number,
): number | null {
  const sorted = [...counts].sort((a, b) => a.ms - b.ms)
  const total = sorted.reduce((sum, { count }) => sum + count, 0)
  let seen = 0
  for (const { ms, count } of sorted) {
    seen += count
    if (seen >= total * share) return ms
  }
  return null
}
