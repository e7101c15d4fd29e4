/**
 * What the driver's errors mean. Nothing of one (values, connection strings) leaves this file but its
 * SQLSTATE.
 */
import { StoreRefused, StoreUnavailable } from '../store.ts'

/** Whether the connection is of no use any more. */
export function isLost(error: unknown): boolean {
  return error instanceof StoreUnavailable && error.code === 'disconnected'
}

/** The SQLSTATE or the system error code; null for anything else. */
export function sqlState(cause: unknown): string | null {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  return typeof code === 'string' ? code : null
}

/** Deadlock, serialization failure: nothing was done, and it may well work now. */
export function mayTryAgain(cause: unknown): boolean {
  const code = sqlState(cause)
  return code === '40P01' || code === '40001'
}

/** SQLSTATE classes by which the server says "not now". */
const unavailable: readonly (readonly [RegExp, StoreUnavailable['code'], string])[] = [
  [/^53100$/, 'full', 'The database has no disk space left.'],
  [/^25006$/, 'read_only', 'The database is read-only now (a standby, or made so).'],
  [/^(53300|53400)$/, 'overloaded', 'The database takes no further connections.'],
  [/^(57014|55P03|40001|40P01|53200)$/, 'overloaded', 'The database did not answer in time.'],
  [/^(57P0.|08...)$/, 'disconnected', 'The connection to the database was lost.'],
  [/^(58...|XX...)$/, 'io', 'The database reports a fault of its storage.'],
  [/^E[A-Z]+$/, 'disconnected', 'The database cannot be reached.'],
]

/** What a driver error is for a caller of the store; a bug of ours is thrown as it is. */
export function storeError(cause: unknown): unknown {
  if (cause instanceof StoreUnavailable || cause instanceof StoreRefused) return cause
  const code = sqlState(cause)
  if (code !== null) {
    const found = unavailable.find(([pattern]) => pattern.test(code))
    return found === undefined
      ? cause
      : new StoreUnavailable(found[1], found[2], {
          cause: codeAlone(code),
        })
  }
  // The driver's own sentences for a connection that ended have no code.
  return cause instanceof Error && /[Cc]onnection|timeout|Client was closed/.test(cause.message)
    ? new StoreUnavailable('disconnected', 'The connection to the database was lost.')
    : cause
}

/**
 * The driver's complaints about what no PostgreSQL says have no code. What the server says to a
 * refusal may hold the password that it was shown: its code is kept alone.
 */
export function connectError(cause: unknown): unknown {
  const error = storeError(cause)
  if (error !== cause || cause instanceof StoreUnavailable || cause instanceof StoreRefused) {
    return error
  }
  const code = sqlState(cause)
  return code === null
    ? new StoreUnavailable('disconnected', 'The connection to the database was lost.', { cause })
    : codeAlone(code)
}

function codeAlone(code: string): Error {
  return Object.assign(new Error(`code ${code}`), { code })
}
