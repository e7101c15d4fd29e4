/**
 * Several real nodes on one real PostgreSQL, and a nemesis that kills, pauses and cuts them. The
 * receiver lives here, so that nothing that is done to the nodes touches what it has seen.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { type PostgresServer, startPostgres } from '../../../test/support/postgres.ts'
import { Api } from '../../support/api.ts'
import { monotonicMs } from '../../support/monotonic.ts'
import { freePort, PosthornNode } from '../../support/node.ts'
import { Ledger, type LedgerOptions } from './ledger.ts'

export const clusterLeaseMs = 2_000

const environment = {
  POSTHORN_JWT_SECRET: 'a secret that all nodes of the experiment share',
  POSTHORN_ENCRYPTION_KEY: Buffer.alloc(32, 9).toString('base64'),
  POSTHORN_LEASE_MS: String(clusterLeaseMs),
  POSTHORN_ATTEMPT_TIMEOUT_MS: '800',
  POSTHORN_POLL_MS: '100',
  POSTHORN_RETRY_SCHEDULE_MS: Array.from({ length: 30 }, () => '200').join(','),
}

export interface Cluster {
  readonly database: PostgresServer
  readonly nodes: readonly PosthornNode[]
  readonly apis: readonly Api[]
  readonly ledger: Ledger
  readonly origin: string
}

export async function inCluster<Result>(
  options: {
    readonly nodes: number
    readonly ledger: LedgerOptions
    readonly environment?: Readonly<Record<string, string>>
  },
  act: (cluster: Cluster) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-cluster-'))
  const database = await startPostgres({ durable: true })
  const ledger = new Ledger(options.ledger)
  const origin = await ledger.start()
  const nodes: PosthornNode[] = []
  for (let index = 0; index < options.nodes; index++) {
    nodes.push(
      new PosthornNode({
        folder: join(folder, `node-${index}`),
        port: await freePort(),
        environment: {
          ...environment,
          ...options.environment,
          POSTHORN_DATABASE_URL: database.url('postgres'),
        },
      }),
    )
  }
  const apis = nodes.map(
    (node) => new Api(node.options.port, { connections: 16, timeoutMs: 5_000 }),
  )
  try {
    await Promise.all(nodes.map((node) => node.start()))
    return await act({ database, nodes, apis, ledger, origin })
  } catch (error) {
    for (const node of nodes) process.stderr.write(`${node.logTail(2_000)}\n`)
    throw error
  } finally {
    await Promise.all(apis.map((api) => api.close()))
    await Promise.all(nodes.map((node) => node.stop()))
    await ledger.close()
    await database.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Repeats one event with its key, at any node that answers, until it is accepted. */
export async function postAnywhere(input: {
  readonly cluster: Cluster
  readonly applicationId: string
  readonly body: string
  readonly idempotencyKey: string
  readonly deadlineAt: number
}): Promise<string> {
  const { apis } = input.cluster
  let at = Math.floor(Math.random() * apis.length)
  while (monotonicMs() < input.deadlineAt) {
    const api = apis[at++ % apis.length]
    const answer = await api?.call('POST', `/api/v1/app/${input.applicationId}/msg`, {
      body: input.body,
      idempotencyKey: input.idempotencyKey,
    })
    if (answer !== undefined && answer.status >= 200 && answer.status < 300) {
      return (JSON.parse(answer.text) as { id: string }).id // a message always has one
    }
    if (answer !== undefined && answer.status >= 400 && answer.status < 500) {
      if (answer.status !== 429) throw new Error(`refused: ${answer.status} ${answer.text}`)
    }
    await wait(20)
  }
  throw new Error(`key ${input.idempotencyKey} was never accepted`)
}

export interface Counts {
  nodeKills: number
  databaseKills: number
  pauses: number
  cutConnections: number
  /** Requests in flight, or answered within the last second, summed over the interruptions. */
  inFlight: number
}

/** Does one thing every `everyMs` until told to stop; leaves everything running again. */
export class Nemesis {
  readonly counts: Counts = {
    nodeKills: 0,
    databaseKills: 0,
    pauses: 0,
    cutConnections: 0,
    inFlight: 0,
  }
  readonly #cluster: Cluster
  readonly #plan: readonly (keyof typeof this.acts)[]
  readonly #everyMs: number
  #running: Promise<void> | null = null
  #stopped = false
  #step = 0
  readonly #busy = new Set<PosthornNode>()

  readonly acts = {
    killNode: () => this.#killNode(),
    pauseNode: () => this.#pauseNode(),
    cutConnections: () => this.#cutConnections(),
    killDatabase: () => this.#killDatabase(),
  }

  constructor(
    cluster: Cluster,
    plan: readonly ('killNode' | 'pauseNode' | 'cutConnections' | 'killDatabase')[],
    everyMs: number,
  ) {
    this.#cluster = cluster
    this.#plan = plan
    this.#everyMs = everyMs
  }

  start(): void {
    this.#running = this.#run()
  }

  get steps(): number {
    return this.#step
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #run(): Promise<void> {
    const pending: Promise<void>[] = []
    while (!this.#stopped) {
      await wait(this.#everyMs)
      const name = this.#plan[this.#step++ % this.#plan.length]
      if (name === undefined) return
      this.counts.inFlight += this.#inFlight()
      const done = this.acts[name]()
      if (name === 'pauseNode') pending.push(done)
      else await done
    }
    await Promise.all(pending)
    await Promise.all(this.#cluster.nodes.map((node) => node.ready()))
  }

  #inFlight(): number {
    const { arrivals } = this.#cluster.ledger
    const since = monotonicMs() - 1_000
    let count = 0
    for (let at = arrivals.length - 1; at >= 0; at--) {
      const arrival = arrivals[at]
      if (arrival === undefined || (arrival.answeredAt !== null && arrival.answeredAt < since))
        break
      count += 1
    }
    return count
  }

  #pick(): PosthornNode | undefined {
    const free = this.#cluster.nodes.filter((node) => !this.#busy.has(node))
    return free[this.#step % Math.max(1, free.length)]
  }

  async #killNode(): Promise<void> {
    const node = this.#pick()
    if (node === undefined) return
    this.counts.nodeKills += 1
    await node.kill()
    node.spawn()
  }

  async #pauseNode(): Promise<void> {
    const node = this.#pick()
    if (node === undefined || node.pid === 0) return
    this.counts.pauses += 1
    this.#busy.add(node)
    if (!node.running) throw new Error(`a node ended by itself:\n${node.logTail()}`)
    process.kill(node.pid, 'SIGSTOP')
    await wait(clusterLeaseMs * 1.5)
    process.kill(node.pid, 'SIGCONT')
    this.#busy.delete(node)
  }

  async #cutConnections(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#cluster.database.url('postgres') })
    try {
      await client.connect()
      const cut = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name like 'posthorn%' and pid <> pg_backend_pid() and random() < 0.5`,
      )
      this.counts.cutConnections += cut.rowCount ?? 0
    } catch {
      // the database is just being restarted: nothing to cut
    } finally {
      await client.end().catch(() => undefined) // it may be gone already
    }
  }

  async #killDatabase(): Promise<void> {
    this.counts.databaseKills += 1
    this.#cluster.database.process.kill('SIGKILL')
    await this.#cluster.database.restart()
  }
}
