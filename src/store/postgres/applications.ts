import type { Application } from '../../domain/application.ts'
import type { ApplicationStore } from '../port/applications.ts'
import { type Database, type Session, statement } from './database.ts'
import { sqlState } from './driver-errors.ts'
import { addIterator, Conditions, pageOf, walk } from './page.ts'
import { applicationOf } from './rows.ts'

const insertApplication = statement(
  'insert_application',
  `insert into application (id, organization_id, uid, name, metadata, throttle_rate, profile, enabled,
     config_version, created_at, updated_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
   on conflict do nothing
   returning *`,
)
const selectApplication = statement(
  'select_application',
  `select * from application
   where organization_id = $1 and (id = $2 or uid = $2) and deleted_at is null
   order by (id = $2) desc
   limit 1`,
)
const updateApplication = statement(
  'update_application',
  `update application
   set uid = $3, name = $4, metadata = $5, throttle_rate = $6, profile = $7, enabled = $8,
       updated_at = $9, config_version = config_version + 1
   where organization_id = $1 and id = $2 and deleted_at is null
     and updated_at = coalesce($10, updated_at)
     and config_version = coalesce($11, config_version)
   returning *`,
)
const deleteApplication = statement(
  'delete_application',
  `update application
   set deleted_at = $3, uid = null, config_version = config_version + 1
   where organization_id = $1 and id = $2 and deleted_at is null
   returning id`,
)
const bumpVersion = statement(
  'bump_config_version',
  `update application set config_version = config_version + 1
   where id = $1 and deleted_at is null
   returning id`,
)

/** Moves the application's version in the caller's transaction. False when it is missing. */
export async function moveConfigVersion(session: Session, applicationId: string): Promise<boolean> {
  return (await session.run(bumpVersion, [applicationId])).length > 0
}

export function applicationStore(database: Database): ApplicationStore {
  return {
    async createApplication(application) {
      const [row] = await database.run(insertApplication, [
        application.id,
        application.organizationId,
        application.uid,
        application.name,
        JSON.stringify(application.metadata),
        application.throttleRate,
        application.profile,
        application.enabled,
        application.configVersion,
        application.createdAt,
        application.updatedAt,
      ])
      if (row !== undefined) return applicationOf(row)
      const { organizationId, id } = application
      const [known] = await database.run(selectApplication, [organizationId, id])
      return known === undefined ? 'uid_taken' : applicationOf(known)
    },

    async findApplication({ organizationId, idOrUid }) {
      const [row] = await database.run(selectApplication, [organizationId, idOrUid])
      return row === undefined ? null : applicationOf(row)
    },

    async listApplications({ organizationId, page }) {
      const where = new Conditions()
        .add('organization_id = ?', organizationId)
        .add('deleted_at is null')
      addIterator(where, 'id', page)
      const rows = await database.run(
        statement(
          `list_applications_${page.iterator === null}_${walk(page).order}`,
          `select * from application where ${where.text}
           order by id ${walk(page).order} limit ${where.value(page.limit + 1)}`,
        ),
        where.values,
      )
      return pageOf(rows.map(applicationOf), page)
    },

    async updateApplication({ application, expectedUpdatedAt, expectedConfigVersion }) {
      try {
        const values = [
          ...updateValues(application),
          expectedUpdatedAt,
          expectedConfigVersion ?? null,
        ]
        const [row] = await database.run(updateApplication, values)
        if (row !== undefined) return applicationOf(row)
        const { organizationId, id } = application
        const present = await database.run(selectApplication, [organizationId, id])
        return present.length > 0 ? 'conflict' : 'not_found'
      } catch (cause) {
        if (sqlState(cause) === '23505') return 'uid_taken'
        throw cause
      }
    },

    async deleteApplication({ organizationId, applicationId, now }) {
      const rows = await database.run(deleteApplication, [organizationId, applicationId, now])
      return rows.length > 0 ? 'deleted' : 'not_found'
    },
  }
}

function updateValues(application: Application): readonly unknown[] {
  return [
    application.organizationId,
    application.id,
    application.uid,
    application.name,
    JSON.stringify(application.metadata),
    application.throttleRate,
    application.profile,
    application.enabled,
    application.updatedAt,
  ]
}
