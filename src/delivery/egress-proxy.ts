/**
 * Tunnels through an egress proxy: HTTP CONNECT or SOCKS5. With a proxy it is the proxy that
 * resolves names and must refuse internal addresses (run one that does); addresses written in the
 * URL are still judged here. What fails at the proxy is `proxy_failed` and is not charged to the
 * endpoint; what the proxy says about the receiver is the receiver's.
 */
import type { Socket } from 'node:net'
import type { ErrorClass } from '../domain/outcome.ts'
import { parseAddress } from './address.ts'

export interface EgressProxy {
  readonly kind: 'http' | 'socks5'
  /** Name or address, without brackets. */
  readonly host: string
  readonly port: number
  readonly credentials: { readonly username: string; readonly password: string } | null
}

/** `http://user:password@proxy:3128` or `socks5://proxy:1080`; null when it is neither. */
export function parseEgressProxy(text: string): EgressProxy | null {
  const url = URL.parse(text)
  if (url === null || url.hostname === '') return null
  const kind = url.protocol === 'http:' ? 'http' : url.protocol === 'socks5:' ? 'socks5' : null
  if (kind === null || (url.pathname !== '' && url.pathname !== '/') || url.search !== '') {
    return null
  }
  const [username, password] = [percentDecoded(url.username), percentDecoded(url.password)]
  if (username === null || password === null) return null
  return {
    kind,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (kind === 'http' ? 80 : 1080),
    credentials: username === '' ? null : { username, password },
  }
}

/** Null: a `%` that is no escape; it is to be written `%25`. */
export function percentDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

export interface TunnelTarget {
  readonly host: string
  readonly port: number
}

export type Tunnel = { readonly ok: true } | { readonly ok: false; readonly errorClass: ErrorClass }

/** Asks the proxy, over a connected socket, for a tunnel. Rejects when the socket fails or ends. */
export function openTunnel(
  socket: Socket,
  proxy: EgressProxy,
  target: TunnelTarget,
): Promise<Tunnel> {
  return proxy.kind === 'http'
    ? connectThrough(socket, proxy, target)
    : socksThrough(socket, proxy, target)
}

const opened: Tunnel = { ok: true }
const responseHeadMax = 8_192

async function connectThrough(
  socket: Socket,
  proxy: EgressProxy,
  target: TunnelTarget,
): Promise<Tunnel> {
  const authority = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`
  const lines = [`CONNECT ${authority} HTTP/1.1`, `host: ${authority}`]
  if (proxy.credentials !== null) {
    const { username, password } = proxy.credentials
    const basic = Buffer.from(`${username}:${password}`).toString('base64')
    lines.push(`proxy-authorization: Basic ${basic}`)
  }
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  const head = await readUntilBlankLine(socket)
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r)/.exec(head)?.[1] ?? 0)
  if (status >= 200 && status < 300) return opened
  return { ok: false, errorClass: connectFaults[status] ?? 'proxy_failed' }
}

/** What a proxy's answer says about the receiver; every other status is about the proxy. */
const connectFaults: Readonly<Record<number, ErrorClass>> = {
  403: 'blocked_address',
  502: 'connect_failed',
  504: 'connect_timeout',
}

/** RFC 1928 section 6. */
const socksFaults: Readonly<Record<number, ErrorClass>> = {
  2: 'blocked_address',
  3: 'connect_failed',
  4: 'connect_failed',
  5: 'connect_refused',
  6: 'connect_timeout',
}

async function socksThrough(
  socket: Socket,
  proxy: EgressProxy,
  target: TunnelTarget,
): Promise<Tunnel> {
  const failed: Tunnel = { ok: false, errorClass: 'proxy_failed' }
  const { credentials } = proxy
  socket.write(Buffer.from(credentials === null ? [5, 1, 0] : [5, 2, 0, 2]))
  const [version, method] = await readBytes(socket, 2)
  if (version !== 5) return failed
  if (method === 2 && credentials !== null) {
    const username = Buffer.from(credentials.username)
    const password = Buffer.from(credentials.password)
    if (username.length > 255 || password.length > 255) return failed
    socket.write(
      Buffer.concat([
        Buffer.from([1, username.length]),
        username,
        Buffer.from([password.length]),
        password,
      ]),
    )
    const [, status] = await readBytes(socket, 2)
    if (status !== 0) return failed
  } else if (method !== 0) {
    return failed
  }
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), socksAddress(target.host), port16(target)]))
  const [replyVersion, reply = 1, , addressType = 0] = await readBytes(socket, 4)
  if (replyVersion !== 5) return failed
  if (reply !== 0) return { ok: false, errorClass: socksFaults[reply] ?? 'proxy_failed' }
  const [nameLength = 0] = addressType === 3 ? await readBytes(socket, 1) : []
  const length = addressType === 1 ? 4 : addressType === 4 ? 16 : nameLength
  await readBytes(socket, length + 2)
  return opened
}

function socksAddress(host: string): Buffer {
  const address = parseAddress(host)
  if (address === null) {
    return Buffer.concat([Buffer.from([3, host.length]), Buffer.from(host, 'latin1')])
  }
  const digits = address.family === 4 ? 8 : 32
  const bytes = Buffer.from(address.value.toString(16).padStart(digits, '0'), 'hex')
  return Buffer.concat([Buffer.from([address.family === 4 ? 1 : 4]), bytes])
}

function port16({ port }: TunnelTarget): Buffer {
  return Buffer.from([port >> 8, port & 0xff])
}

/** The head of the proxy's answer, byte by byte so that nothing of the tunnel is taken with it. */
async function readUntilBlankLine(socket: Socket): Promise<string> {
  let head = ''
  while (!head.endsWith('\r\n\r\n')) {
    if (head.length >= responseHeadMax) throw new TunnelBroken()
    head += String.fromCharCode(...(await readBytes(socket, 1)))
  }
  return head
}

async function readBytes(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const bytes: Buffer | null = socket.read(count)
    if (bytes !== null && bytes.length === count) return bytes
    // At its end a stream gives what is left, however little.
    if (bytes !== null || socket.readableEnded || socket.destroyed) throw new TunnelBroken()
    await readableOrGone(socket)
  }
}

function readableOrGone(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('readable', done)
      socket.off('end', done)
      socket.off('close', done)
      resolve()
    }
    socket.once('readable', done)
    socket.once('end', done)
    socket.once('close', done)
  })
}

/** The proxy hung up, or said what no proxy says. */
export class TunnelBroken extends Error {}
