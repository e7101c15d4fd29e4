import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { startRawReceiver } from '../../test/support/raw-receiver.ts'
import { startReceiver } from '../../test/support/receiver.ts'
import type { Outcome } from '../domain/outcome.ts'
import { type Clock, systemClock } from '../runtime/clock.ts'
import { parseNetworks } from './address.ts'
import { createHttpTransport, type HttpTransportOptions } from './http-transport.ts'
import { createResolver } from './resolver.ts'
import type { OutboundRequest, Transport } from './transport.ts'
import { urlPolicy } from './url-policy.ts'

const allowNetworks = parseNetworks(['127.0.0.0/8', '::1'])

function transportFor(overrides: Partial<HttpTransportOptions> = {}): Transport {
  return createHttpTransport({
    clock: systemClock,
    policy: urlPolicy({ allowNetworks }),
    resolver: createResolver({ clock: systemClock, servers: ['127.0.0.1:9'], timeoutMs: 500 }),
    allowNetworks,
    ...overrides,
  })
}

function post(url: string, overrides: Partial<OutboundRequest> = {}): OutboundRequest {
  return {
    url,
    headers: [
      ['content-type', 'application/json'],
      ['X-Custom', 'a b\tc'],
    ],
    body: Buffer.from('{"x": 1.0}'),
    timeoutMs: 2_000,
    redirectsMax: 0,
    mayStart: () => true,
    signal: null,
    ...overrides,
  }
}

function errorClassOf(outcome: Outcome): string {
  return outcome.kind === 'unanswered' ? outcome.errorClass : `http_${outcome.status}`
}

test('the bytes and header spellings handed in arrive, and nothing is added but the frame', async (t) => {
  const receiver = await startReceiver({ script: [{ status: 201, body: 'thanks' }] })
  const transport = transportFor()
  t.after(() => Promise.all([transport.close(), receiver.close()]))

  const outcome = await transport.send(post(`${receiver.url}/hook?a=b`))

  const received = await receiver.next()
  assert.equal(received.body.toString(), '{"x": 1.0}')
  assert.equal(received.path, '/hook?a=b')
  assert.deepEqual(
    received.rawHeaders.map(([name]) => name),
    ['host', 'connection', 'content-type', 'X-Custom', 'content-length'],
  )
  assert.equal(received.headers['x-custom'], 'a b\tc')
  assert.ok(outcome.kind === 'answered')
  assert.equal(outcome.status, 201)
  assert.equal(Buffer.from(outcome.body).toString(), 'thanks')
  assert.equal(outcome.bodyTruncated, false)
  assert.equal(outcome.remoteAddress, '127.0.0.1')
  assert.ok(outcome.timings.connectMs !== null && outcome.timings.dnsMs === null)
})

test('a connection is reused, and a new one is made once it is too old', async (t) => {
  const receiver = await startReceiver()
  const transport = transportFor()
  const shortLived = transportFor({ connectionAgeMaxMs: 0 })
  t.after(() => Promise.all([transport.close(), shortLived.close(), receiver.close()]))

  const first = await transport.send(post(receiver.url))
  const second = await transport.send(post(receiver.url))
  assert.equal(receiver.connections, 1)
  assert.notEqual(first.timings.connectMs, null)
  assert.equal(second.timings.connectMs, null)

  await shortLived.send(post(receiver.url))
  await shortLived.send(post(receiver.url))
  assert.equal(receiver.connections, 3)
})

test('nothing is sent once the lease is gone', async (t) => {
  const receiver = await startReceiver()
  const transport = transportFor()
  t.after(() => Promise.all([transport.close(), receiver.close()]))

  const cold = await transport.send(post(receiver.url, { mayStart: () => false }))
  await transport.send(post(receiver.url))
  const warm = await transport.send(post(receiver.url, { mayStart: () => false }))

  assert.equal(errorClassOf(cold), 'aborted')
  assert.equal(errorClassOf(warm), 'aborted')
  assert.equal(receiver.requests.length, 1)
})

test('a shutdown aborts what was not sent and leaves what was sent as unknown', async (t) => {
  const receiver = await startReceiver({ script: [{ instead: 'hang' }] })
  const transport = transportFor()
  t.after(() => Promise.all([transport.close(), receiver.close()]))
  const stop = new AbortController()

  const sent = transport.send(post(receiver.url, { signal: stop.signal }))
  await receiver.next()
  stop.abort()

  assert.equal(errorClassOf(await sent), 'outcome_unknown')
  const late = await transport.send(post(receiver.url, { signal: stop.signal }))
  assert.equal(errorClassOf(late), 'aborted')
})

test('an idle connection that the receiver closed is replaced without a second request', async (t) => {
  const receiver = await startRawReceiver({
    steps: [{ send: 'HTTP/1.1 200 X\r\ncontent-length: 0\r\n\r\n' }],
    close_after_ms: 1,
  })
  const transport = transportFor()
  t.after(() => Promise.all([transport.close(), receiver.close()]))

  for (let count = 1; count <= 20; count++) {
    const outcome = await transport.send(post(receiver.url))
    const answered = outcome.kind === 'answered'
    assert.ok(answered || outcome.errorClass === 'reset', errorClassOf(outcome))
    assert.equal(receiver.requests.length <= count, true)
  }
})

test('addresses and URLs that are not allowed get no connection', async (t) => {
  const receiver = await startReceiver()
  const closed = parseNetworks([])
  const transport = transportFor({
    allowNetworks: closed,
    policy: urlPolicy({ allowNetworks: closed }),
  })
  const bypassed = transportFor({ allowNetworks: closed })
  t.after(() => Promise.all([transport.close(), bypassed.close(), receiver.close()]))

  assert.equal(errorClassOf(await transport.send(post(receiver.url))), 'blocked_address')
  assert.equal(errorClassOf(await transport.send(post('http://127.1/'))), 'blocked_url')
  // The policy was wrong here: the connector refuses all the same.
  assert.equal(errorClassOf(await bypassed.send(post(receiver.url))), 'blocked_address')
  assert.equal(receiver.connections, 0)
})

/** Answers `/307` with that status and a way to `/end`, which takes it. */
const redirecting = () =>
  startReceiver({
    script: ({ path }) =>
      path === '/end'
        ? { status: 200 }
        : { status: Number(path.slice(1)), headers: { location: '/end' } },
  })

test('redirects are the answer unless the policy follows them', async (t) => {
  const receiver = await redirecting()
  const transport = transportFor()
  t.after(() => Promise.all([transport.close(), receiver.close()]))

  assert.equal(errorClassOf(await transport.send(post(`${receiver.url}/307`))), 'http_307')
  assert.equal(receiver.requests.length, 1)
  for (const [status, method] of [
    [302, 'GET'],
    [303, 'GET'],
    [307, 'POST'],
    [308, 'POST'],
  ] as const) {
    const before: number = receiver.requests.length
    const outcome = await transport.send(post(`${receiver.url}/${status}`, { redirectsMax: 2 }))
    assert.equal(errorClassOf(outcome), 'http_200')
    const last = receiver.requests[before + 1]
    assert.equal(last?.method, method)
    assert.equal(last?.body.toString(), method === 'POST' ? '{"x": 1.0}' : '')
  }
})

test('a request goes out by its method with its body, and a redirect changes it as browsers do', async (t) => {
  const receiver = await redirecting()
  const transport = transportFor()
  t.after(() => Promise.all([transport.close(), receiver.close()]))
  for (const method of ['PUT', 'PATCH', 'DELETE'] as const) {
    for (const [status, next] of [
      [301, method],
      [302, method],
      [303, 'GET'],
      [308, method],
    ] as const) {
      const before: number = receiver.requests.length
      await transport.send(post(`${receiver.url}/${status}`, { method, redirectsMax: 1 }))
      const [first, last] = receiver.requests.slice(before)
      assert.deepEqual([first?.method, first?.body.toString()], [method, '{"x": 1.0}'])
      assert.deepEqual(
        [last?.method, last?.body.toString()],
        [next, next === 'GET' ? '' : '{"x": 1.0}'],
      )
    }
  }
})

test('a redirect to a refused place is refused, loops end, and credentials stay at home', async (t) => {
  const other = await startReceiver()
  const receiver = await startReceiver({
    script: (request) => ({
      status: 307,
      headers: {
        location:
          request.path === '/meta'
            ? 'http://169.254.169.254/latest'
            : request.path === '/other'
              ? other.url
              : '/loop',
      },
    }),
  })
  const transport = transportFor()
  t.after(() => Promise.all([transport.close(), receiver.close(), other.close()]))
  const following = {
    redirectsMax: 3,
    headers: [
      ['authorization', 'Bearer x'],
      ['x-tenant', '1'],
    ] as const,
  }

  const meta = await transport.send(post(`${receiver.url}/meta`, following))
  assert.equal(errorClassOf(meta), 'redirect_refused')
  const before = receiver.requests.length
  assert.equal(
    errorClassOf(await transport.send(post(`${receiver.url}/loop`, following))),
    'http_307',
  )
  assert.equal(receiver.requests.length - before, 4)
  await transport.send(post(`${receiver.url}/other`, following))
  const moved = await other.next()
  assert.equal(moved.headers['authorization'], undefined)
  assert.equal(moved.headers['x-tenant'], '1')
})

test('what cannot be reached fails by its class, within its time', async (t) => {
  const gone = await startReceiver()
  await gone.close()
  const silent = await startReceiver({ script: [{ instead: 'hang' }] })
  const reset = await startReceiver({ script: [{ instead: 'reset' }] })
  const transport = transportFor()
  t.after(() => Promise.all([transport.close(), silent.close(), reset.close()]))

  assert.equal(errorClassOf(await transport.send(post(gone.url))), 'connect_refused')
  assert.equal(errorClassOf(await transport.send(post(reset.url))), 'reset')
  const late = await transport.send(post(silent.url, { timeoutMs: 100 }))
  assert.equal(errorClassOf(late), 'response_timeout')
  assert.ok(late.timings.totalMs >= 100 && late.timings.totalMs < 2_000)
})

test('a receiver that does not read gets a write timeout', async (t) => {
  const receiver = await startRawReceiver({ steps: [], when: 'connect', reads: false })
  const transport = transportFor()
  t.after(() => Promise.all([transport.close(), receiver.close()]))

  const body = Buffer.alloc(16 * 1024 * 1024)
  const outcome = await transport.send(post(receiver.url, { body, timeoutMs: 300 }))
  assert.equal(errorClassOf(outcome), 'write_timeout')
})

test('a long body is cut and the connection is not kept for it', async (t) => {
  const receiver = await startReceiver({
    script: [{ status: 200, body: Buffer.alloc(1_000_000, 'x') }, { status: 200 }],
  })
  const transport = transportFor()
  t.after(() => Promise.all([transport.close(), receiver.close()]))

  const outcome = await transport.send(post(receiver.url))
  assert.ok(outcome.kind === 'answered')
  assert.equal(outcome.body.length, 16_384)
  assert.deepEqual([outcome.bodyTruncated, outcome.bodyBytes], [true, 1_000_000])
  await transport.send(post(receiver.url))
  assert.equal(receiver.connections, 2)
})

test('a header that HTTP cannot carry is our fault, not a crash', async (t) => {
  const receiver = await startReceiver()
  const transport = transportFor()
  t.after(() => Promise.all([transport.close(), receiver.close()]))

  const outcome = await transport.send(post(receiver.url, { headers: [['x-a', 'a\r\nx-b: c']] }))
  assert.equal(errorClassOf(outcome), 'internal')
  assert.equal(receiver.requests.length, 0)
})

test('localhost leads to what is allowed of loopback, trying both families', async (t) => {
  const four = await startReceiver()
  const six = await startReceiver({ host: '::1' })
  const onlyFour = parseNetworks(['127.0.0.0/8'])
  const transport = transportFor()
  const narrow = transportFor({
    allowNetworks: onlyFour,
    policy: urlPolicy({ allowNetworks: onlyFour }),
  })
  t.after(() => Promise.all([transport.close(), narrow.close(), four.close(), six.close()]))

  assert.equal(errorClassOf(await narrow.send(post(`http://localhost:${four.port}/`))), 'http_204')
  assert.equal(
    errorClassOf(await transport.send(post(`http://localhost:${six.port}/`))),
    'http_204',
  )
  assert.equal(
    errorClassOf(await narrow.send(post(`http://localhost:${six.port}/`))),
    'connect_refused',
  )
})

test('sockets are bounded: idle ones make room, and without room nothing is sent', async (t) => {
  const hanging = await startReceiver({ script: [{ instead: 'hang' }] })
  const others = await Promise.all([startReceiver(), startReceiver(), startReceiver()])
  const transport = transportFor({ socketsMax: 2 })
  t.after(() =>
    Promise.all([transport.close(), hanging.close(), ...others.map((other) => other.close())]),
  )

  for (const other of others) {
    assert.equal(errorClassOf(await transport.send(post(other.url))), 'http_204')
  }
  const held = [1, 2].map(() => transport.send(post(hanging.url, { timeoutMs: 400 })))
  await hanging.waitFor(2)
  assert.equal(errorClassOf(await transport.send(post(others[0].url))), 'no_sockets')
  for (const outcome of await Promise.all(held)) {
    assert.equal(errorClassOf(outcome), 'response_timeout')
  }
  assert.equal(errorClassOf(await transport.send(post(others[0].url))), 'http_204')
})

test('a receiver that vanishes behind a kept connection costs one attempt, and the connection goes', async (t) => {
  let connections = 0
  // Answers once on each connection and is then silent on it, as when packets are dropped.
  const server = createServer((socket) => {
    connections += 1
    socket.on('error', () => socket.destroy())
    socket.once('data', () => socket.write('HTTP/1.1 204 X\r\n\r\n'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const transport = transportFor()
  t.after(async () => {
    await transport.close()
    server.close()
  })
  const { port } = server.address() as AddressInfo // listening on TCP
  const send = () => transport.send(post(`http://127.0.0.1:${port}/`, { timeoutMs: 300 }))
  const [first, second, third] = [await send(), await send(), await send()]
  assert.equal(first.kind === 'answered' && first.status, 204)
  assert.equal(second.kind === 'unanswered' && second.errorClass, 'response_timeout')
  assert.ok(second.timings.totalMs < 2_000)
  assert.equal(third.kind === 'answered' && third.status, 204)
  assert.equal(connections, 2)
})

test('a request keeps its connection until its rate lets it leave, and an abort lets go of both', async (t) => {
  const receiver = await startReceiver()
  const waitMs = 12_345
  const held = new EventEmitter()
  const waits: (() => void)[] = []
  const clock: Clock = {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic(),
    setTimer(ms, run) {
      if (ms !== waitMs) return systemClock.setTimer(ms, run)
      waits.push(run)
      held.emit('held')
      return { cancel() {} }
    },
  }
  const transport = transportFor({ clock })
  t.after(() => Promise.all([transport.close(), receiver.close()]))
  let isFree = false
  const leavesIn = (): number => (isFree ? 0 : waitMs)

  const waiting = once(held, 'held')
  const sending = transport.send(post(receiver.url, { leavesIn }))
  await waiting
  assert.equal(receiver.requests.length, 0)
  isFree = true
  waits[0]?.()
  assert.equal(errorClassOf(await sending), 'http_204')
  assert.equal(receiver.requests.length, 1)

  isFree = false
  const abort = new AbortController()
  const waitingAgain = once(held, 'held')
  const aborted = transport.send(post(receiver.url, { leavesIn, signal: abort.signal }))
  await waitingAgain
  abort.abort()
  assert.equal(errorClassOf(await aborted), 'aborted')
  waits[1]?.()
  assert.equal(errorClassOf(await transport.send(post(receiver.url))), 'http_204')
  assert.equal(receiver.requests.length, 2)
  assert.equal(receiver.connections, 2) // the one that was held is gone
})
