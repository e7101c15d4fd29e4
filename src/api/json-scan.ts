/** Walking over JSON text as bytes. For text that is no JSON the places mean nothing. */

export const quote = 0x22
export const colon = 0x3a
const backslash = 0x5c

/** Strings up to here are walked byte by byte; searching for the end of a longer one is native. */
const shortStringMax = 48

/** Behind the string that begins at `at`. */
export function skipString(bytes: Uint8Array, at: number): number {
  let position = at + 1
  const near = Math.min(bytes.length, position + shortStringMax)
  while (position < near) {
    const byte = bytes[position]
    if (byte === quote) return position + 1
    position += byte === backslash ? 2 : 1
  }
  return skipLongString(bytes, position)
}

/** `from` is inside of the string and not escaped. */
function skipLongString(bytes: Uint8Array, from: number): number {
  let found = bytes.indexOf(quote, from)
  while (found >= 0) {
    let backslashes = 0
    while (found - backslashes > from && bytes[found - backslashes - 1] === backslash) {
      backslashes += 1
    }
    if (backslashes % 2 === 0) return found + 1
    found = bytes.indexOf(quote, found + 1)
  }
  return bytes.length
}

/** The first place from `at` that is no space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let position = at
  while (isSpace(bytes[position])) position += 1
  return position
}

export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
