import type { DisabledReason, Endpoint, EndpointHealth } from '../../domain/endpoint.ts'
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { Sealer } from '../../runtime/sealing.ts'
import type { ApplicationView, EndpointStore, JudgedBy } from '../port/endpoints.ts'
import type { Page } from '../port/page.ts'
import {
  applicationForView,
  configVersionOf,
  isJudgedByAnother,
  moveConfigVersion,
} from './applications.ts'
import { cancelAtOnceMax, cancelOfDeleted } from './cancel.ts'
import type { Database } from './database.ts'
import { idPage } from './page.ts'

type Input<Name extends keyof EndpointStore> = Parameters<EndpointStore[Name]>[0]

/** An endpoint as it lies in its row: what is secret sealed, the rest as JSON. */
export interface EndpointRow {
  readonly application_id: ApplicationId
  readonly id: EndpointId
  readonly uid: string | null
  readonly disabled_at: number | null
  readonly disabled_reason: DisabledReason | null
  readonly paused_at: number | null
  readonly settings: string
  readonly secrets: string
  readonly headers: string
  readonly credentials: string | null
  readonly created_at: number
  readonly updated_at: number
}

interface HealthRow {
  readonly endpoint_id: EndpointId
  readonly failing_since: number | null
  readonly consecutive_failures: number
  readonly open_until: number | null
}

/** The view before its endpoints are opened: opening needs the keys, which stay out of the writer. */
export interface SealedView extends Omit<ApplicationView, 'endpoints'> {
  readonly endpoints: readonly EndpointRow[]
}

const columns = `application_id, id, uid, disabled_at, disabled_reason, paused_at, settings,
  secrets, headers, credentials, created_at, updated_at`

const insert = `
  insert into endpoint (${columns})
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (application_id, id) do nothing`

const selectById = `
  select ${columns}
  from endpoint
  where application_id = ? and id = ? and deleted_at is null`

const selectByUid = `
  select ${columns}
  from endpoint
  where application_id = ? and uid = ? and deleted_at is null`

const selectPage = `
  select ${columns}
  from endpoint
  where application_id = ? and deleted_at is null`

const selectAll = `${selectPage}
  order by id`

const selectHealth = `
  select h.endpoint_id, h.failing_since, h.consecutive_failures, h.open_until
  from endpoint_health h
  join endpoint e on e.application_id = h.application_id and e.id = h.endpoint_id
  where h.application_id = ? and e.deleted_at is null`

const selectOpenUntil = `
  select open_until
  from endpoint_health
  where application_id = ? and endpoint_id = ? and open_until > ?`

const update = `
  update endpoint
  set uid = ?, disabled_at = ?, disabled_reason = ?, paused_at = ?, settings = ?, secrets = ?,
    headers = ?, credentials = ?, updated_at = ?
  where application_id = ? and id = ? and deleted_at is null`

const markDeleted = `
  update endpoint
  set deleted_at = ?, updated_at = ?, cancel_open = 1, secrets = '', headers = '',
    credentials = null
  where application_id = ? and id = ? and deleted_at is null`

// A stream is stopped while its endpoint or its application must not be sent to.
const followStream = `
  update stream
  set stopped = ?
    or (select a.enabled = 0 or a.deleted_at is not null from application a where a.id = ?)
  where application_id = ? and endpoint_id = ?`

const upsertHealth = `
  insert into endpoint_health
    (application_id, endpoint_id, failing_since, consecutive_failures, open_until)
  values (?, ?, ?, ?, ?)
  on conflict (application_id, endpoint_id) do update
  set failing_since = excluded.failing_since,
    consecutive_failures = excluded.consecutive_failures,
    open_until = excluded.open_until`

const removeHealth = `
  delete from endpoint_health
  where application_id = ? and endpoint_id = ?`

const markDisabled = `
  update endpoint
  set disabled_at = ?, disabled_reason = ?, updated_at = max(updated_at + 1, ?)
  where application_id = ? and id = ? and deleted_at is null and disabled_at is null`

export function createEndpoint(
  db: Database,
  { row, judged }: { readonly row: EndpointRow; readonly judged: JudgedBy | undefined },
): 'created' | 'uid_taken' | 'application_not_found' | 'profile_changed' {
  if (isJudgedByAnother(db, row.application_id, judged)) return 'profile_changed'
  if (configVersionOf(db, row.application_id) === null) return 'application_not_found'
  if (uidTaken(db, row)) return 'uid_taken'
  const inserted = db.run(
    insert,
    row.application_id,
    row.id,
    row.uid,
    row.disabled_at,
    row.disabled_reason,
    row.paused_at,
    row.settings,
    row.secrets,
    row.headers,
    row.credentials,
    row.created_at,
    row.updated_at,
  )
  if (inserted === 1) moveConfigVersion(db, row.application_id)
  return 'created'
}

export function findEndpoint(db: Database, input: Input<'findEndpoint'>): EndpointRow | null {
  return (
    db.row<EndpointRow>(selectById, input.applicationId, input.idOrUid) ??
    db.row<EndpointRow>(selectByUid, input.applicationId, input.idOrUid) ??
    null
  )
}

export function listEndpoints(db: Database, input: Input<'listEndpoints'>): Page<EndpointRow> {
  return idPage<EndpointRow, EndpointRow>(db, {
    select: selectPage,
    values: [input.applicationId],
    page: input.page,
    map: (row) => row,
  })
}

export function updateEndpoint(
  db: Database,
  input: {
    readonly row: EndpointRow
    readonly expectedUpdatedAt: number | null
    readonly judged: JudgedBy | undefined
  },
): { readonly createdAt: number } | 'uid_taken' | 'not_found' | 'conflict' | 'profile_changed' {
  const { row, expectedUpdatedAt, judged } = input
  if (isJudgedByAnother(db, row.application_id, judged)) return 'profile_changed'
  const stored = db.row<EndpointRow>(selectById, row.application_id, row.id)
  if (stored === undefined) return 'not_found'
  if (expectedUpdatedAt !== null && stored.updated_at !== expectedUpdatedAt) return 'conflict'
  if (uidTaken(db, row)) return 'uid_taken'
  db.run(
    update,
    row.uid,
    row.disabled_at,
    row.disabled_reason,
    row.paused_at,
    row.settings,
    row.secrets,
    row.headers,
    row.credentials,
    row.updated_at,
    row.application_id,
    row.id,
  )
  // Switched on again by a person: it starts over, or old failures would disable it at once.
  const enabled = stored.disabled_at !== null && row.disabled_at === null
  if (enabled) db.run(removeHealth, row.application_id, row.id)
  const stopped = row.disabled_at !== null || row.paused_at !== null
  db.run(followStream, stopped ? 1 : 0, row.application_id, row.application_id, row.id)
  moveConfigVersion(db, row.application_id)
  return { createdAt: stored.created_at }
}

export function deleteEndpoint(
  db: Database,
  input: Input<'deleteEndpoint'>,
): 'deleted' | 'not_found' {
  const { applicationId, endpointId, now } = input
  if (db.run(markDeleted, now, now, applicationId, endpointId) === 0) return 'not_found'
  db.run(followStream, 1, applicationId, applicationId, endpointId)
  moveConfigVersion(db, applicationId)
  cancelOfDeleted(db, { now, limit: cancelAtOnceMax })
  return 'deleted'
}

export function loadApplicationView(db: Database, applicationId: ApplicationId): SealedView | null {
  const application = applicationForView(db, applicationId)
  if (application === null) return null
  const health = new Map<EndpointId, EndpointHealth>()
  for (const row of db.rows<HealthRow>(selectHealth, applicationId)) {
    health.set(row.endpoint_id, {
      failingSince: row.failing_since,
      consecutiveFailures: row.consecutive_failures,
      openUntil: row.open_until,
    })
  }
  return { application, endpoints: db.rows<EndpointRow>(selectAll, applicationId), health }
}

export function openCircuits(
  db: Database,
  { applicationId, endpointIds, now }: Input<'openCircuits'>,
): { readonly endpointId: EndpointId; readonly openUntil: number }[] {
  return endpointIds.flatMap((endpointId) => {
    const row = db.row<{ open_until: number }>(selectOpenUntil, applicationId, endpointId, now)
    return row === undefined ? [] : [{ endpointId, openUntil: row.open_until }]
  })
}

export function writeHealth(
  db: Database,
  key: { readonly applicationId: ApplicationId; readonly endpointId: EndpointId },
  health: EndpointHealth,
): void {
  db.run(
    upsertHealth,
    key.applicationId,
    key.endpointId,
    health.failingSince,
    health.consecutiveFailures,
    health.openUntil,
  )
}

/** Does nothing to an endpoint that is disabled already: the first reason stays. */
export function disableEndpoint(
  db: Database,
  key: { readonly applicationId: ApplicationId; readonly endpointId: EndpointId },
  disable: { readonly reason: DisabledReason; readonly at: number },
): void {
  const { applicationId, endpointId } = key
  const { reason, at } = disable
  if (db.run(markDisabled, at, reason, at, applicationId, endpointId) === 0) return
  db.run(followStream, 1, applicationId, applicationId, endpointId)
  moveConfigVersion(db, applicationId)
}

function uidTaken(db: Database, row: EndpointRow): boolean {
  if (row.uid === null) return false
  const holder = db.row<EndpointRow>(selectByUid, row.application_id, row.uid)
  return holder !== undefined && holder.id !== row.id
}

/** Everything of an endpoint that the store only carries along. */
type Settings = Pick<
  Endpoint,
  | 'url'
  | 'description'
  | 'version'
  | 'transport'
  | 'eventTypes'
  | 'channels'
  | 'metadata'
  | 'throttleRate'
  | 'policy'
  | 'attributes'
>

export function sealEndpoint(endpoint: Endpoint, sealer: Sealer): EndpointRow {
  const settings: Settings = {
    url: endpoint.url,
    description: endpoint.description,
    version: endpoint.version,
    transport: endpoint.transport,
    eventTypes: endpoint.eventTypes,
    channels: endpoint.channels,
    metadata: endpoint.metadata,
    throttleRate: endpoint.throttleRate,
    policy: endpoint.policy,
    attributes: endpoint.attributes,
  }
  return {
    application_id: endpoint.applicationId,
    id: endpoint.id,
    uid: endpoint.uid,
    disabled_at: endpoint.disabledAt,
    disabled_reason: endpoint.disabledReason,
    paused_at: endpoint.pausedAt,
    settings: JSON.stringify(settings),
    secrets: sealer.seal(JSON.stringify(endpoint.secrets), sealedFor(endpoint, 'secrets')),
    headers: sealer.seal(JSON.stringify(endpoint.headers), sealedFor(endpoint, 'headers')),
    credentials:
      endpoint.credentials === undefined
        ? null
        : sealer.seal(JSON.stringify(endpoint.credentials), sealedFor(endpoint, 'credentials')),
    created_at: endpoint.createdAt,
    updated_at: endpoint.updatedAt,
  }
}

export function openEndpoint(row: EndpointRow, sealer: Sealer): Endpoint {
  const key = { id: row.id, applicationId: row.application_id }
  const settings: Settings = JSON.parse(row.settings)
  return {
    ...settings,
    ...key,
    uid: row.uid,
    disabledAt: row.disabled_at,
    disabledReason: row.disabled_reason,
    pausedAt: row.paused_at,
    secrets: JSON.parse(sealer.open(row.secrets, sealedFor(key, 'secrets'))),
    headers: JSON.parse(sealer.open(row.headers, sealedFor(key, 'headers'))),
    ...(row.credentials === null
      ? {}
      : { credentials: JSON.parse(sealer.open(row.credentials, sealedFor(key, 'credentials'))) }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** Binds a sealed value to its place, so that it cannot be moved to another endpoint or field. */
export function sealedFor(key: Pick<Endpoint, 'id' | 'applicationId'>, field: string): string {
  return `${key.applicationId}/${key.id}/${field}`
}
