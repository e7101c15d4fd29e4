/** Delivery states as the contract's numbers. Only here do the two vocabularies meet. */
import type { Attempt } from '../domain/attempt.ts'
import type { Delivery, DeliveryState } from '../domain/delivery.ts'
import { timeText } from './times.ts'

export type StatusText = 'success' | 'pending' | 'fail' | 'sending' | 'canceled'
export interface Status {
  readonly status: 0 | 1 | 2 | 3 | 4
  readonly statusText: StatusText
}

export const statuses: Readonly<Record<StatusText, Status>> = {
  success: { status: 0, statusText: 'success' },
  pending: { status: 1, statusText: 'pending' },
  fail: { status: 2, statusText: 'fail' },
  sending: { status: 3, statusText: 'sending' },
  canceled: { status: 4, statusText: 'canceled' },
}

/** Where a delivery stands: a retry that waits counts as sending, as the contract has it. */
export function deliveryStatus(
  delivery: Pick<Delivery, 'state' | 'attemptCount'>,
  expanded: boolean,
): Status {
  const { state } = delivery
  if (state === 'canceled') return expanded ? statuses.canceled : statuses.fail
  if (state === 'pending' && delivery.attemptCount > 0) return statuses.sending
  return statuses[textOf(state)]
}

function textOf(state: Exclude<DeliveryState, 'canceled'>): StatusText {
  switch (state) {
    case 'succeeded':
      return 'success'
    case 'failed':
      return 'fail'
    case 'pending':
    case 'sending':
      return state
    default:
      return state satisfies never
  }
}

export function attemptStatus(attempt: Pick<Attempt, 'succeeded'>): Status {
  return attempt.succeeded ? statuses.success : statuses.fail
}

/** When the next attempt is due; null when none is planned. */
export function nextAttempt(delivery: Pick<Delivery, 'state' | 'dueAt'>): string | null {
  return delivery.state === 'pending' && delivery.dueAt !== null ? timeText(delivery.dueAt) : null
}

const byNumber: readonly StatusText[] = ['success', 'pending', 'fail', 'sending', 'canceled']

/** What a filter by number finds: exactly the rows that answer with it. Null: all. */
export function statusesOf(
  number: number | undefined,
  expanded: boolean,
): readonly StatusText[] | null {
  const status = number === undefined ? undefined : byNumber[number]
  if (status === undefined) return null
  return status === 'fail' && !expanded ? ['fail', 'canceled'] : [status]
}
