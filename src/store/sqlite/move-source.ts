/** The embedded database as the one that is left: locked against servers, and only read. */
import { existsSync, realpathSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { idTime } from '../../domain/ids.ts'
import type { Cursor, MoveSource, Row, SourceTable } from '../moving/port.ts'
import { StoreRefused } from '../store.ts'
import { type EndpointRow, sealedFor } from './endpoints.ts'
import { lockFolder } from './lock.ts'
import { refuseOlder } from './migrate.ts'
import { refuseUnfit } from './open.ts'

/** What one batch holds at most: it is in memory, and one statement for the other side. */
const batchLimits = { rowsMax: 1_000, bytesMax: 4 * 1024 * 1024 }

interface Table extends SourceTable {
  readonly key: readonly string[]
}

/** Throws `StoreRefused` when a server has it open, or when it is not whole and of this version. */
export function openMoveSource(givenPath: string): MoveSource {
  if (!existsSync(givenPath)) {
    throw new StoreRefused('not_reachable', {
      en: `There is no database at ${givenPath}.`,
      es: `No hay ninguna base de datos en ${givenPath}.`,
    })
  }
  const path = realpathSync(givenPath)
  const lock = lockFolder(path)
  try {
    refuseUnfit(path)
    const connection = new DatabaseSync(path, { readOnly: true })
    refuseOlder(connection, path)
    const tables = tablesOf(connection)
    return {
      path,
      tables,
      count: (table) =>
        Number(connection.prepare(`select count(*) as n from ${table}`).get()?.['n']),
      read: (table, after) => read(connection, tableOf(tables, table), after),
      sealedSecret: () => sealedSecret(connection),
      oldestMessageAt() {
        const row = connection.prepare('select min(id) as id from message').get()
        return typeof row?.['id'] === 'string' ? idTime(row['id']) : null
      },
      close() {
        connection.close()
        lock.release()
      },
    }
  } catch (cause) {
    lock.release()
    throw cause
  }
}

function tableOf(tables: readonly Table[], name: string): Table {
  const found = tables.find((table) => table.name === name)
  if (found === undefined) throw new Error(`there is no table ${name}`)
  return found
}

function tablesOf(connection: DatabaseSync): readonly Table[] {
  const names = connection
    .prepare(
      `select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name`,
    )
    .all()
  return names.map(({ name }) => {
    const columns = connection
      .prepare('select name, pk from pragma_table_info(?)')
      .all(name ?? null)
    const key = columns
      .filter(({ pk }) => Number(pk) > 0)
      .sort((a, b) => Number(a['pk']) - Number(b['pk']))
    return {
      name: String(name),
      columns: columns.map((column) => String(column['name'])),
      key: key.map((column) => String(column['name'])),
    }
  })
}

function read(
  connection: DatabaseSync,
  table: Table,
  after: Cursor | null,
): { readonly rows: readonly Row[]; readonly cursor: Cursor } {
  const key = table.key.join(', ')
  const marks = table.key.map(() => '?').join(', ')
  const from = after === null ? '' : `where (${key}) > (${marks})`
  const statement = connection.prepare(
    `select ${table.columns.join(', ')} from ${table.name} ${from} order by ${key} limit ${batchLimits.rowsMax}`,
  )
  const rows: Row[] = []
  let bytes = 0
  for (const row of statement.iterate(...(after ?? []))) {
    rows.push(row as Row) // integers below 2^53, text, blobs and null: STRICT tables of ours
    for (const cell of Object.values(row)) {
      if (typeof cell === 'string' || cell instanceof Uint8Array) bytes += cell.length
    }
    if (bytes >= batchLimits.bytesMax) break
  }
  const last = rows.at(-1)
  const cursor = last === undefined ? (after ?? []) : table.key.map((name) => last[name])
  return { rows, cursor: cursor as Cursor } // columns of a primary key are text or integers
}

function sealedSecret(
  connection: DatabaseSync,
): { readonly sealed: string; readonly place: string } | null {
  const row = connection
    .prepare(`select application_id, id, secrets from endpoint where deleted_at is null limit 1`)
    .get() as Pick<EndpointRow, 'application_id' | 'id' | 'secrets'> | undefined // as selected
  if (row === undefined) return null
  const key = { applicationId: row.application_id, id: row.id }
  return { sealed: row.secrets, place: sealedFor(key, 'secrets') }
}
