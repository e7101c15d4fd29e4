/** What is refused before the first write, each with a sentence that says what to do. */

import type pg from 'pg'
import type { Sentence } from '../../domain/sentence.ts'
import { StoreRefused, StoreUnavailable } from '../store.ts'
import { sqlState } from './driver-errors.ts'

const oldestServer = 140_000

/**
 * Tables that we did not make, nor an extension: another program's database. Ours may have come since
 * the caller looked, from a node that starts at the same moment.
 */
export async function refuseForeign(client: pg.PoolClient): Promise<void> {
  const found = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
       and to_regclass('posthorn_setting') is null
       and not exists (
         select 1 from pg_depend d
         where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by c.relname
     limit 3`,
  )
  if (found.rows.length === 0) return
  const names = found.rows.map(({ name }) => name).join(', ')
  throw new StoreRefused('not_ours', {
    en: `The database already has tables of another program (${names}): give Posthorn an empty database, or a schema of its own with ?options=-csearch_path%3Dposthorn.`,
    es: `La base de datos ya tiene tablas de otro programa (${names}): Posthorn necesita una base vacía, o un esquema propio con ?options=-csearch_path%3Dposthorn.`,
  })
}

/** Rejects with `StoreRefused` for a server that cannot keep what it is given. */
export async function checkServer(client: pg.PoolClient): Promise<void> {
  const answer = await client.query(
    `select current_setting('server_version_num')::int as version, current_setting('synchronous_commit') as commit, pg_is_in_recovery() as standby, current_schema() as schema`,
  )
  const { version, commit, standby, schema } = answer.rows[0] ?? {}
  if (version < oldestServer) {
    throw new StoreRefused('too_old', {
      en: `The server is PostgreSQL ${Math.floor(version / 10_000)}: Posthorn needs 14 or newer.`,
      es: `El servidor es PostgreSQL ${Math.floor(version / 10_000)}: Posthorn necesita 14 o posterior.`,
    })
  }
  if (commit === 'off') {
    throw new StoreRefused('unsafe_settings', {
      en: 'synchronous_commit is off, so an accepted event could be lost: set it to on for this database or user.',
      es: 'synchronous_commit está en off, así que un evento aceptado se podría perder: debe estar en on para esta base o este usuario.',
    })
  }
  if (standby === true) {
    throw new StoreRefused('read_only', {
      en: 'The server is a standby: point POSTHORN_DATABASE_URL at the primary.',
      es: 'El servidor es una réplica: POSTHORN_DATABASE_URL debe apuntar al primario.',
    })
  }
  if (schema === null) {
    throw new StoreRefused('not_ours', {
      en: 'The search_path names no schema that exists: create it, or correct ?options in POSTHORN_DATABASE_URL.',
      es: 'El search_path no nombra ningún esquema que exista: créalo, o corrige ?options en POSTHORN_DATABASE_URL.',
    })
  }
}

/** Settings of the whole server by which a power cut could take back what was answered with 2xx. */
export async function unsafeSettings(client: pg.PoolClient): Promise<readonly string[]> {
  const answer = await client.query<{ name: string }>(
    `select name from unnest(array['fsync', 'full_page_writes']) as name where current_setting(name) = 'off'`,
  )
  return answer.rows.map(({ name }) => name)
}

const sentences: Readonly<Record<string, Sentence>> = {
  '28P01': {
    en: 'The password is not accepted: correct it in POSTHORN_DATABASE_URL.',
    es: 'No se acepta la contraseña: corrígela en POSTHORN_DATABASE_URL.',
  },
  '28000': {
    en: 'The user may not log in: check POSTHORN_DATABASE_URL and pg_hba.conf.',
    es: 'El usuario no puede entrar: revisa POSTHORN_DATABASE_URL y pg_hba.conf.',
  },
  '3D000': {
    en: 'The database does not exist: create it, or correct POSTHORN_DATABASE_URL.',
    es: 'La base de datos no existe: créala, o corrige POSTHORN_DATABASE_URL.',
  },
  '42501': {
    en: 'The user may not create tables: grant it "create" on the schema, or give it a database of its own.',
    es: 'El usuario no puede crear tablas: necesita "create" en el esquema, o una base propia.',
  },
  '53300': {
    en: 'The server takes no further connections: raise max_connections or put PgBouncer in front.',
    es: 'El servidor no admite más conexiones: sube max_connections o pon PgBouncer delante.',
  },
  '08P01': {
    en: 'What answers there refuses the connection: look at the log of PostgreSQL, or of the pooler in front of it.',
    es: 'Lo que responde ahí rechaza la conexión: mira el registro de PostgreSQL, o el del pooler que tiene delante.',
  },
  ECONNREFUSED: {
    en: 'Nothing listens at that address: start PostgreSQL, or correct POSTHORN_DATABASE_URL.',
    es: 'En esa dirección no escucha nada: inicia PostgreSQL, o corrige POSTHORN_DATABASE_URL.',
  },
  ENOTFOUND: {
    en: 'The host name is not known: correct POSTHORN_DATABASE_URL.',
    es: 'El nombre del host no existe: corrige POSTHORN_DATABASE_URL.',
  },
  EAI_AGAIN: {
    en: 'The host name cannot be looked up: correct POSTHORN_DATABASE_URL, or the resolver.',
    es: 'No se puede resolver el nombre del host: corrige POSTHORN_DATABASE_URL, o el servicio DNS.',
  },
  ETIMEDOUT: {
    en: 'The server does not answer: check the address and the firewall.',
    es: 'El servidor no responde: revisa la dirección y el cortafuegos.',
  },
}

/** Of those that are not about reaching it. */
const codes: Readonly<Record<string, StoreRefused['code']>> = {
  '42501': 'not_granted',
  '53300': 'few_connections',
}

/** A sentence for what went wrong with the first connection; null: nothing that a person set. */
export function refusal(cause: unknown): StoreRefused | null {
  if (cause instanceof StoreRefused) return null
  // What the pool threw carries the server's code in its cause.
  const code = sqlState(cause instanceof StoreUnavailable ? cause.cause : cause)
  const sentence = code === null ? undefined : sentences[code]
  if (sentence !== undefined) {
    return new StoreRefused(codes[code ?? ''] ?? 'not_reachable', sentence, { cause })
  }
  if (!(cause instanceof StoreUnavailable) || cause.code !== 'disconnected') return null
  return new StoreRefused(
    'not_reachable',
    {
      en: 'No PostgreSQL answers at that address: check host, port and firewall, that it speaks its protocol there and, with sslmode in the URL, that it takes TLS.',
      es: 'En esa dirección no responde un PostgreSQL: revisa host, puerto y cortafuegos, que ahí hable su protocolo y, con sslmode en la URL, que admita TLS.',
    },
    { cause },
  )
}
