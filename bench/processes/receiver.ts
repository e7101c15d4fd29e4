/**
 * The receiver of a benchmark, in a process of its own: answers by path, counts distinct
 * `webhook-id`s, verifies signatures, and measures from the producer's write to its first byte.
 *
 * Paths are `/<behaviour>/<group>/…`; behaviours: `ok` (200), `fail` (500), `hang` (no answer).
 * Counts are kept by group.
 */
import { createServer, type Socket } from 'node:net'
import { parentOf } from '../support/child.ts'
import { headerOf, type LeanMessage, LeanReader } from '../support/lean-http.ts'
import { monotonicMs } from '../support/monotonic.ts'
import { benchSecret, keyOf, verifies } from '../support/signature.ts'

interface Options {
  /** One signature in so many is verified; 1: all. */
  readonly verifyEvery: number
  /** Whether payloads carry `sentAt`, to be measured. */
  readonly latencies: boolean
}

/** What is told of a group; a plain object, so that it can travel. */
export interface GroupReport {
  readonly requests: number
  readonly distinct: number
  readonly verified: number
  readonly wrongSignatures: number
  readonly lastAt: number
  readonly latenciesMs: readonly number[]
}

interface Group {
  requests: number
  verified: number
  wrongSignatures: number
  lastAt: number
  latenciesMs: number[]
  seen: Set<string>
  /** Reports once when so many distinct ids have come; 0: nobody asked. */
  expected: number
}

const { options, say, hear } = parentOf<Options>()
const key = keyOf(benchSecret)
const answers: Readonly<Record<string, string | null>> = {
  ok: 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
  fail: 'HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n',
  hang: null,
}
const sentAtMark = Buffer.from('"sentAt":')
const groups = new Map<string, Group>()

function groupOf(name: string): Group {
  let group = groups.get(name)
  if (group === undefined) {
    group = {
      requests: 0,
      verified: 0,
      wrongSignatures: 0,
      lastAt: 0,
      latenciesMs: [],
      seen: new Set(),
      expected: 0,
    }
    groups.set(name, group)
  }
  return group
}

function receive(message: LeanMessage, socket: Socket, firstByteAt: number): void {
  const { head, body } = message
  const path = head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP/'))
  const [, behaviour = '', name = ''] = path.split('/', 3)
  const answer = answers[behaviour]
  if (typeof answer === 'string') socket.write(answer)

  const group = groupOf(name)
  group.requests += 1
  group.lastAt = firstByteAt
  const id = headerOf(head, 'webhook-id') ?? ''
  group.seen.add(id)
  if (group.requests % options.verifyEvery === 0) verify(group, head, id, body)
  if (options.latencies) {
    const mark = body.indexOf(sentAtMark)
    const text = body.toString('latin1', mark + sentAtMark.length, mark + sentAtMark.length + 20)
    group.latenciesMs.push(firstByteAt - Number.parseFloat(text))
  }
  if (group.expected > 0 && group.seen.size >= group.expected) {
    group.expected = 0
    say({ kind: 'reached', group: name, at: firstByteAt })
  }
}

function verify(group: Group, head: string, id: string, body: Buffer): void {
  group.verified += 1
  const right = verifies(key, {
    id,
    timestamp: headerOf(head, 'webhook-timestamp') ?? '',
    signatures: headerOf(head, 'webhook-signature') ?? '',
    body,
  })
  if (!right) group.wrongSignatures += 1
}

const server = createServer({ noDelay: true }, (socket) => {
  let firstByteAt = 0
  const reader = new LeanReader((message) => receive(message, socket, firstByteAt))
  socket.on('data', (chunk) => {
    if (reader.empty) firstByteAt = monotonicMs()
    reader.push(chunk)
  })
  socket.on('error', () => socket.destroy()) // the sender was stopped; nothing to answer
})

hear('expect', ({ group, count }) => {
  const wanted = groupOf(String(group))
  if (wanted.seen.size >= Number(count)) say({ kind: 'reached', group, at: wanted.lastAt })
  else wanted.expected = Number(count)
})
hear('report', ({ group }) => {
  const { seen, expected: _, ...rest } = groupOf(String(group))
  const report: GroupReport = { ...rest, distinct: seen.size }
  say({ kind: 'report', report })
})
hear('forget', () => {
  groups.clear()
  say({ kind: 'forgotten' })
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  say({ kind: 'ready' })
  say({ kind: 'port', port: typeof address === 'object' ? address?.port : 0 })
})
