/**
 * Where the live row of a stream lies among its dead ones.
 *
 * A stream's row is written for every event. While any transaction keeps an old snapshot, vacuum may
 * not remove what is dead, and a look at one stream reads through all of them. So the row counts a
 * generation up every 64 numbers, an index has it behind the key, and a node that has seen a
 * generation looks from there on: a generation never falls, so this floor is never wrong.
 */
import { sequenceMax } from '../../domain/delivery.ts'
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { StreamKey } from '../port/streams.ts'
import type { Row } from './database.ts'

/** Numbers of a stream that share a generation; in SQL too. */
const numbersEach = 64
/** Beyond it all are forgotten, and the next looks find them again. */
const endpointsMax = 100_000
/** Of those that `busy` names, the ones whose generation moved last. */
const busyMax = 500

/** The generation of a row whose next number is given by an expression. */
export function generationOf(next: string): string {
  return `(${next}) / ${numbersEach}`
}

/** Whether a stream whose next number is given by an expression has so many left. */
export function hasNumbers(next: string, count: string | number): string {
  return `${next} <= ${sequenceMax + 1} - ${count}` // a sum may go past what a bigint holds
}

export class StreamGenerations {
  readonly #seen = new Map<string, number>()
  /** The one that moved last at the end. */
  readonly #busy = new Map<string, StreamKey>()

  /** One for each stream, in the order given; 0: not seen yet. */
  of(streams: readonly { readonly endpointId: EndpointId }[]): readonly number[] {
    return streams.map(({ endpointId }) => this.#seen.get(endpointId) ?? 0)
  }

  /** Streams that have left many dead rows behind, as far as this node saw, in the order of the key. */
  busy(): readonly StreamKey[] {
    return [...this.#busy.values()].sort(byKey)
  }

  /** Rows of statements that tell `application_id`, `endpoint_id` and `generation`. */
  saw(rows: readonly Row[]): void {
    for (const row of rows) {
      const endpoint = String(row['endpoint_id'])
      const generation = Number(row['generation'])
      if (generation > (this.#seen.get(endpoint) ?? 0)) {
        this.#moved({
          applicationId: String(row['application_id']) as ApplicationId, // columns of ours
          endpointId: endpoint as EndpointId,
        })
      }
      if (this.#seen.size >= endpointsMax) this.#seen.clear()
      this.#seen.set(endpoint, generation)
    }
  }

  #moved(stream: StreamKey): void {
    this.#busy.delete(stream.endpointId)
    this.#busy.set(stream.endpointId, stream)
    const [first] = this.#busy.keys()
    if (this.#busy.size > busyMax && first !== undefined) this.#busy.delete(first)
  }
}

/** Bytewise, as the index does: ids are ASCII. */
function byKey(a: StreamKey, b: StreamKey): number {
  return a.applicationId < b.applicationId ||
    (a.applicationId === b.applicationId && a.endpointId < b.endpointId)
    ? -1
    : 1
}
