/**
 * The state machine of a delivery, as a table. Both stores move deliveries along it and the
 * simulation checks it; `delivery.ts` draws it.
 */
import type { DeliveryState } from './delivery.ts'
import type { Verdict } from './verdict.ts'

const moves: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  pending: ['sending', 'canceled'],
  sending: ['pending', 'succeeded', 'failed', 'canceled'],
  succeeded: [],
  failed: [],
  canceled: [],
}

/** Whether the state machine has this move. A state is not a move to itself. */
export function canMove(from: DeliveryState, to: DeliveryState): boolean {
  return moves[from].includes(to)
}

/** Final states never change again (I2); resending makes another delivery. */
export function isFinal(state: DeliveryState): boolean {
  return moves[state].length === 0
}

/** The state into which a verdict moves a leased delivery. */
export function stateAfter(verdict: Verdict): DeliveryState {
  switch (verdict.kind) {
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return verdict.kind
    case 'retry':
    case 'returned':
      return 'pending'
    default:
      return verdict satisfies never
  }
}
