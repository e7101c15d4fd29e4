/**
 * The reference: nothing but undici's `dispatch` and one HMAC a request, in a loop over busy
 * keep-alive connections. What a product reaches is told as a share of this, of the same run.
 */
import { type Dispatcher, Pool } from 'undici'
import { parentOf } from '../support/child.ts'
import { monotonicMs } from '../support/monotonic.ts'
import { payloadText } from '../support/payload.ts'
import { benchSecret, keyOf, signatureOf } from '../support/signature.ts'

interface Options {
  readonly origin: string
  readonly connections: number
  readonly payloadBytes: number
}

const { options, say, hear } = parentOf<Options>()
const pool = new Pool(options.origin, { connections: options.connections, pipelining: 1 })
const key = keyOf(benchSecret)
const userAgent = 'bare/1'

let started = 0
let finished = 0
let failed = 0
let limit = 0
let startedAt = 0

function send(group: string): void {
  const id = `bare_${started++}`
  const body = Buffer.from(payloadText(monotonicMs(), options.payloadBytes), 'latin1')
  const timestamp = String(Math.floor(Date.now() / 1000))
  pool.dispatch(
    {
      path: `/ok/${group}/0`,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent,
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatureOf(key, id, timestamp, body),
      },
      body,
    },
    handlerFor(group),
  )
}

function handlerFor(group: string): Dispatcher.DispatchHandler {
  return {
    onRequestStart() {},
    onResponseStart(_controller, status) {
      if (status !== 200) failed += 1
    },
    onResponseData() {},
    onResponseEnd: () => done(group),
    onResponseError() {
      failed += 1
      done(group)
    },
  }
}

function done(group: string): void {
  finished += 1
  if (started < limit) send(group)
  if (finished === limit) say({ kind: 'done', startedAt, endedAt: monotonicMs(), failed })
}

hear('go', ({ count, group }) => {
  started = 0
  finished = 0
  failed = 0
  limit = Number(count)
  startedAt = monotonicMs()
  const width = Math.min(limit, options.connections)
  for (let at = 0; at < width; at++) send(String(group))
})

say({ kind: 'ready' })
