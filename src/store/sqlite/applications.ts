import type { Application } from '../../domain/application.ts'
import type { ApplicationId, OrganizationId } from '../../domain/ids.ts'
import type { ApplicationStore } from '../port/applications.ts'
import type { JudgedBy } from '../port/endpoints.ts'
import type { Page } from '../port/page.ts'
import { cancelAtOnceMax, cancelOfDeleted } from './cancel.ts'
import type { Database } from './database.ts'
import { idPage } from './page.ts'

type Input<Name extends keyof ApplicationStore> = Parameters<ApplicationStore[Name]>[0]

const columns = `id, organization_id, uid, name, metadata, throttle_rate, profile, enabled,
  config_version, created_at, updated_at`

const insert = `
  insert into application (${columns})
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (id) do nothing`

const selectById = `
  select ${columns}
  from application
  where organization_id = ? and id = ? and deleted_at is null`

const selectByUid = `
  select ${columns}
  from application
  where organization_id = ? and uid = ? and deleted_at is null`

const update = `
  update application
  set uid = ?, name = ?, metadata = ?, throttle_rate = ?, profile = ?, enabled = ?,
    config_version = config_version + 1, updated_at = ?
  where organization_id = ? and id = ? and deleted_at is null`

const markDeleted = `
  update application
  set deleted_at = ?, updated_at = ?, config_version = config_version + 1
  where organization_id = ? and id = ? and deleted_at is null`

const markEndpointsDeleted = `
  update endpoint
  set deleted_at = ?, updated_at = ?, cancel_open = 1, secrets = '', headers = '',
    credentials = null
  where application_id = ? and deleted_at is null`

// A stream stops with its application and follows its endpoint again when that is switched on.
const stopStreams = `
  update stream
  set stopped = case
    when ? = 0 then 1
    else (
      select coalesce(e.disabled_at, e.paused_at, e.deleted_at) is not null
      from endpoint e
      where e.application_id = stream.application_id and e.id = stream.endpoint_id)
    end
  where application_id = ?`

const bumpVersion = `
  update application
  set config_version = config_version + 1
  where id = ?`

const selectVersion = `
  select config_version
  from application
  where id = ? and deleted_at is null`

const selectPage = `
  select ${columns}
  from application
  where organization_id = ? and deleted_at is null`

interface Row {
  readonly id: ApplicationId
  readonly organization_id: OrganizationId
  readonly uid: string | null
  readonly name: string
  readonly metadata: string
  readonly throttle_rate: number | null
  readonly profile: string
  readonly enabled: number
  readonly config_version: number
  readonly created_at: number
  readonly updated_at: number
}

export function createApplication(
  db: Database,
  application: Application,
): Application | 'uid_taken' {
  const { id, organizationId, uid } = application
  if (uid !== null) {
    const holder = db.row<Row>(selectByUid, organizationId, uid)
    if (holder !== undefined && holder.id !== id) return 'uid_taken'
  }
  db.run(
    insert,
    id,
    organizationId,
    uid,
    application.name,
    JSON.stringify(application.metadata),
    application.throttleRate,
    application.profile,
    application.enabled ? 1 : 0,
    application.configVersion,
    application.createdAt,
    application.updatedAt,
  )
  return application
}

export function findApplication(db: Database, input: Input<'findApplication'>): Application | null {
  const row =
    db.row<Row>(selectById, input.organizationId, input.idOrUid) ??
    db.row<Row>(selectByUid, input.organizationId, input.idOrUid)
  return row === undefined ? null : toApplication(row)
}

export function listApplications(
  db: Database,
  input: Input<'listApplications'>,
): Page<Application> {
  return idPage<Row, Application>(db, {
    select: selectPage,
    values: [input.organizationId],
    page: input.page,
    map: toApplication,
  })
}

export function updateApplication(
  db: Database,
  { application, expectedUpdatedAt, expectedConfigVersion }: Input<'updateApplication'>,
): Application | 'uid_taken' | 'not_found' | 'conflict' {
  const { id, organizationId, uid } = application
  const stored = db.row<Row>(selectById, organizationId, id)
  if (stored === undefined) return 'not_found'
  if (expectedUpdatedAt !== null && stored.updated_at !== expectedUpdatedAt) return 'conflict'
  if ((expectedConfigVersion ?? stored.config_version) !== stored.config_version) return 'conflict'
  if (uid !== null) {
    const holder = db.row<Row>(selectByUid, organizationId, uid)
    if (holder !== undefined && holder.id !== id) return 'uid_taken'
  }
  db.run(
    update,
    uid,
    application.name,
    JSON.stringify(application.metadata),
    application.throttleRate,
    application.profile,
    application.enabled ? 1 : 0,
    application.updatedAt,
    organizationId,
    id,
  )
  db.run(stopStreams, application.enabled ? 1 : 0, id)
  db.configVersions.delete(id)
  const row = db.row<Row>(selectById, organizationId, id)
  return row === undefined ? 'not_found' : toApplication(row)
}

export function deleteApplication(
  db: Database,
  input: Input<'deleteApplication'>,
): 'deleted' | 'not_found' {
  const { organizationId, applicationId, now } = input
  if (db.run(markDeleted, now, now, organizationId, applicationId) === 0) return 'not_found'
  db.run(markEndpointsDeleted, now, now, applicationId)
  db.run(stopStreams, 0, applicationId)
  db.configVersions.delete(applicationId)
  cancelOfDeleted(db, { now, limit: cancelAtOnceMax })
  return 'deleted'
}

/** Called by everything that changes what matching or sending would see. */
export function moveConfigVersion(db: Database, applicationId: ApplicationId): void {
  db.run(bumpVersion, applicationId)
  db.configVersions.delete(applicationId)
}

const selectProfile = `
  select profile from application
  where id = ? and deleted_at is null`

/** Whether the application has another profile than an endpoint was judged by. */
export function isJudgedByAnother(
  db: Database,
  applicationId: ApplicationId,
  judged: JudgedBy | undefined,
): boolean {
  if (judged === undefined) return false
  const found = db.row<{ profile: string }>(selectProfile, applicationId)
  return found !== undefined && found.profile !== judged.profile
}

const rememberedVersionsMax = 50_000

/** Null when the application is missing or deleted. */
export function configVersionOf(db: Database, applicationId: ApplicationId): number | null {
  const known = db.configVersions.get(applicationId)
  if (known !== undefined) return known
  const row = db.row<{ config_version: number }>(selectVersion, applicationId)
  if (row === undefined) return null
  if (db.configVersions.size >= rememberedVersionsMax) db.configVersions.clear()
  db.configVersions.set(applicationId, row.config_version)
  return row.config_version
}

export function applicationForView(db: Database, applicationId: ApplicationId): Application | null {
  const row = db.row<Row>(selectForView, applicationId)
  return row === undefined ? null : toApplication(row)
}

const selectForView = `
  select ${columns}
  from application
  where id = ? and deleted_at is null`

function toApplication(row: Row): Application {
  return {
    id: row.id,
    organizationId: row.organization_id,
    uid: row.uid,
    name: row.name,
    metadata: JSON.parse(row.metadata),
    throttleRate: row.throttle_rate,
    profile: row.profile,
    enabled: row.enabled === 1,
    configVersion: row.config_version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
