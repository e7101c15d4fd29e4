/**
 * Server-sent events: the one writer of them. A stream stands until the client leaves, `end` is
 * called or the server stops.
 */
import type { FastifyReply } from 'fastify'
import { Problem } from '../domain/errors.ts'
import type { Clock, Timer } from '../runtime/clock.ts'
import type { StreamSeats } from './stream-seats.ts'

const heartbeatMs = 15_000
/** A key may be revoked and a session end while a stream is open. */
const allowedCheckMs = 1_000

export interface EventStream {
  /** Writes one event. What is written waits in memory until the client takes it; see `waiting`. */
  send(event: { readonly id?: string; readonly name: string; readonly data: unknown }): void
  /** Bytes that the client has not taken yet. */
  waiting(): number
  /** Resolves when the client has taken everything, or is gone. */
  taken(): Promise<void>
  /** Ends after what was written. */
  end(): void
  /** Ends at once, and drops what was not taken. */
  destroy(): void
}

/** Asks a check that throws 401, 403 or 404: whether it passes. A store that is away decides nothing. */
export async function passes(check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check()
    return true
  } catch (error) {
    return !(error instanceof Problem) || error.status >= 500
  }
}

/** Throws 429 when too many are open, for this caller or in all. */
export function openEventStream(input: {
  readonly reply: FastifyReply
  readonly clock: Clock
  readonly seats: StreamSeats
  /** Whose place it takes; see `stream-seats.ts`. */
  readonly caller: string
  /** Id that heart-beats carry, so that a quiet stream resumes where it is. */
  readonly idNow?: () => string
  /** Whether the caller may still read; asked each second, and the stream ends when not. */
  readonly stillAllowed?: () => Promise<boolean>
  readonly onClose: () => void
}): EventStream {
  const { reply, clock, idNow } = input
  const { raw } = reply
  const leave = input.seats.take(input.caller)
  reply.hijack()
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>), // CORS and the like, set by hooks
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  raw.write(': connected\n\n')
  let heartbeat: Timer = clock.setTimer(heartbeatMs, beat)
  function beat(): void {
    if (raw.writableEnded) return
    raw.write(idNow === undefined ? ': \n\n' : `: \nid: ${idNow()}\n\n`)
    heartbeat = clock.setTimer(heartbeatMs, beat)
  }
  let check = input.stillAllowed === undefined ? null : clock.setTimer(allowedCheckMs, recheck)
  function recheck(): void {
    void input.stillAllowed?.().then((allowed) => {
      if (raw.destroyed) return
      if (allowed) check = clock.setTimer(allowedCheckMs, recheck)
      else raw.end(`event: closed\ndata: {"reason":"credentials_ended"}\n\n`)
    })
  }
  raw.once('close', () => {
    heartbeat.cancel()
    check?.cancel()
    leave()
    input.onClose()
  })
  return {
    send({ id, name, data }) {
      if (raw.writableEnded) return // its end was told already
      const head = id === undefined ? '' : `id: ${id}\n`
      raw.write(`${head}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    waiting: () => raw.writableLength,
    taken: () =>
      new Promise((resolve) => {
        if (!raw.writableNeedDrain || raw.destroyed) return resolve()
        const done = (): void => {
          raw.off('drain', done)
          raw.off('close', done)
          resolve()
        }
        raw.on('drain', done)
        raw.on('close', done)
      }),
    end: () => {
      raw.end()
    },
    destroy: () => {
      raw.destroy()
    },
  }
}
