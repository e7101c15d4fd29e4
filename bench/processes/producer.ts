/**
 * The producer of a benchmark, in a process of its own: posts events over keep-alive connections,
 * one outstanding request each, either as fast as answers come (closed loop) or at a fixed rate
 * (open loop: an event that finds no free connection waits, and its waiting counts).
 */
import { connect, type Socket } from 'node:net'
import { parentOf } from '../support/child.ts'
import { LeanReader } from '../support/lean-http.ts'
import { monotonicMs } from '../support/monotonic.ts'
import { eventBody } from '../support/payload.ts'

export interface ProducerOptions {
  readonly port: number
  /** Of the other nodes of a cluster: connections take all of them in turn. */
  readonly otherPorts?: readonly number[]
  readonly apiKey: string
  readonly applicationIds: readonly string[]
  readonly connections: number
  /** Events in one request; above 1 the batch path is used. */
  readonly eventsPerRequest: number
  readonly payloadBytes: number
}

export interface ProducerReport {
  readonly events: number
  readonly statuses: Readonly<Record<string, number>>
  readonly startedAt: number
  readonly endedAt: number
  /** From the request's write to its answer's last byte. */
  readonly acceptMs: readonly number[]
}

interface Connection {
  readonly socket: Socket
  sentAt: number
}

const { options, say, hear } = parentOf<ProducerOptions>()
let events = 0
let limit = 0
let perSecond = 0
let startedAt = 0
let outstanding = 0
let turn = 0
let statuses: Record<string, number> = {}
let acceptMs: number[] = []
/** When the events that wait for a connection should have been sent. */
let late: number[] = []
let idle: Connection[] = []

function post(connection: Connection, sentAt: number): void {
  const application = options.applicationIds[turn++ % options.applicationIds.length]
  const many = options.eventsPerRequest > 1
  const one = eventBody(sentAt, options.payloadBytes)
  const body = many ? `{"messages":[${Array(options.eventsPerRequest).fill(one).join(',')}]}` : one
  connection.sentAt = sentAt
  events += options.eventsPerRequest
  outstanding += 1
  connection.socket.write(
    `POST /api/v1/app/${application}/msg${many ? '/batch' : ''} HTTP/1.1\r\n` +
      `host: 127.0.0.1:${options.port}\r\nauthorization: Bearer ${options.apiKey}\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    'latin1',
  )
}

function answered(connection: Connection, head: string): void {
  const status = head.slice(9, 12)
  statuses[status] = (statuses[status] ?? 0) + 1
  acceptMs.push(monotonicMs() - connection.sentAt)
  outstanding -= 1
  const next = late.shift()
  if (next !== undefined) post(connection, next)
  else if (perSecond === 0 && events < limit) post(connection, monotonicMs())
  else idle.push(connection)
  if (events >= limit && outstanding === 0 && late.length === 0) finish()
}

function finish(): void {
  const report: ProducerReport = { events, statuses, startedAt, endedAt: monotonicMs(), acceptMs }
  say({ kind: 'done', report })
}

/** Sends what has become due since the last tick; the clock, not the ticks, sets the rate. */
function pace(): void {
  let planned = 0
  const timer = setInterval(() => {
    const due = Math.min(limit, ((monotonicMs() - startedAt) / 1000) * perSecond)
    while (planned < due) {
      const at = startedAt + (planned / perSecond) * 1000
      planned += options.eventsPerRequest
      const connection = idle.pop()
      if (connection === undefined) late.push(at)
      else post(connection, at)
    }
    if (planned >= limit) clearInterval(timer)
  }, 1)
}

hear('go', (note) => {
  events = 0
  statuses = {}
  acceptMs = []
  late = []
  limit = Number(note['events'])
  perSecond = Number(note['perSecond'] ?? 0)
  startedAt = monotonicMs()
  if (perSecond > 0) return pace()
  const ready = idle
  idle = []
  for (const connection of ready) {
    if (events < limit) post(connection, monotonicMs())
    else idle.push(connection)
  }
})

const ports = [options.port, ...(options.otherPorts ?? [])]
for (let at = 0; at < options.connections; at++) {
  const socket = connect({
    port: ports[at % ports.length] ?? options.port,
    host: '127.0.0.1',
    noDelay: true,
  })
  const connection: Connection = { socket, sentAt: 0 }
  const reader = new LeanReader(({ head }) => answered(connection, head))
  socket.on('data', (chunk) => reader.push(chunk))
  socket.on('error', (error) => {
    say({ kind: 'failed', error: error.message })
    process.exit(1)
  })
  // The server closes what nothing was sent on for a while: at a low rate the others are enough.
  socket.on('close', () => {
    idle = idle.filter((each) => each !== connection)
  })
  socket.on('connect', () => {
    idle.push(connection)
    if (idle.length === options.connections) say({ kind: 'ready' })
  })
}
