import { StoreRefused, StoreUnavailable } from '../store.ts'

/** SQLite's primary result codes that say something about the disk and not about the statement. */
const codes = { busy: 5, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cantOpen: 14, notADb: 26 }

/** The extended result code of an error of `node:sqlite`; null for any other error. */
export function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode : null
}

/**
 * What a failed write means for its caller, or null when it is a bug. `fatal`: nothing written by
 * this process can be trusted to be on disk any more; it must end and recover from the file.
 */
export function unavailable(error: unknown): { error: StoreUnavailable; fatal: boolean } | null {
  if (error instanceof StoreUnavailable) return { error, fatal: false }
  const code = resultCode(error)
  if (code === null) return null
  const options = { cause: error }
  switch (code & 0xff) {
    case codes.full:
      return {
        error: new StoreUnavailable(
          'full',
          'The disk of the database is full: free space on it; nothing was lost, and writing goes on by itself.',
          options,
        ),
        fatal: false,
      }
    case codes.readOnly:
    case codes.cantOpen:
      return {
        error: new StoreUnavailable(
          'read_only',
          'The database cannot be written to: make the file and its folder writable.',
          options,
        ),
        fatal: false,
      }
    case codes.busy:
      return {
        error: new StoreUnavailable(
          'overloaded',
          'Another program holds the database: let it finish, or stop it.',
          options,
        ),
        fatal: false,
      }
    case codes.ioError:
    case codes.corrupt:
    case codes.notADb:
      return {
        error: new StoreUnavailable(
          'io',
          'The disk of the database failed: check the disk, then start again; what was acknowledged is in the file.',
          options,
        ),
        fatal: true,
      }
    default:
      return null
  }
}

export function damaged(path: string, cause?: unknown): StoreRefused {
  return new StoreRefused(
    'damaged',
    `The database ${path} is damaged and was left as it is: restore a backup, or move the file away to begin anew.`,
    { cause },
  )
}
