/** How long the store takes to give out work: what an operator looks at when deliveries start late. */
import type { Clock } from '../runtime/clock.ts'
import type { Store } from '../store/store.ts'

type Claiming = Pick<Store, 'claimDue' | 'claimStreams'>

/** A claim was answered `ms` after it was asked for. */
export type OnClaimed = (operation: keyof Claiming, ms: number) => void

/** The same store, its claims timed. */
export function timedClaims<Some extends Claiming>(
  store: Some,
  clock: Clock,
  onClaimed: OnClaimed,
): Some {
  async function timed<Result>(
    operation: keyof Claiming,
    ask: () => Promise<Result>,
  ): Promise<Result> {
    const askedAt = clock.monotonic()
    const result = await ask()
    onClaimed(operation, clock.monotonic() - askedAt)
    return result
  }
  return {
    ...store,
    claimDue: (input) => timed('claimDue', () => store.claimDue(input)),
    claimStreams: (input) => timed('claimStreams', () => store.claimStreams(input)),
  }
}
