import { createHash } from 'node:crypto'
import type { Endpoint } from '../domain/endpoint.ts'
import { type DeliveryId, type MessageId, makeId } from '../domain/ids.ts'
import type { Task } from '../domain/task.ts'
import type { IndexedView } from '../intake/application-views.ts'
import type { DeliveryStore } from '../store/port/deliveries.ts'

export interface Target {
  readonly view: IndexedView
  readonly endpoint: Endpoint
  readonly now: number
}

/** The one delivery that a task makes of a message: a step done again makes it again, not another. */
export function taskDeliveryId(task: Task, messageId: MessageId, endpoint?: Endpoint): DeliveryId {
  const of = endpoint === undefined ? messageId : `${endpoint.id}/${messageId}`
  const random = createHash('sha256').update(`${task.id}/${of}`).digest()
  return makeId('delivery', { nowMs: task.createdAt, random })
}

/** Adds a delivery by a person's wish. False when payload, message or endpoint is gone. */
export async function addManual(
  store: Pick<DeliveryStore, 'addDelivery'>,
  delivery: { readonly id: DeliveryId; readonly messageId: MessageId },
  { view, endpoint, now }: Target,
): Promise<boolean> {
  const result = await store.addDelivery({
    ...delivery,
    applicationId: endpoint.applicationId,
    endpointId: endpoint.id,
    trigger: 'manual',
    ordered: view.policy(endpoint).ordering === 'fifo',
    now,
  })
  return typeof result !== 'string'
}
