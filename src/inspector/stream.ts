import type { FastifyReply } from 'fastify'
import { openEventStream } from '../api/event-stream.ts'
import type { StreamSeats } from '../api/stream-seats.ts'
import { Problem, problems } from '../domain/errors.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Bins, Captured } from './bins.ts'
import { presentCaptured } from './present.ts'

/** A reader that lets more than this pile up is disconnected; it resumes by `Last-Event-ID`. */
const backlogBytesMax = 16 * 1024 * 1024

/** Server-sent events: one `request` event for each request that arrives, its id as event id. */
export function streamRequests(input: {
  readonly bin: string
  /** Those behind it are sent first; null: none. */
  readonly lastEventId: string | null
  readonly reply: FastifyReply
  readonly bins: Bins
  readonly clock: Clock
  readonly seats: StreamSeats
  readonly caller: string
  /** What ends the streams and waits that are open when the server stops. */
  readonly open: Set<() => void>
  /** The caller may not see bodies. */
  readonly hidden: boolean
  /** Whether the caller may still watch the bin. */
  readonly stillAllowed: () => Promise<boolean>
}): void {
  const { bin, lastEventId, reply, bins, clock, open, hidden, stillAllowed } = input
  const send = (captured: Captured): void => {
    stream.send({ id: captured.id, name: 'request', data: presentCaptured(captured, hidden) })
    if (stream.waiting() > backlogBytesMax) stream.destroy()
  }
  input.seats.check(input.caller)
  const unwatch = bins.watch(bin, clock.now(), send)
  if (unwatch === 'too_many') throw new Problem(problems.tooManyRequests)
  const stream = openEventStream({
    ...{ reply, clock, stillAllowed },
    ...{ seats: input.seats, caller: input.caller },
    onClose() {
      open.delete(stream.end)
      unwatch()
    },
  })
  if (lastEventId !== null) {
    for (const captured of bins.requests(bin)) if (captured.id > lastEventId) send(captured)
  }
  open.add(stream.end)
}
