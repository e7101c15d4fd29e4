import type { Message } from '../../domain/message.ts'
import type { AcceptInput, AcceptResult } from '../port/accept.ts'
import { configVersionOf } from './applications.ts'
import { jsonOrNull, jsonUnlessEmpty } from './columns.ts'
import type { Database } from './database.ts'
import { insertDelivery } from './delivery-row.ts'
import { defaultContentType, findMessage } from './messages.ts'
import { appendToStream } from './streams.ts'

const insertMessage = `
  insert into message
    (application_id, id, event_type, event_id, channels, tags, content_type, created_at,
      deliver_at, payload_expires_at, attributes, payload)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict do nothing`

const removeMessage = `
  delete from message
  where application_id = ? and id = ?`

const insertKey = `
  insert into idempotency_key (scope, key, request_hash, message_id, expires_at)
  values (?, ?, ?, ?, ?)
  on conflict (scope, key) do nothing`

// A key that has expired but was not swept yet is as good as none.
const takeExpiredKey = `
  update idempotency_key
  set request_hash = ?, message_id = ?, status = null, body = null, expires_at = ?
  where scope = ? and key = ? and expires_at <= ?`

const selectKey = `
  select request_hash, message_id, expires_at
  from idempotency_key
  where scope = ? and key = ?`

const selectByEventId = `
  select id
  from message
  where application_id = ? and event_id = ?`

const selectSequence = `
  select sequence
  from delivery
  where application_id = ? and id = ?`

interface KeyRow {
  readonly request_hash: string
  readonly message_id: string | null
  readonly expires_at: number
}

export function acceptMessages(
  db: Database,
  inputs: readonly AcceptInput[],
): readonly AcceptResult[] {
  return inputs.map((input) => acceptMessage(db, input))
}

/**
 * Writes straight away and looks for the reason only when a unique index refuses: the usual
 * message then costs one insert for itself, one for its key and one for each delivery.
 */
export function acceptMessage(db: Database, input: AcceptInput): AcceptResult {
  const { message } = input
  const version = configVersionOf(db, message.applicationId)
  if (version === null) return { kind: 'application_not_found' }
  if (version !== input.configVersion) return usedKey(db, input) ?? { kind: 'stale' }
  if (!writeMessage(db, message)) {
    return usedKey(db, input) ?? acceptedBefore(db, input) ?? eventIdTaken(db, message)
  }
  if (!writeKey(db, input)) {
    db.run(removeMessage, message.applicationId, message.id)
    return usedKey(db, input) ?? { kind: 'stale' } // a key that refuses is in use
  }
  return { kind: 'accepted', sequences: writeDeliveries(db, input) }
}

function writeMessage(db: Database, message: Message): boolean {
  const { contentType } = message
  const rows = db.run(
    insertMessage,
    message.applicationId,
    message.id,
    message.eventType,
    message.eventId,
    jsonOrNull(message.channels),
    jsonOrNull(message.tags),
    contentType === defaultContentType ? null : contentType,
    message.createdAt,
    message.deliverAt,
    message.payloadExpiresAt,
    jsonUnlessEmpty(message.attributes),
    message.payload,
  )
  return rows === 1
}

function writeKey(db: Database, input: AcceptInput): boolean {
  const { idempotency, message, now } = input
  if (idempotency === null) return true
  const { key, requestHash, expiresAt } = idempotency
  const scope = message.applicationId
  if (db.run(insertKey, scope, key, requestHash, message.id, expiresAt) === 1) return true
  return db.run(takeExpiredKey, requestHash, message.id, expiresAt, scope, key, now) === 1
}

function writeDeliveries(db: Database, input: AcceptInput): readonly (number | null)[] {
  const { message, deliveries, lease, now } = input
  const later = message.deliverAt !== null && message.deliverAt > now
  return deliveries.map(({ id, endpointId, ordered }) => {
    const { applicationId } = message
    const sequence = ordered
      ? appendToStream(db, { applicationId, endpointId, readyAt: message.deliverAt ?? now })
      : null
    const leased = lease !== null && !ordered && !later
    insertDelivery(db, {
      id,
      applicationId,
      endpointId,
      messageId: message.id,
      state: leased ? 'sending' : 'pending',
      trigger: 'scheduled',
      attemptCount: 0,
      dueAt: ordered ? null : leased ? lease.until : (message.deliverAt ?? now),
      leaseToken: leased ? lease.token : null,
      sequence,
      eventType: message.eventType,
      now,
    })
    return sequence
  })
}

/** What became of the key before; null when it was not used, or has expired. */
function usedKey(db: Database, input: AcceptInput): AcceptResult | null {
  const { idempotency, message, now } = input
  if (idempotency === null) return null
  const row = db.row<KeyRow>(selectKey, message.applicationId, idempotency.key)
  if (row === undefined || row.expires_at <= now) return null
  if (row.request_hash !== idempotency.requestHash) return { kind: 'key_mismatch' }
  if (row.message_id === null) return { kind: 'key_mismatch' } // reserved by another kind of request
  const stored = findMessage(db, {
    applicationId: message.applicationId,
    idOrEventId: row.message_id,
    withPayload: true,
  })
  // Swept before its key: what was accepted is still the answer, as the caller describes it.
  return {
    kind: 'repeated',
    message: stored ?? { ...message, id: row.message_id as Message['id'] },
  }
}

/** The very same message again, after its answer was lost: the answer is the same. */
function acceptedBefore(db: Database, input: AcceptInput): AcceptResult | null {
  const { applicationId, id } = input.message
  const stored = findMessage(db, { applicationId, idOrEventId: id, withPayload: false })
  if (stored === null || stored.id !== id) return null
  const sequences = input.deliveries.map(
    (delivery) =>
      db.row<{ sequence: number | null }>(selectSequence, applicationId, delivery.id)?.sequence ??
      null,
  )
  return { kind: 'accepted', sequences }
}

function eventIdTaken(db: Database, message: Message): AcceptResult {
  const { applicationId, eventId } = message
  const holder = db.row<{ id: Message['id'] }>(selectByEventId, applicationId, eventId)
  if (holder === undefined) throw new Error('a message was refused, but not for its event id')
  return { kind: 'event_id_taken', messageId: holder.id }
}
