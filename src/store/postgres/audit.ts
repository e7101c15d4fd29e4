import type { AuditEntry } from '../../domain/audit.ts'
import { idAtTime } from '../../domain/ids.ts'
import { type AuditedWrites, type AuditStore, auditedWrites, hasChanged } from '../port/audit.ts'
import { adHoc, type Database, type Row, type Session, statement } from './database.ts'
import { addIterator, Conditions, pageOf, walk } from './page.ts'

const insertAudit = statement(
  'insert_audit',
  `insert into audit (organization_id, id, at, application_id, actor_kind, actor_id, operation,
     resource_kind, resource_id, body)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
   on conflict (organization_id, id) do nothing`,
)
const selectAudit = statement(
  'select_audit',
  'select body from audit where organization_id = $1 and id = $2',
)
const sweepAudit = statement(
  'sweep_audit',
  `delete from audit
   where (organization_id, id) in
     (select organization_id, id from audit where at < $1 order by at limit $2)
   returning id`,
)

/** `writesOn` gives the adapter's writes on a database of the caller's: here, on a transaction. */
export function auditStore(
  database: Database,
  writesOn: (database: Database) => AuditedWrites,
): AuditStore {
  return {
    withAudit: (entry) => noted(database, entry, writesOn),

    async appendAudit(entry) {
      await database.run(insertAudit, valuesOf(entry))
    },

    async findAudit({ organizationId, id }) {
      const [row] = await database.run(selectAudit, [organizationId, id])
      return row === undefined ? null : entryOf(row)
    },

    async listAudit({ organizationId, filter, page }) {
      const where = new Conditions().add('organization_id = ?', organizationId)
      const narrow = (condition: string, value: unknown): void => {
        if (value !== null) where.add(condition, value)
      }
      narrow('actor_kind = ?', filter.actorKind)
      narrow('actor_id = ?', filter.actorId)
      narrow('operation = ?', filter.operation)
      narrow('resource_kind = ?', filter.resourceKind)
      narrow('resource_id = ?', filter.resourceId)
      narrow('application_id = ?', filter.applicationId)
      narrow('id >= ?', filter.after === null ? null : idAtTime('audit', filter.after))
      narrow('id < ?', filter.before === null ? null : idAtTime('audit', filter.before))
      addIterator(where, 'id', page)
      const rows = await database.run(
        adHoc(
          `select body from audit where ${where.text}
           order by id ${walk(page).order} limit ${where.value(page.limit + 1)}`,
        ),
        where.values,
      )
      return pageOf(rows.map(entryOf), page)
    },

    async sweepAudit({ before, limit }) {
      return (await database.run(sweepAudit, [before, limit])).length
    },
  }
}

/** Each write in one transaction with its entry. */
function noted(
  database: Database,
  entry: AuditEntry,
  writesOn: (database: Database) => AuditedWrites,
): AuditedWrites {
  const methods = auditedWrites.map((name) => [
    name,
    (input: never) =>
      database.transaction(async (session) => {
        const write = writesOn(within(session))[name] as (input: never) => Promise<unknown> // paired by name
        const result = await write(input)
        if (hasChanged(result)) await session.run(insertAudit, valuesOf(entry))
        return result
      }),
  ])
  return Object.fromEntries(methods) as AuditedWrites // one method for each name of the type
}

/** A transaction that is under way, as a database: what would be transactions of its own join it. */
function within(session: Session): Database {
  const joined = (what: string) => (): never => {
    throw new Error(`${what} inside of a transaction`)
  }
  return {
    run: (what, values) => session.run(what, values),
    seek: (what, values) => session.run(what, values),
    async seekLocked(lock, [what, values]) {
      await session.run(...lock)
      return session.run(what, values)
    },
    transaction: (work) => work(session),
    exclusive: joined('a connection of its own'),
    untimed: joined('a connection of its own'),
    statementCount: () => 0,
    close: joined('close'),
  }
}

function valuesOf(entry: AuditEntry): readonly unknown[] {
  return [
    entry.organizationId,
    entry.id,
    entry.at,
    entry.applicationId,
    entry.actor.kind,
    entry.actor.id,
    entry.operation,
    entry.resource?.kind ?? null,
    entry.resource?.id ?? null,
    JSON.stringify(entry),
  ]
}

function entryOf(row: Row): AuditEntry {
  return JSON.parse(String(row['body']))
}
