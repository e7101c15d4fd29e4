/** What is refused before the first write, each with a sentence that says what to do. */
import type pg from 'pg'
import { StoreRefused, StoreUnavailable } from '../store.ts'
import { sqlState } from './driver-errors.ts'

const oldestServer = 140_000

/** Tables that we did not make, nor an extension: another program's database. */
export async function refuseForeign(client: pg.PoolClient): Promise<void> {
  const found = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
       and not exists (
         select 1 from pg_depend d
         where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by c.relname
     limit 3`,
  )
  if (found.rows.length === 0) return
  const names = found.rows.map(({ name }) => name).join(', ')
  throw new StoreRefused(
    'not_ours',
    `The database already has tables of another program (${names}): give Posthorn an empty database, or a schema of its own with ?options=-csearch_path%3Dposthorn.`,
  )
}

/** Rejects with `StoreRefused` for a server that cannot keep what it is given. */
export async function checkServer(client: pg.PoolClient): Promise<void> {
  const answer = await client.query(
    `select current_setting('server_version_num')::int as version, current_setting('synchronous_commit') as commit, pg_is_in_recovery() as standby, current_schema() as schema`,
  )
  const { version, commit, standby, schema } = answer.rows[0] ?? {}
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
  if (schema === null) {
    throw new StoreRefused(
      'not_ours',
      'The search_path names no schema that exists: create it, or correct ?options in POSTHORN_DATABASE_URL.',
    )
  }
}

/** Settings of the whole server by which a power cut could take back what was answered with 2xx. */
export async function unsafeSettings(client: pg.PoolClient): Promise<readonly string[]> {
  const answer = await client.query<{ name: string }>(
    `select name from unnest(array['fsync', 'full_page_writes']) as name where current_setting(name) = 'off'`,
  )
  return answer.rows.map(({ name }) => name)
}

const sentences: Readonly<Record<string, string>> = {
  '28P01': 'The password is not accepted: correct it in POSTHORN_DATABASE_URL.',
  '28000': 'The user may not log in: check POSTHORN_DATABASE_URL and pg_hba.conf.',
  '3D000': 'The database does not exist: create it, or correct POSTHORN_DATABASE_URL.',
  '42501':
    'The user may not create tables: grant it "create" on the schema, or give it a database of its own.',
  '53300':
    'The server takes no further connections: raise max_connections or put PgBouncer in front.',
  '08P01':
    'What answers there refuses the connection: look at the log of PostgreSQL, or of the pooler in front of it.',
  ECONNREFUSED:
    'Nothing listens at that address: start PostgreSQL, or correct POSTHORN_DATABASE_URL.',
  ENOTFOUND: 'The host name is not known: correct POSTHORN_DATABASE_URL.',
  EAI_AGAIN: 'The host name cannot be looked up: correct POSTHORN_DATABASE_URL, or the resolver.',
  ETIMEDOUT: 'The server does not answer: check the address and the firewall.',
}

/** A sentence for what went wrong with the first connection; null: nothing that a person set. */
export function refusal(cause: unknown): StoreRefused | null {
  if (cause instanceof StoreRefused) return null
  // What the pool threw carries the server's code in its cause.
  const code = sqlState(cause instanceof StoreUnavailable ? cause.cause : cause)
  const sentence = code === null ? undefined : sentences[code]
  if (sentence !== undefined) return new StoreRefused('not_reachable', sentence, { cause })
  if (!(cause instanceof StoreUnavailable) || cause.code !== 'disconnected') return null
  return new StoreRefused(
    'not_reachable',
    'No PostgreSQL answers at that address: check host, port and firewall, and that it speaks its protocol there.',
    { cause },
  )
}
