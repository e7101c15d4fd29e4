/**
 * For what a test can only learn by asking again, such as the state of a delivery behind the API.
 * A machine may be many times slower than one's own: the bound is there to name what never came.
 */
import { setTimeout as sleep } from 'node:timers/promises'

/** As long as anything in a test may take that is not the thing measured. */
export const patienceMs = 60_000
const askAgainMs = 20
/** How many times longer a machine that others use too may take than one's own. */
export const patience = 10

/** Asks until there is an answer that is not null, and returns it. `wanted` is told when none comes. */
export async function eventually<Value>(
  wanted: string,
  ask: () => Promise<Value | null>,
): Promise<Value> {
  const until = performance.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    if (performance.now() > until) throw new Error(`${wanted}: not within ${patienceMs} ms`)
    await sleep(askAgainMs)
  }
}
