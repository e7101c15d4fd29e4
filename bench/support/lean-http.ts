/**
 * Just enough HTTP/1.1 to be far cheaper than what is measured: messages with a content-length,
 * one outstanding request a connection, no pipelining. Header names are looked up in latin1 text.
 */

export interface LeanMessage {
  /** Start line and headers, with the original spelling. */
  readonly head: string
  readonly body: Buffer
}

const none = Buffer.alloc(0)
const headEnd = Buffer.from('\r\n\r\n')

/** Collects the chunks of one connection into whole messages. */
export class LeanReader {
  #kept: Buffer = none
  readonly #onMessage: (message: LeanMessage) => void

  constructor(onMessage: (message: LeanMessage) => void) {
    this.#onMessage = onMessage
  }

  /** Nothing of the next message has come so far. */
  get empty(): boolean {
    return this.#kept.length === 0
  }

  push(chunk: Buffer): void {
    let rest = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk])
    for (;;) {
      const end = rest.indexOf(headEnd)
      if (end < 0) break
      const head = rest.toString('latin1', 0, end)
      const bodyStart = end + headEnd.length
      const bodyEnd = bodyStart + contentLength(head)
      if (rest.length < bodyEnd) break
      this.#onMessage({ head, body: rest.subarray(bodyStart, bodyEnd) })
      rest = rest.subarray(bodyEnd)
    }
    this.#kept = rest
  }
}

function contentLength(head: string): number {
  return Number(headerOf(head, 'content-length') ?? 0)
}

/** Value of a header by its lower-case name; the spelling in `head` may differ. */
export function headerOf(head: string, name: string): string | null {
  let at = head.indexOf(`\n${name}:`)
  if (at < 0) at = head.toLowerCase().indexOf(`\n${name}:`)
  if (at < 0) return null
  const end = head.indexOf('\r', at)
  return head.slice(at + name.length + 2, end < 0 ? undefined : end).trim()
}
