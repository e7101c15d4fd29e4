/** The stream of what happens in an application. */
import type { DeliveryOut } from './model.ts'
import { openStream, type StreamListener } from './server-events.ts'

export type Change =
  | { readonly type: 'message.created'; readonly msgId: string }
  | {
      readonly type: 'attempt.finished'
      readonly msgId: string
      readonly attemptId: string
      readonly deliveryId: string
      readonly endpointId: string
      readonly responseStatusCode: number
      readonly responseDurationMs: number
      readonly errorClass: NonNullable<DeliveryOut['lastAttempt']>['errorClass']
      readonly attemptNumber: number
      readonly deliveryState: DeliveryOut['state']
      readonly nextAttempt: string | null
      readonly timestamp: string
    }

export function openChangeStream(
  application: string,
  listener: StreamListener<Change>,
): () => void {
  return openStream(`/app/${encodeURIComponent(application)}/change`, listener)
}
