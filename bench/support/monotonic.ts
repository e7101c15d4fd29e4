/** Milliseconds on the machine's monotonic clock: the same for every process of a run. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
