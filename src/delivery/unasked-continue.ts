/**
 * Takes `100 Continue` out of what a receiver sends. Nobody asked for one, but a client has to take it
 * (RFC 9110, 15.2), and undici ends the connection over it. What has not the exact form goes on to the
 * parser, which judges it.
 */

/** Of one answer; more is a flood, and the parser refuses it. */
const takenMax = 8
const status = Buffer.from('HTTP/1.1 100')
const ends = new Set([' ', '\r'].map((text) => text.charCodeAt(0)))
const headEnd = '\r\n\r\n'
const [carriageReturn, lineFeed] = [13, 10]

export class UnaskedContinue {
  readonly #headBytesMax: number
  #isHead = false
  #taken = 0
  /** The beginning of what may be one. */
  #held: Buffer | null = null

  constructor(headBytesMax: number) {
    this.#headBytesMax = headBytesMax
  }

  /** The next bytes are the beginning of an answer. */
  begin(): void {
    this.#isHead = true
    this.#taken = 0
    this.#held = null
  }

  /** What the parser is to see of that chunk; null: nothing yet. */
  pass(chunk: Buffer | null): Buffer | null {
    if (chunk === null || !this.#isHead) return chunk
    let bytes = this.#held === null ? chunk : Buffer.concat([this.#held, chunk])
    this.#held = null
    while (this.#taken < takenMax && couldBe(bytes)) {
      const end = bytes.indexOf(headEnd)
      if (end === -1 && bytes.length <= this.#headBytesMax) {
        this.#held = bytes
        return null
      }
      if (end === -1 || !hasWholeLines(bytes.subarray(0, end))) break
      this.#taken += 1
      bytes = bytes.subarray(end + headEnd.length)
      if (bytes.length === 0) return null
    }
    this.#isHead = false
    return bytes
  }
}

/** Whether it is one, or its beginning. */
function couldBe(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, status.length)
  if (bytes.compare(status, 0, length, 0, length) !== 0) return false
  return bytes.length <= status.length || ends.has(bytes[status.length] ?? 0)
}

/** A line feed alone may end a line for the parser: then the head may end elsewhere too. */
function hasWholeLines(head: Buffer): boolean {
  for (let at = head.indexOf(lineFeed); at !== -1; at = head.indexOf(lineFeed, at + 1)) {
    if (head[at - 1] !== carriageReturn) return false
  }
  return true
}
