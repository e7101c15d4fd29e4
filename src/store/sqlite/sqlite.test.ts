import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { silentLog } from '../../runtime/log.ts'
import { systemRandom } from '../../runtime/random.ts'
import { sealer } from '../../runtime/sealing.ts'
import { VirtualClock } from '../../runtime/virtual-clock.ts'
import { storeConformance } from '../conformance.ts'
import type { Store } from '../store.ts'
import { GroupCommit } from './group-commit.ts'
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

// Threads take longer to start than a case to run: the cases share them, on a wiped database.
const folder = mkdtempSync(join(tmpdir(), 'posthorn-store-'))
const path = join(folder, 'store.db')
const key = systemRandom.bytes(32)
let shared: Store | null = null

async function start(): Promise<Store> {
  const store = sqliteStore({
    path,
    clock: new VirtualClock(),
    log: silentLog,
    sealer: sealer({ keys: [key], random: systemRandom }),
    threads: true,
  })
  await store.open()
  shared = store
  return store
}

after(async () => {
  await shared?.close()
  rmSync(folder, { recursive: true })
})

storeConformance('SQLite in a file, in threads', async () => {
  const store = shared ?? (await start())
  wipe()
  return {
    store,
    async close() {},
    async reopen() {
      await shared?.close()
      return start()
    },
  }
})

function wipe(): void {
  const connection = new DatabaseSync(path, {
    timeout: 5_000,
    enableForeignKeyConstraints: false, // the tables are emptied in any order
  })
  const tables = connection
    .prepare("select name from sqlite_schema where type = 'table' and name <> 'list_progress'")
    .all()
  connection.exec('begin immediate; update list_progress set seq = 0')
  for (const { name } of tables) connection.exec(`delete from ${name}`)
  connection.exec('commit')
  connection.close()
}

test('single writes never wait for a row of heavy ones: each commit takes one of those', async () => {
  const commits: string[][] = []
  let free = (): void => {}
  const queue = new GroupCommit({
    rowsMax: 1_000,
    soon: queueMicrotask,
    async commit(batch) {
      commits.push(batch.map(({ input }) => (Array.isArray(input) ? 'heavy' : 'single')))
      await new Promise<void>((resolve) => {
        free = resolve
      })
      return batch.map(() => ({ value: null }))
    },
  })
  const heavy = { name: 'acceptMessages', input: Array.from({ length: 1_000 }) } as const
  const single = { name: 'acceptMessage', input: {} } as const
  const done = Promise.all([heavy, heavy, single, heavy, single].map((write) => queue.add(write)))
  for (let commit = 0; commit < 3; commit++) {
    await new Promise((resolve) => setImmediate(resolve))
    free()
  }
  await done
  assert.deepEqual(commits, [['heavy', 'single', 'single'], ['heavy'], ['heavy']])
})
