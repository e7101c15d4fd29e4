import { renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { StoreUnavailable } from '../store.ts'
import type { Database } from './database.ts'
import { makePrivateFile, syncFolder } from './open.ts'

/**
 * A consistent copy while the database is in use. It is written beside its place and moved there
 * when complete, so that a file of that name is always a whole backup.
 */
export function backupDatabase(db: Database, toPath: string): void {
  const partial = `${toPath}.partial`
  rmSync(partial, { force: true })
  try {
    makePrivateFile(partial)
    db.connection.prepare('vacuum into ?').run(partial)
    renameSync(partial, toPath)
    syncFolder(dirname(toPath))
  } catch (cause) {
    rmSync(partial, { force: true })
    throw new StoreUnavailable(
      'io',
      `The backup to ${toPath} could not be written: check that the folder exists and has space.`,
      { cause },
    )
  }
}
