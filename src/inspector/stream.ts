import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem, problems } from '../domain/errors.ts'
import type { Clock, Timer } from '../runtime/clock.ts'
import type { Bins, Captured } from './bins.ts'
import { presentCaptured } from './present.ts'

/** A reader that lets more than this pile up is disconnected; it resumes by `Last-Event-ID`. */
const backlogBytesMax = 16 * 1024 * 1024
const heartbeatMs = 15_000

/** Server-sent events: one `request` event for each request that arrives, its id as event id. */
export function streamRequests(input: {
  readonly bin: string
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly bins: Bins
  readonly clock: Clock
  /** What ends the streams and waits that are open when the server stops. */
  readonly open: Set<() => void>
}): FastifyReply {
  const { bin, request, reply, bins, clock, open } = input
  const raw = reply.raw
  const send = (captured: Captured): void => {
    raw.write(
      `id: ${captured.id}\nevent: request\ndata: ${JSON.stringify(presentCaptured(captured))}\n\n`,
    )
    if (raw.writableLength > backlogBytesMax) raw.destroy()
  }
  const unwatch = bins.watch(bin, clock.now(), send)
  if (unwatch === 'too_many') throw new Problem(problems.tooManyRequests)
  reply.hijack()
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>), // CORS and the like, set by hooks
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  raw.write(': connected\n\n')
  const lastId = request.headers['last-event-id']
  if (typeof lastId === 'string') {
    for (const captured of bins.requests(bin)) if (captured.id > lastId) send(captured)
  }
  let heartbeat: Timer | null = null
  const beat = (): void => {
    raw.write(': \n\n')
    heartbeat = clock.setTimer(heartbeatMs, beat)
  }
  heartbeat = clock.setTimer(heartbeatMs, beat)
  const end = (): void => {
    raw.end()
  }
  open.add(end)
  raw.once('close', () => {
    open.delete(end)
    unwatch()
    heartbeat?.cancel()
  })
  return reply
}
