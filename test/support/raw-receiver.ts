/**
 * A receiver that speaks raw bytes by a script: for responses that no HTTP server would give. The
 * script is played once for each request (or at once when `when` is `connect`).
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export type Step =
  | { readonly send: string }
  | { readonly delay_ms: number }
  | { readonly end: 'fin' | 'rst' | 'hang' }
  | {
      readonly repeat: {
        readonly send?: string
        /** That many bytes of `x`. */
        readonly send_x?: number
        readonly every_ms: number
        readonly times?: number
        readonly forever?: boolean
      }
    }

export interface RawScript {
  readonly steps: readonly Step[]
  /** `connect`: played when the connection is made, before any request. */
  readonly when?: 'connect' | 'request'
  /** False: the request is never read from the socket. */
  readonly reads?: boolean
  /** Close this long after the script was played. */
  readonly close_after_ms?: number
}

export interface RawReceiver {
  readonly url: string
  readonly port: number
  /** Whole requests seen, as text of their heads. */
  readonly requests: readonly string[]
  readonly connections: number
  close(): Promise<void>
}

export async function startRawReceiver(
  script: RawScript,
  host = '127.0.0.1',
): Promise<RawReceiver> {
  const requests: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.setNoDelay(true)
    serve(socket, script, requests).catch(() => socket.destroy())
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // listening on TCP
  return {
    url: `http://${host}:${port}`,
    port,
    requests,
    get connections() {
      return connections
    },
    async close() {
      if (!server.listening) return
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

export async function serve(socket: Socket, script: RawScript, requests: string[]): Promise<void> {
  if (script.when === 'connect') await play(socket, script)
  if (script.reads === false) return
  let buffered = Buffer.alloc(0)
  for await (const chunk of socket) {
    buffered = Buffer.concat([buffered, chunk])
    for (let whole = wholeRequest(buffered); whole !== null; whole = wholeRequest(buffered)) {
      requests.push(whole.head)
      buffered = buffered.subarray(whole.length)
      if (script.when !== 'connect') await play(socket, script)
    }
  }
  socket.end()
}

function wholeRequest(bytes: Buffer): { readonly head: string; readonly length: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return null
  const head = bytes.subarray(0, headEnd).toString('latin1')
  const length = headEnd + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
  return bytes.length >= length ? { head, length } : null
}

async function play(socket: Socket, script: RawScript): Promise<void> {
  for (const step of script.steps) {
    if (socket.destroyed) return
    if ('send' in step) await write(socket, step.send)
    else if ('delay_ms' in step) await pause(step.delay_ms)
    else if ('repeat' in step) await repeat(socket, step.repeat)
    else if (step.end === 'fin') socket.end()
    else if (step.end === 'rst') socket.resetAndDestroy()
  }
  if (script.close_after_ms !== undefined) {
    await pause(script.close_after_ms)
    socket.destroy()
  }
}

async function repeat(
  socket: Socket,
  input: Extract<Step, { repeat: unknown }>['repeat'],
): Promise<void> {
  const text = input.send ?? 'x'.repeat(input.send_x ?? 0)
  const times = input.forever === true ? Number.POSITIVE_INFINITY : (input.times ?? 1)
  for (let done = 0; done < times && !socket.destroyed; done++) {
    await write(socket, text)
    if (input.every_ms > 0) await pause(input.every_ms)
  }
}

/** The script's text is bytes in Latin-1; a full buffer is waited for, so that memory is bounded. */
async function write(socket: Socket, text: string): Promise<void> {
  if (socket.destroyed || socket.writableEnded) return
  if (socket.write(text, 'latin1')) return
  await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined)
}

/** A step of the script, not a wait of the test. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
