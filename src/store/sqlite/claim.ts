/**
 * Claiming due work. The index `delivery_due` holds open deliveries by endpoint and due time; the
 * walk seeks from one endpoint with open work to the next, so that what it costs depends on the
 * endpoints looked at and the rows claimed, never on the length of a dead endpoint's backlog.
 */
import type { ApplicationId, DeliveryId, EndpointId } from '../../domain/ids.ts'
import type { Claim, DeliveryStore } from '../port/deliveries.ts'
import type { Database } from './database.ts'
import { type DeliveryRow, deliveryColumns, messageOf, toDelivery } from './delivery-row.ts'
import { releaseStreamLeases } from './streams.ts'

type Input<Name extends keyof DeliveryStore> = Parameters<DeliveryStore[Name]>[0]

/** Endpoints looked at in one call; the next call goes on from the cursor. */
const endpointsPerWalkMax = 512

// The first entry of the next endpoint is also its earliest.
const selectNextEndpoint = `
  select endpoint_id, application_id, due_at
  from delivery indexed by delivery_due
  where endpoint_id > ? and due_at is not null
  order by endpoint_id, due_at
  limit 1`

const selectSendable = `
  select 1
  from endpoint e
  join application a on a.id = e.application_id
  left join endpoint_health h on h.application_id = e.application_id and h.endpoint_id = e.id
  where e.application_id = ? and e.id = ?
    and e.disabled_at is null and e.paused_at is null and e.deleted_at is null
    and a.enabled = 1 and a.deleted_at is null
    and (h.open_until is null or h.open_until <= ?)`

const selectDue = `
  select ${deliveryColumns}
  from delivery indexed by delivery_due
  where endpoint_id = ? and due_at <= ?
  order by due_at
  limit ?`

const selectLaterDue = `
  select due_at
  from delivery indexed by delivery_due
  where endpoint_id = ? and due_at > ?
  order by due_at
  limit 1`

const lease = `
  update delivery
  set state = 1, lease_token = ?, due_at = ?, updated_at = ?
  where application_id = ? and id = ?`

const renew = `
  update delivery
  set due_at = ?, updated_at = ?
  where application_id = ? and id = ? and lease_token = ? and state = 1`

const selectLeasedByOthers = `
  select application_id, id
  from delivery
  where due_at is not null and state = 1 and lease_token <> ?`

const giveBack = `
  update delivery
  set state = 0, lease_token = null, due_at = ?, updated_at = ?
  where application_id = ? and id = ?`

interface Seek {
  readonly endpoint_id: EndpointId
  readonly application_id: ApplicationId
  readonly due_at: number
}

export function claimDue(
  db: Database,
  input: Input<'claimDue'>,
): Awaited<ReturnType<DeliveryStore['claimDue']>> {
  const { now, limit, bytesMax } = input
  const except = new Set(input.except)
  const claims: Claim[] = []
  let bytes = 0
  let nextDueAt: number | null = null
  let cursor: EndpointId | null = input.afterEndpointId
  for (let looked = 0; ; looked++) {
    const full = claims.length >= limit || bytes >= bytesMax || looked >= endpointsPerWalkMax
    if (full) return { claims, cursor, nextDueAt }
    const seek = db.row<Seek>(selectNextEndpoint, cursor ?? '')
    if (seek === undefined) return { claims, cursor: null, nextDueAt }
    cursor = seek.endpoint_id
    if (seek.due_at > now) {
      nextDueAt = earlier(nextDueAt, seek.due_at)
      continue
    }
    const sendable = db.row(selectSendable, seek.application_id, cursor, now)
    if (except.has(cursor) || sendable === undefined) continue
    const most = Math.min(input.perEndpoint, limit - claims.length)
    for (const row of db.rows<DeliveryRow>(selectDue, cursor, now, most)) {
      const message = messageOf(db, row)
      const size = message.payload?.length ?? 0
      if (claims.length > 0 && bytes + size > bytesMax) {
        return { claims, cursor, nextDueAt }
      }
      bytes += size
      claims.push(take(db, row, message, input))
    }
    const later = db.row<{ due_at: number }>(selectLaterDue, cursor, now)
    if (later !== undefined) nextDueAt = earlier(nextDueAt, later.due_at)
  }
}

function take(
  db: Database,
  row: DeliveryRow,
  message: Claim['message'],
  input: Input<'claimDue'>,
): Claim {
  const { token, leaseUntil, now } = input
  db.run(lease, token, leaseUntil, now, row.application_id, row.id)
  const delivery = toDelivery({ ...row, state: 1, due_at: leaseUntil, updated_at: now })
  return { delivery, message, token, leaseUntil }
}

export function renewLeases(db: Database, input: Input<'renewLeases'>): readonly DeliveryId[] {
  const { token, now, leaseUntil } = input
  return input.deliveries
    .filter(
      ({ applicationId, deliveryId }) =>
        db.run(renew, leaseUntil, now, applicationId, deliveryId, token) === 1,
    )
    .map(({ deliveryId }) => deliveryId)
}

/** One process owns the database, so every lease under another token is a dead one's. */
export function releaseLeasesOfDeadNodes(
  db: Database,
  input: Input<'releaseLeasesOfDeadNodes'>,
): number {
  const { liveToken, now } = input
  const dead = db.rows<Pick<DeliveryRow, 'application_id' | 'id'>>(selectLeasedByOthers, liveToken)
  for (const row of dead) db.run(giveBack, now, now, row.application_id, row.id)
  releaseStreamLeases(db)
  return dead.length
}

function earlier(first: number | null, second: number): number {
  return first === null ? second : Math.min(first, second)
}
