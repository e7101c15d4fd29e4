import { DatabaseSync } from 'node:sqlite'
import { StoreRefused } from '../store.ts'
import { notWritable, primaryCode } from './failures.ts'

export interface FolderLock {
  release(): void
}

/**
 * Keeps a second process off the database. The lock is the operating system's, on a file beside
 * the database: it ends with the process, however that ends. SQLite's own locks would let two
 * processes write in turn, each believing that every lease of the other is a dead one's.
 */
export function lockFolder(path: string): FolderLock {
  let connection: DatabaseSync | null = null
  try {
    connection = new DatabaseSync(`${path}.lock`, { timeout: 0 })
    connection.exec('begin exclusive')
  } catch (cause) {
    connection?.close()
    if (primaryCode(cause) !== 'busy') throw notWritable(path, cause)
    throw new StoreRefused(
      'in_use',
      {
        en: `The database ${path} is in use by another Posthorn: stop that one, or give this one another POSTHORN_DATA_DIR.`,
        es: `Otro Posthorn usa la base ${path}: detén ese, o da a este otro POSTHORN_DATA_DIR.`,
      },
      { cause },
    )
  }
  const held = connection
  return { release: () => held.close() }
}
