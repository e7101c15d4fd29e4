import { listCaptured } from '../api/calls.ts'
import type { CapturedOut, List } from '../api/model.ts'
import { textOf } from './captured-parts.ts'
import type { Exporting } from './list-export.ts'
import { patiently } from './patience.ts'

/** The most that a page of the server has. */
const pageSize = 250

/** All requests that a bin keeps and that have these words, newest first, page by page. */
export async function capturedWith(
  { bin, words }: { readonly bin: string; readonly words: string },
  watch: {
    readonly signal: AbortSignal
    readonly tell: (change: Partial<Exporting>) => void
  },
): Promise<readonly CapturedOut[]> {
  const { signal, tell } = watch
  const found: CapturedOut[] = []
  let iterator: string | null = null
  do {
    const query = { limit: pageSize, iterator }
    const page: List<CapturedOut> = await patiently(() => listCaptured(bin, query, signal), watch)
    signal.throwIfAborted()
    found.push(...page.data.filter((row) => textOf(row).includes(words)))
    const last = page.data.at(-1)
    const reached = last === undefined ? {} : { reachedAt: Date.parse(last.receivedAt) }
    tell({ ...reached, rows: found.length, waiting: false })
    iterator = page.done ? null : page.iterator
  } while (iterator !== null)
  return found
}
