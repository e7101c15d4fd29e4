/**
 * Exports under way: one for each list of an application. The server hands the file out part by part
 * (`docs/adr/exports-in-parts.md`); here the parts are put together, apart from any page, so that an
 * export goes on while its person works elsewhere in the console.
 */
import { useSyncExternalStore } from 'react'
import { exportHeaders } from '../../../src/contract/export.ts'
import { ApiError, type QueryValue, requestPart } from '../api/http.ts'
import { downloadBlob } from './download.ts'

/** What a browser's tab holds well; a longer list is cut, and that is said. */
export const exportMax = { rows: 1_000_000, bytes: 268_435_456 } as const
/** How long a server that does not answer is asked again, and how often. */
const patienceMs = 60_000
const askAgainMs = 1_000

export type ExportedList = 'delivery' | 'msg'
export type ExportFormat = 'csv' | 'ndjson'

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
  | { readonly kind: 'failed'; readonly error: unknown }

const running = new Map<string, Exporting>()
const listeners = new Set<() => void>()

function keyOf(application: string, list: ExportedList): string {
  return `${application}/${list}`
}

function show(key: string, state: Exporting | null): void {
  if (state === null) running.delete(key)
  else running.set(key, state)
  for (const listener of listeners) listener()
}

/** The export of a list that is under way, or null. */
export function useExporting(application: string, list: ExportedList): Exporting | null {
  return useSyncExternalStore(subscribe, () => running.get(keyOf(application, list)) ?? null)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Fetches all parts and hands the file to the browser. Never rejects. */
export async function exportList(input: {
  readonly application: string
  readonly list: ExportedList
  readonly format: ExportFormat
  readonly query: Readonly<Record<string, QueryValue>>
}): Promise<ExportEnd> {
  const { application, list, format } = input
  const key = keyOf(application, list)
  const control = new AbortController()
  const stop = (): void => control.abort()
  const begun = { rows: 0, reachedAt: null, startedAt: Date.now(), waiting: false, stop }
  show(key, begun)
  try {
    const file = await collected(input, control.signal, (change) =>
      show(key, { ...(running.get(key) ?? begun), ...change }),
    )
    const name = `${list === 'msg' ? 'messages' : 'deliveries'}-${application}`
    const type = format === 'csv' ? 'text/csv;charset=utf-8' : 'application/x-ndjson'
    const day = new Date().toISOString().slice(0, 10)
    downloadBlob(`${name}-${day}.${format}`, new Blob([...file.parts], { type }))
    return { kind: 'saved', rows: file.rows, cut: file.cut }
  } catch (error) {
    return control.signal.aborted ? { kind: 'stopped' } : { kind: 'failed', error }
  } finally {
    show(key, null)
  }
}

async function collected(
  input: Parameters<typeof exportList>[0],
  signal: AbortSignal,
  tell: (change: Partial<Exporting>) => void,
) {
  const parts: Blob[] = [] // the browser may keep them outside of memory
  let [rows, bytes] = [0, 0]
  let iterator: string | null = null
  for (;;) {
    const part = await patiently(input, { iterator, signal, tell })
    const blob = new Blob([part.text])
    parts.push(blob)
    bytes += blob.size
    rows += Number(part.headers.get(exportHeaders.rows) ?? 0)
    const reached = part.headers.get(exportHeaders.reached)
    tell({ rows, waiting: false, ...(reached === null ? {} : { reachedAt: Date.parse(reached) }) })
    iterator = part.headers.get(exportHeaders.next)
    if (iterator === null) return { parts, rows, cut: false }
    if (rows >= exportMax.rows || bytes >= exportMax.bytes) return { parts, rows, cut: true }
  }
}

/** A part; asks again while the server starts anew or is overloaded. */
async function patiently(
  { application, list, format, query }: Parameters<typeof exportList>[0],
  at: {
    readonly iterator: string | null
    readonly signal: AbortSignal
    readonly tell: (change: Partial<Exporting>) => void
  },
) {
  const { iterator, signal, tell } = at
  const path = `/app/${encodeURIComponent(application)}/export/${list}`
  const until = Date.now() + patienceMs
  for (;;) {
    try {
      return await requestPart(path, { query: { ...query, format, iterator }, signal })
    } catch (error) {
      if (signal.aborted || !isPassing(error) || Date.now() > until) throw error
    }
    tell({ waiting: true })
    await new Promise((resolve) => setTimeout(resolve, askAgainMs))
    signal.throwIfAborted()
  }
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500)
  )
}
