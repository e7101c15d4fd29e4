/**
 * The inspector: bins that take any request under `/in/<bin>`, keep what came, say whether its
 * signature is right, and answer as a script says. It holds everything in memory, bounded.
 *
 * `/in/*` is open: whoever knows a bin's address may send to it, as to any receiver. Reading and
 * configuring is behind the API key; a bin that an organisation has configured is seen by it alone.
 */

import type { IncomingMessage } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { problemOf, sendProblem } from '../api/problem.ts'
import { type StreamSeats, streamSeats } from '../api/stream-seats.ts'
import { issuesOfFastify } from '../api/validate.ts'
import { invalid, type Problem } from '../domain/errors.ts'
import type { OrganizationId } from '../domain/ids.ts'
import type { Clock } from '../runtime/clock.ts'
import { type IdSource, idSource } from '../runtime/id-source.ts'
import type { Log } from '../runtime/log.ts'
import type { Random } from '../runtime/random.ts'
import { type BinLimits, Bins, standardBinLimits } from './bins.ts'
import { captureRoutes } from './capture.ts'
import type { OwnSecret } from './own-secrets.ts'
import { binRoutes } from './routes.ts'

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
  /** Which organisation asks, by its API key. Throws a `Problem` (401, 403) for anyone else. */
  readonly authorize: (request: FastifyRequest) => Promise<OrganizationId> | OrganizationId
  /** Whether bodies are masked for who asks: payloads come here in many shapes. Absent: never. */
  readonly hidesBodies?: (request: FastifyRequest) => Promise<boolean>
  /** Counts the streams that stand open with those of others; absent: its own alone. */
  readonly seats?: StreamSeats
  /** Made by the caller who also wants to reach the bins from code; else made here. */
  readonly bins?: Bins
}

/** What the two groups of routes share. */
export interface InspectorParts {
  readonly bins: Bins
  readonly limits: BinLimits
  readonly ids: IdSource
  readonly seats: StreamSeats
  /** Waits, or less when the client goes away. */
  readonly pause: (delayMs: number, raw: IncomingMessage) => Promise<void>
  /** Ends what is open at the moment: streams, waits and delayed answers. */
  readonly open: Set<() => void>
}

export function inspector(options: InspectorOptions): FastifyPluginAsync {
  const limits = { ...standardBinLimits, ...options.limits }
  const open = new Set<() => void>()
  const parts: InspectorParts = {
    bins: options.bins ?? new Bins(limits),
    limits,
    ids: idSource(options.clock, options.random),
    seats: options.seats ?? streamSeats(),
    pause: (delayMs, raw) => pause(options.clock, delayMs, raw, open),
    open,
  }
  return async (app) => {
    app.addHook('preClose', async () => {
      for (const end of [...open]) end()
    })
    app.setErrorHandler((error: FastifyError | Error, request, reply) => {
      const problem = asProblem(error, request)
      if (problem.status >= 500) options.log.error('inspector.failed', {}, error)
      sendProblem(problem, reply)
    })
    await app.register(async (scope: FastifyInstance) => captureRoutes(scope, options, parts))
    await app.register(async (scope: FastifyInstance) => binRoutes(scope, options, parts))
  }
}

/** Fastify's own refusals (too large, bad JSON, schema) in the API's words. */
function asProblem(error: FastifyError | Error, request: FastifyRequest): Problem {
  if (!('validation' in error) || error.validation === undefined) return problemOf(error)
  const { validation, validationContext = 'body' } = error
  const value = validationContext === 'body' ? request.body : request.query
  return invalid(...issuesOfFastify(validation, value, validationContext))
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
