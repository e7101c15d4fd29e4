/** A scripted DNS server on loopback, UDP and TCP: the only resolver of the network tests. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { parseAddress } from '../../src/delivery/address.ts'

/** What one lookup is answered; the n-th lookup of a name gets the n-th, the last repeats. */
export interface DnsAnswer {
  readonly a?: readonly string[]
  readonly aaaa?: readonly string[]
  /** Name with its root dot; the addresses are then those of that name. */
  readonly cname?: string
  /** Seconds; default 1. */
  readonly ttl?: number
  readonly rcode?: number
  readonly delayMs?: number
  /** Never answered. */
  readonly drop?: boolean
  readonly garbage?: boolean
  /** Answered under another id, as a spoofer would. */
  readonly wrongId?: boolean
  /** Truncated over UDP, so that the client comes back over TCP. */
  readonly tc?: boolean
}

export interface DnsServer {
  /** `127.0.0.1:port`, as in `POSTHORN_DNS_SERVERS`. */
  readonly address: string
  /** Names asked for, in order, once for each query. */
  readonly queries: readonly string[]
  /** `*.zone` answers for every name below. A function is asked for each query. */
  script(host: string, answers: readonly DnsAnswer[] | (() => DnsAnswer)): void
  close(): Promise<void>
}

interface Query {
  readonly id: number
  readonly name: string
  readonly type: number
  /** The question as it came: echoed. */
  readonly question: Buffer
}

const typeA = 1
const typeCname = 5
const typeAaaa = 28

export async function startDns(): Promise<DnsServer> {
  const scripts = new Map<string, readonly DnsAnswer[] | (() => DnsAnswer)>()
  const asked = new Map<string, number>()
  const queries: string[] = []
  const sockets = new Set<Socket>()

  const answerTo = (query: Query): DnsAnswer | null => {
    queries.push(query.name)
    const script = scripts.get(query.name) ?? scripts.get(wildcardOf(query.name, scripts))
    if (script === undefined) return null
    if (typeof script === 'function') return script()
    const key = `${query.name}/${query.type}`
    const count = asked.get(key) ?? 0
    asked.set(key, count + 1)
    return script[Math.min(count, script.length - 1)] ?? null
  }
  const reply = (message: Buffer, overTcp: boolean, send: (bytes: Buffer) => void): void => {
    const query = parseQuery(message)
    if (query === null) return
    const answer = answerTo(query)
    if (answer?.drop === true) return
    const bytes =
      answer === null ? encode(query, { rcode: 3 }, true) : encode(query, answer, overTcp)
    if (answer?.delayMs === undefined) send(bytes)
    else setTimeout(() => send(bytes), answer.delayMs).unref()
  }

  const tcp = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let buffered = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      buffered = Buffer.concat([buffered, chunk])
      while (buffered.length >= 2 && buffered.length >= 2 + buffered.readUInt16BE(0)) {
        const end = 2 + buffered.readUInt16BE(0)
        reply(buffered.subarray(2, end), true, (bytes) => {
          const head = Buffer.alloc(2)
          head.writeUInt16BE(bytes.length)
          socket.write(Buffer.concat([head, bytes]))
        })
        buffered = buffered.subarray(end)
      }
    })
  })
  tcp.listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const { port } = tcp.address() as AddressInfo // listening on TCP
  const udp = createSocket('udp4')
  udp.on('message', (message, from) => {
    reply(message, false, (bytes) => sendTo(udp, bytes, from.port))
  })
  udp.bind(port, '127.0.0.1')
  await once(udp, 'listening')

  return {
    address: `127.0.0.1:${port}`,
    queries,
    script: (host, answers) => scripts.set(host.toLowerCase().replace(/\.$/, ''), answers),
    async close() {
      udp.close()
      tcp.close()
      for (const socket of sockets) socket.destroy()
      await once(tcp, 'close')
    },
  }
}

function sendTo(udp: UdpSocket, bytes: Buffer, port: number): void {
  try {
    udp.send(bytes, port, '127.0.0.1')
  } catch {
    // Closed while a slow answer waited.
  }
}

function wildcardOf(name: string, scripts: ReadonlyMap<string, unknown>): string {
  const labels = name.split('.')
  for (let from = 1; from < labels.length; from++) {
    const zone = `*.${labels.slice(from).join('.')}`
    if (scripts.has(zone)) return zone
  }
  return ''
}

function parseQuery(message: Buffer): Query | null {
  if (message.length < 17) return null
  const labels: string[] = []
  let at = 12
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return {
    id: message.readUInt16BE(0),
    name: labels.join('.').toLowerCase(),
    type: message.readUInt16BE(at + 1),
    question: message.subarray(12, at + 5),
  }
}

function encode(query: Query, answer: DnsAnswer, overTcp: boolean): Buffer {
  if (answer.garbage === true) {
    return Buffer.concat([header(query.id, { answers: 9 }), Buffer.from('ff00ff00c0ff', 'hex')])
  }
  const truncated = answer.tc === true && !overTcp
  const records = truncated || answer.rcode !== undefined ? [] : recordsOf(query, answer)
  const head = header(answer.wrongId === true ? query.id ^ 0x5555 : query.id, {
    answers: records.length,
    ...(answer.rcode === undefined ? {} : { rcode: answer.rcode }),
    truncated,
  })
  return Buffer.concat([head, query.question, ...records])
}

function header(
  id: number,
  input: { readonly answers: number; readonly rcode?: number; readonly truncated?: boolean },
): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt16BE(id, 0)
  // Response, recursion desired and available.
  bytes.writeUInt16BE(0x8180 | (input.truncated === true ? 0x0200 : 0) | (input.rcode ?? 0), 2)
  bytes.writeUInt16BE(1, 4)
  bytes.writeUInt16BE(input.answers, 6)
  return bytes
}

function recordsOf(query: Query, answer: DnsAnswer): readonly Buffer[] {
  const ttl = answer.ttl ?? 1
  const texts = query.type === typeA ? answer.a : query.type === typeAaaa ? answer.aaaa : []
  const owner = answer.cname === undefined ? Buffer.from('c00c', 'hex') : encodeName(answer.cname)
  const alias =
    answer.cname === undefined
      ? []
      : [record({ owner: Buffer.from('c00c', 'hex'), type: typeCname, ttl, data: owner })]
  const addresses = (texts ?? []).map((text) =>
    record({ owner, type: query.type, ttl, data: addressBytes(text) }),
  )
  return [...alias, ...addresses]
}

function record(input: {
  readonly owner: Buffer
  readonly type: number
  readonly ttl: number
  readonly data: Buffer
}): Buffer {
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(input.type, 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt32BE(input.ttl, 4)
  fixed.writeUInt16BE(input.data.length, 8)
  return Buffer.concat([input.owner, fixed, input.data])
}

function encodeName(name: string): Buffer {
  const labels = name.replace(/\.$/, '').split('.')
  const parts = labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`))
  return Buffer.concat([...parts, Buffer.from([0])])
}

function addressBytes(text: string): Buffer {
  const address = parseAddress(text)
  if (address === null) throw new RangeError(`${text} is no address`)
  const digits = address.family === 4 ? 8 : 32
  return Buffer.from(address.value.toString(16).padStart(digits, '0'), 'hex')
}
