/** A part of a file: what the store is read for at once, put into lines, with the place where the next begins. */
import * as contract from '../contract/export.ts'
import { type IdKind, idTime } from '../domain/ids.ts'
import type { Clock } from '../runtime/clock.ts'
import type { PageRequest } from '../store/port/page.ts'
import type { Answer, Call } from './call.ts'
import { pageRequest } from './pagination.ts'
import { timeText } from './times.ts'
import { refuse } from './validate.ts'

export interface PartQuery {
  readonly iterator?: string
  readonly format?: 'csv' | 'ndjson'
}

export interface Part {
  readonly text: string
  readonly rows: number
  /** Where the next begins; null: there is none. */
  readonly next: string | null
  /** The last item that was looked at. */
  readonly reached: string | null
}

/** Reads on from a place until the part is full, its time is over, or nothing is left. */
export async function partOf<Item>(input: {
  readonly iterator: string | null
  readonly clock: Clock
  readonly read: (iterator: string | null) => Promise<{
    readonly items: readonly Item[]
    readonly scannedTo: string | null
    readonly done: boolean
  }>
  readonly idOf: (item: Item) => string
  readonly line: (item: Item) => string
}): Promise<Part> {
  const { rows: rowsMax, bytes: bytesMax, timeMs } = contract.exportPartMax
  const until = input.clock.monotonic() + timeMs
  const lines: string[] = []
  let [bytes, place, done] = [0, input.iterator, false]
  const isFull = (): boolean => lines.length >= rowsMax || bytes >= bytesMax
  while (!done && !isFull() && input.clock.monotonic() < until) {
    const page = await input.read(place)
    for (const item of page.items) {
      if (isFull()) {
        return { text: lines.join(''), rows: lines.length, next: place, reached: place }
      }
      place = input.idOf(item)
      const line = input.line(item)
      lines.push(line)
      bytes += Buffer.byteLength(line)
    }
    place = page.scannedTo ?? place
    done = page.done
  }
  return { text: lines.join(''), rows: lines.length, next: done ? null : place, reached: place }
}

/** Parts go in one direction only. */
export function placeOf(query: PartQuery, kind: IdKind): { readonly iterator: string | null } {
  const { iterator, backwards } = pageRequest(query, { kind, order: 'descending' })
  if (!backwards) return { iterator }
  throw refuse(
    'iterator',
    {
      en: 'an export goes on in one direction only',
      es: 'una exportación solo sigue en una dirección',
    },
    'value_error',
  )
}

/** Rows read in one go of the store. */
const rowsAtOnce = 250

export function pageFrom(iterator: string | null): PageRequest {
  return { limit: rowsAtOnce, order: 'descending', iterator, backwards: false }
}

export function isCsv({ format }: PartQuery): boolean {
  return format === 'csv'
}

export function fileOf(
  call: Pick<Call<PartQuery, null>, 'query' | 'now'>,
  file: { readonly part: Part; readonly heading: string; readonly name: string },
): Answer {
  const { part } = file
  const csv = isCsv(call.query)
  const begins = csv && (call.query.iterator ?? '') === ''
  const { next, rows, reached } = contract.exportHeaders
  const time = part.reached === null ? null : idTime(part.reached)
  return {
    status: 200,
    body: null,
    headers: {
      [rows]: String(part.rows),
      ...(part.next === null ? {} : { [next]: part.next }),
      ...(time === null ? {} : { [reached]: timeText(time) }),
    },
    download: {
      type: csv ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
      name: `${file.name}-${timeText(call.now).slice(0, 10)}.${csv ? 'csv' : 'ndjson'}`,
      lines: [begins ? file.heading + part.text : part.text],
    },
  }
}
