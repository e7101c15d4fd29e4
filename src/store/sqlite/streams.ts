/**
 * Streams: the order of an endpoint (I9). A stream numbers its deliveries inside the accept
 * commit, and only the holder of its lease may send and move its head.
 *
 * - `next` is the number that the next delivery gets, `head` the first that is not done.
 * - Every write of a holder is guarded by the random token, a move of the head by the head too.
 * - `retry_at` keeps the head back: a retry's time, or the `deliverAt` of its message.
 * - Canceled deliveries leave a gap: the head moves on to the next open one.
 */
import { sequenceMax } from '../../domain/delivery.ts'
import type { ApplicationId, DeliveryId, EndpointId } from '../../domain/ids.ts'
import type { Claim } from '../port/deliveries.ts'
import type { StreamClaim, StreamKey, StreamStore } from '../port/streams.ts'
import { NumbersUsedUp } from '../store.ts'
import type { Database } from './database.ts'
import {
  type DeliveryRow,
  deliveryColumns,
  finishDelivery,
  messageOf,
  toDelivery,
} from './delivery-row.ts'

type Input<Name extends keyof StreamStore> = Parameters<StreamStore[Name]>[0]

const append = `
  insert into stream (application_id, endpoint_id, next, head, retry_at)
  values (?, ?, 2, 1, ?)
  on conflict (application_id, endpoint_id) do update
  set next = next + 1,
    retry_at = case when head = next then excluded.retry_at else retry_at end
  where next <= ${sequenceMax}
  returning next - 1 as sequence`

const selectClaimable = `
  select application_id, endpoint_id, head, lease_epoch, claimable_at
  from stream
  where claimable_at <= ?
  order by claimable_at
  limit ?`

const selectClaimableOne = `
  select application_id, endpoint_id, head, lease_epoch
  from stream
  where application_id = ? and endpoint_id = ? and claimable_at <= ?`

const selectNextReady = `
  select claimable_at
  from stream
  where claimable_at > ?
  order by claimable_at
  limit 1`

const selectOpenCircuit = `
  select open_until
  from endpoint_health
  where application_id = ? and endpoint_id = ? and open_until > ?`

const selectUnordered = `
  select 1
  from delivery indexed by delivery_due
  where endpoint_id = ? and due_at is not null and sequence is null
  limit 1`

const keepBack = `
  update stream
  set retry_at = max(retry_at, ?)
  where application_id = ? and endpoint_id = ?`

const lease = `
  update stream
  set lease_token = ?, lease_until = ?, lease_epoch = lease_epoch + 1
  where application_id = ? and endpoint_id = ?`

const selectHeld = `
  select head, lease_until
  from stream
  where application_id = ? and endpoint_id = ? and lease_token = ? and lease_until > ?
    and held_since is null and stopped = 0`

const selectFrom = `
  select ${deliveryColumns}
  from delivery
  where application_id = ? and endpoint_id = ? and sequence >= ? and state < 2
  order by sequence
  limit ?`

const selectNextOpen = `
  select d.sequence, m.deliver_at
  from delivery d
  join message m on m.application_id = d.application_id and m.id = d.message_id
  where d.application_id = ? and d.endpoint_id = ? and d.sequence > ? and d.state < 2
  order by d.sequence
  limit 1`

const moveHead = `
  update stream
  set head = coalesce(?, next), retry_at = ?, held_since = null
  where application_id = ? and endpoint_id = ?`

const selectGuarded = `
  select head
  from stream
  where application_id = ? and endpoint_id = ? and lease_token = ? and head = ?`

const retryLater = `
  update stream
  set retry_at = ?, lease_token = null, lease_until = null
  where application_id = ? and endpoint_id = ?`

const hold = `
  update stream
  set held_since = ?, lease_token = null, lease_until = null
  where application_id = ? and endpoint_id = ?`

const renew = `
  update stream
  set lease_until = ?
  where application_id = ? and endpoint_id = ? and lease_token = ? and lease_until > ?
    and stopped = 0`

const release = `
  update stream
  set lease_token = null, lease_until = null
  where application_id = ? and endpoint_id = ? and lease_token = ?`

const releaseLeases = `
  update stream
  set lease_token = null, lease_until = null
  where lease_token is not null`

const selectStream = `
  select head, next, held_since, lease_until, claimable_at
  from stream
  where application_id = ? and endpoint_id = ?`

const selectHead = `
  select id
  from delivery
  where application_id = ? and endpoint_id = ? and sequence = ? and state < 2`

const clearHold = `
  update stream
  set held_since = null, retry_at = ?
  where application_id = ? and endpoint_id = ?`

interface ClaimableRow {
  readonly application_id: ApplicationId
  readonly endpoint_id: EndpointId
  readonly head: number
  readonly lease_epoch: number
}

interface StreamRow {
  readonly head: number
  readonly next: number
  readonly held_since: number | null
  readonly lease_until: number | null
  readonly claimable_at: number | null
}

/** Streams looked at in one claim beyond those it may take: those whose circuit is open. */
const skippedMax = 256

/** How long until a stream is looked at again that waits for deliveries from before it was ordered. */
const drainLookMs = 250

/** Takes the next number. `readyAt` keeps the delivery back when it becomes the head. */
export function appendToStream(
  db: Database,
  input: StreamKey & { readonly readyAt: number },
): number {
  const { applicationId, endpointId, readyAt } = input
  const row = db.row<{ sequence: number }>(append, applicationId, endpointId, readyAt)
  if (row === undefined) throw new NumbersUsedUp(endpointId)
  return row.sequence
}

export function claimStreams(
  db: Database,
  input: Input<'claimStreams'>,
): { readonly streams: readonly StreamClaim[]; readonly nextReadyAt: number | null } {
  const { now, leaseUntil, tokens, only } = input
  const except = new Set(input.except)
  const streams: StreamClaim[] = []
  for (const row of only === null ? claimable(db, input) : claimableOf(db, only, now)) {
    const token = tokens[streams.length]
    if (token === undefined) break
    const { application_id: applicationId, endpoint_id: endpointId } = row
    if (except.has(endpointId) || keptBack(db, { applicationId, endpointId }, now)) continue
    db.run(lease, token, leaseUntil, applicationId, endpointId)
    const epoch = row.lease_epoch + 1
    streams.push({ applicationId, endpointId, token, epoch, head: row.head, leaseUntil })
  }
  if (only !== null) return { streams, nextReadyAt: null }
  const next = db.row<{ claimable_at: number }>(selectNextReady, now)
  return { streams, nextReadyAt: next?.claimable_at ?? null }
}

function claimable(
  db: Database,
  { now, tokens, except }: Input<'claimStreams'>,
): readonly ClaimableRow[] {
  return db.rows<ClaimableRow>(selectClaimable, now, tokens.length + except.length + skippedMax)
}

function claimableOf(
  db: Database,
  keys: readonly StreamKey[],
  now: number,
): readonly ClaimableRow[] {
  return keys.flatMap(
    ({ applicationId, endpointId }) =>
      db.row<ClaimableRow>(selectClaimableOne, applicationId, endpointId, now) ?? [],
  )
}

/**
 * Moves a stream out of the way, so that it is not looked at each time: its circuit is open, or what
 * came before its endpoint was ordered is not done.
 */
function keptBack(db: Database, key: StreamKey, now: number): boolean {
  const { applicationId, endpointId } = key
  const circuit = db.row<{ open_until: number }>(selectOpenCircuit, applicationId, endpointId, now)
  const drains = db.row(selectUnordered, endpointId) !== undefined
  if (circuit === undefined && !drains) return false
  db.run(keepBack, circuit?.open_until ?? now + drainLookMs, applicationId, endpointId)
  return true
}

export function readStream(db: Database, input: Input<'readStream'>): readonly Claim[] {
  const { applicationId, endpointId, token, limit, bytesMax, now } = input
  const held = db.row<{ head: number; lease_until: number }>(
    selectHeld,
    applicationId,
    endpointId,
    token,
    now,
  )
  if (held === undefined) return []
  const claims: Claim[] = []
  let bytes = 0
  for (const row of db.rows<DeliveryRow>(selectFrom, applicationId, endpointId, held.head, limit)) {
    const message = messageOf(db, row)
    bytes += message.payload?.length ?? 0
    if (claims.length > 0 && bytes > bytesMax) break
    if (message.deliverAt !== null && message.deliverAt > now) break
    claims.push({ delivery: toDelivery(row), message, token, leaseUntil: held.lease_until })
  }
  return claims
}

export function renewStream(db: Database, input: Input<'renewStream'>): 'renewed' | 'lease_lost' {
  const { applicationId, endpointId, token, now, leaseUntil } = input
  const rows = db.run(renew, leaseUntil, applicationId, endpointId, token, now)
  return rows === 1 ? 'renewed' : 'lease_lost'
}

export function releaseStream(db: Database, input: Input<'releaseStream'>): void {
  db.run(release, input.applicationId, input.endpointId, input.token)
}

export function releaseHold(db: Database, input: Input<'releaseHold'>): 'released' | 'not_held' {
  const { applicationId, endpointId, action, now } = input
  const stream = db.row<StreamRow>(selectStream, applicationId, endpointId)
  if (stream === undefined || stream.held_since === null) return 'not_held'
  if (action === 'retry') {
    db.run(clearHold, now, applicationId, endpointId)
    return 'released'
  }
  const { head } = stream
  const delivery = db.row<{ id: DeliveryId }>(selectHead, applicationId, endpointId, head)
  if (delivery !== undefined) {
    finishDelivery(db, { applicationId, id: delivery.id, state: 'failed', now })
  }
  advanceHead(db, { applicationId, endpointId, head, now })
  return 'released'
}

export function streamState(
  db: Database,
  input: Input<'streamState'>,
): Awaited<ReturnType<StreamStore['streamState']>> {
  const row = db.row<StreamRow>(selectStream, input.applicationId, input.endpointId)
  if (row === undefined) return null
  const { head, next, held_since: heldSince, claimable_at: readyAt } = row
  return { head, next, heldSince, readyAt }
}

/** The guard of every verdict on an ordered delivery: the lease is the caller's, and the head is it. */
export function holdsHead(
  db: Database,
  input: StreamKey & { readonly token: string; readonly head: number },
): boolean {
  const { applicationId, endpointId, token, head } = input
  return db.row(selectGuarded, applicationId, endpointId, token, head) !== undefined
}

/** Whether somebody may be sending the head at this moment. */
export function streamIsLeased(db: Database, key: StreamKey, now: number): boolean {
  const row = db.row<StreamRow>(selectStream, key.applicationId, key.endpointId)
  return (row?.lease_until ?? 0) > now
}

/** Moves the head from `head` to the next open delivery, or to the end. The lease stays. */
export function advanceHead(
  db: Database,
  input: StreamKey & { readonly head: number; readonly now: number },
): void {
  const { applicationId, endpointId, head, now } = input
  const next = db.row<{ sequence: number; deliver_at: number | null }>(
    selectNextOpen,
    applicationId,
    endpointId,
    head,
  )
  const readyAt = Math.max(now, next?.deliver_at ?? now)
  db.run(moveHead, next?.sequence ?? null, readyAt, applicationId, endpointId)
}

/** The head waits until `at`; the lease is given back. */
export function retryHeadAt(db: Database, key: StreamKey, at: number): void {
  db.run(retryLater, at, key.applicationId, key.endpointId)
}

/** The head has used up its tries and stays where it is until a person decides. */
export function holdStream(db: Database, key: StreamKey, now: number): void {
  db.run(hold, now, key.applicationId, key.endpointId)
}

/** At start of the only process: whoever held a lease is dead. */
export function releaseStreamLeases(db: Database): number {
  return db.run(releaseLeases)
}

/** After a delivery was canceled: moves the head on when it was the head. */
export function closeGap(
  db: Database,
  input: StreamKey & { readonly sequence: number; readonly now: number },
): void {
  const { applicationId, endpointId, sequence, now } = input
  const row = db.row<StreamRow>(selectStream, applicationId, endpointId)
  if (row?.head === sequence) advanceHead(db, { applicationId, endpointId, head: sequence, now })
}
