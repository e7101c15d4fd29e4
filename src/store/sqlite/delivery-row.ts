import type { Delivery } from '../../domain/delivery.ts'
import type {
  ApplicationId,
  AttemptId,
  DeliveryId,
  EndpointId,
  MessageId,
} from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import { stateCodes, stateOf, triggerCode, triggerOf } from './columns.ts'
import type { Database } from './database.ts'
import { findMessage } from './messages.ts'

export const deliveryColumns = `application_id, id, endpoint_id, message_id, state, trigger,
  attempt_count, due_at, lease_token, sequence, last_attempt_id, created_at, updated_at`

const insert = `
  insert into delivery (${deliveryColumns}, event_type)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, ?, ?, ?)
  on conflict (application_id, id) do nothing`

const finish = `
  update delivery
  set state = ?, due_at = null, lease_token = null, updated_at = ?
  where application_id = ? and id = ? and state < 2`

export interface DeliveryRow {
  readonly application_id: ApplicationId
  readonly id: DeliveryId
  readonly endpoint_id: EndpointId
  readonly message_id: MessageId
  readonly state: number
  readonly trigger: number
  readonly attempt_count: number
  readonly due_at: number | null
  readonly lease_token: string | null
  readonly sequence: number | null
  readonly last_attempt_id: AttemptId | null
  readonly created_at: number
  readonly updated_at: number
}

export function insertDelivery(
  db: Database,
  input: Omit<Delivery, 'createdAt' | 'updatedAt'> & {
    readonly leaseToken: string | null
    /** Of its message. */
    readonly eventType: string
    readonly now: number
  },
): void {
  db.run(
    insert,
    input.applicationId,
    input.id,
    input.endpointId,
    input.messageId,
    stateCodes[input.state],
    triggerCode(input.trigger),
    input.attemptCount,
    input.dueAt,
    input.leaseToken,
    input.sequence,
    input.now,
    input.now,
    input.eventType,
  )
}

export function finishDelivery(
  db: Database,
  input: {
    readonly applicationId: ApplicationId
    readonly id: DeliveryId
    readonly state: 'succeeded' | 'failed' | 'canceled'
    readonly now: number
  },
): boolean {
  return db.run(finish, stateCodes[input.state], input.now, input.applicationId, input.id) === 1
}

/** The message of a delivery. It outlives its open deliveries. */
export function messageOf(db: Database, row: DeliveryRow): Message {
  const { application_id: applicationId, message_id: idOrEventId } = row
  const message = findMessage(db, { applicationId, idOrEventId, withPayload: true })
  if (message === null) throw new Error(`delivery ${row.id} has no message`)
  return message
}

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    applicationId: row.application_id,
    endpointId: row.endpoint_id,
    messageId: row.message_id,
    state: stateOf(row.state),
    trigger: triggerOf(row.trigger),
    attemptCount: row.attempt_count,
    dueAt: row.due_at,
    sequence: row.sequence,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
