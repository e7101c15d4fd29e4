/**
 * What an export has fetched so far, kept in this browser: after a reload, a crash or a closed tab it goes
 * on at the part that was under way. Each part is stored in one transaction with the place where the next
 * begins, by whoever holds the export, so that no row is in the file twice and none is missing; a tab from
 * which another took it finds out as it stores its next part. Kept for a day, for who began it, and gone as
 * they sign out. Everything here rejects where the browser refuses storage.
 */
import type { QueryValue } from '../api/http.ts'

/** The first two are of an application. */
export type ExportedList = 'delivery' | 'msg' | 'endpoint' | 'audit'
export type ExportFormat = 'csv' | 'ndjson'

/** What is exported. */
export interface ExportOf {
  /** Empty for what is of the organisation. */
  readonly application: string
  readonly list: ExportedList
  readonly format: ExportFormat
  readonly query: Readonly<Record<string, QueryValue>>
}

/** How far it is. */
export interface ExportPlace {
  readonly rows: number
  readonly bytes: number
  /** Where the next part begins; null: at the beginning, or nowhere once it is `done`. */
  readonly iterator: string | null
  /** Down to when everything was looked at; null: not known yet. */
  readonly reachedAt: number | null
  /** All parts are there, or as many as a file may have. */
  readonly done: boolean
  readonly cut: boolean
}

export interface KeptExport extends ExportOf, ExportPlace {
  /** One for each list of an application, and for each who sees it. */
  readonly key: string
  readonly startedAt: number
  readonly touchedAt: number
  /** The page that works on it. */
  readonly holder: string
  readonly parts: number
}

const keptMs = 86_400_000
/** One that was not touched for so long gives way to another. */
const idleMs = 300_000
const exportsMax = 4

/** Keeps a new one in place of what was kept under its key. False: there are too many. */
export function beginKept(entry: KeptExport): Promise<boolean> {
  return inTransaction('readwrite', async (store) => {
    let others = 0
    const all: KeptExport[] = await answer(store.exports.getAll())
    for (const one of all.toSorted((a, b) => b.touchedAt - a.touchedAt)) {
      const age = entry.touchedAt - one.touchedAt
      const gives = others >= exportsMax - 1 && age > idleMs
      if (one.key === entry.key || age > keptMs || gives) await remove(store, one.key)
      else others += 1
    }
    if (others >= exportsMax) return false
    await answer(store.exports.put(entry))
    return true
  })
}

/** The one that is kept under that key, or null. */
export async function findKept(key: string, now: number): Promise<KeptExport | null> {
  const found = await inTransaction('readonly', (store) => kept(store, key))
  return found === null || now - found.touchedAt > keptMs ? null : found
}

/** Works on it from now on, whoever did before. Null: it is gone. */
export function takeKept(key: string, holder: string): Promise<KeptExport | null> {
  return inTransaction('readwrite', async (store) => {
    const found = await kept(store, key)
    if (found === null) return null
    const taken = { ...found, holder }
    await answer(store.exports.put(taken))
    return taken
  })
}

/** Stores a part with the place behind it. False: somebody else works on it, or dropped it. */
export function addPart(
  by: { readonly key: string; readonly holder: string; readonly now: number },
  part: Blob,
  place: ExportPlace,
): Promise<boolean> {
  return inTransaction('readwrite', async (store) => {
    const found = await kept(store, by.key)
    if (found?.holder !== by.holder) return false
    await answer(store.parts.put({ key: by.key, at: found.parts, part }))
    const after = { ...found, ...place, parts: found.parts + 1, touchedAt: by.now }
    await answer(store.exports.put(after))
    return true
  })
}

/** All parts, in order. */
export function keptParts(key: string): Promise<readonly Blob[]> {
  return inTransaction('readonly', async (store) => {
    const found: { readonly part: Blob }[] = await answer(store.parts.getAll(partsOf(key)))
    return found.map(({ part }) => part)
  })
}

export function dropKept(key: string): Promise<void> {
  return inTransaction('readwrite', (store) => remove(store, key))
}

/** Nothing stays in this browser: somebody signs out. Never rejects. */
export async function forgetKept(): Promise<void> {
  const clear = inTransaction('readwrite', async (store) => {
    await answer(store.parts.clear())
    await answer(store.exports.clear())
  })
  await clear.catch(() => {})
}

interface Stores {
  readonly exports: IDBObjectStore
  readonly parts: IDBObjectStore
}

let database: Promise<IDBDatabase> | null = null

function opened(): Promise<IDBDatabase> {
  database ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('posthorn.exports', 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('exports', { keyPath: 'key' })
      request.result.createObjectStore('parts', { keyPath: ['key', 'at'] })
    }
    request.onsuccess = () => {
      request.result.onclose = forget // its person cleared what sites keep
      resolve(request.result)
    }
    request.onerror = () => reject(request.error)
  })
  database.catch(forget)
  return database
}

function forget(): void {
  database = null
}

/** All of `run` or nothing; it may wait for nothing but the stores. */
async function inTransaction<Result>(
  mode: IDBTransactionMode,
  run: (store: Stores) => Promise<Result>,
): Promise<Result> {
  const transaction = (await opened()).transaction(['exports', 'parts'], mode)
  const ended = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
  const [result] = await Promise.all([
    run({
      exports: transaction.objectStore('exports'),
      parts: transaction.objectStore('parts'),
    }),
    ended,
  ])
  return result
}

function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function kept(store: Stores, key: string): Promise<KeptExport | null> {
  const found: KeptExport | undefined = await answer(store.exports.get(key))
  return found ?? null
}

async function remove(store: Stores, key: string): Promise<void> {
  await answer(store.parts.delete(partsOf(key)))
  await answer(store.exports.delete(key))
}

function partsOf(key: string): IDBKeyRange {
  return IDBKeyRange.bound([key, 0], [key, Number.POSITIVE_INFINITY])
}
