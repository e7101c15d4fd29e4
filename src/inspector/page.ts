import { limits } from '../domain/limits.ts'
import type { Page, PageRequest } from '../store/port/page.ts'
import type { Captured } from './bins.ts'

/** Newest first, of those kept (oldest first). It ends early where bodies are large, and says so. */
export function pageOf(kept: readonly Captured[], page: PageRequest): Page<Captured> {
  const { iterator, backwards, limit } = page
  const ahead = (backwards ? kept : kept.toReversed()).filter(
    ({ id }) => iterator === null || (backwards ? id > iterator : id < iterator),
  )
  const items: Captured[] = []
  let bytes = 0
  for (const captured of ahead) {
    if (items.length === limit || bytes > limits.pagePayloadBytesMax) break
    items.push(captured)
    bytes += captured.body.length
  }
  const done = items.length === ahead.length
  return { items: backwards ? items.reverse() : items, done }
}
