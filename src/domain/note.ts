/** Notes on the time axis: what people or their pipelines did at a moment, such as a deploy. */

const minuteMs = 60_000
const dayMs = 86_400_000

export const noteLimits = {
  textLengthMax: 200,
  /** As long as what charts show; then a note is gone. */
  keptMs: 90 * dayMs,
  /** How far a clock may be ahead of ours. */
  aheadMs: minuteMs,
  /** Of an organisation; beyond, those of the oldest moments make room. */
  notesMax: 1_000,
} as const
