/**
 * The receiver of a fault experiment: writes down every request in the order of arrival, verifies
 * every signature, and answers as its path was told. It lives in the experiment's own process, so
 * that a kill of the server never touches it.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '../../support/monotonic.ts'
import { benchSecret, keyOf, verifies } from '../../support/signature.ts'

export interface Arrival {
  readonly path: string
  readonly messageId: string
  readonly at: number
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
  /** When the answer was handed to the socket; null while it is owed. */
  answeredAt: number | null
  status: number | null
}

export interface Behaviour {
  readonly status: number
  readonly delayMs: number
}

export interface LedgerOptions {
  /** Decides for each request; the default answers 200 at once. */
  readonly behave?: (path: string, count: number) => Behaviour
  readonly keepBodies?: boolean
}

const noBody = Buffer.alloc(0)
const key = keyOf(benchSecret)
const good: Behaviour = { status: 200, delayMs: 0 }

export class Ledger {
  readonly arrivals: Arrival[] = []
  wrongSignatures = 0
  readonly #counts = new Map<string, number>()
  readonly #branches = new Map<string, number>()
  readonly #options: LedgerOptions
  readonly #server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    this.#receive(request, response).catch(() => response.destroy()) // cut off by a kill
  })
  readonly #waiting = new Set<{ readonly isMet: () => boolean; readonly resolve: () => void }>()

  #connections = 0

  constructor(options: LedgerOptions = {}) {
    this.#options = options
    this.#server.on('connection', (socket) => {
      this.#connections += 1
      socket.on('close', () => {
        this.#connections -= 1
      })
    })
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const { port } = this.#server.address() as AddressInfo // listening on TCP
    return `http://127.0.0.1:${port}`
  }

  /** Distinct deliveries that came to `path`, or to any. */
  get distinct(): number {
    return this.#counts.size
  }

  /** How often this delivery came. */
  count(path: string, messageId: string): number {
    return this.#counts.get(`${path} ${messageId}`) ?? 0
  }

  /**
   * Requests whose path begins with this part, such as `herd` of `/herd/7`. Counted as they come: a
   * condition that looked through all arrivals at each of them would hold up the receiver that it watches.
   */
  countUnder(branch: string): number {
    return this.#branches.get(branch) ?? 0
  }

  /** Requests whose answer is owed. */
  get open(): number {
    let open = 0
    for (let at = this.arrivals.length - 1; at >= 0 && at > this.arrivals.length - 2000; at--) {
      if (this.arrivals[at]?.answeredAt === null) open += 1
    }
    return open
  }

  /** Resolves when an arrival makes `isMet` true; false when that takes longer than `withinMs`. */
  until(isMet: () => boolean, withinMs: number): Promise<boolean> {
    if (isMet()) return Promise.resolve(true)
    return new Promise((resolve) => {
      const waiter = {
        isMet,
        resolve: () => {
          clearTimeout(timer)
          this.#waiting.delete(waiter)
          resolve(true)
        },
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(waiter)
        resolve(false)
      }, withinMs)
      this.#waiting.add(waiter)
    })
  }

  /** Waits until every connection of a server that was killed is closed, and so read to its end. */
  async settled(withinMs = 2_000): Promise<void> {
    const deadline = monotonicMs() + withinMs
    while (this.#connections > 0 && monotonicMs() < deadline) await wait(5)
  }

  async close(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer) // no encoding set: Buffers
    const arrival = this.#write(request, Buffer.concat(chunks))
    const { status, delayMs } = (this.#options.behave ?? (() => good))(
      arrival.path,
      this.count(arrival.path, arrival.messageId),
    )
    const answer = (): void => {
      arrival.answeredAt = monotonicMs()
      arrival.status = status
      response.statusCode = status
      response.end()
    }
    if (delayMs > 0) setTimeout(answer, delayMs)
    else answer()
  }

  #write(request: IncomingMessage, body: Buffer): Arrival {
    const headers = request.headers as Record<string, string> // repeated ones are not used here
    const messageId = headers['webhook-id'] ?? ''
    const path = request.url ?? ''
    const arrival: Arrival = {
      path,
      messageId,
      at: monotonicMs(),
      body: this.#options.keepBodies === true ? body : noBody,
      headers,
      answeredAt: null,
      status: null,
    }
    const right = verifies(key, {
      id: messageId,
      timestamp: headers['webhook-timestamp'] ?? '',
      signatures: headers['webhook-signature'] ?? '',
      body,
    })
    if (!right) this.wrongSignatures += 1
    this.arrivals.push(arrival)
    const name = `${path} ${messageId}`
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
    const branch = path.split('/', 2)[1] ?? ''
    this.#branches.set(branch, (this.#branches.get(branch) ?? 0) + 1)
    for (const waiter of this.#waiting) if (waiter.isMet()) waiter.resolve()
    return arrival
  }
}
