import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Seconds: from a fast local commit to an attempt's longest time. */
const latencyBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
]

/** What waits and what is open, asked for at each scrape. */
export interface Levels {
  readonly inFlight: number
  readonly memoryQueue: number
  readonly due: number
  readonly oldestDueSeconds: number
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
  /** One durable write of the store, as its caller waited for it. */
  committed(operation: string, seconds: number): void
  /** Prometheus text. */
  text(): Promise<string>
  readonly contentType: string
}

/**
 * Metrics of one Posthorn in a registry of their own, so that several can live in one process. No
 * label names an application or an endpoint: their number is not bounded.
 */
export function createMetrics(levels: () => Promise<Levels>): Metrics {
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
    help: 'How long a durable write was waited for; writes in flight together share a commit.',
    labelNames: ['operation'],
    buckets: latencyBuckets,
  })
  levelGauges(registry, levels)
  return {
    accepted(result, seconds) {
      accepted.inc({ result })
      acceptSeconds.observe(seconds)
    },
    attempted: attempts,
    committed: (operation, seconds) => commits.observe({ operation }, seconds),
    text: () => registry.metrics(),
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
  inFlight: ['posthorn_requests_in_flight', 'Requests to receivers open now.'],
  memoryQueue: ['posthorn_memory_queue', 'Deliveries that wait in this node.'],
  due: ['posthorn_deliveries_due', 'Deliveries in the table that are due.'],
  oldestDueSeconds: ['posthorn_oldest_due_seconds', 'How long the oldest of them has been due.'],
}

function levelGauges(registry: Registry, levels: () => Promise<Levels>): void {
  const names = Object.keys(levelHelp) as readonly (keyof Levels)[] // keys of a literal
  const gauges = names.map((key) => {
    const [name, help] = levelHelp[key]
    return { key, gauge: new Gauge({ name, help, registers: [] }) }
  })
  // One question for all of them: the first gauge asks and sets the rest.
  const [asking] = gauges
  for (const { gauge } of gauges) registry.registerMetric(gauge)
  if (asking === undefined) return
  Reflect.set(asking.gauge, 'collect', async () => {
    const now = await levels()
    for (const { key, gauge } of gauges) gauge.set(now[key])
  })
}
