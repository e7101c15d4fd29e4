/** A change as the contract writes it. */
import type { Change } from '../store/port/changes.ts'
import { timeText } from './times.ts'

export function changeJson(change: Change) {
  const happened = {
    cursor: change.position,
    applicationId: change.applicationId,
    msgId: change.messageId,
    eventType: change.eventType,
    timestamp: timeText(change.at),
  }
  if (change.kind === 'message') return { type: 'message.created' as const, ...happened }
  return {
    type: 'attempt.finished' as const,
    ...happened,
    attemptId: change.attemptId,
    deliveryId: change.deliveryId,
    endpointId: change.endpointId,
    succeeded: change.succeeded,
    responseStatusCode: change.responseStatus,
    errorClass: change.errorClass,
    responseDurationMs: change.durationMs,
    attemptNumber: change.number,
    deliveryState: change.state,
    nextAttempt: change.nextAttemptAt === null ? null : timeText(change.nextAttemptAt),
  }
}
