/**
 * The chosen rows of a list, as its grid asks for them. `ready`: false while the rows of the last filter
 * stand there, until those of the new one have come: what would be chosen then is gone at once.
 */
export function checkedRows(
  rows: readonly { readonly id: string }[],
  selected: ReadonlySet<string>,
  setSelected: (next: ReadonlySet<string>) => void,
  ready = true,
) {
  return {
    ready,
    has: (id: string) => selected.has(id),
    all: rows.length > 0 && rows.every(({ id }) => selected.has(id)),
    some: rows.some(({ id }) => selected.has(id)),
    toggle(ids: readonly string[], on: boolean) {
      if (!ready) return
      const next = new Set(selected)
      for (const id of ids) {
        if (on) next.add(id)
        else next.delete(id)
      }
      setSelected(next)
    },
  }
}
