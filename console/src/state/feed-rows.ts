/**
 * Which rows a feed shows, each once: those that were accepted from the head of the list, its pages,
 * and the head itself, which all come at times of their own. Newest first; ids tell the order.
 */
interface Row {
  readonly id: string
}

/** Of the rows that were accepted from the head, those that the pages, asked for again since, do not hold. */
export function notInPages<Item extends Row>(
  accepted: readonly Item[],
  pages: readonly Item[],
): readonly Item[] {
  const newest = pages[0]?.id ?? ''
  return accepted.filter((row) => row.id > newest)
}

/** Known rows take the newer form of the head; rows of the head that are not known wait. */
export function merged<Item extends Row>(
  known: readonly Item[],
  head: readonly Item[],
  apply: (row: Item) => Item,
): { readonly rows: readonly Item[]; readonly fresh: readonly Item[] } {
  const newest = known[0]?.id ?? ''
  const current = new Map(head.map((row) => [row.id, row]))
  return {
    rows: known.map((row) => apply(current.get(row.id) ?? row)),
    fresh: head.filter((row) => row.id > newest),
  }
}
