/**
 * Where the live row of a stream lies among its dead ones.
 *
 * A stream's row is written for every event. While any transaction keeps an old snapshot, vacuum may
 * not remove what is dead, and a look at one stream reads through all of them. So the row counts a
 * generation up every 64 numbers, an index has it behind the key, and a node that has seen a
 * generation looks from there on: a generation never falls, so this floor is never wrong.
 */
import type { EndpointId } from '../../domain/ids.ts'
import type { Row } from './database.ts'

/** Numbers of a stream that share a generation; in SQL too. */
const numbersEach = 64
/** Beyond it all are forgotten, and the next looks find them again. */
const endpointsMax = 100_000

/** The generation of a row whose next number is given by an expression. */
export function generationOf(next: string): string {
  return `(${next}) / ${numbersEach}`
}

export class StreamGenerations {
  readonly #seen = new Map<string, number>()

  /** One for each stream, in the order given; 0: not seen yet. */
  of(streams: readonly { readonly endpointId: EndpointId }[]): readonly number[] {
    return streams.map(({ endpointId }) => this.#seen.get(endpointId) ?? 0)
  }

  /** Rows of statements that tell `endpoint_id` and `generation`. */
  saw(rows: readonly Row[]): void {
    for (const row of rows) {
      if (this.#seen.size >= endpointsMax) this.#seen.clear()
      this.#seen.set(String(row['endpoint_id']), Number(row['generation']))
    }
  }
}
