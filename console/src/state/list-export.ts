/**
 * Exports under way: one for each list of an application. The server hands the file out part by part
 * (`docs/adr/exports-in-parts.md`); here the parts are put together, apart from any page, so that an
 * export goes on while its person works elsewhere in the console. What was fetched is kept in the browser
 * (`kept-exports.ts`), and one that did not end, because its tab was closed or the server stayed away,
 * goes on when somebody says so.
 */
import { useEffect, useState, useSyncExternalStore } from 'react'
import { exportHeaders } from '../../../src/contract/export.ts'
import { requestPart } from '../api/http.ts'
import { currentOwner } from '../api/session.ts'
import { downloadBlob } from './download.ts'
import {
  addPart,
  beginKept,
  dropKept,
  type ExportedList,
  type ExportOf,
  type ExportPlace,
  findKept,
  type KeptExport,
  keptParts,
  takeKept,
} from './kept-exports.ts'
import { type Patience, patiently } from './patience.ts'

/** What a browser holds well; a longer list is cut, and that is said. */
export const exportMax = { rows: 1_000_000, bytes: 268_435_456 } as const

export interface Exporting {
  readonly rows: number
  /** Down to when everything was looked at; null: not known yet. */
  readonly reachedAt: number | null
  readonly startedAt: number
  /** The server did not answer last. */
  readonly waiting: boolean
  readonly stop: () => void
}

export type ExportEnd =
  | { readonly kind: 'saved'; readonly rows: number; readonly cut: boolean }
  | { readonly kind: 'stopped' }
  /** Another tab goes on with it, or dropped it. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'failed'; readonly error: unknown }

const running = new Map<string, Exporting>()
const listeners = new Set<() => void>()
/** Moves with each beginning and each end: what is kept may be another. */
let turns = 0
/** This page, among those that may work on what is kept. */
const holder = crypto.getRandomValues(new Uint32Array(4)).join('-')

function keyOf({ application, list }: Pick<ExportOf, 'application' | 'list'>): string {
  return `${currentOwner()} ${application} ${list}`
}

function show(key: string, state: Exporting | null): void {
  if (state === null || !running.has(key)) turns += 1
  if (state === null) running.delete(key)
  else running.set(key, state)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The export of a list that is under way on this page, or null. */
export function useExporting(application: string, list: ExportedList): Exporting | null {
  return useSyncExternalStore(subscribe, () => running.get(keyOf({ application, list })) ?? null)
}

/** The one of that list that was begun and has not ended, wherever that was; null: there is none. */
export function useUnfinished(application: string, list: ExportedList): KeptExport | null {
  const key = keyOf({ application, list })
  const turn = useSyncExternalStore(subscribe, () => turns)
  const [found, setFound] = useState<{ turn: number; kept: KeptExport | null } | null>(null)
  useEffect(() => {
    let current = true
    const say = (kept: KeptExport | null): void => {
      if (current) setFound({ turn, kept })
    }
    findKept(key, Date.now()).then(say, () => say(null))
    return () => {
      current = false
    }
  }, [key, turn])
  return found?.turn === turn && found.kept?.key === key ? found.kept : null
}

/** Fetches all parts and hands the file to the browser. Never rejects. */
export async function exportList(of: ExportOf): Promise<ExportEnd> {
  const now = Date.now()
  const { before = new Date(now).toISOString() } = of.query
  const entry: KeptExport = {
    ...of,
    // The audit log tells of each part: it ends where its export was begun.
    query: of.list === 'audit' ? { ...of.query, before } : of.query,
    ...{ key: keyOf(of), holder, startedAt: now, touchedAt: now, parts: 0 },
    ...{ rows: 0, bytes: 0, iterator: null, reachedAt: null, done: false, cut: false },
  }
  return work(entry, async () => {
    const isKept = await beginKept(entry).catch(() => false)
    return isKept ? keptBehind(entry) : inMemory([])
  })
}

/** Goes on with one that was kept. Never rejects. */
export async function resumeExport({ key }: KeptExport): Promise<ExportEnd> {
  const taken = await takeKept(key, holder).catch(() => null)
  if (taken !== null) return work(taken, async () => keptBehind(taken))
  show(key, null)
  return { kind: 'taken' }
}

/** Drops what was fetched of one that was kept. */
export async function discardExport({ key }: KeptExport): Promise<void> {
  await dropKept(key).catch(() => {})
  show(key, null)
}

async function work(entry: KeptExport, open: () => Promise<Parts>): Promise<ExportEnd> {
  const { key, application, list, format, startedAt } = entry
  const control = new AbortController()
  const { rows, reachedAt } = entry
  const begun = { rows, reachedAt, startedAt, waiting: false, stop: () => control.abort() }
  show(key, begun)
  let parts: Parts | null = null
  try {
    parts = await open()
    const place = await collected(entry, parts, {
      signal: control.signal,
      tell: (change) => show(key, { ...(running.get(key) ?? begun), ...change }),
    })
    if (place === 'taken') return { kind: 'taken' }
    const name = [names[list], application].filter((one) => one !== '').join('-')
    const type = format === 'csv' ? 'text/csv;charset=utf-8' : 'application/x-ndjson'
    const day = new Date(startedAt).toISOString().slice(0, 10)
    downloadBlob(`${name}-${day}.${format}`, new Blob([...(await parts.all())], { type }))
    await parts.drop()
    return { kind: 'saved', rows: place.rows, cut: place.cut }
  } catch (error) {
    if (!control.signal.aborted) return { kind: 'failed', error }
    await parts?.drop()
    return { kind: 'stopped' }
  } finally {
    show(key, null)
  }
}

const names = {
  delivery: 'deliveries',
  msg: 'messages',
  endpoint: 'endpoints',
  audit: 'audit',
} as const

interface Parts {
  /** False: it is no longer this page's. */
  add(part: Blob, place: ExportPlace): Promise<boolean>
  all(): Promise<readonly Blob[]>
  /** Never rejects. */
  drop(): Promise<void>
}

/** They end with the page; the browser may keep them outside of memory. */
function inMemory(before: readonly Blob[]): Parts {
  const parts = [...before]
  return {
    async add(part) {
      parts.push(part)
      return true
    },
    all: async () => parts,
    drop: async () => {},
  }
}

/** They outlive the page. Once the browser has no more room they end with it, and the export goes on. */
function keptBehind({ key }: KeptExport): Parts {
  let memory: Parts | null = null
  const drop = (): Promise<void> => dropKept(key).catch(() => {})
  return {
    async add(part, place) {
      if (memory !== null) return memory.add(part, place)
      try {
        return await addPart({ key, holder, now: Date.now() }, part, place)
      } catch {
        memory = inMemory([...(await keptParts(key)), part])
        await drop()
        return true
      }
    },
    all: () => memory?.all() ?? keptParts(key),
    drop,
  }
}

interface Watch extends Patience {
  readonly tell: (change: Partial<Exporting>) => void
}

async function collected(
  of: KeptExport,
  parts: Parts,
  { signal, tell }: Watch,
): Promise<ExportPlace | 'taken'> {
  let place: ExportPlace = of
  while (!place.done) {
    const part = await partOf(of, place, { signal, tell })
    const blob = new Blob([part.text])
    const rows = place.rows + Number(part.headers.get(exportHeaders.rows) ?? 0)
    const bytes = place.bytes + blob.size
    const reached = part.headers.get(exportHeaders.reached)
    const reachedAt = reached === null ? place.reachedAt : Date.parse(reached)
    const iterator = part.headers.get(exportHeaders.next)
    const cut = iterator !== null && (rows >= exportMax.rows || bytes >= exportMax.bytes)
    place = { rows, bytes, reachedAt, iterator, cut, done: iterator === null || cut }
    if (!(await parts.add(blob, place))) return 'taken'
    signal.throwIfAborted()
    tell({ rows, reachedAt, waiting: false })
  }
  return place
}

/** A part. */
function partOf({ application, list, format, query }: ExportOf, place: ExportPlace, watch: Watch) {
  const path =
    list === 'audit'
      ? '/audit/export'
      : `${application === '' ? '' : `/app/${encodeURIComponent(application)}`}/export/${list}`
  const { iterator } = place
  const how = list === 'audit' ? { format, iterator, part: true } : { format, iterator }
  const { signal } = watch
  return patiently(() => requestPart(path, { query: { ...query, ...how }, signal }), watch)
}
