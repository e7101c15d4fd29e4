/** How values lie in columns: JSON as text, booleans and choices as small integers. */
import type { AttemptTrigger, DeliveryState } from '../../domain/delivery.ts'

export const deliveryStates: readonly DeliveryState[] = [
  'pending',
  'sending',
  'succeeded',
  'failed',
  'canceled',
]
export const stateCodes: Readonly<Record<DeliveryState, number>> = {
  pending: 0,
  sending: 1,
  succeeded: 2,
  failed: 3,
  canceled: 4,
}

export function stateOf(code: number): DeliveryState {
  const state = deliveryStates[code]
  if (state === undefined) throw new Error(`unknown delivery state ${code}`)
  return state
}

export function triggerOf(code: number): AttemptTrigger {
  return code === 1 ? 'manual' : 'scheduled'
}

export function triggerCode(trigger: AttemptTrigger): number {
  return trigger === 'manual' ? 1 : 0
}

export function jsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

/** Null for an object without members: most rows then carry no text at all. */
export function jsonUnlessEmpty(value: object): string | null {
  for (const _ in value) return JSON.stringify(value)
  return null
}

export function parseOrNull<Parsed>(text: string | null): Parsed | null {
  return text === null ? null : (JSON.parse(text) as Parsed) // written by us
}
