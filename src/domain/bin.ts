/** What the inspector's bins are bound by, as the contract says it and the inspector holds it. */

/** A bin is named by its address: `/in/<name>`. */
export const binNamePattern = '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'

export const scriptLimits = {
  stepsMax: 100,
  rulesMax: 50,
  timesMax: 1_000_000,
  delayMaxMs: 120_000,
  bodyBytesMax: 65_536,
  textLengthMax: 8_192,
} as const

/** Characters of what a request is waited for by. */
export const matchLengthMax = 2_000
