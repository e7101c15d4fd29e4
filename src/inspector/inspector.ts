/**
 * The inspector: bins that take any request under `/in/<bin>`, keep what came, say whether its
 * signature is right, and answer as a script says. It holds everything in memory, bounded.
 *
 * `/in/*` is open: whoever knows a bin's address may send to it, as to any receiver. Reading and
 * configuring are operations of the API; a bin that an organisation has configured is seen by it
 * alone.
 */

import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { Route } from '../api/call.ts'
import { problemOf, sendProblem } from '../api/problem.ts'
import type { Clock } from '../runtime/clock.ts'
import { type IdSource, idSource } from '../runtime/id-source.ts'
import type { Log } from '../runtime/log.ts'
import type { Random } from '../runtime/random.ts'
import { type BinLimits, Bins, standardBinLimits } from './bins.ts'
import { captureRoutes } from './capture.ts'
import type { OwnSecret } from './own-secrets.ts'
import { inspectorRoutes } from './routes.ts'

export interface InspectorOptions {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly limits?: Partial<BinLimits>
  /**
   * Signing secrets of the endpoints whose URL is this server's `path` (`/in/<bin>`); so the
   * inspector knows the server's own deliveries without being told.
   */
  readonly secretsOf?: (path: string) => Promise<readonly OwnSecret[]>
  /** Told of each request with a valid signature by this secret of an endpoint. */
  readonly onVerified?: (secret: Omit<OwnSecret, 'key'>) => void
  /** Made by the caller who also wants to reach the bins from code; else made here. */
  readonly bins?: Bins
}

/** What the two groups of routes share. */
export interface InspectorParts {
  readonly bins: Bins
  readonly limits: BinLimits
  readonly ids: IdSource
  /** Waits, or less when the client goes away. */
  readonly pause: (delayMs: number, raw: IncomingMessage) => Promise<void>
  /** Ends what is open at the moment: streams, waits and delayed answers. */
  readonly open: Set<() => void>
}

export interface Inspector {
  /** The addresses that take requests. */
  readonly plugin: FastifyPluginAsync
  /** The operations that read and configure. */
  readonly routes: readonly Route[]
}

export function inspector(options: InspectorOptions): Inspector {
  const limits = { ...standardBinLimits, ...options.limits }
  const open = new Set<() => void>()
  const parts: InspectorParts = {
    bins: options.bins ?? new Bins(limits),
    limits,
    ids: idSource(options.clock, options.random),
    pause: (delayMs, raw) => pause(options.clock, delayMs, raw, open),
    open,
  }
  return {
    routes: inspectorRoutes({ ...options, ...parts }),
    async plugin(app) {
      app.addHook('preClose', async () => {
        for (const end of [...open]) end()
      })
      app.setErrorHandler((error: Error, _request, reply) => {
        const problem = problemOf(error)
        if (problem.status >= 500) options.log.error('inspector.failed', {}, error)
        sendProblem(problem, reply)
      })
      await app.register(async (scope: FastifyInstance) => captureRoutes(scope, options, parts))
    },
  }
}

function pause(
  clock: Clock,
  delayMs: number,
  raw: IncomingMessage,
  open: Set<() => void>,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(delayMs, done)
    function done(): void {
      timer.cancel()
      raw.socket.off('close', done)
      open.delete(done)
      resolve()
    }
    raw.socket.once('close', done)
    open.add(done)
  })
}
