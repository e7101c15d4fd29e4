/**
 * The connections of clients: how many may be open, and which go first when there are too many. One
 * that waits for a request is closed for one that has one: a connection that is idle costs its client
 * a new one, a request that is cut off costs an answer. Where all are at work, what comes on top is
 * told so with 503; beyond a small margin it is closed without a word, for words take descriptors too.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Problem, problems } from '../domain/errors.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { sendProblem } from './problem.ts'

/** Why a connection was closed: another needed its place, or no place was left for it. */
export type TurnedAway = 'idle' | 'refused'

export interface Connections {
  /** Open at the moment. */
  readonly open: number
}

export interface ConnectionRules {
  /** Open at once. */
  readonly max: number
  readonly clock: Clock
  readonly log: Log
  /** Called for each connection that is closed for want of room. */
  readonly onTurnedAway?: (why: TurnedAway) => void
}

/** Connections beyond the bound that hear why, of a bound of that many times more. */
const surplusShare = 16
const surplusMin = 4
const surplusMax = 64
/** Whoever floods us is not to flood the log: one line for all that happened meanwhile. */
const logEveryMs = 10_000
const retryAfterSeconds = 2
/** Connections looked at for one that is idle, each time that one is needed. */
const looksMax = 1_000

/** Told also when clients are too many: whether we live, and that they are too many. */
const alwaysAnswered = /^\/(?:api\/v1\/health|metrics)(?:[/?]|$)/

const tooMany = {
  ...problems.unavailable,
  code: 'too_many_connections',
  detail: {
    en: 'Too many connections are open. Try again, and keep fewer open.',
    es: 'Hay demasiadas conexiones abiertas. Inténtalo de nuevo y mantén menos abiertas.',
  },
}

/** The request and the answer that a connection is at. */
const exchanges = new WeakMap<Socket, readonly [IncomingMessage, ServerResponse]>()

/** Broken in the body of a request that has its answer: another would be taken for the next one's. */
export function isAnswered(socket: Socket): boolean {
  const [request, response] = exchanges.get(socket) ?? []
  return request?.complete === false && response?.headersSent === true
}

/** Waits for a request, or for the rest of its first line. */
function isIdle(socket: Socket): boolean {
  const [request, response] = exchanges.get(socket) ?? []
  if (request === undefined || response === undefined) return true
  return request.complete && response.writableFinished
}

/**
 * Bounds the connections of a server. Those that clients open in advance and never use count as busy
 * for Node, and would hold a stop for ever: they are dropped when it begins.
 */
export function boundConnections(app: FastifyInstance, rules: ConnectionRules): Connections {
  /** Never used yet, oldest first: these go before any that had a request. */
  const unused = new Set<Socket>()
  /** Roughly in the order of their last requests. */
  const used = new Set<Socket>()
  const surplus = new WeakSet<Socket>()
  const margin = Math.min(surplusMax, Math.max(surplusMin, Math.ceil(rules.max / surplusShare)))
  const tell = teller(rules)
  let closing = false
  const open = (): number => unused.size + used.size
  app.server.on('connection', (socket: Socket) => {
    if (closing) {
      socket.destroy()
      return
    }
    if (open() >= rules.max) {
      const idle = firstOf(unused) ?? firstIdle(used)
      if (idle !== null) {
        drop(idle)
        tell('idle')
      } else {
        tell('refused')
        if (open() >= rules.max + margin) {
          socket.destroy()
          return
        }
        surplus.add(socket)
      }
    }
    unused.add(socket)
    socket.once('close', () => forget(socket))
  })
  app.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    exchanges.set(socket, [request, response])
    if (socket.destroyed) return
    forget(socket)
    used.add(socket)
  })
  app.addHook('onRequest', (request, reply, done) => {
    const { socket, url = '' } = request.raw
    if (!surplus.has(socket) || alwaysAnswered.test(url)) return done()
    if (open() <= rules.max) {
      surplus.delete(socket) // room was made meanwhile
      return done()
    }
    reply.header('connection', 'close')
    sendProblem(new Problem(tooMany, { retryAfterSeconds }), reply)
  })
  app.addHook('preClose', (done) => {
    closing = true
    for (const socket of unused) socket.destroy()
    done()
  })
  function forget(socket: Socket): void {
    unused.delete(socket)
    used.delete(socket)
  }
  function drop(socket: Socket): void {
    forget(socket) // its descriptor is given back at once, its event comes later
    socket.destroy()
  }
  return {
    get open() {
      return open()
    },
  }
}

function firstOf(sockets: ReadonlySet<Socket>): Socket | null {
  const [first = null] = sockets
  return first
}

/**
 * The one whose last request is longest ago. Those at work before it, streams and slow ones, go to
 * the end, so that the next look does not pass them again.
 */
function firstIdle(sockets: Set<Socket>): Socket | null {
  let left = Math.min(looksMax, sockets.size)
  for (const socket of sockets) {
    if (isIdle(socket)) return socket
    left -= 1
    if (left <= 0) return null
    sockets.delete(socket)
    sockets.add(socket)
  }
  return null
}

function teller({ max, clock, log, onTurnedAway }: ConnectionRules): (why: TurnedAway) => void {
  const since = { idle: 0, refused: 0 }
  let toldAt = Number.NEGATIVE_INFINITY
  return (why) => {
    onTurnedAway?.(why)
    since[why] += 1
    const now = clock.monotonic()
    if (now - toldAt < logEveryMs) return
    toldAt = now
    log.warn('api.connections_full', { max, closedIdle: since.idle, refused: since.refused })
    since.idle = 0
    since.refused = 0
  }
}
