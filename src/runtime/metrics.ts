import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Seconds: from a fast local commit to an attempt's longest time. */
const latencyBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
]

/** What waits and what is open, asked for at each scrape. */
export interface Levels {
  readonly connections: number
  readonly inFlight: number
  readonly memoryQueue: number
  readonly due: number
  readonly oldestDueSeconds: number
  /** Processes that work on the database, and those that went without a word. */
  readonly nodes: number
  readonly nodesGone: number
}

export interface Metrics {
  /** An event was handed in; `result` is `accepted` or the reason of its refusal. */
  accepted(result: string, seconds: number): void
  /** One attempt was recorded. `verdict` is what was concluded from it. */
  attempted(input: {
    readonly verdict: string
    readonly errorClass: string | null
    readonly status: number
    readonly retry: boolean
    readonly seconds: number
    /** From acceptance to the first byte of the answer; null for retries and delayed messages. */
    readonly sinceAcceptedSeconds: number | null
  }): void
  /** One accept or claim, as its caller waited for the store. */
  committed(operation: string, seconds: number): void
  /** A client's connection was closed for want of room; `reason` is `idle` or `refused`. */
  turnedAway(reason: string): void
  /** Prometheus text. */
  text(): Promise<string>
  readonly contentType: string
}

/**
 * Metrics of one Posthorn in a registry of their own, so that several can live in one process. No
 * label names an application or an endpoint: their number is not bounded.
 */
export function createMetrics(
  levels: () => Promise<Levels>,
  node: { readonly id: string; readonly role: string; readonly version: string },
): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const shared = { registers: [registry] }
  const accepted = new Counter({
    ...shared,
    name: 'posthorn_messages_total',
    help: 'Messages handed in, by what became of them.',
    labelNames: ['result'],
  })
  const acceptSeconds = new Histogram({
    ...shared,
    name: 'posthorn_accept_seconds',
    help: 'From a parsed message to its durable commit.',
    buckets: latencyBuckets,
  })
  const attempts = attemptMetrics(registry)
  const commits = new Histogram({
    ...shared,
    name: 'posthorn_store_commit_seconds',
    help: 'How long the store was waited for: accepts, which share commits, and claims of work.',
    labelNames: ['operation'],
    buckets: latencyBuckets,
  })
  const turnedAway = new Counter({
    ...shared,
    name: 'posthorn_connections_closed_total',
    help: 'Connections of clients closed for want of room: idle ones, and those refused.',
    labelNames: ['reason'],
  })
  const refreshLevels = levelGauges(registry, levels)
  new Gauge({
    ...shared,
    name: 'posthorn_node_info',
    help: 'Always 1; its labels say who this is.',
    labelNames: ['node', 'role', 'version'],
  }).set({ node: node.id, role: node.role, version: node.version }, 1)
  return {
    accepted(result, seconds) {
      accepted.inc({ result })
      acceptSeconds.observe(seconds)
    },
    attempted: attempts,
    committed: (operation, seconds) => commits.observe({ operation }, seconds),
    turnedAway: (reason) => turnedAway.inc({ reason }),
    async text() {
      await refreshLevels()
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}

function attemptMetrics(registry: Registry): Metrics['attempted'] {
  const shared = { registers: [registry] }
  const total = new Counter({
    ...shared,
    name: 'posthorn_attempts_total',
    help: 'Attempts by verdict (succeeded, retry, failed, ...), class of answer and kind.',
    labelNames: ['verdict', 'answer', 'kind'],
  })
  const seconds = new Histogram({
    ...shared,
    name: 'posthorn_attempt_seconds',
    help: 'How long one request to a receiver took.',
    buckets: latencyBuckets,
  })
  const first = new Histogram({
    ...shared,
    name: 'posthorn_accept_to_answer_seconds',
    help: 'From acceptance of a message to the answer of its first attempt.',
    buckets: latencyBuckets,
  })
  return (attempt) => {
    const answer = attempt.errorClass ?? `${Math.floor(attempt.status / 100)}xx`
    const kind = attempt.retry ? 'retry' : 'first'
    total.inc({ verdict: attempt.verdict, answer, kind })
    seconds.observe(attempt.seconds)
    if (attempt.sinceAcceptedSeconds !== null) first.observe(attempt.sinceAcceptedSeconds)
  }
}

const levelHelp: Readonly<Record<keyof Levels, readonly [name: string, help: string]>> = {
  connections: ['posthorn_connections', 'Connections of clients open now.'],
  inFlight: ['posthorn_requests_in_flight', 'Requests to receivers open now.'],
  memoryQueue: ['posthorn_memory_queue', 'Deliveries that wait in this node.'],
  due: ['posthorn_deliveries_due', 'Deliveries in the table that are due.'],
  oldestDueSeconds: ['posthorn_oldest_due_seconds', 'How long the oldest of them has been due.'],
  nodes: ['posthorn_nodes', 'Nodes that work on the database.'],
  nodesGone: ['posthorn_nodes_gone', 'Nodes that went in the last hour without taking leave.'],
}

/** Returns how to ask for all of them: before a scrape, which reads metrics side by side. */
function levelGauges(registry: Registry, levels: () => Promise<Levels>): () => Promise<void> {
  const names = Object.keys(levelHelp) as readonly (keyof Levels)[] // keys of a literal
  const gauges = names.map((key) => {
    const [name, help] = levelHelp[key]
    return { key, gauge: new Gauge({ name, help, registers: [registry] }) }
  })
  return async () => {
    const now = await levels()
    for (const { key, gauge } of gauges) gauge.set(now[key])
  }
}
