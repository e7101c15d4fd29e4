/**
 * Sweeping: each call does at most `limit` of each kind. Walks that may meet rows they must leave
 * alone (a message with an open delivery) remember where they stopped, so that such rows never
 * block those behind them; at the end they begin again.
 */
import type { ApplicationId, EndpointId, MessageId } from '../../domain/ids.ts'
import type { MaintenanceStore, SweepResult } from '../port/maintenance.ts'
import { cancelOfDeleted } from './cancel.ts'
import type { Database } from './database.ts'
import { pullBackMarks, spanLength } from './lists.ts'

type Input<Name extends keyof MaintenanceStore> = Parameters<MaintenanceStore[Name]>[0]

const openDelivery = `
  select 1
  from delivery d
  where d.application_id = m.application_id and d.message_id = m.id and d.state < 2`

const selectExpired = `
  select m.seq, m.payload_expires_at as at, exists (${openDelivery}) as open
  from message m
  where m.payload is not null and m.payload_expires_at <= ?
    and m.payload_expires_at >= ?
  order by m.payload_expires_at
  limit ?`

const dropPayload = `
  update message
  set payload = null, payload_bytes = length(payload)
  where seq = ?`

const selectOld = `
  select m.seq, m.application_id, m.id, m.event_type, m.created_at, exists (${openDelivery}) as open
  from message m
  where m.seq > ?
  order by m.seq
  limit ?`

const selectAttempts = `
  select endpoint_id, id, succeeded
  from attempt
  where message_id = ? and application_id = ?`

const selectDeliveries = `
  select endpoint_id, id
  from delivery
  where message_id = ? and application_id = ?`

const removeAttempts = `
  delete from attempt
  where message_id = ? and application_id = ?`

const removeDeliveries = `
  delete from delivery
  where message_id = ? and application_id = ?`

const unlistAttempt = `
  delete from attempt_endpoint_list
  where application_id = ? and endpoint_id = ? and id = ?`

const uncountAttempt = `
  update attempt_count
  set count = count - 1
  where application_id = ? and endpoint_id = ? and span = substr(?, 1, ${spanLength})
    and succeeded = ?`

const dropEmptyCount = `
  delete from attempt_count
  where application_id = ? and endpoint_id = ? and span = substr(?, 1, ${spanLength})
    and succeeded = ? and count <= 0`

const unlistDelivery = `
  delete from delivery_list
  where application_id = ? and id = ?`

const unlistEndpointDelivery = `
  delete from delivery_endpoint_list
  where application_id = ? and endpoint_id = ? and id = ?`

const unlistMessage = `
  delete from message_list
  where application_id = ? and id = ?`

const unlistTypedMessage = `
  delete from message_type_list
  where application_id = ? and event_type = ? and id = ?`

const removeMessage = `
  delete from message
  where seq = ?`

const selectFirstKeys = `
  select seq, expires_at
  from idempotency_key
  order by seq
  limit ?`

const removeKey = `
  delete from idempotency_key
  where seq = ?`

const selectSetting = `
  select value
  from setting
  where name = ?`

const upsertSetting = `
  insert into setting (name, value)
  values (?, ?)
  on conflict (name) do update
  set value = excluded.value`

export function sweep(db: Database, input: Input<'sweep'>): SweepResult {
  const { now, removeBefore, limit } = input
  const canceledAll = cancelOfDeleted(db, { now, limit })
  const payloads = dropPayloads(db, { now, limit })
  const old = removeOld(db, { removeBefore, limit })
  const keys = removeKeys(db, { now, limit })
  return {
    payloads: payloads.count,
    messages: old.messages,
    attempts: old.attempts,
    keys: keys.count,
    more: !canceledAll || payloads.more || old.more || keys.more,
  }
}

function dropPayloads(
  db: Database,
  input: { readonly now: number; readonly limit: number },
): { readonly count: number; readonly more: boolean } {
  const { now, limit } = input
  const from = db.sweepCursors.get('payloads') ?? 0
  const rows = db.rows<{ seq: number; at: number; open: number }>(selectExpired, now, from, limit)
  const free = rows.filter((row) => row.open === 0)
  for (const row of free) db.run(dropPayload, row.seq)
  const more = rows.length === limit
  // A run of one same instant that is all open would be met for ever: step over it.
  const last = rows.at(-1)?.at ?? 0
  const stuck = free.length === 0 && last === from
  db.sweepCursors.set('payloads', more ? last + (stuck ? 1 : 0) : 0)
  return { count: free.length, more }
}

function removeOld(
  db: Database,
  input: { readonly removeBefore: number; readonly limit: number },
): { readonly messages: number; readonly attempts: number; readonly more: boolean } {
  const { removeBefore, limit } = input
  const from = db.sweepCursors.get('messages') ?? 0
  const rows = db.rows<OldRow>(selectOld, from, limit)
  const old = rows.filter((row) => row.created_at < removeBefore)
  const free = old.filter((row) => row.open === 0)
  let attempts = 0
  for (const row of free) attempts += removeWhole(db, row)
  if (free.length > 0) pullBackMarks(db)
  const more = rows.length === limit && old.length === rows.length
  db.sweepCursors.set('messages', more ? (rows.at(-1)?.seq ?? 0) : 0)
  return { messages: free.length, attempts, more }
}

interface OldRow {
  readonly seq: number
  readonly application_id: ApplicationId
  readonly id: MessageId
  readonly event_type: string
  readonly created_at: number
  readonly open: number
}

/** A message with its deliveries and attempts, out of every list. Returns how many attempts went. */
function removeWhole(db: Database, row: OldRow): number {
  const { application_id: applicationId, id } = row
  for (const attempt of db.rows<AttemptRow>(selectAttempts, id, applicationId)) {
    unlist(db, applicationId, attempt)
  }
  for (const delivery of db.rows<ListedRow>(selectDeliveries, id, applicationId)) {
    db.run(unlistDelivery, applicationId, delivery.id)
    db.run(unlistEndpointDelivery, applicationId, delivery.endpoint_id, delivery.id)
  }
  db.run(unlistMessage, applicationId, id)
  db.run(unlistTypedMessage, applicationId, row.event_type, id)
  const attempts = db.run(removeAttempts, id, applicationId)
  db.run(removeDeliveries, id, applicationId)
  db.run(removeMessage, row.seq)
  return attempts
}

/** An attempt that is in no list yet is not counted either. */
function unlist(db: Database, applicationId: ApplicationId, attempt: AttemptRow): void {
  const { endpoint_id: endpointId, id, succeeded } = attempt
  if (db.run(unlistAttempt, applicationId, endpointId, id) === 0) return
  const counted = [applicationId, endpointId, id, succeeded] as const
  db.run(uncountAttempt, ...counted)
  db.run(dropEmptyCount, ...counted)
}

interface AttemptRow extends ListedRow {
  readonly succeeded: number
}

interface ListedRow {
  readonly endpoint_id: EndpointId
  readonly id: string
}

function removeKeys(
  db: Database,
  input: { readonly now: number; readonly limit: number },
): { readonly count: number; readonly more: boolean } {
  const { now, limit } = input
  const rows = db.rows<{ seq: number; expires_at: number }>(selectFirstKeys, limit)
  const expired = rows.filter((row) => row.expires_at <= now)
  for (const row of expired) db.run(removeKey, row.seq)
  return { count: expired.length, more: expired.length === limit }
}

export function readSetting(db: Database, name: string): string | null {
  return db.row<{ value: string }>(selectSetting, name)?.value ?? null
}

export function writeSetting(db: Database, input: Input<'writeSetting'>): void {
  db.run(upsertSetting, input.name, input.value)
}

/** A real write: it fails when the disk is full or the file has become read-only. */
export function ping(db: Database, input: { readonly now: number }): void {
  db.run(upsertSetting, 'ping', String(input.now))
}
