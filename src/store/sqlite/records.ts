import type { Page } from '../port/page.ts'
import type { RecordKind, RecordStore, StoredRecord } from '../port/records.ts'
import type { Database } from './database.ts'
import { idPage } from './page.ts'

type Input<Name extends keyof RecordStore> = Parameters<RecordStore[Name]>[0]

const columns = 'kind, id, owner, version, due_at, expires_at, body'

const insert = `
  insert into record (${columns})
  values (?, ?, ?, ?, ?, ?, ?)
  on conflict (kind, id) do nothing`

const select = `
  select ${columns}
  from record
  where kind = ? and id = ?`

const selectPage = `
  select ${columns}
  from record
  where kind = ? and owner = ?`

const hasText = `
    and json_extract(body, ?) in (select value from json_each(?))`

const selectDue = `
  select ${columns}
  from record
  where kind = ? and due_at <= ?
  order by due_at
  limit ?`

const replace = `
  update record
  set version = version + 1, due_at = ?, expires_at = ?, body = ?
  where kind = ? and id = ? and version = ?`

const remove = `
  delete from record
  where kind = ? and id = ?`

const sweep = `
  delete from record
  where (kind, id) in (
    select kind, id
    from record
    where expires_at <= ?
    limit ?)`

interface Row {
  readonly kind: RecordKind
  readonly id: string
  readonly owner: string
  readonly version: number
  readonly due_at: number | null
  readonly expires_at: number | null
  readonly body: string
}

export function insertRecord(db: Database, record: StoredRecord): 'inserted' | 'exists' {
  const { kind, id, owner, version, dueAt, expiresAt, body } = record
  const values = [kind, id, owner, version, dueAt, expiresAt, JSON.stringify(body)]
  return db.run(insert, ...values) === 1 ? 'inserted' : 'exists'
}

export function findRecord(db: Database, input: Input<'findRecord'>): StoredRecord | null {
  const row = db.row<Row>(select, input.kind, input.id)
  return row === undefined ? null : toRecord(row)
}

export function listRecords(db: Database, input: Input<'listRecords'>): Page<StoredRecord> {
  const having = input.having ?? []
  return idPage<Row, StoredRecord>(db, {
    select: selectPage + having.map(() => hasText).join(''),
    values: [
      ...[input.kind, input.owner],
      ...having.flatMap(({ path, anyOf }) => [`$.${path.join('.')}`, JSON.stringify(anyOf)]),
    ],
    page: input.page,
    map: toRecord,
  })
}

export function listDueRecords(
  db: Database,
  input: Input<'listDueRecords'>,
): readonly StoredRecord[] {
  return db.rows<Row>(selectDue, input.kind, input.now, input.limit).map(toRecord)
}

export function replaceRecord(
  db: Database,
  { record, expectedVersion }: Input<'replaceRecord'>,
): 'replaced' | 'conflict' {
  const { kind, id, dueAt, expiresAt, body } = record
  const values = [dueAt, expiresAt, JSON.stringify(body), kind, id, expectedVersion]
  return db.run(replace, ...values) === 1 ? 'replaced' : 'conflict'
}

export function deleteRecord(db: Database, input: Input<'deleteRecord'>): 'deleted' | 'not_found' {
  return db.run(remove, input.kind, input.id) === 1 ? 'deleted' : 'not_found'
}

export function sweepRecords(db: Database, input: Input<'sweepRecords'>): number {
  return db.run(sweep, input.now, input.limit)
}

function toRecord(row: Row): StoredRecord {
  const { due_at: dueAt, expires_at: expiresAt, body, ...rest } = row
  return { ...rest, dueAt, expiresAt, body: JSON.parse(body) }
}
