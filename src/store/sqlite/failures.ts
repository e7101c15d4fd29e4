/** What errors of SQLite mean. Decided by result code, never by text. */
import { StoreRefused, StoreUnavailable } from '../store.ts'

export type PrimaryCode =
  | 'busy'
  | 'read_only'
  | 'io'
  | 'corrupt'
  | 'full'
  | 'cannot_open'
  | 'not_a_database'
  | 'other'

const names: Readonly<Record<number, PrimaryCode>> = {
  5: 'busy',
  8: 'read_only',
  10: 'io',
  11: 'corrupt',
  13: 'full',
  14: 'cannot_open',
  26: 'not_a_database',
}

/** Null for anything that is not an error of SQLite. */
export function primaryCode(error: unknown): PrimaryCode | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return names[Number(error.errcode) & 0xff] ?? 'other' // the rest of an extended code is detail
}

/**
 * A failure of the disk as its caller sees it, or null when it is a bug. After a fatal one nothing
 * written by this process can be trusted to be on disk: it must end and recover from the file.
 */
export function unavailable(
  error: unknown,
): { readonly error: StoreUnavailable; readonly fatal: boolean } | null {
  if (error instanceof StoreUnavailable) return { error, fatal: false }
  const named = (code: StoreUnavailable['code'], message: string, fatal = false) => ({
    error: new StoreUnavailable(code, message, { cause: error }),
    fatal,
  })
  const code = primaryCode(error)
  switch (code) {
    case 'full':
      return { error: diskFull(error), fatal: false }
    case 'read_only':
    case 'cannot_open':
      return named(
        'read_only',
        'The database cannot be written to: make the file and its folder writable.',
      )
    case 'busy':
      return named('overloaded', 'Another program holds the database: let it finish, or stop it.')
    case 'io':
    case 'corrupt':
    case 'not_a_database':
      return named(
        'io',
        'The disk of the database failed: check the disk, then start again. What was acknowledged is in the file.',
        true,
      )
    case 'other':
    case null:
      return null
    default:
      return code satisfies never
  }
}

export function diskFull(cause?: unknown): StoreUnavailable {
  return new StoreUnavailable(
    'full',
    'The disk of the database is full: free space on it. Nothing was lost, and writing goes on by itself.',
    { cause },
  )
}

export function damaged(path: string, cause: unknown): StoreRefused {
  return new StoreRefused(
    'damaged',
    {
      en: `The database ${path} is damaged, or no database, and was left as it is: restore a backup, or move the file away to begin anew.`,
      es: `La base ${path} está dañada, o no es una base de datos, y quedó como estaba: restaura un respaldo, o mueve el archivo para empezar de nuevo.`,
    },
    { cause },
  )
}

export function notWritable(path: string, cause: unknown): StoreRefused {
  return new StoreRefused(
    'read_only',
    {
      en: `The database ${path} cannot be written: make it and its folder writable for this user, or set POSTHORN_DATA_DIR to a folder that is.`,
      es: `No se puede escribir en la base ${path}: da a este usuario permiso de escritura en ella y en su carpeta, o nombra otra carpeta en POSTHORN_DATA_DIR.`,
    },
    { cause },
  )
}

export function closed(): StoreUnavailable {
  return new StoreUnavailable('closed', 'The database is closed.')
}
