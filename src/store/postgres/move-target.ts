/**
 * PostgreSQL as the database that is moved into. Rows and the progress that speaks of them are one
 * commit, so that a copy goes on where it was cut off. While it is under way nodes refuse to start.
 */
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import { ownSettings } from '../moving/mapping.ts'
import type { MoveTarget, Progress, Row, TargetTable } from '../moving/port.ts'
import { StoreRefused } from '../store.ts'
import { aliveNodes } from './alive-nodes.ts'
import { countMoved } from './attempt-counts.ts'
import { type Database, openDatabase } from './database.ts'
import { storeError } from './driver-errors.ts'
import { migrate } from './migrate.ts'
import { checkDatabase, copyUnderWay } from './move-check.ts'
import { makePartitions } from './partitions.ts'
import { refusal } from './server-check.ts'

/** Of the cluster, not of what is moved; and the counts, which are made anew in the end. */
const notMoved = ['node', 'throttle', 'attempt_count', 'attempt_counted']
/** Rows of one chunk, few where each may carry a payload or a body. */
const scanRows = { plain: 2_000, large: 100 }

export function openMoveTarget(input: {
  readonly url: string
  readonly clock: Clock
  readonly log: Log
}): MoveTarget {
  const database = openDatabase({ ...input, node: 'migrate-data', poolMax: 2 })
  const told =
    <Arguments extends readonly unknown[], Result>(
      work: (...given: Arguments) => Promise<Result>,
    ) =>
    (...given: Arguments) =>
      work(...given).catch((cause: unknown) => {
        throw refusal(cause) ?? cause
      })
  return {
    check: told(() => check(database)),
    prepare: told(async ({ since, progress }) => {
      await migrate(database)
      await makePartitions(database, input.clock.now(), since)
      await database.untimed(async (client) => {
        await client.query(
          `insert into posthorn_setting (name, value) values ('data_migration', $1) on conflict do nothing`,
          [JSON.stringify(progress)],
        )
      })
    }),
    tables: told(() => tablesOf(database)),
    write: told((step) => write(database, step)),
    scan: told((table, visit) => scan(database, table, visit)),
    finish: told((progress) => finish(database, progress)),
    close: () => database.close(),
  }
}

async function check(database: Database): Promise<Progress | null> {
  if ((await checkDatabase(database)) === 'new') return null
  const [alive] = await database.untimed(aliveNodes)
  if (alive !== undefined) {
    throw new StoreRefused('in_use', {
      en: `The node ${alive.id} works on the target: stop every Posthorn there first.`,
      es: `El nodo ${alive.id} trabaja en el destino: detén antes todos los Posthorn de ahí.`,
    })
  }
  const progress = await copyUnderWay(database)
  if (progress !== null) return progress
  for (const table of await tablesOf(database)) {
    if (!(await holdsRows(database, table.name))) continue
    throw new StoreRefused('not_empty', {
      en: `The target already holds data (table ${table.name}): give the move an empty database.`,
      es: `El destino ya tiene datos (tabla ${table.name}): el traslado necesita una base vacía.`,
    })
  }
  return null
}

async function holdsRows(database: Database, table: string): Promise<boolean> {
  const own = `where name not in (${quoted(ownSettings)})`
  return database.untimed(async (client) => {
    const condition = table === 'posthorn_setting' ? own : ''
    const answer = await client.query(`select exists (select 1 from ${table} ${condition}) as some`)
    return answer.rows[0]?.some === true
  })
}

function quoted(names: Iterable<unknown>): string {
  return [...names].map((name) => `'${String(name)}'`).join(', ')
}

async function tablesOf(database: Database): Promise<readonly TargetTable[]> {
  return database.untimed(async (client) => {
    const answer = await client.query<{ table: string; name: string; type: string }>(
      `select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type
       from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
         and not c.relispartition and c.relname <> all ($1::text[])
       order by c.relname, a.attnum`,
      [notMoved],
    )
    const tables = new Map<string, { name: string; type: string }[]>()
    for (const { table, name, type } of answer.rows) {
      tables.set(table, [...(tables.get(table) ?? []), { name, type }])
    }
    return [...tables].map(([name, columns]) => ({ name, columns }))
  })
}

async function write(
  database: Database,
  { rows, from, to }: Parameters<MoveTarget['write']>[0],
): Promise<void> {
  await database.untimed(async (client) => {
    try {
      await client.query('begin')
      const moved = await client.query(
        `update posthorn_setting set value = $1 where name = 'data_migration' and value = $2`,
        [JSON.stringify(to), JSON.stringify(from)],
      )
      if (moved.rowCount !== 1) throw anotherMove()
      for (const [table, values] of rows) {
        const names = table.columns.map(({ name }) => `"${name}"`).join(', ')
        const typed = table.columns.map(({ name, type }) => `"${name}" ${type}`).join(', ')
        await client.query(
          `insert into ${table.name} (${names})
           select ${names} from json_to_recordset($1::json) as moved(${typed})`,
          [JSON.stringify(values, sqlText)],
        )
      }
      await client.query('commit')
    } catch (cause) {
      await client.query('rollback').catch(() => undefined) // the first failure is the one to tell
      throw storeError(cause)
    }
  })
}

function anotherMove(): StoreRefused {
  return new StoreRefused('in_use', {
    en: 'Another migrate-data works on the target: let it finish, or stop it and run this one again.',
    es: 'Otro migrate-data trabaja en el destino: deja que termine, o detenlo y ejecuta este de nuevo.',
  })
}

/** Bytes as PostgreSQL reads them from text. A buffer has turned itself into an object by then. */
function sqlText(this: unknown, key: string, value: unknown): unknown {
  const cell: unknown = Reflect.get(Object(this), key)
  return cell instanceof Uint8Array ? `\\x${Buffer.from(cell).toString('hex')}` : value
}

async function scan(
  database: Database,
  table: TargetTable,
  visit: (rows: readonly Row[]) => void,
): Promise<void> {
  const names = table.columns.map(({ name }) => `"${name}"`).join(', ')
  const own = table.name === 'posthorn_setting' ? `where name not in (${quoted(ownSettings)})` : ''
  const large = table.columns.some(({ type }) => type === 'bytea')
  const chunk = large ? scanRows.large : scanRows.plain
  await database.untimed(async (client) => {
    try {
      await client.query('begin read only')
      await client.query(
        `declare posthorn_scan no scroll cursor for select ${names} from ${table.name} ${own}`,
      )
      for (;;) {
        const { rows } = await client.query<Row>(`fetch ${chunk} from posthorn_scan`)
        if (rows.length === 0) break
        visit(rows)
      }
    } finally {
      await client.query('rollback').catch(() => undefined) // it only read
    }
  })
}

async function finish(database: Database, progress: Progress): Promise<void> {
  const tables = await tablesOf(database)
  await database.untimed(async (client) => {
    await client.query('set statement_timeout = 0')
    await client.query(countMoved)
    await client.query(`analyze attempt_count, ${tables.map(({ name }) => name).join(', ')}`)
    await client.query(`update posthorn_setting set value = $1 where name = 'data_migration'`, [
      JSON.stringify(progress),
    ])
  })
}
