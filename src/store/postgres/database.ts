/**
 * The connection pool, transactions, and what the driver's errors mean. Nothing of a driver error
 * (values, connection strings) leaves this file but its SQLSTATE.
 *
 * Works through PgBouncer in transaction mode: no session state is kept. Named statements need 1.21
 * there; where they turn out not to work they are left off, as with `?prepare=off` in the URL.
 */
import { createHash } from 'node:crypto'
import pg from 'pg'
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import { StoreRefused, StoreUnavailable } from '../store.ts'
import { Reconnects } from './reconnect.ts'

export interface Statement {
  /** Name of the prepared statement; unique in this adapter. */
  readonly name: string
  readonly text: string
}

const textMarkLength = 8
/** What the server keeps of a name. */
const nameLengthMax = 63

/**
 * Names a statement, so that the server plans it once a connection. The name says which text it
 * is: behind a pooler a connection may know the statements of a node of another version.
 */
export function statement(name: string, text: string): Statement {
  const mark = createHash('sha256').update(text).digest('hex').slice(0, textMarkLength)
  return { name: `ph_${mark}_${name}`.slice(0, nameLengthMax), text }
}

/** A statement whose text depends on the filters of a list: planned each time. */
export function adHoc(text: string): Statement {
  return { name: '', text }
}

export type Row = Readonly<Record<string, unknown>>

/** A connection inside a transaction, or the pool outside of one. */
export interface Session {
  run(what: Statement, values?: readonly unknown[]): Promise<readonly Row[]>
}

export interface Database extends Session {
  /** Runs `work` in one transaction; deadlocks and serialization failures are tried again. */
  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result>
  /** One connection for statements that are no prepared ones: migrations, partitions. */
  exclusive<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result>
  /** Statements sent so far; the benchmarks and a test divide it by events. */
  statementCount(): number
  close(): Promise<void>
}

const limits = {
  poolMax: 10,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 30_000,
  lockTimeoutMs: 10_000,
  idleInTransactionTimeoutMs: 15_000,
  idleTimeoutMs: 30_000,
  transactionTriesMax: 5,
}

const sessionSettings = `set statement_timeout = ${limits.statementTimeoutMs}; set lock_timeout = ${limits.lockTimeoutMs}; set idle_in_transaction_session_timeout = ${limits.idleInTransactionTimeoutMs}`

const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, Number], // counts and milliseconds, far below 2^53
])

export function openDatabase(input: {
  readonly url: string
  readonly clock: Clock
  readonly log: Log
  /** Names this node. */
  readonly node: string
  readonly poolMax?: number
}): Database {
  const url = new URL(input.url)
  const prepare = url.searchParams.get('prepare') !== 'off'
  url.searchParams.delete('prepare')
  const pool = new pg.Pool({
    connectionString: url.href,
    max: input.poolMax ?? limits.poolMax,
    connectionTimeoutMillis: limits.connectTimeoutMs,
    idleTimeoutMillis: limits.idleTimeoutMs,
    keepAlive: true,
    application_name: 'posthorn',
    // By statement and not in the start-up packet, which PgBouncer refuses.
    onConnect: (client) => client.query(sessionSettings).then(() => undefined),
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        parsers.get(oid) ?? pg.types.getTypeParser(oid, format ?? 'text')) as never, // overloads
    },
  })
  const reconnects = new Reconnects(input.clock, input.node)
  pool.on('error', (cause) => {
    reconnects.lost()
    input.log.warn('store.connection_lost', { code: sqlState(cause) })
  })
  // A connection that is cut between two statements of a transaction says so here; the next
  // statement fails with it. Without a listener the process would end.
  pool.on('connect', (client) => {
    client.on('error', (cause) => {
      reconnects.lost()
      input.log.debug('store.connection_cut', { code: sqlState(cause) })
    })
  })
  return new PooledDatabase({ pool, prepare, reconnects, log: input.log })
}

class PooledDatabase implements Database {
  readonly #pool: pg.Pool
  #prepare: boolean
  readonly #log: Log
  readonly #reconnects: Reconnects
  #statements = 0

  constructor(input: {
    readonly pool: pg.Pool
    readonly prepare: boolean
    readonly reconnects: Reconnects
    readonly log: Log
  }) {
    this.#pool = input.pool
    this.#prepare = input.prepare
    this.#reconnects = input.reconnects
    this.#log = input.log
  }

  async run(what: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const client = await this.#connect()
    let broken = false
    try {
      return await this.#query(client, what, values).catch((cause: unknown) => {
        if (!this.#stopPreparing(cause)) throw cause
        return this.#query(client, what, values)
      })
    } catch (cause) {
      const error = storeError(cause)
      broken = error instanceof StoreUnavailable && error.code === 'disconnected'
      throw error
    } finally {
      client.release(broken)
    }
  }

  async transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    for (let tried = 1; ; tried++) {
      const client = await this.#connect()
      let broken = false
      try {
        this.#statements++
        await client.query('begin')
        const result = await work({
          run: (what, values = []) => this.#query(client, what, values),
        })
        this.#statements++
        await client.query('commit')
        return result
      } catch (cause) {
        broken = !(await rolledBack(client))
        const again = mayTryAgain(cause) || this.#stopPreparing(cause)
        if (tried >= limits.transactionTriesMax || !again) rethrow(cause)
      } finally {
        client.release(broken)
      }
    }
  }

  async exclusive<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#connect()
    try {
      return await work(client)
    } finally {
      client.release()
    }
  }

  statementCount(): number {
    return this.#statements
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }

  #connect(): Promise<pg.PoolClient> {
    const pool = this.#pool
    return this.#reconnects
      .connect(
        () => pool.connect(),
        () => pool.idleCount > 0,
      )
      .catch((cause: unknown) => {
        throw connectError(cause)
      })
  }

  /** Whether a name was not known, or known already: a pooler changes connections underneath. */
  #stopPreparing(cause: unknown): boolean {
    const code = sqlState(cause)
    if (code !== '26000' && code !== '42P05') return false
    if (this.#prepare) this.#log.warn('store.prepare_off', { code })
    this.#prepare = false
    return true
  }

  async #query(
    on: pg.PoolClient,
    what: Statement,
    values: readonly unknown[],
  ): Promise<readonly Row[]> {
    this.#statements++
    const named = this.#prepare && what.name !== '' ? { name: what.name } : {}
    const result = await on.query({ ...named, text: what.text, values: [...values] })
    return result.rows
  }
}

async function rolledBack(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    return false
  }
}

/** The SQLSTATE or the system error code; null for anything else. */
export function sqlState(cause: unknown): string | null {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  return typeof code === 'string' ? code : null
}

/** Deadlock, serialization failure: nothing was done, and it may well work now. */
function mayTryAgain(cause: unknown): boolean {
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
          cause: Object.assign(new Error(`code ${code}`), { code }),
        })
  }
  // The driver's own sentences for a connection that ended have no code.
  return cause instanceof Error && /[Cc]onnection|timeout|Client was closed/.test(cause.message)
    ? new StoreUnavailable('disconnected', 'The connection to the database was lost.')
    : cause
}

/** The driver's complaints about what no PostgreSQL says have no code. */
function connectError(cause: unknown): unknown {
  const error = storeError(cause)
  return error === cause && sqlState(cause) === null
    ? new StoreUnavailable('disconnected', 'The connection to the database was lost.', { cause })
    : error
}

function rethrow(cause: unknown): never {
  throw storeError(cause)
}
