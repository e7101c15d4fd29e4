/**
 * Opening: one process at a time, a file that is ours, undamaged and of a schema that we know.
 * Whatever is wrong is refused before the first write, and the file is left as it is.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreRefused } from '../store.ts'
import { Database } from './database.ts'
import { damaged, notWritable, primaryCode } from './failures.ts'
import { lockFolder } from './lock.ts'
import { migrate, refuseUnknown } from './migrate.ts'
import { freeBytes, Reserve } from './reserve.ts'

const busyTimeoutMs = 5_000
/** A whole check reads the whole file: up to this size it is done at every start. */
const wholeCheckBytesMax = 128 * 1024 * 1024

export const inMemory = ':memory:'

const pageBytes = 8192
const pragmas = [
  `page_size = ${pageBytes}`,
  'journal_mode = wal',
  'synchronous = full',
  'foreign_keys = on',
  'temp_store = memory',
  'cache_size = -16384', // KiB: what is written lies at the ends of its tables
]

/** Pages of the write-ahead log after which they are copied back; less on a small disk. */
const logPages = { min: 64, max: 4_000 } as const
/** Of the space that is free when the database is opened. */
const logShare = 1 / 16

/** The log may become twice as long while somebody reads; more is cut off. */
function logPragmas(path: string): readonly string[] {
  const fitting = Math.floor((freeBytes(dirname(path)) * logShare) / pageBytes)
  const pages = Math.min(logPages.max, Math.max(logPages.min, fitting))
  return [`wal_autocheckpoint = ${pages}`, `journal_size_limit = ${2 * pages * pageBytes}`]
}

/** The writer's connection. Throws `StoreRefused`. */
export function openDatabase(givenPath: string): Database {
  if (givenPath === inMemory) {
    const connection = new DatabaseSync(inMemory)
    migrate(connection)
    return new Database(connection)
  }
  const path = prepareFolder(givenPath)
  const lock = lockFolder(path)
  let connection: DatabaseSync | null = null
  try {
    const isNew = !existsSync(path)
    if (isNew) makePrivateFile(path)
    else refuseUnfit(path)
    connection = new DatabaseSync(path, { timeout: busyTimeoutMs })
    for (const pragma of [...pragmas, ...logPragmas(path)]) connection.exec(`pragma ${pragma}`)
    refuseUnsafe(connection, path)
    migrate(connection)
    // New names must outlive a power loss like the rows behind them.
    if (isNew) syncFolder(dirname(path))
    return new Database(connection, lock, new Reserve(`${path}.reserve`))
  } catch (cause) {
    connection?.close()
    lock.release()
    throw refusal(path, cause)
  }
}

/** A second connection to a database that this process has open. */
export function openReader(path: string): Database {
  const connection = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs })
  connection.exec('pragma temp_store = memory')
  return new Database(connection)
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

/** Readable by its owner alone, as SQLite then makes its log; it would go by the umask. */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'wx', 0o600))
}

/** Makes the folder; follows links, so that one file has one lock whatever it is called. */
function prepareFolder(path: string): string {
  const folder = dirname(path)
  try {
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (made !== undefined) syncFolder(dirname(made))
    return existsSync(path) ? realpathSync(path) : path
  } catch (cause) {
    throw notWritable(path, cause)
  }
}

/** Looks at an existing file through a connection that cannot write. */
export function refuseUnfit(path: string): void {
  const connection = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs })
  try {
    refuseUnknown(connection, path)
    const whole = statSync(path).size <= wholeCheckBytesMax
    const check = whole ? 'pragma quick_check(1)' : 'pragma quick_check(sqlite_schema)'
    const found = connection.prepare(check).get()
    if (found?.['quick_check'] !== 'ok')
      throw damaged(path, new Error(String(found?.['quick_check'])))
  } finally {
    connection.close()
  }
}

function refuseUnsafe(connection: DatabaseSync, path: string): void {
  const mode = connection.prepare('pragma journal_mode').get()?.['journal_mode']
  const synchronous = connection.prepare('pragma synchronous').get()?.['synchronous']
  if (mode === 'wal' && synchronous === 2) return
  throw new StoreRefused('unsafe_settings', {
    en: `The database ${path} cannot use a write-ahead log (journal mode ${mode}): keep it on a local disk.`,
    es: `La base ${path} no puede usar un registro de escritura anticipada (journal mode ${mode}): debe estar en un disco local.`,
  })
}

/** What went wrong while opening, as a refusal; anything unknown stays what it is. */
function refusal(path: string, cause: unknown): unknown {
  const code = primaryCode(cause)
  if (code === 'corrupt' || code === 'not_a_database') return damaged(path, cause)
  if (code === 'read_only' || code === 'cannot_open') return notWritable(path, cause)
  if (code === 'busy') {
    return new StoreRefused(
      'in_use',
      {
        en: `The database ${path} is held by another program: close it there, then start again.`,
        es: `Otro programa tiene tomada la base ${path}: ciérrala ahí e inicia de nuevo.`,
      },
      { cause },
    )
  }
  return cause
}
