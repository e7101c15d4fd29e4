/**
 * Our transport against a bare undici `dispatch` loop: same body, same headers, same number of
 * sockets, one receiver in its own process. Prints requests per second, CPU microseconds per
 * request, and the share of the bare loop, as the median of interleaved rounds.
 *
 *   node bench/transport.ts [--requests 20000] [--sockets 32] [--rounds 5]
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { parseArgs } from 'node:util'
import { type Dispatcher, Pool } from 'undici'
import { parseNetworks } from '../src/delivery/address.ts'
import { createHttpTransport } from '../src/delivery/http-transport.ts'
import { createResolver } from '../src/delivery/resolver.ts'
import { urlPolicy } from '../src/delivery/url-policy.ts'
import { systemClock } from '../src/runtime/clock.ts'

const body = Buffer.from(JSON.stringify({ type: 'invoice.paid', data: 'x'.repeat(980) }))
const headers = [
  ['content-type', 'application/json'],
  ['user-agent', 'Posthorn/bench'],
  ['webhook-id', 'msg_2b6DJ3dRzZxXv0nQf7sWq1LmAbC'],
  ['webhook-timestamp', '1700000000'],
  ['webhook-signature', `v1,${'A'.repeat(43)}=`],
] as const

if (process.send !== undefined) serveForParent()
else await main()

/** Answers 204 to each request as cheaply as Node can, so that the sender is what is measured. */
function serveForParent(): void {
  const answer = 'HTTP/1.1 204 No Content\r\nserver: bench\r\n\r\n'
  const server = createServer((socket) => {
    let wanted = 0
    let buffered = Buffer.alloc(0)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk])
      for (;;) {
        if (wanted === 0) {
          const end = buffered.indexOf('\r\n\r\n')
          if (end < 0) return
          wanted = end + 4 + body.length
        }
        if (buffered.length < wanted) return
        buffered = buffered.subarray(wanted)
        wanted = 0
        socket.write(answer)
      }
    })
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '20000' },
      sockets: { type: 'string', default: '32' },
      rounds: { type: 'string', default: '5' },
    },
  })
  const requests = Number(values.requests)
  const sockets = Number(values.sockets)
  const receiver = fork(import.meta.filename)
  const [port] = await once(receiver, 'message')
  const origin = `http://127.0.0.1:${port}`
  const bare = bareLoop(origin, sockets)
  const ours = ourTransport(origin)

  const results: { bare: Round[]; ours: Round[] } = { bare: [], ours: [] }
  for (let round = 0; round <= Number(values.rounds); round++) {
    const first = await measure(bare.send, requests, sockets)
    const second = await measure(ours.send, requests, sockets)
    if (round === 0) continue // warm-up
    results.bare.push(first)
    results.ours.push(second)
  }
  await Promise.all([bare.close(), ours.close()])
  receiver.kill()

  const summary = { requests, sockets, bare: middle(results.bare), ours: middle(results.ours) }
  const share = summary.ours.perSecond / summary.bare.perSecond
  const shareCpu = summary.bare.cpuUs / summary.ours.cpuUs
  console.log(JSON.stringify({ ...summary, share: round2(share), shareByCpu: round2(shareCpu) }))
}

interface Round {
  readonly perSecond: number
  readonly cpuUs: number
}

interface Sender {
  readonly send: () => Promise<void>
  readonly close: () => Promise<void>
}

function bareLoop(origin: string, sockets: number): Sender {
  const pool = new Pool(origin, { connections: sockets, pipelining: 1 })
  const flat = headers.flat()
  const options: Dispatcher.DispatchOptions = { path: '/hook', method: 'POST', headers: flat, body }
  return {
    send: () =>
      new Promise((resolve, reject) => {
        pool.dispatch(options, {
          onConnect() {},
          onHeaders: () => true,
          onData: () => true,
          onComplete: () => resolve(),
          onError: reject,
        })
      }),
    close: () => pool.close(),
  }
}

function ourTransport(origin: string): Sender {
  const allowNetworks = parseNetworks(['127.0.0.0/8'])
  const transport = createHttpTransport({
    clock: systemClock,
    policy: urlPolicy({ allowNetworks }),
    resolver: createResolver({ clock: systemClock, servers: [] }),
    allowNetworks,
  })
  const mayStart = (): boolean => true
  const { signal } = new AbortController()
  return {
    async send() {
      const outcome = await transport.send({
        url: `${origin}/hook`,
        headers,
        body,
        timeoutMs: 15_000,
        redirectsMax: 0,
        mayStart,
        signal, // shared, as the engine's is
      })
      if (outcome.kind !== 'answered') throw new Error(outcome.errorClass)
    },
    close: () => transport.close(),
  }
}

async function measure(send: () => Promise<void>, requests: number, lanes: number): Promise<Round> {
  let left = requests
  const lane = async (): Promise<void> => {
    while (left-- > 0) await send()
  }
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: lanes }, lane))
  const ms = performance.now() - startedAt
  const used = process.cpuUsage(cpu)
  return {
    perSecond: Math.round((requests / ms) * 1000),
    cpuUs: round2((used.user + used.system) / requests),
  }
}

function middle(rounds: readonly Round[]): Round {
  const pick = (values: readonly number[]): number =>
    values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
  return {
    perSecond: pick(rounds.map((round) => round.perSecond)),
    cpuUs: pick(rounds.map((round) => round.cpuUs)),
  }
}

function round2(value: number): number {
  return Math.round(value * 100) / 100
}
