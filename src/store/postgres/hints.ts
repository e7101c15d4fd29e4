/**
 * A hint that there is work, from node to node: LISTEN on a connection of its own, NOTIFY outside of
 * every accept transaction (inside, it would take a lock that all commits share) and at most once
 * in `everyMs`. A hint may be lost at any time, and through PgBouncer in transaction mode it never
 * comes: polling is the truth, a hint only makes it prompt.
 */
import pg from 'pg'
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { Clock, Timer } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import { anyWork, type WorkHint } from '../port/cluster.ts'
import { type Database, statement } from './database.ts'
import { sqlState } from './driver-errors.ts'

const channel = 'posthorn_work'
const everyMs = 50
const reconnectMs = 5_000
/** For each step of connecting. */
const connectTimeoutMs = 5_000
const keepAliveMs = 10_000

/** Streams named in one hint: well within the 8,000 bytes that PostgreSQL allows it. */
const streamsMax = 50
const noWork: WorkHint = { due: false, streams: [] }

const notify = statement('notify', `select pg_notify('${channel}', $1)`)

export interface Hints {
  /** Begins to listen; `onHint` is called when another node has work for anyone. */
  listen(onHint: (hint: WorkHint) => void): void
  /** Tells the other nodes, soon; hints that come meanwhile are told together. Never fails. */
  tell(hint: WorkHint): void
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
  #onHint: ((hint: WorkHint) => void) | null = null
  #telling: Timer | null = null
  #told: WorkHint = noWork
  #again: Timer | null = null
  #closed = false

  constructor(input: Parameters<typeof openHints>[0]) {
    this.#input = input
  }

  listen(onHint: (hint: WorkHint) => void): void {
    this.#onHint = onHint
    void this.#connect()
  }

  tell(hint: WorkHint): void {
    if (this.#closed) return
    this.#told = together(this.#told, hint)
    if (this.#telling !== null) return
    this.#telling = this.#input.clock.setTimer(everyMs, () => {
      this.#telling = null
      const payload = payloadOf(this.#input.node, this.#told)
      this.#told = noWork
      this.#input.database.run(notify, [payload]).catch(() => undefined) // only a hint
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
      const hint = hintOf(message.payload ?? '', this.#input.node)
      if (hint !== null) this.#onHint?.(hint)
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

function together(one: WorkHint, other: WorkHint): WorkHint {
  const due = one.due || other.due
  if (one.streams === 'any' || other.streams === 'any') return { due, streams: 'any' }
  const streams = new Map(
    [...one.streams, ...other.streams].map((each) => [each.endpointId, each] as const),
  )
  return { due, streams: streams.size > streamsMax ? 'any' : [...streams.values()] }
}

/** `node 1 app/endpoint,app/endpoint`: who tells, whether anything is due, and which streams (`*`: any). */
function payloadOf(node: string, { due, streams }: WorkHint): string {
  const keys =
    streams === 'any' ? ['*'] : streams.map((each) => `${each.applicationId}/${each.endpointId}`)
  return `${node} ${due ? 1 : 0} ${keys.join(',')}`
}

/** Null: this node's own. An earlier release tells its name alone. */
function hintOf(payload: string, ownNode: string): WorkHint | null {
  const [node, due, keys] = payload.split(' ')
  if (node === ownNode) return null
  if (due === undefined || keys === undefined || keys === '*')
    return { ...anyWork, due: due !== '0' }
  const streams = keys.split(',').flatMap((key) => {
    const [applicationId, endpointId] = key.split('/')
    if (applicationId === undefined || endpointId === undefined) return []
    return { applicationId: applicationId as ApplicationId, endpointId: endpointId as EndpointId }
  })
  return { due: due === '1', streams }
}
