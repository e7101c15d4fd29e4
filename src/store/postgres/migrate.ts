/**
 * Brings the schema up to date while older nodes work. Each migration is one transaction under an
 * advisory lock, and the version moves in it: after a crash it has happened or it has not, and of
 * many nodes that start at once one migrates and the others wait.
 *
 * What expands runs at every start: older nodes go on beside it. What contracts waits until no
 * older node is alive, and from then on older ones are refused. So a node of schema N works on
 * every schema from N on whose contracts it still knows (`schema_oldest`).
 */
import type pg from 'pg'
import { StoreRefused } from '../store.ts'
import { aliveNodes } from './alive-nodes.ts'
import type { Database } from './database.ts'
import { sqlState, storeError } from './driver-errors.ts'
import { concurrentIndex, type Migration, migrations, newestOf } from './migrations.ts'
import { checkServer, refuseForeign } from './server-check.ts'

/** Any number, the same in every node of this program. */
const lockKey = 7_236_519
/** A change of a table waits so long for those who use it; then it lets them pass and asks again. */
const lockWaitMs = 2_000
const lockTriesMax = 30
/** Between two questions for the lock of migrations. */
const turnWaitMs = 100

export interface MigrateOptions {
  /** Default: all that this program has. */
  readonly list?: readonly Migration[]
  /** Called before each statement; a test cuts the connection there. */
  readonly onStatement?: (at: {
    readonly migration: string
    readonly index: number
  }) => void | Promise<void>
}

/** A contract that has to wait, and the older nodes that it waits for. */
export interface Waiting {
  readonly migration: string
  readonly nodes: readonly string[]
}

/** What is to be done to this database, without doing it. */
export async function pendingMigrations(
  database: Database,
  list: readonly Migration[] = migrations(),
): Promise<readonly Migration[]> {
  await database.untimed(checkServer)
  const { done } = await database.untimed((client) => schemaOf(client, list))
  return list.filter((migration) => migration.version > done)
}

/** Null: the schema is as new as this program. */
export async function migrate(
  database: Database,
  options: MigrateOptions = {},
): Promise<Waiting | null> {
  await database.untimed(async (client) => {
    await checkServer(client)
    await spareConnection(database, client, options.list)
  })
  for (let waited = 0; ; ) {
    try {
      const step = await nextStep(database, options)
      if (step !== 'more') return step
    } catch (cause) {
      if (sqlState(cause) !== '55P03' || ++waited >= lockTriesMax) throw storeError(cause)
    }
  }
}

/**
 * An index is built beside the transaction that holds the lock, on a connection of its own. Whoever
 * may have one alone is to hear so before the first write, not in the middle of the list.
 */
async function spareConnection(
  database: Database,
  client: pg.PoolClient,
  list = migrations(),
): Promise<void> {
  const { done } = await schemaOf(client, list)
  if (newestOf(list) <= done) return
  await database.untimed((second) => second.query('select 1'))
}

/** Does the next migration, if there is one and nothing keeps it. */
async function nextStep(
  database: Database,
  { list = migrations(), onStatement }: MigrateOptions,
): Promise<'more' | Waiting | null> {
  return database.untimed(async (client) => {
    try {
      await client.query('begin')
      await client.query(
        'set local statement_timeout = 0; set local lock_timeout = 0; set local idle_in_transaction_session_timeout = 0',
      )
      if (!(await isOurTurn(client))) return 'more'
      const { done } = await schemaOf(client, list)
      const next = list.find((migration) => migration.version > done)
      const waiting = next === undefined ? null : await keptBack(client, next, list)
      if (next === undefined || waiting !== null) {
        await client.query('rollback')
        return waiting
      }
      await client.query(`set local lock_timeout = ${lockWaitMs}`)
      await apply({ database, client, migration: next, onStatement })
      await client.query('commit')
      return 'more'
    } catch (cause) {
      await client.query('rollback').catch(() => undefined) // the connection may be gone
      throw cause
    }
  })
}

/**
 * Whether this transaction has the lock. It does not wait in line for it: who waits in a statement
 * keeps a snapshot, and an index that the holder builds beside the traffic would wait for that.
 */
async function isOurTurn(client: pg.PoolClient): Promise<boolean> {
  const answer = await client.query<{ ours: boolean }>(
    'select pg_try_advisory_xact_lock($1) as ours',
    [lockKey],
  )
  if (answer.rows[0]?.ours === true) return true
  await client.query('rollback')
  await client.query(`select pg_sleep(${turnWaitMs / 1000})`)
  return false
}

/** An older node would fail on what a contract takes away. */
async function keptBack(
  client: pg.PoolClient,
  next: Migration,
  list: readonly Migration[],
): Promise<Waiting | null> {
  if (next.phase === 'expand') return null
  const nodes = (await aliveNodes(client)).filter(({ schema }) => schema < next.version)
  if (nodes.length === 0) return null
  const ids = nodes.map(({ id }) => id)
  const after = list.filter(({ version }) => version > next.version)
  if (after.some(({ phase }) => phase === 'expand')) {
    throw new StoreRefused('older_schema', {
      en: `The database waits for ${next.name}, which takes away what ${ids.join(', ')} still use: stop these older nodes, then start this one.`,
      es: `La base espera ${next.name}, que quita lo que ${ids.join(', ')} aún usan: detén esos nodos anteriores y después inicia este.`,
    })
  }
  return { migration: next.name, nodes: ids }
}

async function apply(input: {
  readonly database: Database
  readonly client: pg.PoolClient
  readonly migration: Migration
  readonly onStatement: MigrateOptions['onStatement']
}): Promise<void> {
  const { database, client, migration, onStatement } = input
  for (const [index, statement] of migration.statements.entries()) {
    await onStatement?.({ migration: migration.name, index })
    const name = concurrentIndex(statement)
    if (name === null) await client.query(statement)
    else await buildIndex(database, name, statement)
  }
  await onStatement?.({ migration: migration.name, index: migration.statements.length })
  const set = `insert into posthorn_setting (name, value) values ($1, $2)
     on conflict (name) do update set value = excluded.value`
  await client.query(set, ['schema_version', String(migration.version)])
  if (migration.phase === 'contract') {
    await client.query(set, ['schema_oldest', String(migration.version)])
  }
}

/**
 * Beside the transaction that holds the lock, since it may be in none. A build that was cut off
 * leaves an index that is never used: it is dropped and built anew.
 */
async function buildIndex(database: Database, name: string, statement: string): Promise<void> {
  await database.untimed(async (client) => {
    await client.query('set statement_timeout = 0; set lock_timeout = 0')
    try {
      const partitions = await partitionsOf(client, statement)
      if (partitions === null) await buildBeside(client, name, statement)
      else await buildOverPartitions(client, { name, statement, partitions })
    } finally {
      await client.query('reset statement_timeout; reset lock_timeout')
    }
  })
}

async function buildBeside(client: pg.PoolClient, name: string, statement: string): Promise<void> {
  if ((await indexState(client, name)) === 'invalid') {
    await client.query(`drop index concurrently ${name}`)
  }
  if ((await indexState(client, name)) === 'absent') await client.query(statement)
  if ((await indexState(client, name)) !== 'valid') throw new Error(`${name} was not built`)
}

const onTable = /\son\s+(\w+)/i

/** The partitions of the table that the statement indexes; null: it has none. */
async function partitionsOf(
  client: pg.PoolClient,
  statement: string,
): Promise<readonly string[] | null> {
  const answer = await client.query<{ partitions: string[] }>(
    `select array(
       select i.inhrelid::regclass::text from pg_inherits i
       where i.inhparent = c.oid order by 1) as partitions
     from pg_class c where c.oid = to_regclass($1) and c.relkind = 'p'`,
    [onTable.exec(statement)?.[1]],
  )
  return answer.rows[0]?.partitions ?? null
}

/**
 * A partitioned table cannot be indexed beside the traffic, but each of its partitions can. The index
 * of the whole comes first, over nothing: partitions that are made meanwhile bring theirs. It counts
 * once that of each partition is attached. Where it was cut off, it goes on.
 */
async function buildOverPartitions(
  client: pg.PoolClient,
  input: {
    readonly name: string
    readonly statement: string
    readonly partitions: readonly string[]
  },
): Promise<void> {
  const { name, statement } = input
  const whole = statement.replace(/\bconcurrently\s+/i, '').replace(onTable, ' on only $1')
  if ((await indexState(client, name)) === 'absent') await quickly(client, whole)
  const attached = await client.query<{ partition: string }>(
    `select x.indrelid::regclass::text as partition
     from pg_inherits i join pg_index x on x.indexrelid = i.inhrelid
     where i.inhparent = $1::regclass`,
    [name],
  )
  const done = new Set(attached.rows.map(({ partition }) => partition))
  for (const partition of input.partitions) {
    if (done.has(partition) || !(await exists(client, partition))) continue
    const own = `${name}_${/_([^_]+)$/.exec(partition)?.[1] ?? partition}`
    const part = statement.replace(name, own).replace(onTable, ` on ${partition}`)
    await buildBeside(client, own, part)
    await quickly(client, `alter index ${name} attach partition ${own}`)
  }
  if ((await indexState(client, name)) !== 'valid') throw new Error(`${name} was not built`)
}

/** What locks the whole table for a moment lets others pass where it cannot have that at once. */
async function quickly(client: pg.PoolClient, statement: string): Promise<void> {
  await client.query(`set lock_timeout = ${lockWaitMs}`)
  await client.query(statement)
  await client.query('set lock_timeout = 0')
}

/** Retention drops partitions meanwhile. */
async function exists(client: pg.PoolClient, table: string): Promise<boolean> {
  const answer = await client.query<{ is: boolean }>('select to_regclass($1) is not null as is', [
    table,
  ])
  return answer.rows[0]?.is === true
}

async function indexState(
  client: pg.PoolClient,
  name: string,
): Promise<'valid' | 'invalid' | 'absent'> {
  const answer = await client.query<{ indisvalid: boolean }>(
    'select indisvalid from pg_index where indexrelid = to_regclass($1)',
    [name],
  )
  const [row] = answer.rows
  if (row === undefined) return 'absent'
  return row.indisvalid ? 'valid' : 'invalid'
}

/** `done` is 0 for an empty database. Rejects for another program's and for a newer one. */
export async function schemaOf(
  client: pg.PoolClient,
  list: readonly Migration[] = migrations(),
): Promise<{ readonly done: number }> {
  const table = await client.query(`select to_regclass('posthorn_setting') as name`)
  if (table.rows[0]?.name === null) {
    await refuseForeign(client)
    return { done: 0 }
  }
  const rows = await client.query<{ name: string; value: string }>(
    `select name, value from posthorn_setting where name in ('schema_version', 'schema_oldest')`,
  )
  const value = (name: string): number =>
    Number(rows.rows.find((row) => row.name === name)?.value ?? 0)
  const [done, oldest, known] = [value('schema_version'), value('schema_oldest'), newestOf(list)]
  if (oldest > known) {
    throw new StoreRefused('newer_schema', {
      en: `The database has schema ${done} and works with nodes that know ${oldest} or later, this Posthorn knows ${known}: start a newer Posthorn, or restore the backup made before the upgrade.`,
      es: `La base tiene el esquema ${done} y funciona con nodos que conocen ${oldest} o posterior; este Posthorn conoce ${known}: inicia uno más nuevo, o restaura el respaldo anterior a la actualización.`,
    })
  }
  return { done }
}
