/**
 * Arrays of one dimension as PostgreSQL takes them in binary: a column of a batch. Text arrays quote
 * each element, and bytes travel as hexadecimal digits, which both sides read one by one.
 *
 * Layout: dimensions, whether a null is in it, element type, length, lower bound, then each element as
 * its size (-1: null) and its bytes. All integers are big-endian.
 */

/** Element types, with their numbers in `pg_type`, which never change. */
const typeNumbers = {
  text: 25,
  bytea: 17,
  bigint: 20,
  int: 23,
  boolean: 16,
  'double precision': 701,
} as const
export type ElementType = keyof typeof typeNumbers

const headerBytes = 20
const sizeBytes = 4
/** Of the types whose elements are all of one size. */
const fixedBytes = { bigint: 8, int: 4, boolean: 1, 'double precision': 8 } as const

type Element = string | number | boolean | Uint8Array | null | undefined

/** Each column under its type. */
export function binaryColumns(
  types: readonly ElementType[],
  columns: readonly (readonly Element[])[],
): readonly Buffer[] {
  return columns.map((column, at) => binaryArray(types[at] ?? 'text', column))
}

export function binaryArray(type: ElementType, elements: readonly Element[]): Buffer {
  const buffer = Buffer.allocUnsafe(headerBytes + sizeOf(type, elements))
  buffer.writeInt32BE(1, 0)
  buffer.writeInt32BE(1, 4) // a null may be in it
  buffer.writeInt32BE(typeNumbers[type], 8)
  buffer.writeInt32BE(elements.length, 12)
  buffer.writeInt32BE(1, 16)
  let at = headerBytes
  for (const element of elements) {
    if (element === null || element === undefined) {
      at = buffer.writeInt32BE(-1, at)
      continue
    }
    const size = write(buffer, at + sizeBytes, type, element)
    buffer.writeInt32BE(size, at)
    at += sizeBytes + size
  }
  return buffer
}

function sizeOf(type: ElementType, elements: readonly Element[]): number {
  let bytes = 0
  for (const element of elements) {
    bytes += sizeBytes
    if (element === null || element === undefined) continue
    if (typeof element === 'string') bytes += Buffer.byteLength(element)
    else if (element instanceof Uint8Array) bytes += element.length
    else if (type !== 'text' && type !== 'bytea') bytes += fixedBytes[type]
  }
  return bytes
}

/** Returns how many bytes the element took. */
function write(buffer: Buffer, at: number, type: ElementType, element: unknown): number {
  if (typeof element === 'string') return buffer.write(element, at)
  if (element instanceof Uint8Array) {
    buffer.set(element, at)
    return element.length
  }
  if (type === 'boolean') return buffer.writeUInt8(element === true ? 1 : 0, at) - at
  const number = Number(element)
  if (type === 'int') return buffer.writeInt32BE(number, at) - at
  if (type === 'double precision') return buffer.writeDoubleBE(number, at) - at
  if (type !== 'bigint') throw new TypeError(`${typeof element} in an array of ${type}`)
  if (!(Math.abs(number) <= Number.MAX_SAFE_INTEGER)) throw new RangeError(`${number} is not exact`)
  // Two halves: a BigInt for each time and count would be made only to be thrown away.
  const high = Math.floor(number / 2 ** 32)
  buffer.writeInt32BE(high, at)
  return buffer.writeUInt32BE(number - high * 2 ** 32, at + 4) - at
}
