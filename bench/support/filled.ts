/**
 * A store whose tables a benchmark fills by hand, with more rows than it could send in good time:
 * made through the store what has to be whole, then filled by SQL, then measured through the store.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { silentLog } from '../../src/runtime/log.ts'
import { sealer } from '../../src/runtime/sealing.ts'
import type { Scene } from '../../src/store/conformance/scene.ts'
import { givenTime } from '../../src/store/postgres/clock.ts'
import { postgresStore } from '../../src/store/postgres/index.ts'
import { sqliteStore } from '../../src/store/sqlite/index.ts'
import type { Store } from '../../src/store/store.ts'
import { startDatabase } from './arena.ts'

interface Filled<Made> {
  readonly scene: Scene
  /** Makes applications and endpoints. The scene has its store by then. */
  make(): Promise<Made>
  measure(store: Store, made: Made): Promise<void>
}

/** The store is closed while `fill` has the file, and its lists are filled by `fill` as well. */
export async function onSqlite<Made>(
  of: Filled<Made> & { fill(db: DatabaseSync, made: Made): void },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-filled-'))
  const path = join(folder, 'posthorn.db')
  const opened = async (): Promise<Store> => {
    const store = sqliteStore({ ...common(of.scene), path, threads: true })
    await store.open()
    return store
  }
  try {
    of.scene.store = await opened()
    const made = await of.make()
    await of.scene.store.close()
    const db = new DatabaseSync(path)
    of.fill(db, made)
    db.close()
    const again = await opened()
    await of.measure(again, made)
    await again.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** On a server of its own. Statistics are brought up to date after `fill`. */
export async function onPostgres<Made>(
  of: Filled<Made> & { fill(client: pg.Client, made: Made, store: Store): Promise<void> },
): Promise<void> {
  const database = await startDatabase()
  const url = database.url('postgres')
  const store = postgresStore({ ...common(of.scene), url, node: 'bench', time: givenTime })
  const client = new pg.Client({ connectionString: url })
  try {
    of.scene.store = store
    await store.open()
    await client.connect()
    const made = await of.make()
    await of.fill(client, made, store)
    await client.query('vacuum analyze')
    await of.measure(store, made)
  } finally {
    await client.end()
    await store.close()
    await database.remove()
  }
}

function common({ clock, random }: Scene) {
  return { clock, log: silentLog, sealer: sealer({ keys: [new Uint8Array(32)], random }) }
}

/** Prints the first call, then the fastest and the slowest of ten; `run` tells how many rows it saw. */
export async function time(what: string, run: () => Promise<number>): Promise<void> {
  const all: number[] = []
  let told = 0
  for (let n = 0; n < 11; n++) {
    const started = performance.now()
    told = await run()
    all.push(performance.now() - started)
  }
  const [first = 0, ...rest] = all
  const range = `${Math.min(...rest).toFixed(1)} to ${Math.max(...rest).toFixed(1)} ms`
  console.log(`${what} (${told} rows): first ${first.toFixed(1)}, then ${range}`)
}
