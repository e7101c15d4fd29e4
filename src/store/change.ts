/** How often a change is made anew because another one came between its reading and its storing. */
const triesMax = 20

type Refusal = 'uid_taken' | 'not_found' | 'conflict' | 'profile_changed'

/** A change as it was stored. */
export interface Changed<Thing> {
  readonly before: Thing
  readonly after: Thing
}

/**
 * Reads a thing, changes it, and stores it if it is still what was read; else all of that again, so
 * that of two changes of different settings both stay. What `store` refuses otherwise is the answer,
 * and so is `'conflict'` when other changes kept coming first.
 */
export async function changeStored<Thing extends { readonly updatedAt: number }>(steps: {
  /** Null: there is no such thing. */
  readonly read: () => Promise<Thing | null>
  /** What it becomes. May be asked again; `updatedAt` is set for it. */
  readonly change: (found: Thing) => Thing | Promise<Thing>
  /** Stores it unless it was changed after `expectedUpdatedAt`: `'conflict'`. */
  readonly store: (changed: Thing, expectedUpdatedAt: number) => Promise<Thing | Refusal>
  readonly now: number
  /** When the thing was changed last, as the caller knows it: any later change is a conflict. */
  readonly knownUpdatedAt?: number | null
}): Promise<Changed<Thing> | Refusal> {
  const { read, change, store, now, knownUpdatedAt = null } = steps
  for (let tried = 1; ; tried++) {
    const before = await read()
    if (before === null) return 'not_found'
    // Each change has a time of its own, also within a millisecond: it is what the next one compares.
    const updatedAt = Math.max(now, before.updatedAt + 1)
    const changed = { ...(await change(before)), updatedAt }
    const after = await store(changed, knownUpdatedAt ?? before.updatedAt)
    if (typeof after !== 'string') return { before, after }
    if (after !== 'conflict' || knownUpdatedAt !== null || tried === triesMax) return after
  }
}
