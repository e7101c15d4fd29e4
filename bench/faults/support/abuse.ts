/** Receivers that misbehave, as raw bytes: what comes after the request was read, step by step. */
import { createServer, type Socket } from 'node:net'
import { LeanReader } from '../../support/lean-http.ts'

export interface Abuse {
  readonly name: string
  play(socket: Socket): void
}

const head = 'HTTP/1.1 200 OK\r\n'

/** Writes `text` again and again until the sender hangs up; bounded by `timesMax`. */
function repeating(text: string, everyMs: number, timesMax = 2_000): (socket: Socket) => void {
  return (socket) => {
    let times = 0
    const timer = setInterval(() => {
      times += 1
      if (socket.destroyed || times > timesMax) clearInterval(timer)
      else socket.write(text)
    }, everyMs)
    socket.once('close', () => clearInterval(timer))
  }
}

function saying(text: string, then?: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    socket.write(text, 'latin1')
    then?.(socket)
  }
}

export const abuses: readonly Abuse[] = [
  { name: 'silent', play() {} },
  { name: 'reset', play: (socket) => socket.resetAndDestroy() },
  { name: 'close', play: (socket) => socket.end() },
  { name: 'garbage', play: saying('\u0000\u0001 not http at all\r\n\r\n') },
  { name: 'status-drip', play: repeating('H', 50) },
  { name: 'header-drip', play: saying(head, repeating('x-t: v\r\n', 50)) },
  { name: 'header-flood', play: saying(head, repeating('x-h: '.padEnd(8_000, 'v'), 1)) },
  { name: 'continue-forever', play: repeating('HTTP/1.1 100 Continue\r\n\r\n', 50) },
  { name: 'processing-forever', play: repeating('HTTP/1.1 102 Processing\r\n\r\n', 50) },
  { name: 'body-drip', play: saying(`${head}content-length: 9999\r\n\r\n`, repeating('x', 50)) },
  {
    name: 'chunk-drip',
    play: saying(`${head}transfer-encoding: chunked\r\n\r\n`, repeating('1\r\nx\r\n', 50)),
  },
  {
    name: 'body-flood',
    play: saying(`${head}content-length: 99999999999\r\n\r\n`, repeating('x'.repeat(65_536), 1)),
  },
  { name: 'short-body', play: saying(`${head}content-length: 50\r\n\r\nshort`, (s) => s.end()) },
  { name: 'bad-chunk', play: saying(`${head}transfer-encoding: chunked\r\n\r\nZZ\r\n`) },
  {
    name: 'two-lengths',
    play: saying(`${head}content-length: 0\r\ncontent-length: 5\r\n\r\nhello`),
  },
  { name: 'extra-bytes', play: saying(`${head}content-length: 0\r\n\r\n${head}\r\n surplus`) },
  { name: 'huge-status', play: saying('HTTP/1.1 99999 What\r\ncontent-length: 0\r\n\r\n') },
  { name: 'switching', play: saying('HTTP/1.1 101 Switching\r\nupgrade: websocket\r\n\r\n') },
  {
    name: 'redirect',
    play: saying(
      'HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n',
    ),
  },
  {
    name: 'retry-later',
    play: saying('HTTP/1.1 503 Busy\r\nretry-after: 99999999999\r\ncontent-length: 0\r\n\r\n'),
  },
  {
    name: 'not-gzip',
    play: saying(`${head}content-encoding: gzip\r\ncontent-length: 5\r\n\r\n\u001f\u008bxxx`),
  },
  { name: 'server-error', play: saying('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n') },
]

/** Plays the abuse that the request's path names: `/<name>`. */
export async function startAbuser(): Promise<{
  readonly origin: string
  readonly requests: () => number
  close(): Promise<void>
}> {
  let requests = 0
  const sockets = new Set<Socket>()
  const byName = new Map(abuses.map((abuse) => [abuse.name, abuse]))
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy()) // the sender has had enough, as it should
    const reader = new LeanReader(({ head: text }) => {
      requests += 1
      const name = text.slice(text.indexOf('/') + 1, text.indexOf(' HTTP/'))
      byName.get(name)?.play(socket)
    })
    socket.on('data', (chunk) => reader.push(chunk))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    origin: `http://127.0.0.1:${port}`,
    requests: () => requests,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
