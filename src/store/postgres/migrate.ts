/**
 * Numbered migrations, applied at start under an advisory lock, so that of many nodes that start at
 * once one migrates and the others wait. Each file is one transaction; the version moves in it.
 * A node refuses a database that is newer than itself.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'
import { StoreRefused, StoreUnavailable } from '../store.ts'
import { type Database, sqlState } from './database.ts'

interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

const folder = new URL('./migrations/', import.meta.url)
/** Any number, the same in every node of this program. */
const lockKey = 7_236_519
const oldestServer = 140_000

export function migrations(): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort()
    .map((name) => ({
      version: Number(name.slice(0, 4)),
      name,
      sql: readFileSync(new URL(name, folder), 'utf8'),
    }))
}

/** The newest schema that this program knows. */
export function knownSchema(): number {
  known ??= migrations().at(-1)?.version ?? 0
  return known
}
let known: number | null = null

/** What is to be done to this database, without doing it. */
export async function pendingMigrations(database: Database): Promise<readonly string[]> {
  return database.exclusive(async (client) => {
    const done = await schemaVersion(client)
    return migrations()
      .filter((migration) => migration.version > done)
      .map((migration) => migration.name)
  })
}

export async function migrate(database: Database): Promise<void> {
  await database.exclusive(async (client) => {
    await checkServer(client)
    await client.query('begin')
    await client.query('set local statement_timeout = 0; set local lock_timeout = 0')
    await client.query('select pg_advisory_xact_lock($1)', [lockKey])
    try {
      const done = await schemaVersion(client)
      refuseNewer(done, knownSchema())
      for (const migration of migrations().filter((each) => each.version > done)) {
        await client.query(migration.sql)
        await client.query(
          `insert into posthorn_setting (name, value) values ('schema_version', $1)
           on conflict (name) do update set value = excluded.value`,
          [String(migration.version)],
        )
      }
      await client.query('commit')
    } catch (cause) {
      await client.query('rollback')
      throw cause
    }
  })
}

function refuseNewer(done: number, known: number): void {
  if (done <= known) return
  throw new StoreRefused(
    'newer_schema',
    `The database has schema ${done}, this Posthorn knows ${known}: start a newer Posthorn, or restore the backup made before the upgrade.`,
  )
}

/** 0 for an empty database; rejects for another program's. */
export async function schemaVersion(client: pg.PoolClient): Promise<number> {
  const table = await client.query(`select to_regclass('posthorn_setting') as name`)
  if (table.rows[0]?.name === null) {
    await refuseForeign(client)
    return 0
  }
  const row = await client.query(`select value from posthorn_setting where name = 'schema_version'`)
  return Number(row.rows[0]?.value ?? 0)
}

/** Tables of our names that we did not make: another program's database. */
async function refuseForeign(client: pg.PoolClient): Promise<void> {
  const found = await client.query(
    `select count(*)::int as count from pg_tables where schemaname = current_schema() and tablename in ('application', 'endpoint', 'message', 'delivery', 'attempt')`,
  )
  if (found.rows[0]?.count === 0) return
  throw new StoreRefused(
    'not_ours',
    'The database already has tables of another program: give Posthorn an empty database, or a schema of its own with ?options=-csearch_path%3Dposthorn.',
  )
}

/** Rejects with `StoreRefused` for a server that cannot keep what it is given. */
export async function checkServer(client: pg.PoolClient): Promise<void> {
  const answer = await client.query(
    `select current_setting('server_version_num')::int as version, current_setting('synchronous_commit') as commit, pg_is_in_recovery() as standby`,
  )
  const { version, commit, standby } = answer.rows[0] ?? {}
  if (version < oldestServer) {
    throw new StoreRefused(
      'too_old',
      `The server is PostgreSQL ${Math.floor(version / 10_000)}: Posthorn needs 14 or newer.`,
    )
  }
  if (commit === 'off') {
    throw new StoreRefused(
      'unsafe_settings',
      'synchronous_commit is off, so an accepted event could be lost: set it to on for this database or user.',
    )
  }
  if (standby === true) {
    throw new StoreRefused(
      'read_only',
      'The server is a standby: point POSTHORN_DATABASE_URL at the primary.',
    )
  }
}

/** A sentence for what went wrong with the first connection. */
export function refusal(cause: unknown): StoreRefused | null {
  // What the pool threw carries the server's code in its cause.
  const code = cause instanceof StoreUnavailable ? sqlState(cause.cause) : sqlState(cause)
  const sentences: Readonly<Record<string, string>> = {
    '28P01': 'The password is not accepted: correct it in POSTHORN_DATABASE_URL.',
    '28000': 'The user may not log in: check POSTHORN_DATABASE_URL and pg_hba.conf.',
    '3D000': 'The database does not exist: create it, or correct POSTHORN_DATABASE_URL.',
    '42501':
      'The user may not create tables: grant it "create" on the schema, or give it a database of its own.',
    '53300':
      'The server takes no further connections: raise max_connections or put PgBouncer in front.',
    ECONNREFUSED:
      'Nothing listens at that address: start PostgreSQL, or correct POSTHORN_DATABASE_URL.',
    ENOTFOUND: 'The host name is not known: correct POSTHORN_DATABASE_URL.',
    ETIMEDOUT: 'The server does not answer: check the address and the firewall.',
  }
  const sentence = code === null ? undefined : sentences[code]
  return sentence === undefined ? null : new StoreRefused('not_reachable', sentence, { cause })
}
