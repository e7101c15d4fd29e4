import { after } from 'node:test'
import pg from 'pg'
import { createTestDatabase, releasePostgres } from '../../../test/support/postgres.ts'
import { silentLog } from '../../runtime/log.ts'
import { sealer } from '../../runtime/sealing.ts'
import { storeConformance } from '../conformance.ts'
import { givenTime } from './clock.ts'
import { postgresStore } from './index.ts'

const database = await createTestDatabase()

after(async () => {
  await database.drop()
  await releasePostgres()
})

storeConformance('PostgreSQL', async ({ clock, random }) => {
  const seal = sealer({ keys: [random.bytes(32)], random })
  const start = async () => {
    const store = postgresStore({
      url: database.url,
      clock,
      log: silentLog,
      sealer: seal,
      node: 'test',
      time: givenTime,
    })
    await store.open()
    return store
  }
  let store = await start()
  await emptyDatabase(database.url)
  return {
    store,
    async reopen() {
      await store.close()
      store = await start()
      return store
    },
    close: () => store.close(),
  }
})

/** Making a database takes longer than a case: all cases share one and begin with empty tables. */
async function emptyDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const tables = await client.query(
    `select tablename from pg_tables where schemaname = 'public' and tablename <> 'posthorn_setting'`,
  )
  await client.query(`truncate ${tables.rows.map((row) => row.tablename).join(', ')}`)
  await client.end()
}
