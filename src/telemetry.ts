/**
 * What is measured of a running Posthorn, and where it is read: `GET /metrics` in Prometheus text.
 * With POSTHORN_METRICS_TOKEN it asks for that token; without, it answers callers of private networks
 * that came directly, so that a proxy in front does not open it to the world.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { isProxied } from './api/console-session.ts'
import type { ApiPlugin } from './api/server.ts'
import { addressKind, parseAddress } from './delivery/address.ts'
import type { AttemptEvent } from './delivery/dispatcher.ts'
import type { Engine } from './delivery/engine.ts'
import { Problem, problems } from './domain/errors.ts'
import { isAlive, type NodeRole } from './domain/node.ts'
import type { Acceptance, Acceptor } from './intake/accept.ts'
import type { World } from './posthorn.ts'
import { createMetrics, type Levels, type Metrics } from './runtime/metrics.ts'
import type { Store } from './store/store.ts'
import { version } from './version.ts'

/** Counting the table costs; scrapes within this time share one count. */
const countEveryMs = 30_000

export function metricsOf(input: {
  readonly world: World
  readonly store: Store
  readonly engine: Engine
  readonly node: { readonly id: string; readonly role: NodeRole }
  /** Of clients, open now. */
  readonly connections: () => number
}): Metrics {
  const metrics = createMetrics(levelsOf(input), { ...input.node, version })
  input.engine.onAttempt((event) => observeAttempt(metrics, event))
  return metrics
}

/** The same acceptor, watched. */
export function meteredAcceptor(acceptor: Acceptor, metrics: Metrics, world: World): Acceptor {
  const { clock } = world
  const observe = (results: readonly Acceptance[], startedAt: number): void => {
    const seconds = (clock.monotonic() - startedAt) / 1000
    for (const { kind } of results) metrics.accepted(kind, seconds)
    metrics.committed('accept', seconds)
  }
  return {
    get inFlight() {
      return acceptor.inFlight
    },
    async accept(event) {
      const startedAt = clock.monotonic()
      const result = await acceptor.accept(event)
      observe([result], startedAt)
      return result
    },
    async acceptAll(events) {
      const startedAt = clock.monotonic()
      const results = await acceptor.acceptAll(events)
      observe(results, startedAt)
      return results
    },
  }
}

export function metricsPlugin(metrics: Metrics, token: string | null): ApiPlugin {
  return (app) => {
    app.get('/metrics', async (request, reply) => {
      if (token === null) refuseStrangers(request)
      else if (!holds(request.headers.authorization, token)) {
        const given = request.headers.authorization !== undefined
        throw new Problem(given ? problems.forbidden : problems.unauthenticated)
      }
      return reply.header('content-type', metrics.contentType).send(await metrics.text())
    })
  }
}

/** Hashes have one length, so the comparison tells nothing. */
function holds(authorization: string | undefined, token: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(authorization ?? ''), hash(`Bearer ${token}`))
}

const nearKinds = new Set(['loopback', 'private', 'link_local'])

function refuseStrangers(request: FastifyRequest): void {
  const address = parseAddress(request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '')
  if (address !== null && nearKinds.has(addressKind(address)) && !isProxied(request)) return
  throw new Problem({
    ...problems.forbidden,
    code: 'metrics_private',
    detail: {
      en: 'Metrics are for private networks. Set POSTHORN_METRICS_TOKEN to read them from elsewhere.',
      es: 'Las métricas son para redes privadas. Con POSTHORN_METRICS_TOKEN se leen desde otro lugar.',
    },
  })
}

function observeAttempt(metrics: Metrics, event: AttemptEvent): void {
  const { attempt, verdict, message } = event
  const first = attempt.number === 1 && attempt.trigger === 'scheduled'
  const sinceMs = attempt.createdAt + attempt.durationMs - message.createdAt
  metrics.attempted({
    verdict: verdict.kind,
    errorClass: attempt.errorClass,
    status: attempt.responseStatus,
    retry: attempt.number > 1,
    seconds: attempt.durationMs / 1000,
    sinceAcceptedSeconds: first && message.deliverAt === null ? sinceMs / 1000 : null,
  })
}

function levelsOf(input: {
  readonly world: World
  readonly store: Store
  readonly engine: Engine
  readonly connections: () => number
}): () => Promise<Levels> {
  const { clock } = input.world
  let countedAt = Number.NEGATIVE_INFINITY
  let counted = { due: 0, oldestDueSeconds: 0, nodes: 0, nodesGone: 0 }
  return async () => {
    if (clock.monotonic() - countedAt >= countEveryMs) {
      countedAt = clock.monotonic()
      const now = clock.now()
      const { due, oldestDueAt } = await input.store.countDue({ now })
      const oldestDueSeconds = oldestDueAt === null ? 0 : Math.max(0, now - oldestDueAt) / 1000
      const nodes = await input.store.listNodes({ now })
      const alive = nodes.filter(isAlive).length
      counted = { due, oldestDueSeconds, nodes: alive, nodesGone: nodes.length - alive }
    }
    const { inFlight, waiting } = input.engine.stats()
    const connections = input.connections()
    return { ...counted, connections, inFlight, memoryQueue: waiting }
  }
}
