import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../runtime/log.ts'
import { sealer } from '../../runtime/sealing.ts'
import { storeConformance } from '../conformance.ts'
import { sqliteStore } from './index.ts'

storeConformance('SQLite in memory, in this thread', async ({ clock, random }) => {
  const seal = sealer({ keys: [random.bytes(32)], random })
  const store = sqliteStore({
    path: ':memory:',
    clock,
    log: silentLog,
    sealer: seal,
    threads: false,
  })
  await store.open()
  return { store, close: () => store.close() }
})

storeConformance('SQLite in a file, in threads', async ({ clock, random }) => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-store-'))
  const path = join(folder, 'store.db')
  const seal = sealer({ keys: [random.bytes(32)], random })
  const start = async () => {
    const store = sqliteStore({ path, clock, log: silentLog, sealer: seal, threads: true })
    await store.open()
    return store
  }
  let store = await start()
  return {
    store,
    async reopen() {
      await store.close()
      store = await start()
      return store
    },
    async close() {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
})
