/**
 * An answer that comes before its request is over, such as 413, has to reach a client that is still
 * sending. A connection that is closed with bytes unread takes back what was written on it. So it is
 * half closed after the answer, and what still comes is read and thrown away, for a bounded while.
 */
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '../runtime/clock.ts'

/** How long, and how many bytes; then it is cut. */
const lingerMs = 2_000
const lingerBytesMax = 64 * 1024 * 1024
const lookEveryMs = 100

export function letEarlyAnswersArrive(app: FastifyInstance, clock: Clock): void {
  app.addHook('onSend', (request, _reply, payload, done) => {
    const { socket, complete } = request.raw
    // What Node calls once the last answer of a connection is written.
    if (!complete) socket.destroySoon = () => linger(socket, clock)
    done(null, payload)
  })
}

function linger(socket: Socket, clock: Clock): void {
  const until = clock.monotonic() + lingerMs
  const bytesUntil = socket.bytesRead + lingerBytesMax
  const look = (): void => {
    if (socket.destroyed) return
    if (clock.monotonic() >= until || socket.bytesRead >= bytesUntil) socket.destroy()
    else timer = clock.setTimer(lookEveryMs, look)
  }
  let timer = clock.setTimer(lookEveryMs, look)
  socket.once('close', () => timer.cancel())
  socket.end()
}
