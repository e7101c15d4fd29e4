/**
 * A hint that there is work, from node to node: LISTEN on a connection of its own, NOTIFY outside of
 * every accept transaction (inside, it would take a lock that all commits share) and at most once
 * in `everyMs`. A hint may be lost at any time, and through PgBouncer in transaction mode it never
 * comes: polling is the truth, a hint only makes it prompt.
 */
import pg from 'pg'
import type { Clock, Timer } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import { type Database, statement } from './database.ts'
import { sqlState } from './driver-errors.ts'

const channel = 'posthorn_work'
const everyMs = 50
const reconnectMs = 5_000
/** For each step of connecting. */
const connectTimeoutMs = 5_000
const keepAliveMs = 10_000

const notify = statement('notify', `select pg_notify('${channel}', $1)`)

export interface Hints {
  /** Begins to listen; `onHint` is called when another node has work for anyone. */
  listen(onHint: () => void): void
  /** Tells the other nodes, soon. Never fails. */
  tell(): void
  close(): Promise<void>
}

export function openHints(input: {
  readonly url: string
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Names this node, so that it does not wake itself. */
  readonly node: string
}): Hints {
  return new NotifyHints(input)
}

class NotifyHints implements Hints {
  readonly #input: Parameters<typeof openHints>[0]
  #client: pg.Client | null = null
  #onHint: (() => void) | null = null
  #telling: Timer | null = null
  #again: Timer | null = null
  #closed = false

  constructor(input: Parameters<typeof openHints>[0]) {
    this.#input = input
  }

  listen(onHint: () => void): void {
    this.#onHint = onHint
    void this.#connect()
  }

  tell(): void {
    if (this.#telling !== null || this.#closed) return
    this.#telling = this.#input.clock.setTimer(everyMs, () => {
      this.#telling = null
      this.#input.database.run(notify, [this.#input.node]).catch(() => undefined) // only a hint
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#telling?.cancel()
    this.#again?.cancel()
    await this.#client?.end().catch(() => undefined) // closing anyway
  }

  async #connect(): Promise<void> {
    const url = new URL(this.#input.url)
    url.searchParams.delete('prepare')
    const client = new pg.Client({
      connectionString: url.href,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveMs,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: connectTimeoutMs,
      application_name: 'posthorn hints',
    })
    client.on('notification', (message) => {
      if (message.payload !== this.#input.node) this.#onHint?.()
    })
    client.on('error', (cause) => this.#lost(client, cause))
    try {
      await client.connect()
      await client.query(`listen ${channel}`)
      if (this.#closed) await client.end()
      else this.#client = client
    } catch (cause) {
      this.#lost(client, cause)
    }
  }

  #lost(client: pg.Client, cause: unknown): void {
    if (this.#closed || this.#again !== null) return
    this.#input.log.debug('store.hints_lost', { code: sqlState(cause) })
    this.#client = null
    client.end().catch(() => undefined) // broken already
    this.#again = this.#input.clock.setTimer(reconnectMs, () => {
      this.#again = null
      void this.#connect()
    })
  }
}
