import { linkSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreUnavailable } from '../store.ts'
import type { Database } from './database.ts'
import { makePrivateFile, syncFolder } from './open.ts'

/** A copy while this process has the database open. */
export function backupDatabase(db: Database, toPath: string): void {
  try {
    writeCopy(db.connection, toPath)
  } catch (cause) {
    throw new StoreUnavailable(
      'io',
      `The backup to ${toPath} could not be written: check that the folder exists and has space, and that no file of that name does.`,
      { cause },
    )
  }
}

/**
 * A consistent copy of a database in use, for its owner alone. It is written beside its place,
 * checked, and put there when whole: a file of that name is always a whole backup.
 */
export function writeCopy(source: DatabaseSync, toPath: string): void {
  const partial = `${toPath}.partial`
  rmSync(partial, { force: true })
  try {
    makePrivateFile(partial)
    source.prepare('vacuum into ?').run(partial)
    refuseUnsound(partial)
    // Unlike a rename, a link refuses to replace a file that appeared in the meantime.
    linkSync(partial, toPath)
    syncFolder(dirname(toPath))
  } finally {
    rmSync(partial, { force: true })
  }
}

function refuseUnsound(path: string): void {
  const copy = new DatabaseSync(path, { readOnly: true })
  const verdict = copy.prepare('pragma quick_check').get()?.['quick_check']
  copy.close()
  if (verdict !== 'ok') throw new Error(`The copy is not sound: ${String(verdict)}`)
}
