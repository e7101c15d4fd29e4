/**
 * Who wakes when, the earliest first: a binary heap, so that a thousand endpoints held back to their
 * rates cost the next start as little as ten do.
 */
interface Entry<Sleeper> {
  readonly sleeper: Sleeper
  readonly at: number
}

export class WakeTimes<Sleeper> {
  /** The time that counts for each; entries of the heap that say another are passed over. */
  readonly #times = new Map<Sleeper, number>()
  #heap: Entry<Sleeper>[] = []

  get size(): number {
    return this.#times.size
  }

  has(sleeper: Sleeper): boolean {
    return this.#times.has(sleeper)
  }

  /** Sets when it wakes, whatever was set before. */
  set(sleeper: Sleeper, at: number): void {
    if (this.#times.get(sleeper) === at) return
    this.#times.set(sleeper, at)
    if (this.#heap.length > 2 * this.#times.size + 16) this.#rebuild()
    else this.#push({ sleeper, at })
  }

  delete(sleeper: Sleeper): void {
    this.#times.delete(sleeper)
  }

  /** The earliest time of all; null when nobody sleeps. */
  firstAt(): number | null {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#times.get(first.sleeper) === first.at) return first.at
      this.#pop()
    }
    return null
  }

  /** Takes out one whose time has come. */
  takeDue(now: number): Sleeper | undefined {
    const at = this.firstAt()
    if (at === null || at > now) return undefined
    const entry = this.#pop()
    if (entry !== undefined) this.#times.delete(entry.sleeper)
    return entry?.sleeper
  }

  #rebuild(): void {
    this.#heap = []
    for (const [sleeper, at] of this.#times) this.#push({ sleeper, at })
  }

  #push(entry: Entry<Sleeper>): void {
    const heap = this.#heap
    let place = heap.length
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || parent.at <= entry.at) break
      heap[place] = parent
      place = above
    }
    heap[place] = entry
  }

  #pop(): Entry<Sleeper> | undefined {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let place = 0
    for (;;) {
      const [left, right] = [2 * place + 1, 2 * place + 2]
      const rightAt = heap[right]?.at ?? Number.POSITIVE_INFINITY
      const below = rightAt < (heap[left]?.at ?? Number.POSITIVE_INFINITY) ? right : left
      const child = heap[below]
      if (child === undefined || child.at >= last.at) break
      heap[place] = child
      place = below
    }
    heap[place] = last
    return first
  }
}
