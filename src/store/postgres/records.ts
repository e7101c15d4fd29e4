import type { RecordKind, RecordStore, StoredRecord } from '../port/records.ts'
import { type Database, statement } from './database.ts'
import { addIterator, Conditions, pageOf, walk } from './page.ts'

const insertRecord = statement(
  'insert_record',
  `insert into record (kind, id, owner, version, due_at, expires_at, body)
   values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (kind, id) do nothing
   returning id`,
)
const selectRecord = statement('select_record', 'select * from record where kind = $1 and id = $2')
const selectDue = statement(
  'select_due_records',
  'select * from record where kind = $1 and due_at <= $2 order by due_at limit $3',
)
const replaceRecord = statement(
  'replace_record',
  `update record
   set version = version + 1, due_at = $4, expires_at = $5, body = $6
   where kind = $1 and id = $2 and version = $3
   returning id`,
)
const deleteRecord = statement(
  'delete_record',
  'delete from record where kind = $1 and id = $2 returning id',
)
const sweepRecords = statement(
  'sweep_records',
  `delete from record
   where (kind, id) in (select kind, id from record where expires_at <= $1 limit $2)
   returning id`,
)

export function recordStore(database: Database): RecordStore {
  return {
    async insertRecord({ kind, id, owner, version, dueAt, expiresAt, body }) {
      const values = [kind, id, owner, version, dueAt, expiresAt, JSON.stringify(body)]
      return (await database.run(insertRecord, values)).length === 1 ? 'inserted' : 'exists'
    },

    async findRecord({ kind, id }) {
      const [row] = await database.run(selectRecord, [kind, id])
      return row === undefined ? null : recordOf(row)
    },

    async listRecords({ kind, owner, page, having = [] }) {
      const where = new Conditions().add('kind = ?', kind).add('owner = ?', owner)
      addIterator(where, 'id', page)
      for (const { path, anyOf } of having) {
        where.add('body::json #>> ?::text[] = any(?)', path, anyOf)
      }
      const { order } = walk(page)
      const rows = await database.run(
        statement(
          `list_records_${page.iterator === null}_${order}_${having.length}`,
          `select * from record where ${where.text}
           order by id ${order} limit ${where.value(page.limit + 1)}`,
        ),
        where.values,
      )
      return pageOf(rows.map(recordOf), page)
    },

    async listDueRecords({ kind, now, limit }) {
      return (await database.run(selectDue, [kind, now, limit])).map(recordOf)
    },

    async replaceRecord({ record, expectedVersion }) {
      const { kind, id, dueAt, expiresAt, body } = record
      const values = [kind, id, expectedVersion, dueAt, expiresAt, JSON.stringify(body)]
      return (await database.run(replaceRecord, values)).length === 1 ? 'replaced' : 'conflict'
    },

    async deleteRecord({ kind, id }) {
      return (await database.run(deleteRecord, [kind, id])).length === 1 ? 'deleted' : 'not_found'
    },

    async sweepRecords({ now, limit }) {
      return (await database.run(sweepRecords, [now, limit])).length
    },
  }
}

export function recordOf(row: Readonly<Record<string, unknown>>): StoredRecord {
  const numberOf = (value: unknown): number | null => (value === null ? null : Number(value))
  return {
    kind: String(row['kind']) as RecordKind, // written by us from the port's own kinds
    id: String(row['id']),
    owner: String(row['owner']),
    version: Number(row['version']),
    dueAt: numberOf(row['due_at']),
    expiresAt: numberOf(row['expires_at']),
    body: JSON.parse(String(row['body'])),
  }
}
