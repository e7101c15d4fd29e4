/**
 * Server-sent events: the one writer of them. A stream stands until the client leaves, `end` is
 * called or the server stops.
 */
import type { FastifyReply } from 'fastify'
import type { Clock, Timer } from '../runtime/clock.ts'

const heartbeatMs = 15_000

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

export function openEventStream(input: {
  readonly reply: FastifyReply
  readonly clock: Clock
  /** Id that heart-beats carry, so that a quiet stream resumes where it is. */
  readonly idNow?: () => string
  readonly onClose: () => void
}): EventStream {
  const { reply, clock, idNow } = input
  const { raw } = reply
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
    raw.write(idNow === undefined ? ': \n\n' : `: \nid: ${idNow()}\n\n`)
    heartbeat = clock.setTimer(heartbeatMs, beat)
  }
  raw.once('close', () => {
    heartbeat.cancel()
    input.onClose()
  })
  return {
    send({ id, name, data }) {
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
