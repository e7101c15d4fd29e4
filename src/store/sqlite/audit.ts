import type { AuditEntry } from '../../domain/audit.ts'
import { idAtTime } from '../../domain/ids.ts'
import { type AuditStore, hasChanged } from '../port/audit.ts'
import type { Page } from '../port/page.ts'
import type { Database, Value } from './database.ts'
import { idPage } from './page.ts'

type Input<Name extends keyof AuditStore> = Parameters<AuditStore[Name]>[0]

const insert = `
  insert into audit (organization_id, id, at, application_id, actor_kind, actor_id, operation,
    resource_kind, resource_id, body)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (organization_id, id) do nothing`

const selectOne = `
  select body
  from audit
  where organization_id = ? and id = ?`

const selectPage = `
  select id, body
  from audit
  where organization_id = ?`

const sweep = `
  delete from audit
  where (organization_id, id) in (
    select organization_id, id
    from audit
    where at < ?
    order by at
    limit ?)`

interface Row {
  readonly body: string
}

export function appendAudit(db: Database, entry: AuditEntry): void {
  db.run(
    insert,
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
  )
}

/** What a write did, with its entry, unless it was refused. */
export function noted<Result>(db: Database, entry: AuditEntry, result: Result): Result {
  if (hasChanged(result)) appendAudit(db, entry)
  return result
}

export function findAudit(db: Database, input: Input<'findAudit'>): AuditEntry | null {
  const row = db.row<Row>(selectOne, input.organizationId, input.id)
  return row === undefined ? null : toEntry(row)
}

export function listAudit(db: Database, input: Input<'listAudit'>): Page<AuditEntry> {
  const { filter } = input
  const conditions: readonly (readonly [string, Value | null])[] = [
    ['and actor_kind = ?', filter.actorKind],
    ['and actor_id = ?', filter.actorId],
    ['and operation = ?', filter.operation],
    ['and resource_kind = ?', filter.resourceKind],
    ['and resource_id = ?', filter.resourceId],
    ['and application_id = ?', filter.applicationId],
    ['and id >= ?', filter.after === null ? null : idAtTime('audit', filter.after)],
    ['and id < ?', filter.before === null ? null : idAtTime('audit', filter.before)],
  ]
  const given = conditions.filter(([, value]) => value !== null)
  return idPage<Row, AuditEntry>(db, {
    select: [selectPage, ...given.map(([sql]) => sql)].join(' '),
    values: [input.organizationId, ...given.map(([, value]) => value)],
    page: input.page,
    map: toEntry,
  })
}

export function sweepAudit(db: Database, input: Input<'sweepAudit'>): number {
  return db.run(sweep, input.before, input.limit)
}

function toEntry(row: Row): AuditEntry {
  return JSON.parse(row.body)
}
