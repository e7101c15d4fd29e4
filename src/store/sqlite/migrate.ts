import { existsSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { statementsOf } from '../statements.ts'
import { StoreRefused } from '../store.ts'

/** `PHRN` in the file's header tells our databases from other programs'. */
const applicationId = 0x5048524e

/** In order, forward only; a released one is never edited. */
const migrations: readonly string[] = [
  '0001_init.sql',
  '0002_records.sql',
  '0003_audit.sql',
  '0004_counts.sql',
  '0005_numbered.sql',
  '0006_views.sql',
  '0007_payload_bytes.sql',
  '0008_overall.sql',
]

/** Throws for another program's database and for one that a newer Posthorn has migrated. */
export function refuseUnknown(connection: DatabaseSync, path: string): void {
  const owner = pragma(connection, 'application_id')
  const version = pragma(connection, 'user_version')
  const tables = connection.prepare('select count(*) as count from sqlite_schema').get()?.['count']
  const empty = owner === 0 && version === 0 && tables === 0
  if (owner !== applicationId && !empty) {
    throw new StoreRefused('not_ours', {
      en: `The database ${path} belongs to another program and was left as it is: name another file in POSTHORN_DATABASE_URL.`,
      es: `La base ${path} es de otro programa y quedó como estaba: nombra otro archivo en POSTHORN_DATABASE_URL.`,
    })
  }
  if (version > migrations.length) {
    throw new StoreRefused('newer_schema', {
      en: `The database ${path} was migrated by a newer Posthorn (schema ${version}, this one knows ${migrations.length}): start that version, or restore a backup made before the upgrade.`,
      es: `Un Posthorn más nuevo migró la base ${path} (esquema ${version}, este conoce ${migrations.length}): inicia esa versión, o restaura un respaldo anterior a la actualización.`,
    })
  }
}

/** For those who only read, and so cannot migrate. */
export function refuseOlder(connection: DatabaseSync, path: string): void {
  const version = pragma(connection, 'user_version')
  if (version === migrations.length) return
  throw new StoreRefused('older_schema', {
    en: `The database ${path} has schema ${version}, this Posthorn works on ${migrations.length}: start this version on it once, then try again.`,
    es: `La base ${path} tiene el esquema ${version}, este Posthorn trabaja con ${migrations.length}: inicia esta versión una vez con ella e intenta de nuevo.`,
  })
}

/** What is to be done to a database of that schema. */
export function pendingMigrations(
  from: number,
): readonly { readonly name: string; readonly statements: readonly string[] }[] {
  return migrations.slice(from).map((name) => {
    const sql = readFileSync(new URL(`./migrations/${name}`, import.meta.url), 'utf8')
    return { name, statements: statementsOf(sql) }
  })
}

/** Each migration is one transaction: after a crash it has happened or it has not. */
export function migrate(connection: DatabaseSync, onStatement: () => void = () => {}): void {
  const from = pragma(connection, 'user_version')
  for (const [index, { statements }] of pendingMigrations(from).entries()) {
    connection.exec('begin immediate')
    try {
      for (const statement of statements) {
        onStatement()
        connection.exec(statement)
      }
      connection.exec(`pragma application_id = ${applicationId}`)
      connection.exec(`pragma user_version = ${from + index + 1}`)
      onStatement()
      connection.exec('commit')
    } catch (error) {
      if (connection.isTransaction) connection.exec('rollback')
      throw error
    }
  }
}

/** The schema of a file, read without writing; 0 when there is none. Throws for one not ours. */
export function schemaOfFile(path: string): number {
  if (!existsSync(path)) return 0
  const connection = new DatabaseSync(path, { readOnly: true })
  try {
    refuseUnknown(connection, path)
    return pragma(connection, 'user_version')
  } finally {
    connection.close()
  }
}

function pragma(connection: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(connection.prepare(`pragma ${name}`).get()?.[name])
}
