import { Books } from './books.ts'
import type { Arrival, Ledger } from './ledger.ts'

/**
 * Which requests were in flight at each kill, exactly: those that the receiver has seen and of
 * which no attempt was durable. A delivery may come again as often as it was in flight at a kill
 * and not once more (I8).
 */
export class Interruptions {
  readonly #ledger: Ledger
  readonly #applicationId: string
  readonly #endpointIds: ReadonlyMap<string, string>
  /** Deliveries that came since the last kill, or were in flight then. */
  #open = new Set<string>()
  #readUpTo = 0
  readonly #inFlightAt = new Map<string, number>()
  kills = 0
  inFlightMost = 0
  inFlightTotal = 0

  constructor(input: {
    readonly ledger: Ledger
    readonly applicationId: string
    /** From the receiver's path to the endpoint. */
    readonly endpointIds: ReadonlyMap<string, string>
  }) {
    this.#ledger = input.ledger
    this.#applicationId = input.applicationId
    this.#endpointIds = input.endpointIds
  }

  /** To be called with the server dead. */
  note(databaseFile: string): void {
    const fresh = this.#ledger.arrivals.slice(this.#readUpTo)
    this.#readUpTo = this.#ledger.arrivals.length
    for (const arrival of fresh) this.#open.add(nameOf(arrival))
    const books = new Books(databaseFile)
    const stillOpen = new Set<string>()
    for (const name of this.#open) {
      const [path = '', messageId = ''] = name.split(' ')
      const recorded = books.recorded(this.#applicationId, messageId)
      const attempts = recorded.get(this.#endpointIds.get(path) ?? '') ?? 0
      const unrecorded = this.#ledger.count(path, messageId) - attempts - this.#lostBefore(name)
      if (unrecorded <= 0) continue
      stillOpen.add(name)
      this.#inFlightAt.set(name, this.#lostBefore(name) + unrecorded)
      this.inFlightTotal += unrecorded
    }
    books.close()
    this.kills += 1
    this.inFlightMost = Math.max(this.inFlightMost, stillOpen.size)
    this.#open = stillOpen
  }

  /** Deliveries that came more often than kills explain, as sentences. */
  unexplained(): readonly string[] {
    const seen = new Map<string, number>()
    for (const arrival of this.#ledger.arrivals) {
      seen.set(nameOf(arrival), (seen.get(nameOf(arrival)) ?? 0) + 1)
    }
    const sentences: string[] = []
    for (const [name, count] of seen) {
      const allowed = 1 + this.#lostBefore(name)
      if (count > allowed) sentences.push(`${name} came ${count} times, ${allowed} allowed`)
    }
    return sentences
  }

  /** Requests beyond the first of each delivery. */
  duplicates(): number {
    return this.#ledger.arrivals.length - this.#ledger.distinct
  }

  #lostBefore(name: string): number {
    return this.#inFlightAt.get(name) ?? 0
  }
}

function nameOf(arrival: Arrival): string {
  return `${arrival.path} ${arrival.messageId}`
}
