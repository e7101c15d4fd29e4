/**
 * Years of attempts in minutes: what a server has stored is copied under earlier ids, by the database
 * itself. Only the history grows; what is open, and every counter, stays as it is.
 */
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { type IdKind, idAtTime } from '../../src/domain/ids.ts'
import { Database } from '../../src/store/sqlite/database.ts'
import { followOne } from '../../src/store/sqlite/lists.ts'

/** Columns that hold an id of a kind, beside `id` itself. */
const kinds: Readonly<Record<string, IdKind>> = {
  message_id: 'message',
  delivery_id: 'delivery',
  last_attempt_id: 'attempt',
}
const tables = ['message', 'delivery', 'attempt'] as const
/** What the database fills in itself. */
const given = new Set(['seq', 'tx'])
/** Letters of an id that say when it was made; the rest tells the originals apart. */
const timeLength = 10
const apartMs = 1_000

interface Copying {
  ask(sql: string): Promise<readonly Record<string, unknown>[]>
  /** Its columns, as `name`. */
  readonly columnsOf: (table: string) => string
  /** As it would be had it come over days. */
  settle(): Promise<void>
  close(): Promise<void>
}

/**
 * Copies what was stored since a time, each copy a second older than the one before, until there are
 * at least `size` attempts. Payloads are left out, as if their own time were over.
 */
export async function copyHistory(
  at: { readonly path: string } | { readonly url: string },
  { since, size }: { readonly since: number; readonly size: number },
): Promise<void> {
  const database = 'path' in at ? embedded(at.path) : await shared(at.url)
  const originals = (table: (typeof tables)[number]): string =>
    `from ${table} where id > '${idAtTime(table, since)}'`
  try {
    const [row] = await database.ask(`select count(*) as count ${originals('attempt')}`)
    const have = Number(row?.['count'])
    if (have === 0) throw new Error('there is nothing to copy')
    for (let copy = 1; copy * have < size; copy++) {
      for (const table of tables) {
        const columns = (await database.ask(database.columnsOf(table)))
          .map(({ name }) => String(name))
          .filter((name) => !given.has(name))
        const values = columns.map((name) =>
          copiedValue({ name, table, ms: since - copy * apartMs }),
        )
        await database.ask(`insert into ${table} (${columns}) select ${values} ${originals(table)}`)
      }
      process.stderr.write(`\r  ${(copy + 1) * have} attempts`)
    }
    await database.settle()
    process.stderr.write('\n')
  } finally {
    await database.close()
  }
}

function copiedValue(column: {
  readonly name: string
  readonly table: IdKind
  readonly ms: number
}): string {
  const { name, table, ms } = column
  if (name === 'payload') return 'null'
  const kind = name === 'id' ? table : kinds[name]
  return kind === undefined ? name : copied(kind, name, ms)
}

/** The id in a column, as if it had been made at that time. */
function copied(kind: IdKind, column: string, ms: number): string {
  const id = idAtTime(kind, ms)
  const length = id.indexOf('_') + 1 + timeLength
  return `'${id.slice(0, length)}' || substr(${column}, ${length + 1})`
}

function embedded(path: string): Copying {
  const database = new DatabaseSync(path, { timeout: 30_000 })
  return {
    ask: async (sql) => database.prepare(sql).all(),
    columnsOf: (table) => `select name from pragma_table_info('${table}')`,
    async settle() {
      const lists = new Database(database)
      let isBehind = true // the server itself catches up by a chunk after each commit, for a long time
      while (isBehind) {
        database.exec('begin immediate')
        isBehind = followOne(lists)
        database.exec('commit')
      }
      database.exec('pragma wal_checkpoint(truncate)')
    },
    close: async () => database.close(),
  }
}

async function shared(connectionString: string): Promise<Copying> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  return {
    ask: async (sql) => (await client.query(sql)).rows,
    columnsOf: (table) =>
      `select column_name as name from information_schema.columns where table_name = '${table}'`,
    async settle() {
      await client.query('vacuum analyze')
      await client.query('checkpoint')
    },
    close: () => client.end(),
  }
}
