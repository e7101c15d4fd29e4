import { randomFillSync } from 'node:crypto'

/** Chance as the rest of the code sees it. Only this folder asks the machine for it. */
export interface Random {
  /** Uniform in [0, 1). */
  fraction(): number
  /** `count` bytes fit for secrets (or seeded ones in tests and the simulation). */
  bytes(count: number): Uint8Array
}

const poolBytes = 4096
const pool = new Uint8Array(poolBytes)
let used = poolBytes

export const systemRandom: Random = {
  fraction() {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = systemRandom.bytes(6)
    return (((a * 256 + b) * 256 + c) * 16777216 + (d * 65536 + e * 256 + f)) / 2 ** 48
  },
  bytes(count) {
    if (count > poolBytes) return randomFillSync(new Uint8Array(count))
    if (used + count > poolBytes) {
      randomFillSync(pool)
      used = 0
    }
    used += count
    return pool.slice(used - count, used)
  },
}

/** The same sequence for the same seed. Never for secrets of a real installation. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  // mulberry32: small, fast, and good enough to vary schedules and faults.
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    fraction,
    bytes(count) {
      const bytes = new Uint8Array(count)
      for (let at = 0; at < count; at++) bytes[at] = Math.floor(fraction() * 256)
      return bytes
    },
  }
}
