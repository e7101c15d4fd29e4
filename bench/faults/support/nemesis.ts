/** Kills, pauses and cuts the nodes of a cluster and its database; leaves everything running again. */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { monotonicMs } from '../../support/monotonic.ts'
import type { PosthornNode } from '../../support/node.ts'
import { type Cluster, clusterLeaseMs } from './cluster.ts'
import type { Ledger } from './ledger.ts'

export type Act =
  | 'killNode'
  | 'killApi'
  | 'pauseNode'
  | 'blockNode'
  | 'cutConnections'
  | 'killDatabase'

/** How often each is done, spread evenly over the plan. */
export function planOf(times: Readonly<Record<Act, number>>): readonly Act[] {
  const acts = Object.keys(times) as Act[] // keys of that record
  return acts
    .flatMap((act) =>
      Array.from({ length: times[act] }, (_, index) => ({ act, at: (index + 0.5) / times[act] })),
    )
    .sort((a, b) => a.at - b.at)
    .map(({ act }) => act)
}

export interface Counts {
  nodeKills: number
  apiKills: number
  databaseKills: number
  pauses: number
  /** Times that a node's event loop was busy for longer than its leases. */
  blocks: number
  cutConnections: number
  restartsBySupervisor: number
  /** Requests open, or answered within the last second, summed over kills of nodes. */
  inFlightAtKills: number
}

const restartsMax = 5

export class Nemesis {
  readonly counts: Counts = {
    nodeKills: 0,
    apiKills: 0,
    databaseKills: 0,
    pauses: 0,
    blocks: 0,
    cutConnections: 0,
    restartsBySupervisor: 0,
    inFlightAtKills: 0,
  }
  readonly #cluster: Cluster
  readonly #plan: readonly Act[]
  readonly #everyMs: number
  readonly #busy = new Set<PosthornNode>()
  #running: Promise<void> | null = null
  #stopped = false
  #step = 0

  readonly #acts: Readonly<Record<Act, () => Promise<void>>> = {
    killNode: () => this.#killNode(),
    killApi: () => this.#killApi(),
    pauseNode: () => this.#pauseNode(),
    blockNode: () => this.#blockNode(),
    cutConnections: () => this.#cutConnections(),
    killDatabase: () => this.#killDatabase(),
  }

  /** Goes through the plan once, one act every `everyMs`. */
  constructor(cluster: Cluster, plan: readonly Act[], everyMs: number) {
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
    const pauses: Promise<void>[] = []
    while (!this.#stopped && this.#step < this.#plan.length) {
      await wait(this.#everyMs)
      const name = this.#plan[this.#step++]
      if (name === undefined) return
      const done = this.#acts[name]()
      if (name === 'pauseNode' || name === 'blockNode') pauses.push(done)
      else await done
      this.#supervise()
    }
    await Promise.all(pauses)
    await this.#allReady()
  }

  /** A start may have met the database on its way down: it ends then, and is made again. */
  async #allReady(): Promise<void> {
    for (let left = restartsMax; ; left--) {
      this.#supervise()
      try {
        await Promise.all(this.#cluster.members.map(({ node }) => node.ready()))
        return
      } catch (cause) {
        if (left === 0) throw cause
      }
    }
  }

  /** A node that starts while the database is away ends with a sentence: its supervisor starts it again. */
  #supervise(): void {
    for (const { node } of this.#cluster.members) {
      if (node.running) continue
      this.counts.restartsBySupervisor += 1
      node.spawn()
    }
  }

  /** In turn; a paused node is left alone. */
  #pick(api: boolean): PosthornNode | undefined {
    const free = this.#cluster.members
      .filter(({ role, node }) => (role === 'api') === api && !this.#busy.has(node))
      .map(({ node }) => node)
    return free[this.#step % Math.max(1, free.length)]
  }

  async #killNode(): Promise<void> {
    const node = this.#pick(false)
    if (node === undefined) return
    this.counts.nodeKills += 1
    this.counts.inFlightAtKills += await killAndRespawn(node, this.#cluster.ledger)
  }

  async #killApi(): Promise<void> {
    const node = this.#pick(true)
    if (node === undefined) return
    this.counts.apiKills += 1
    await node.kill()
    node.spawn()
  }

  async #pauseNode(): Promise<void> {
    const node = this.#pick(false)
    if (node === undefined || node.pid === 0) return
    if (!node.running) throw new Error(`a node ended by itself:\n${node.logTail()}`)
    this.counts.pauses += 1
    this.#busy.add(node)
    process.kill(node.pid, 'SIGSTOP')
    await wait(clusterLeaseMs * 1.5)
    process.kill(node.pid, 'SIGCONT')
    this.#busy.delete(node)
  }

  async #blockNode(): Promise<void> {
    const node = this.#pick(false)
    if (node === undefined || node.pid === 0) return
    this.#busy.add(node)
    // One that has just begun does not listen to the signal yet, which would end it.
    if (
      await node.ready().then(
        () => true,
        () => false,
      )
    ) {
      this.counts.blocks += 1
      process.kill(node.pid, 'SIGUSR2')
      await wait(clusterLeaseMs * 1.5)
    }
    this.#busy.delete(node)
  }

  async #cutConnections(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#cluster.database.url('postgres') })
    client.on('error', () => undefined) // the database may be killed meanwhile
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

/** Requests open, or answered within the last second: their attempts may not be durable yet. */
function inFlightOf({ arrivals }: Pick<Ledger, 'arrivals'>): number {
  const since = monotonicMs() - 1_000
  let count = 0
  for (let at = arrivals.length - 1; at >= 0; at--) {
    const arrival = arrivals[at]
    if (arrival === undefined || (arrival.answeredAt ?? since) < since) break
    count += 1
  }
  return count
}

const lastReadMs = 50

/** Kills a node with -9 and starts it again; returns what was in flight. */
export async function killAndRespawn(node: PosthornNode, ledger: Ledger): Promise<number> {
  await node.kill()
  node.spawn()
  await wait(lastReadMs) // what it sent in its last moment is read first
  return inFlightOf(ledger)
}
