import { createHash } from 'node:crypto'
import type { Row, TargetTable } from './port.ts'

const digestBytes = 32

/**
 * The count and content of a table, whatever the order of its rows: the XOR of the SHA-256 of each.
 * Rows differ by their keys, so no two cancel each other out.
 */
export class TableDigest {
  readonly #sum = Buffer.alloc(digestBytes)
  readonly #table: TargetTable
  rows = 0

  constructor(table: TargetTable) {
    this.#table = table
  }

  add(row: Row): void {
    const cells = this.#table.columns.map(({ name }) => {
      const cell = row[name] ?? null
      return cell instanceof Uint8Array ? Buffer.from(cell).toString('base64') : cell
    })
    const digest = createHash('sha256').update(JSON.stringify(cells)).digest()
    for (let at = 0; at < digestBytes; at++) {
      this.#sum[at] = (this.#sum[at] ?? 0) ^ (digest[at] ?? 0)
    }
    this.rows++
  }

  /** In hex. */
  get value(): string {
    return this.#sum.toString('hex')
  }
}
