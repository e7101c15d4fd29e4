/**
 * Opening: one process at a time, a file that is ours, undamaged and of a schema that we know.
 * Whatever is wrong is refused before the first write.
 */
import { closeSync, fsyncSync, openSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Database } from './database.ts'

/** `PHRN`, in the file's header: tells our databases from others'. */
export const applicationId = 0x5048524e

const migrations = ['0001_init.sql'] as const

const busyTimeoutMs = 5_000

export function openDatabase(path: string): Database {
  const connection = new DatabaseSync(path, { timeout: busyTimeoutMs })
  const pragmas = [
    'journal_mode = wal',
    'synchronous = full',
    'foreign_keys = on',
    'journal_size_limit = 67108864',
    'temp_store = memory',
    'cache_size = -65536',
    'wal_autocheckpoint = 8000',
  ]
  for (const pragma of pragmas) connection.exec(`pragma ${pragma}`)
  migrate(connection)
  return new Database(connection)
}

/** A second connection to a database that is open already. */
export function openReader(path: string): Database {
  const connection = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs })
  connection.exec('pragma temp_store = memory')
  return new Database(connection)
}

function migrate(connection: DatabaseSync): void {
  const version = Number(connection.prepare('pragma user_version').get()?.['user_version'])
  for (const [index, name] of migrations.entries()) {
    if (index < version) continue
    const sql = readFileSync(new URL(`./migrations/${name}`, import.meta.url), 'utf8')
    connection.exec(
      `begin immediate; ${sql}; pragma application_id = ${applicationId}; pragma user_version = ${index + 1}; commit`,
    )
  }
}

/** Makes names created in the folder durable. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
