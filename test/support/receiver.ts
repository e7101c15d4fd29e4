/**
 * A real HTTP receiver on loopback for everybody's tests: it keeps what it received as bytes, with
 * header spelling kept, and answers as told. Nothing here sleeps; `next` and `waitFor` resolve
 * when a request has arrived, and fail with a sentence when none does.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { patienceMs as usualPatienceMs } from './eventually.ts'

export interface Received {
  readonly method: string
  /** Path and query as sent. */
  readonly path: string
  /** Lower-case names; repeated headers are joined as Node joins them. */
  readonly headers: Readonly<Record<string, string>>
  /** Spelling, order and repetitions as sent. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  /** 1 for the first request that this receiver got. */
  readonly number: number
  /** 1 for the first connection: tells reuse from a new one. */
  readonly connection: number
  readonly json: () => unknown
}

/** What to answer. Absent: 204, no body, at once. */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
  /** Holds the answer back until this resolves. */
  readonly after?: Promise<unknown>
  /** `hang` never answers, `reset` destroys the connection instead of answering. */
  readonly instead?: 'hang' | 'reset'
}

export type Script = ((request: Received) => Answer | Promise<Answer>) | readonly Answer[]

export interface Receiver {
  /** Without a trailing slash: `http://127.0.0.1:40123`. */
  readonly url: string
  readonly port: number
  /** Everything received so far, oldest first. */
  readonly requests: readonly Received[]
  /** Connections accepted so far. */
  readonly connections: number
  /** The next request that was not handed out by `next` before. */
  next(): Promise<Received>
  /** Resolves with all requests once there are at least `count`. */
  waitFor(count: number): Promise<readonly Received[]>
  /** Replaces the script. A list is answered in order; its last item repeats. */
  answer(script: Script): void
  close(): Promise<void>
}

export interface ReceiverOptions {
  readonly script?: Script
  /** Default 127.0.0.1. */
  readonly host?: string
  readonly port?: number
  readonly tls?: TlsOptions
  /** How long `next` and `waitFor` wait before they fail. Default a minute. */
  readonly patienceMs?: number
}

interface Waiter {
  readonly isMet: () => boolean
  readonly resolve: () => void
}

export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { host = '127.0.0.1', patienceMs = usualPatienceMs } = options
  const requests: Received[] = []
  const waiters = new Set<Waiter>()
  const sockets = new Map<Socket, number>()
  let connections = 0
  let handedOut = 0
  let answers = answering(options.script ?? [{}])

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const received = await readRequest(request, requests.length + 1, sockets)
    requests.push({ ...received, number: requests.length + 1 })
    const last = requests.at(-1) ?? received
    for (const waiter of waiters) if (waiter.isMet()) waiter.resolve()
    await writeAnswer(await answers(last), response)
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch(() => response.destroy())
  }
  const server =
    options.tls === undefined
      ? createServer({ keepAliveTimeout: 60_000 }, onRequest)
      : createTlsServer({ ...options.tls, keepAliveTimeout: 60_000 }, onRequest)
  server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    connections += 1
    sockets.set(socket, connections)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(options.port ?? 0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // listening on TCP

  const until = (isMet: () => boolean, expected: string): Promise<void> => {
    if (isMet()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const waiter = {
        isMet,
        resolve: () => {
          clearTimeout(patience)
          waiters.delete(waiter)
          resolve()
        },
      }
      const patience = setTimeout(() => {
        waiters.delete(waiter)
        reject(new Error(`The receiver waited for ${expected} and has ${requests.length}.`))
      }, patienceMs)
      waiters.add(waiter)
    })
  }

  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    requests,
    get connections() {
      return connections
    },
    async next() {
      const index = handedOut++
      await until(() => requests.length > index, `request ${index + 1}`)
      return requests[index] as Received // there is one: that was waited for
    },
    async waitFor(count) {
      await until(() => requests.length >= count, `${count} requests`)
      return requests
    },
    answer(script) {
      answers = answering(script)
    },
    async close() {
      server.close()
      server.closeAllConnections()
      for (const socket of sockets.keys()) socket.destroy()
      if (server.listening) await once(server, 'close')
    },
  }
}

function answering(script: Script): (request: Received) => Answer | Promise<Answer> {
  if (typeof script === 'function') return script
  let at = 0
  return () => script[Math.min(at++, script.length - 1)] ?? {}
}

async function readRequest(
  request: IncomingMessage,
  number: number,
  sockets: ReadonlyMap<Socket, number>,
): Promise<Received> {
  const connection = sockets.get(request.socket) ?? 0
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // no encoding set: Buffers
  const body = Buffer.concat(chunks)
  const rawHeaders: [string, string][] = []
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    rawHeaders.push([request.rawHeaders[at] ?? '', request.rawHeaders[at + 1] ?? ''])
  }
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')]),
    ),
    rawHeaders,
    body,
    number,
    connection,
    json: () => JSON.parse(body.toString('utf8')),
  }
}

async function writeAnswer(answer: Answer, response: ServerResponse): Promise<void> {
  await answer.after
  if (answer.instead === 'hang') return
  if (answer.instead === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    response.setHeader(name, value)
  }
  response.statusCode = answer.status ?? 204
  response.end(answer.body)
}
