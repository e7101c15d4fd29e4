import type { CallOptions } from '../client/client.ts'
import type { Page } from '../client/types.ts'
import { usageFailure } from './failure.ts'

const pageMax = 250

/** Walks a list until `limit` items have come. */
export async function take<Item>(
  limit: number,
  list: (query: NonNullable<CallOptions['query']>) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = []
  let iterator: string | undefined
  while (items.length < limit) {
    const page = await list({ limit: Math.min(limit - items.length, pageMax), iterator })
    items.push(...page.data)
    if (page.done || page.iterator === null) break
    iterator = page.iterator
  }
  return items
}

/** `--limit`, at most ten thousand. */
export function limitOf(options: Readonly<Record<string, unknown>>): number {
  const limit = Number(options['limit'] ?? 50)
  if (Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return limit
  throw usageFailure({
    en: '--limit is a whole number from 1 to 10000.',
    es: '--limit es un número entero de 1 a 10000.',
  })
}
