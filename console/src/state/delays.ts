/** Waiting times as people write them: `5 s, 5 min, 2 h`; a bare number is seconds. */
const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Null: something is no waiting time. */
export function delaysOf(text: string): readonly number[] | null {
  const delays: number[] = []
  for (const part of text.split(/[,;\n]/)) {
    if (part.trim() === '') continue
    const [, amount, unit = 's'] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d)?\s*$/i.exec(part) ?? []
    if (amount === undefined) return null
    delays.push(Math.round(Number(amount) * (unitMs[unit.toLowerCase()] ?? 1)))
  }
  return delays
}

export function delaysText(delays: readonly number[]): string {
  return delays.map(delayText).join(', ')
}

/** Exact, in the largest unit that divides it. */
function delayText(ms: number): string {
  if (ms === 0 || ms % 1_000 !== 0) return ms === 0 ? '0 s' : `${ms} ms`
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`
}
