/**
 * Stands between one node and PostgreSQL: counts its attempts to connect, leads to another server
 * after a failover, as a virtual address or a DNS name would, and swallows what is sent, as a
 * network that lost its way back does.
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { monotonicMs } from '../../support/monotonic.ts'

export class DatabaseProxy {
  /** When connections were asked for. */
  readonly connects: number[] = []
  #target: number
  #swallows = false
  readonly #open = new Set<Socket>()
  // As poolers do: held back until the last answer is acknowledged, the next of a journey of several
  // statements would come 40 ms late.
  readonly #server = createServer({ noDelay: true }, (client) => this.#lead(client))

  private constructor(target: number) {
    this.#target = target
  }

  static async start(target: number): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(target)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  url(database: string): string {
    const address = this.#server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    return `postgres://postgres@127.0.0.1:${port}/${database}`
  }

  /** New connections go there; present ones end. */
  redirect(target: number): void {
    this.#target = target
    for (const socket of this.#open) socket.destroy()
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

  /** Most attempts to connect in any second of that time. */
  mostInOneSecond(from: number, to: number): number {
    const times = this.connects.filter((at) => at >= from && at < to)
    return Math.max(0, ...times.map((at) => times.filter((t) => t >= at && t < at + 1_000).length))
  }

  async close(): Promise<void> {
    this.#server.close()
    for (const socket of this.#open) socket.destroy()
    await once(this.#server, 'close')
  }

  #lead(client: Socket): void {
    this.connects.push(monotonicMs())
    const server = connect({ port: this.#target, host: '127.0.0.1', noDelay: true })
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#open.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#open.delete(from)
        to.destroy()
      })
      from.pipe(to)
      if (this.#swallows) from.pause()
    }
  }
}
