import type { Socket } from 'node:net'
import { Client, type Dispatcher } from 'undici'
import type { ConnectionFacts, TlsFacts } from '../domain/outcome.ts'
import { UnaskedContinue } from './unasked-continue.ts'

/** Bytes of names and values of response headers; above it the response is refused. */
export const responseHeaderBytesMax = 16_384
const idleMs = 4_000
const idleHintMaxMs = 60_000

const dispatchOptions = {
  pipelining: 1,
  headersTimeout: 0, // deadlines are ours: undici's are idle timers that a drip keeps alive
  bodyTimeout: 0,
  keepAliveTimeout: idleMs,
  keepAliveMaxTimeout: idleHintMaxMs,
  maxHeaderSize: responseHeaderBytesMax,
  allowH2: false,
} as const

/**
 * One connected socket with the undici client that speaks HTTP over it. The client is handed the
 * socket once; when it asks for another it is refused, so it can neither reconnect nor resend.
 */
export class Connection {
  readonly key: string
  readonly remoteAddress: string | null
  /** It ends at a listener of our own. */
  readonly leadsHere: boolean
  /** Monotonic ms: a connection is not reused for ever, so that a moved name is vetted again. */
  readonly bornAt: number
  readonly socket: Socket
  /** False: it serves one request. */
  readonly reusable: boolean
  /** The receiver closed its side. */
  endedByPeer = false
  /** Requests begun on it. */
  uses = 0
  readonly #first: ConnectionFacts
  readonly #later: ConnectionFacts
  readonly #client: Client
  readonly #continue = new UnaskedContinue(responseHeaderBytesMax)
  readonly #onClose: (connection: Connection) => void
  #left = false

  constructor(input: {
    readonly key: string
    readonly origin: string
    readonly socket: Socket
    readonly reusable: boolean
    readonly remoteAddress: string | null
    /** Null: it is no TLS connection. */
    readonly tls: TlsFacts | null
    readonly leadsHere: boolean
    readonly bornAt: number
    readonly onClose: (connection: Connection) => void
  }) {
    this.key = input.key
    this.#onClose = input.onClose
    this.socket = input.socket
    this.reusable = input.reusable
    this.bornAt = input.bornAt
    this.remoteAddress = input.remoteAddress
    this.leadsHere = input.leadsHere
    this.#first = { kept: false, tls: input.tls }
    this.#later = { kept: true, tls: input.tls }
    const read = input.socket.read.bind(input.socket)
    input.socket.read = (size) => this.#continue.pass(read(size))
    let given = false
    this.#client = new Client(input.origin, {
      ...dispatchOptions,
      connect: (_, callback) => {
        const isFirst = !given
        given = true
        // Later: undici does not notice an answer that comes while it asks.
        queueMicrotask(() => {
          if (isFirst) callback(null, input.socket)
          else callback(new ConnectionGone(), null)
        })
      },
    })
    input.socket.once('end', () => {
      this.endedByPeer = true
    })
    input.socket.once('close', () => {
      this.endedByPeer ||= input.socket.errored === null
      this.#leave()
    })
  }

  get usable(): boolean {
    return !this.socket.destroyed && !this.endedByPeer
  }

  /** As the request that runs on it now has it; two objects for all requests. */
  get facts(): ConnectionFacts {
    return this.uses > 1 ? this.#later : this.#first
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.uses += 1
    this.#continue.begin()
    this.#client.dispatch(options, handler)
  }

  /** Its place is free at once, before the system has closed the socket. */
  destroy(): void {
    this.socket.destroy()
    this.#leave()
  }

  #leave(): void {
    if (this.#left) return
    this.#left = true
    this.#onClose(this)
  }
}

/** The client asked for a second socket: the first was lost before the request was written. */
export class ConnectionGone extends Error {
  readonly code = 'POSTHORN_CONNECTION_GONE'
}
