/** What moving house asks of a database before it writes, and what a node asks of one moved into. */
import type { Progress } from '../moving/port.ts'
import { StoreRefused } from '../store.ts'
import type { Database } from './database.ts'
import { schemaOf } from './migrate.ts'
import { checkServer } from './server-check.ts'

/** Rejects with `StoreRefused` for a server or a database that cannot be ours. Writes nothing. */
export function checkDatabase(database: Database): Promise<'new' | 'ours'> {
  return database.exclusive(async (client) => {
    await checkServer(client)
    return (await schemaOf(client)).done === 0 ? 'new' : 'ours'
  })
}

/** The progress of a copy that has not been finished; null when there is none. */
export function copyUnderWay(database: Database): Promise<Progress | null> {
  return database.exclusive(async (client) => {
    const answer = await client.query<{ value: string }>(
      `select value from posthorn_setting where name = 'data_migration'`,
    )
    const [row] = answer.rows
    if (row === undefined) return null
    const progress = JSON.parse(row.value) as Progress // written by the move
    return progress.state === 'copying' ? progress : null
  })
}

/** A node must not work on half of what was accepted. */
export async function refuseHalfMoved(database: Database): Promise<void> {
  const progress = await copyUnderWay(database)
  if (progress === null) return
  throw new StoreRefused('unfinished_copy', {
    en: `The copy of ${progress.source} into this database is not finished: run the same posthorn migrate-data again.`,
    es: `La copia de ${progress.source} en esta base no está completa: ejecuta de nuevo el mismo posthorn migrate-data.`,
  })
}
