/** Outcomes of one slice of time. */
export interface Bucket {
  readonly from: number
  readonly ok: number
  readonly failed: number
  readonly waiting: number
}

/** Cuts a range into `count` slices of equal length and counts what falls into each. */
export function bucketsOf(
  items: readonly { readonly at: number; readonly kind: 'ok' | 'failed' | 'waiting' }[],
  range: { readonly from: number; readonly to: number },
  count: number,
): readonly Bucket[] {
  const width = Math.max(1, (range.to - range.from) / count)
  const buckets = Array.from({ length: count }, (_, index) => ({
    from: range.from + index * width,
    ok: 0,
    failed: 0,
    waiting: 0,
  }))
  for (const item of items) {
    const bucket = buckets[Math.min(count - 1, Math.floor((item.at - range.from) / width))]
    if (bucket !== undefined) bucket[item.kind]++
  }
  return buckets
}
