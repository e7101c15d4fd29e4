/** Egress proxies on loopback: HTTP CONNECT and SOCKS5, small but real. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export interface TestProxy {
  readonly port: number
  /** `host:port` of each tunnel asked for. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

export interface ProxyOptions {
  readonly username?: string
  readonly password?: string
  /** Where names lead: the proxy resolves, not the sender. */
  readonly hosts?: Readonly<Record<string, string>>
  /** Answered instead of opening a tunnel: an HTTP status, or a SOCKS reply code. */
  readonly refuseWith?: number
  /** Takes the connection and says nothing. */
  readonly silent?: boolean
}

export function startConnectProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  return listen(options, async (client, read, asked) => {
    let head = ''
    while (!head.endsWith('\r\n\r\n')) head += (await read(1)).toString('latin1')
    const [host = '', port = ''] = splitPort(/^CONNECT (\S+) /.exec(head)?.[1] ?? '')
    asked.push(`${host}:${port}`)
    const expected = Buffer.from(`${options.username}:${options.password}`).toString('base64')
    const proven = head.includes(`proxy-authorization: Basic ${expected}\r\n`)
    const status = options.username !== undefined && !proven ? 407 : (options.refuseWith ?? 200)
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    const upstream = await open(options.hosts?.[host] ?? host, Number(port))
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    join(client, upstream)
  })
}

export function startSocksProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  return listen(options, async (client, read, asked) => {
    const [, methods = 0] = await read(2)
    const offered = await read(methods)
    const method = options.username === undefined ? 0 : 2
    client.write(Buffer.from([5, offered.includes(method) ? method : 255]))
    if (method === 2) {
      const [, nameLength = 0] = await read(2)
      const name = (await read(nameLength)).toString()
      const [passwordLength = 0] = await read(1)
      const password = (await read(passwordLength)).toString()
      const proven = name === options.username && password === options.password
      client.write(Buffer.from([1, proven ? 0 : 1]))
      if (!proven) return
    }
    const [, , , type] = await read(4)
    const [length = 0] = type === 3 ? await read(1) : []
    const host = type === 1 ? [...(await read(4))].join('.') : (await read(length)).toString()
    const port = (await read(2)).readUInt16BE(0)
    asked.push(`${host}:${port}`)
    const reply = (code: number): void => {
      client.write(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]))
    }
    if (options.refuseWith !== undefined) {
      reply(options.refuseWith)
      return
    }
    const upstream = await open(options.hosts?.[host] ?? host, port)
    reply(0)
    join(client, upstream)
  })
}

type Read = (count: number) => Promise<Buffer>

async function listen(
  options: ProxyOptions,
  serve: (client: Socket, read: Read, asked: string[]) => Promise<void>,
): Promise<TestProxy> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => client.destroy())
    if (options.silent === true) return
    const read: Read = async (count) => {
      for (;;) {
        const bytes = client.read(count)
        if (bytes !== null) return bytes
        await once(client, 'readable')
      }
    }
    serve(client, read, asked).catch(() => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port, // listening on TCP
    asked,
    async close() {
      if (!server.listening) return
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

function splitPort(authority: string): readonly string[] {
  const at = authority.lastIndexOf(':')
  return [authority.slice(0, at).replace(/^\[|\]$/g, ''), authority.slice(at + 1)]
}

async function open(host: string, port: number): Promise<Socket> {
  const upstream = connect({ host, port })
  await once(upstream, 'connect')
  return upstream
}

function join(client: Socket, upstream: Socket): void {
  upstream.on('error', () => client.destroy())
  upstream.on('close', () => client.destroy())
  client.on('close', () => upstream.destroy())
  client.pipe(upstream).pipe(client)
}
