/**
 * The connection pool, transactions, and how long an answer is waited for.
 *
 * Works through PgBouncer in transaction mode: no session state is kept. Named statements need 1.21
 * there; where they turn out not to work they are left off, as with `?prepare=off` in the URL.
 */
import { createHash } from 'node:crypto'
import pg from 'pg'
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import { StoreUnavailable } from '../store.ts'
import { connectError, isLost, mayTryAgain, sqlState, storeError } from './driver-errors.ts'
import { Reconnects } from './reconnect.ts'

export interface Statement {
  /** Name of the prepared statement; unique in this adapter. */
  readonly name: string
  readonly text: string
  /** It may take as long as the server lets it: lists with filters, statistics, upkeep. */
  readonly patient: boolean
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
  return { name: `ph_${mark}_${name}`.slice(0, nameLengthMax), text, patient: false }
}

/** The same for one that may take long. */
export function patient(name: string, text: string): Statement {
  return { ...statement(name, text), patient: true }
}

/** A statement whose text depends on the filters of a list: planned each time. */
export function adHoc(text: string): Statement {
  return { name: '', text, patient: true }
}

export type Row = Readonly<Record<string, unknown>>
/** A statement and its values. */
export type Step = readonly [Statement, readonly unknown[]]

/**
 * `by_index`: statements that touch the rows they are given by key and no others. A plan is made
 * once a connection, often while the table is young, and then a table of a few pages looks cheaper
 * to read whole; it stays so until the next vacuum, however many dead rows it has by then.
 *
 * `in_order`: also such that take the first rows of an index. Beside a large partition an empty one
 * looks cheaper to sort, and to sort with it all of the large one.
 *
 * `by_key`: statements that leave the planner nothing to choose (`places.ts`), planned once for each
 * connection. The others of small batches are planned each time, since the planner takes arrays that it
 * does not know for larger ones: that takes half as long again as the batch.
 */
export type Plans = 'any' | 'by_index' | 'in_order' | 'by_key'

/** A connection inside a transaction, or the pool outside of one. */
export interface Session {
  run(what: Statement, values?: readonly unknown[]): Promise<readonly Row[]>
}

export interface Database extends Session {
  /**
   * One statement that is a whole transaction, planned `by_index` unless told else: it goes out with its begin and
   * commit in one write, and costs one journey.
   */
  seek(
    what: Statement,
    values: readonly unknown[],
    plans?: Exclude<Plans, 'any'>,
  ): Promise<readonly Row[]>
  /**
   * The same with rows locked first, in a statement of its own: the second begins once it has the
   * locks, and sees what their last holder wrote. Still one journey.
   */
  seekLocked(lock: Step, what: Step): Promise<readonly Row[]>
  /** Runs `work` in one transaction; deadlocks and serialization failures are tried again. */
  transaction<Result>(work: (session: Session) => Promise<Result>, plans?: Plans): Promise<Result>
  /** One connection for statements that are no prepared ones, all of them within 35 s. */
  exclusive<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result>
  /** The same for work without a limit of time: migrations, moves. */
  untimed<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result>
  /** Statements sent so far; the benchmarks and a test divide it by events. */
  statementCount(): number
  close(): Promise<void>
}

const limits = {
  poolMax: 10,
  connectTimeoutMs: 5_000,
  /** The kernel's own first question to a peer that is gone would come after two hours. */
  keepAliveMs: 10_000,
  /**
   * The server's limits bind a server that works. One that was stopped, or a network that swallows
   * what is sent, would else keep callers waiting for ever. Longer than the server's lock timeout.
   */
  answerTimeoutMs: 12_000,
  /** Of statements that may take as long as the server lets them. */
  patientTimeoutMs: 35_000,
  statementTimeoutMs: 30_000,
  lockTimeoutMs: 10_000,
  idleInTransactionTimeoutMs: 15_000,
  idleTimeoutMs: 30_000,
  transactionTriesMax: 5,
}

const sessionSettings = `set statement_timeout = ${limits.statementTimeoutMs}; set lock_timeout = ${limits.lockTimeoutMs}; set idle_in_transaction_session_timeout = ${limits.idleInTransactionTimeoutMs}`

const parsers = new Map<number, (text: string) => unknown>([[pg.types.builtins.INT8, exactNumber]])

/** Counts, times, numbers of streams: all below 2^53. What JavaScript would round is no answer. */
function exactNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number
  throw new RangeError(`a number of the database is past what is read exactly: ${text}`)
}

export function openDatabase(input: {
  readonly url: string
  readonly clock: Clock
  readonly log: Log
  /** Names this node. */
  readonly node: string
  readonly poolMax?: number
  /** How long a statement may stay unanswered; 35 s for the patient ones. Default 12 s. */
  readonly answerTimeoutMs?: number
}): Database {
  const { clock, log, answerTimeoutMs = limits.answerTimeoutMs } = input
  const connectTimeoutMs = Math.min(limits.connectTimeoutMs, answerTimeoutMs)
  const url = new URL(input.url)
  const prepare = url.searchParams.get('prepare') !== 'off'
  url.searchParams.delete('prepare')
  const pool = new pg.Pool({
    connectionString: url.href,
    max: input.poolMax ?? limits.poolMax,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: limits.idleTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: limits.keepAliveMs,
    pipeline: true,
    application_name: 'posthorn',
    // By statement and not in the start-up packet, which PgBouncer refuses.
    async onConnect(client) {
      const sent = client.query(sessionSettings)
      await answered(clock, { sent, limitMs: connectTimeoutMs })
    },
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        parsers.get(oid) ?? pg.types.getTypeParser(oid, format ?? 'text')) as never, // overloads
    },
  })
  const reconnects = new Reconnects(clock, input.node)
  pool.on('error', (cause) => {
    reconnects.lost()
    log.warn('store.connection_lost', { code: sqlState(cause) })
  })
  // A connection that is cut between two statements of a transaction says so here; the next
  // statement fails with it. Without a listener the process would end.
  pool.on('connect', (client) => {
    client.on('error', (cause) => {
      reconnects.lost()
      log.debug('store.connection_cut', { code: sqlState(cause) })
    })
  })
  return new PooledDatabase({ pool, prepare, reconnects, clock, log, answerTimeoutMs })
}

class PooledDatabase implements Database {
  readonly #pool: pg.Pool
  #prepare: boolean
  readonly #clock: Clock
  readonly #log: Log
  readonly #reconnects: Reconnects
  readonly #answerTimeoutMs: number
  /** Connections made before the server last fell silent: they are not used again. */
  readonly #suspect = new WeakSet<pg.PoolClient>()
  readonly #open = new Set<pg.PoolClient>()
  #statements = 0

  constructor(input: {
    readonly pool: pg.Pool
    readonly prepare: boolean
    readonly reconnects: Reconnects
    readonly clock: Clock
    readonly log: Log
    readonly answerTimeoutMs: number
  }) {
    this.#pool = input.pool
    this.#prepare = input.prepare
    this.#reconnects = input.reconnects
    this.#clock = input.clock
    this.#log = input.log
    this.#answerTimeoutMs = input.answerTimeoutMs
    input.pool.on('connect', (client) => this.#open.add(client))
    input.pool.on('remove', (client) => this.#open.delete(client))
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
      broken = isLost(error)
      throw error
    } finally {
      client.release(broken)
    }
  }

  seek(
    what: Statement,
    values: readonly unknown[],
    plans: Exclude<Plans, 'any'> = 'by_index',
  ): Promise<readonly Row[]> {
    return this.#journey([[what, values]], plans)
  }

  seekLocked(lock: Step, what: Step): Promise<readonly Row[]> {
    return this.#journey([lock, what], 'by_key')
  }

  /** A whole transaction in one write; the rows of its last step. */
  async #journey(steps: readonly Step[], plans: Exclude<Plans, 'any'>): Promise<readonly Row[]> {
    for (let tried = 1; ; tried++) {
      const client = await this.#connect()
      let broken = false
      try {
        // After a statement that failed, the commit is a rollback.
        const all = await Promise.allSettled([
          this.#query(client, begin[plans], []),
          ...steps.map(([what, values]) => this.#query(client, what, values)),
          this.#query(client, commit, []),
        ])
        for (const each of all) if (each.status === 'rejected') throw each.reason
        const last = all.at(-2)
        return last?.status === 'fulfilled' ? last.value : []
      } catch (cause) {
        broken = isLost(storeError(cause))
        const again = mayTryAgain(cause) || this.#stopPreparing(cause)
        if (tried >= limits.transactionTriesMax || !again) throw storeError(cause)
      } finally {
        client.release(broken)
      }
    }
  }

  async transaction<Result>(
    work: (session: Session) => Promise<Result>,
    plans: Plans = 'any',
  ): Promise<Result> {
    for (let tried = 1; ; tried++) {
      const client = await this.#connect()
      let broken = false
      try {
        await this.#query(client, begin[plans], [])
        const result = await work({
          run: (what, values = []) => this.#query(client, what, values),
        })
        await this.#query(client, commit, [])
        return result
      } catch (cause) {
        broken = isLost(storeError(cause)) || !(await this.#rolledBack(client))
        const again = mayTryAgain(cause) || this.#stopPreparing(cause)
        if (tried >= limits.transactionTriesMax || !again) throw storeError(cause)
      } finally {
        client.release(broken)
      }
    }
  }

  async exclusive<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    return this.untimed((client) => this.#answered(work(client), limits.patientTimeoutMs))
  }

  async untimed<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#connect()
    let broken = false
    try {
      return await work(client)
    } catch (cause) {
      broken = isLost(storeError(cause))
      throw cause
    } finally {
      client.release(broken)
    }
  }

  statementCount(): number {
    return this.#statements
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }

  async #connect(): Promise<pg.PoolClient> {
    const pool = this.#pool
    for (;;) {
      const client = await this.#reconnects
        .connect(
          () => pool.connect(),
          () => pool.idleCount > 0,
        )
        .catch((cause: unknown) => {
          throw connectError(cause)
        })
      if (!this.#suspect.has(client)) return client
      client.release(true)
    }
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
    const sent = on.query({ ...named, text: what.text, values: [...values] })
    const limitMs = what.patient ? limits.patientTimeoutMs : this.#answerTimeoutMs
    return (await this.#answered(sent, limitMs)).rows
  }

  async #rolledBack(client: pg.PoolClient): Promise<boolean> {
    try {
      await this.#query(client, rollback, [])
      return true
    } catch {
      return false
    }
  }

  #answered<Result>(sent: Promise<Result>, limitMs: number): Promise<Result> {
    return answered(this.#clock, { sent, limitMs, onSilence: () => this.#fellSilent() })
  }

  /** The other connections lead to the same server: asked one by one they would take as long each. */
  #fellSilent(): void {
    for (const client of this.#open) this.#suspect.add(client)
    this.#reconnects.lost()
    this.#log.warn('store.silent')
  }
}

/** Gives up after `limitMs`; what the server has done of it is unknown then. */
function answered<Result>(
  clock: Clock,
  input: {
    readonly sent: Promise<Result>
    readonly limitMs: number
    readonly onSilence?: () => void
  },
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(input.limitMs, () => {
      input.onSilence?.()
      reject(new StoreUnavailable('disconnected', 'The database did not answer in time.'))
    })
    const settle = (): void => timer.cancel()
    input.sent.then(resolve, reject).finally(settle)
  })
}

const lookups = ['seqscan', 'hashjoin', 'mergejoin'].map(off)
const ordered = [...lookups, ...['bitmapscan', 'sort'].map(off)]
// Not prepared: poolers know these.
export const begin: Readonly<Record<Plans, Statement>> = {
  any: beginWith([]),
  by_index: beginWith(lookups),
  in_order: beginWith(ordered),
  by_key: beginWith([...ordered, 'plan_cache_mode = force_generic_plan']),
}
function off(way: string): string {
  return `enable_${way} = off`
}
function beginWith(settings: readonly string[]): Statement {
  const text = ['begin', ...settings.map((setting) => `set local ${setting}`)].join('; ')
  return { name: '', text, patient: false }
}
const commit: Statement = { name: '', text: 'commit', patient: false }
const rollback: Statement = { name: '', text: 'rollback', patient: false }
