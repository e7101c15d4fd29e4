/** A page of a list ordered by id. `iterator` is the id of the last item of the page before. */
export interface PageRequest {
  readonly limit: number
  readonly order: 'ascending' | 'descending'
  readonly iterator: string | null
  /** Walk towards the beginning of the list; the page still reads in the list's own order. */
  readonly backwards: boolean
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** No further item in the walking direction. */
  readonly done: boolean
  /** Where looking ended before the page was full: the next goes on there. Absent: at its last item. */
  readonly scannedTo?: { readonly id: string; readonly towards: 'older' | 'newer' }
}

/** Filters that message and attempt lists share. Times bound the id (newest 90 days by default). */
export interface EventFilter {
  readonly before: number | null
  readonly after: number | null
  /** Names, and rules that take a group: `order.*` (see `domain/type-rule.ts`). Null: all. */
  readonly eventTypes: readonly string[] | null
  readonly channel: string | null
  readonly tag: string | null
}
