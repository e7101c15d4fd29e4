/**
 * Stands between a node and PostgreSQL, or between nodes and a receiver, and is the network between
 * them: counts attempts to connect, leads to another server after a failover as a virtual address
 * would, cuts, delays, swallows, loses the reply to a commit, or is a host that is away.
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '../../support/monotonic.ts'

/** How PostgreSQL says that a transaction is durable. */
const committed = Buffer.from('COMMIT\0')

export class TcpProxy {
  /** When connections were asked for. */
  readonly connects: number[] = []
  /** Replies to a commit that were lost. */
  commitsLost = 0
  #target: number
  #swallows = false
  #isAway = false
  /** Of so many replies to a commit one is lost, with its connection; 0: none. */
  #losesOneIn = 0
  #commits = 0
  #delayMs = 0
  #port = 0
  readonly #open = new Set<Socket>()
  readonly #vanished = new Set<Socket>()
  // As poolers do: held back until the last answer is acknowledged, the next of a journey of several
  // statements would come 40 ms late.
  readonly #server = createServer({ noDelay: true }, (client) => this.#lead(client))

  private constructor(target: number) {
    this.#target = target
  }

  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    await proxy.#listen()
    return proxy
  }

  get port(): number {
    return this.#port
  }

  /** Connections that lead through. */
  get through(): number {
    return Math.floor(this.#open.size / 2)
  }

  /** Connections that a node still holds, and whose other end has vanished. */
  get vanished(): number {
    return this.#vanished.size
  }

  /** Of a database behind it. */
  url(database: string): string {
    return `postgres://postgres@127.0.0.1:${this.#port}/${database}`
  }

  /** New connections go there; present ones end. */
  redirect(target: number): void {
    this.#target = target
    this.cut()
  }

  /** Present connections end, with what is on its way. */
  cut(): void {
    for (const socket of this.#open) socket.destroy()
  }

  /** As a process that ends: present connections too, and new ones are refused until `reopen`. */
  async shut(): Promise<void> {
    this.#server.close()
    this.cut()
    for (const socket of this.#vanished) socket.destroy()
    await once(this.#server, 'close')
  }

  async reopen(): Promise<void> {
    await this.#listen()
  }

  /** Connections stay open, and new ones open, but nothing comes through in either direction. */
  swallow(): void {
    this.#swallows = true
    for (const socket of this.#open) socket.pause()
  }

  /** Lets through what was held back, and everything from now on. */
  letThrough(): void {
    this.#swallows = false
    for (const socket of this.#open) socket.resume()
  }

  /**
   * A host that is gone: nothing is ever answered again on present connections, nor on those that
   * are asked for until `comeBack`, and nobody says so.
   */
  vanish(): void {
    this.#isAway = true
    for (const socket of [...this.#open]) socket.emit('vanish')
  }

  comeBack(): void {
    this.#isAway = false
  }

  /** One of so many commits is made, and its reply lost with the connection; 0: none. */
  loseCommitReplies(oneIn: number): void {
    this.#losesOneIn = oneIn
  }

  /** Each packet comes so much later, in both directions. */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  /** Most attempts to connect in any second of that time. */
  mostInOneSecond(from: number, to: number): number {
    const times = this.connects.filter((at) => at >= from && at < to)
    return Math.max(0, ...times.map((at) => times.filter((t) => t >= at && t < at + 1_000).length))
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.shut()
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
  }

  #lead(client: Socket): void {
    this.connects.push(monotonicMs())
    if (this.#isAway) {
      this.#forget(client)
      return
    }
    const server = connect({ port: this.#target, host: '127.0.0.1', noDelay: true })
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#open.delete(from)
        if (!this.#vanished.has(to)) to.destroy()
      })
      if (this.#swallows) from.pause()
    }
    this.#pass(client, server)
    this.#pass(server, client)
    client.once('vanish', () => {
      client.removeAllListeners('data')
      this.#forget(client)
      server.destroy()
    })
  }

  #pass(from: Socket, to: Socket): void {
    let last = Promise.resolve()
    let waiting = 0
    const write = (chunk: Buffer): void => {
      if (!to.write(chunk)) from.pause()
    }
    from.on('data', (chunk) => {
      if (this.#isLost(chunk)) to.destroy()
      else if (this.#delayMs === 0 && waiting === 0) write(chunk)
      else {
        waiting += 1
        const arrives = wait(this.#delayMs)
        // In the order in which they were sent, also when the delay changes.
        last = Promise.all([last, arrives]).then(() => {
          waiting -= 1
          write(chunk)
        })
      }
    })
    to.on('drain', () => this.#swallows || from.resume())
    from.on('end', () => void last.then(() => to.end()))
  }

  /** Its other end is gone: what comes is read and dropped. */
  #forget(client: Socket): void {
    this.#open.delete(client)
    this.#vanished.add(client)
    client.on('error', () => client.destroy())
    client.on('close', () => this.#vanished.delete(client))
    client.resume()
  }

  #isLost(chunk: Buffer): boolean {
    if (this.#losesOneIn === 0 || !chunk.includes(committed)) return false
    const isLost = this.#commits++ % this.#losesOneIn === 0
    if (isLost) this.commitsLost += 1
    return isLost
  }
}
