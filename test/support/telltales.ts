/** Servers of an operator that say back what they were shown, as some do in their refusals. */
import { once } from 'node:events'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export interface Telltale {
  readonly port: number
  /** What it was shown, as it was shown it. */
  readonly shown: readonly string[]
  close(): Promise<void>
}

async function listening(server: Server | HttpServer, shown: readonly string[]): Promise<Telltale> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port, // it listens on TCP
    shown,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Refuses whoever signs in, and says with what. */
export function startMailTelltale(): Promise<Telltale> {
  const shown: string[] = []
  const server = createServer((socket) => {
    socket.write('220 mail.example ESMTP\r\n')
    socket.on('data', (bytes) => {
      const line = bytes.toString().trim()
      if (/^EHLO/i.test(line)) socket.write('250-mail.example\r\n250 AUTH PLAIN\r\n')
      else if (/^AUTH PLAIN /i.test(line)) {
        const given = line.slice('AUTH PLAIN '.length)
        const plain = Buffer.from(given, 'base64').toString().replaceAll('\0', ' ')
        shown.push(plain)
        socket.write(
          `535 5.7.8 not accepted: ${given} (${plain}, ${encodeURIComponent(plain)})\r\n`,
        )
      } else socket.end('221 bye\r\n')
    })
  })
  return listening(server, shown)
}

/** A tunnel to this machine's ports, of which it is given one; for all else a refusal. */
export function startProxyTelltale(openPort: number): Promise<Telltale> {
  const shown: string[] = []
  const server = createServer((socket) => {
    socket.once('data', (bytes) => {
      const head = bytes.toString('latin1')
      const given = /^proxy-authorization: (.*)\r$/im.exec(head)?.[1] ?? ''
      shown.push(Buffer.from(given.replace('Basic ', ''), 'base64').toString())
      if (!head.startsWith(`CONNECT 127.0.0.1:${openPort} `)) {
        socket.end(`HTTP/1.1 407 not ${given}\r\nx-given: ${given}\r\n\r\n${given} ${shown.at(-1)}`)
        return
      }
      const inner = connect(openPort, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        inner.pipe(socket).pipe(inner)
      })
      inner.on('error', () => socket.destroy())
    })
  })
  return listening(server, shown)
}

/** A sign-in provider that takes no code, and says who asked with which secret. */
export async function startProviderTelltale(): Promise<Telltale> {
  const shown: string[] = []
  const server = createHttpServer((request, response) => {
    const issuer = `http://127.0.0.1:${request.socket.localPort}`
    response.setHeader('content-type', 'application/json')
    if (request.url === '/.well-known/openid-configuration') {
      const endpoints = {
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
      }
      response.end(JSON.stringify({ issuer, ...endpoints }))
      return
    }
    const given = request.headers.authorization ?? ''
    const plain = Buffer.from(given.replace('Basic ', ''), 'base64').toString()
    shown.push(plain)
    response.statusCode = 400
    const error = `unknown ${given} ${plain} ${decodeURIComponent(plain)}`
    response.end(JSON.stringify({ error, error_description: error }))
  })
  return listening(server, shown)
}

/** Speaks as PostgreSQL does until it has the password, and refuses it by saying it. */
export function startDatabaseTelltale(code: string): Promise<Telltale> {
  const shown: string[] = []
  const server = createServer((socket) => {
    let asked = false
    socket.on('data', (bytes) => {
      if (!asked) {
        asked = true
        socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3])) // a password, as it is
        return
      }
      const password = bytes.subarray(5, -1).toString()
      shown.push(password)
      const told = `the password ${password} (${Buffer.from(password).toString('base64')}) is wrong`
      const fields = Buffer.from(`SFATAL\0C${code}\0M${told}\0D${told}\0\0`)
      const head = Buffer.alloc(5)
      head.write('E')
      head.writeUInt32BE(fields.length + 4, 1)
      socket.end(Buffer.concat([head, fields]))
    })
  })
  return listening(server, shown)
}
