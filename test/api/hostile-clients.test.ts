/** The clients of the corpus that misbehave in time or number, each against a server of its own. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { edgeLimits } from '../../src/api/http-edge.ts'
import { signToken } from '../../src/api/json-web-token.ts'
import { streamSeats } from '../../src/api/stream-seats.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { shareDescriptors } from '../../src/runtime/descriptors.ts'
import { jsonLog } from '../../src/runtime/log.ts'
import { casesOf } from '../hostile/corpus.ts'
import {
  bootstrapKey,
  jwtSecret,
  organizationId,
  startTestApi,
  type TestApi,
} from '../support/api.ts'
import { patience } from '../support/eventually.ts'

interface Behaviour {
  readonly behaviour: string
}
interface Expect {
  readonly status?: readonly number[]
  readonly closed_within_s?: number
  readonly innocent_p99_ms?: number
}

const head = `GET /api/v1/app HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bootstrapKey}\r\n`
const unfinished = `${head.replace('GET', 'POST')}Content-Length: 100\r\n\r\n{`

const plays: Readonly<Record<string, (api: TestApi, expect: Expect) => Promise<void>>> = {
  'one header byte per second': (api, expect) => {
    api.app.server.headersTimeout = 300
    return cutOff(api, 'GET /api', expect)
  },
  'one body byte per second': (api, expect) => {
    api.app.server.headersTimeout = 300
    api.app.server.requestTimeout = 300
    return cutOff(api, unfinished, expect)
  },
  async '2000 idle connections'(api, expect) {
    const idle = await Promise.all(Array.from({ length: 2_000 }, () => dial(api)))
    try {
      await assertInnocent(api, expect)
    } finally {
      for (const socket of idle) socket.destroy()
    }
  },
  async '500 requests cut after the headers'(api) {
    const before = descriptors()
    const cut = await Promise.all(Array.from({ length: 500 }, () => dial(api)))
    const closed = cut.map((socket) => {
      socket.write(unfinished)
      return new Promise((resolve) => socket.once('close', resolve))
    })
    for (const socket of cut) socket.destroy()
    await Promise.all(closed)
    // Descriptors of the server's ends are given back once it has read that they closed.
    for (let look = 0; look < 100 && descriptors() > before + 10; look++) await ask(api)
    assert.ok(descriptors() <= before + 10, `${descriptors()} descriptors, ${before} before`)
  },
  async 'answers that are never read'(api) {
    const app = await askFor(api, 'POST', '/app', { name: 'Large', uid: 'large' })
    assert.equal(app, 201)
    const payload = { text: 'a'.repeat(1_500_000) }
    for (let n = 0; n < 6; n++) {
      const sent = await askFor(api, 'POST', '/app/large/msg', { eventType: 'a', payload })
      assert.equal(sent, 202)
    }
    assert.equal(api.app.server.timeout, edgeLimits.stalledTimeoutMs)
    api.app.server.timeout = 300
    const connected = once(api.app.server, 'connection')
    const socket = await dial(api)
    socket.pause()
    const [held] = (await connected) as [Socket] // what the event brings
    socket.write(`${head.replace('/app ', '/app/large/msg ')}\r\n`)
    await once(held, 'close')
    socket.destroy()
    assert.ok(held.bytesWritten > 0, 'it was being answered')
  },
  async '100 pipelined GETs'(api) {
    const socket = await dial(api)
    const answers = textOf(socket)
    socket.write(`${`${head}\r\n`.repeat(99)}${head}Connection: close\r\n\r\n`)
    assert.equal((await answers).match(/HTTP\/1\.1 200/g)?.length, 100)
  },
  async '10x the rate limit for 10 s'(_api, expect) {
    const limited = await startTestApi({ config: { apiRatePerSecond: 20 } })
    const call = (authorization?: string) =>
      limited.app.inject({
        url: '/api/v1/app',
        headers: authorization === undefined ? {} : { authorization },
      })
    const own = `Bearer ${bootstrapKey}`
    const flood = await Promise.all(Array.from({ length: 200 }, () => call(own)))
    const refused = flood.filter(({ statusCode }) => expect.status?.includes(statusCode))
    assert.ok(refused.length >= 100, `${refused.length} were refused`)
    assert.ok(refused.every(({ headers }) => Number(headers['retry-after']) >= 1))
    assert.equal(JSON.parse(refused[0]?.body ?? '').code, 'rate_limited')
    const other = `Bearer ${signToken({ sub: organizationId }, jwtSecret)}`
    assert.equal((await call(other)).statusCode, 200, 'another credential is not slowed')
    const key = await limited.app.inject({
      ...{ method: 'POST', url: '/api/v1/api-key' },
      headers: { authorization: other },
      payload: JSON.stringify({ name: 'Known', role: 'reader' }),
    })
    const known = `Bearer ${JSON.parse(key.body).token}`
    assert.equal((await call(known)).statusCode, 200, 'on account of its address')
    const madeUp = await Promise.all(
      Array.from({ length: 200 }, (_, one) => call(`Bearer sk_made_up_${one}`)),
    )
    const passed = madeUp.filter(({ statusCode }) => statusCode === 401)
    assert.ok(passed.length <= 25, `${passed.length} made-up credentials share one budget`)
    assert.equal((await call(known)).statusCode, 200, 'one that was accepted keeps its own')
    const spelt = Array.from({ length: 60 }, (_, spaces) =>
      call(own.replace(' ', ' '.repeat(spaces + 1))),
    )
    const alike = (await Promise.all(spelt)).filter(({ statusCode }) => statusCode === 200)
    assert.ok(alike.length <= 25, 'however it is spelt, a credential has one budget')
    const anonymous = await Promise.all(Array.from({ length: 100 }, () => call()))
    assert.ok(anonymous.some(({ statusCode }) => statusCode === 429))
    await limited.close()
  },
}

for (const { id, input, expect, why } of casesOf<Behaviour, Expect>('behaviours of clients')) {
  test(`${id}: ${why}`, async (context) => {
    const play = plays[input.behaviour]
    assert.ok(play, `nobody plays "${input.behaviour}"`)
    const api = await startTestApi()
    context.after(() => api.close())
    await api.listen()
    await play(api, expect)
    assert.equal(await ask(api), 200)
  })
}

test('an idle half of a request is held for seconds, not minutes', () => {
  assert.ok(edgeLimits.headersTimeoutMs + edgeLimits.checkIntervalMs <= 30_000)
  assert.ok(edgeLimits.requestTimeoutMs + edgeLimits.checkIntervalMs <= 60_000)
  assert.ok(edgeLimits.stalledTimeoutMs <= 300_000)
})

test('what breaks after its answer is closed, and gets no second one', async (context) => {
  const api = await startTestApi()
  context.after(() => api.close())
  await api.listen()
  const socket = await dial(api)
  const answers = textOf(socket)
  // No credentials: answered before the body is read, and the body then turns out to be broken.
  socket.write('POST /api/v1/app HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
  await once(socket, 'data')
  socket.write('zz\r\n')
  assert.equal((await answers).match(/HTTP\/1\.1 \d/g)?.length, 1)
})

test('what is refused before it is read says so in both languages, what is read in the caller’s', async (context) => {
  const api = await startTestApi({ config: { bodyBytesMax: 2_000 } })
  context.after(() => api.close())
  await api.listen()
  const spanish = `${head}Accept-Language: es\r\nConnection: close\r\n`
  const cases: readonly (readonly [request: string, status: number, code: string, said: RegExp])[] =
    [
      ['NO HTTP\r\n\r\n', 400, 'generic_error', /not valid HTTP.* \/ La solicitud no es HTTP/],
      [`${head}X: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large', /16 KiB.* \/ Los enc/],
      [
        'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
        405,
        'method_not_allowed',
        /method.* \/ Esta ruta/,
      ],
      [`${spanish}Expect: more\r\n\r\n`, 417, 'expectation_failed', /^Expect se admite/],
      [`${spanish}Host: y\r\n\r\n`, 400, 'generic_error', /^La solicitud no es/],
      [`${spanish}Content-Encoding: br\r\n\r\n`, 415, 'unsupported_media_type', /^No se leen/],
      [
        `${spanish.replace('GET', 'POST')}Content-Length: 2001\r\n\r\n`,
        ...([413, 'payload_too_large', /^El cuerpo/] as const),
      ],
      [`${spanish.replace('/app', '/%')}\r\n`, 400, 'generic_error', /^No se pudo leer/],
    ]
  for (const [request, status, code, said] of cases) {
    const socket = await dial(api)
    const answer = textOf(socket)
    socket.write(request)
    const [top = '', body = ''] = (await answer).split('\r\n\r\n')
    assert.match(top, new RegExp(`^HTTP/1\\.1 ${status} `), request)
    const told = JSON.parse(body)
    assert.equal(told.code, code, request)
    assert.match(told.detail, said)
  }

  // What comes on a connection that is at work, after the server began to stop.
  const last = await dial(api)
  const answers = textOf(last)
  const asked = once(api.app.server, 'request')
  last.write(unfinished)
  await asked
  const closed = api.app.close()
  while (api.app.server.listening) await setImmediate()
  last.write(`${'x'.repeat(99)}${spanish}\r\n`)
  assert.match(await answers, /HTTP\/1\.1 422 [\s\S]*HTTP\/1\.1 503 [\s\S]*retry-after: \d/i)
  assert.match(await answers, /"code":"unavailable","detail":"Este servidor se está deteniendo/)
  await closed
})

test('clients that hold too many connections lose idle ones, and leave an answer to others', async (context) => {
  const max = 16
  const away: string[] = []
  const lines: string[] = []
  const log = jsonLog({ clock: systemClock, level: 'info', write: (line) => lines.push(line) })
  const api = await startTestApi({
    world: { log },
    connections: { max, onTurnedAway: (why) => away.push(why) },
  })
  const held: Socket[] = []
  context.after(async () => {
    for (const socket of held) socket.destroy()
    await api.close()
  })
  await api.listen()
  const hold = async (text: string): Promise<Socket> => {
    const accepted = once(api.app.server, 'connection')
    const socket = await dial(api)
    held.push(socket)
    await accepted
    if (text === '') return socket
    const asked = once(api.app.server, 'request')
    socket.write(text)
    await asked
    return socket
  }

  const kept = await hold(`${head}\r\n`) // it had a request, and waits for the next
  const answered = once(kept, 'data')
  const flood: Socket[] = []
  for (let n = 0; n < max * 2; n++) flood.push(await hold(''))
  await answered
  assert.equal(away.filter((why) => why === 'idle').length, max + 1)
  assert.equal(api.connections.open, max)
  const again = once(kept, 'data')
  kept.write(`${head}\r\n`)
  assert.match(String(await again), /^HTTP\/1\.1 200/, 'what was used outlives what never was')
  assert.equal(await ask(api), 200)

  // Requests under way are not cut off for others: these are told.
  for (let n = 0; n < max; n++) await hold(unfinished)
  const surplus = await dial(api)
  const told = textOf(surplus)
  surplus.write(`${head}\r\n`)
  const [top, body = ''] = (await told).split('\r\n\r\n')
  assert.match(top ?? '', /^HTTP\/1\.1 503 [\s\S]*retry-after: \d/i)
  assert.equal(JSON.parse(body).code, 'too_many_connections')
  const health = await dial(api)
  const alive = textOf(health)
  health.write('GET /api/v1/health/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  assert.match(await alive, /^HTTP\/1\.1 204/, 'that we live is told all the same')
  assert.ok(away.includes('refused'))
  const logged = lines.filter((line) => line.includes('api.connections_full'))
  assert.ok(logged.length >= 1 && logged.length < away.length / 2, 'few lines for many of them')
})

test('descriptors are shared: receivers have theirs whatever clients take', () => {
  const share = (filesMax: number | null, clientsWanted = 0) =>
    shareDescriptors({ filesMax, clientsWanted, receiversWanted: 1_088 })
  assert.deepEqual(share(null), { clients: 20_000, receivers: 1_088 })
  assert.deepEqual(share(1_048_576), { clients: 20_000, receivers: 1_088 })
  assert.deepEqual(share(4_096), { clients: 2_880, receivers: 1_088 })
  assert.deepEqual(share(4_096, 500), { clients: 500, receivers: 1_088 })
  assert.deepEqual(share(4_096, 1_000_000), { clients: 2_880, receivers: 1_088 })
  assert.deepEqual(share(256), { clients: 64, receivers: 128 })
  const least = share(8)
  assert.ok(least.clients > 0 && least.receivers > 0)
})

test('streams are counted for each caller and in all, and leave their places', () => {
  const seats = streamSeats({ perCallerMax: 2, perServerMax: 3 })
  const full = { name: 'Problem', code: 'rate_limited', status: 429 }
  const leave = seats.take('one')
  seats.take('one')
  assert.throws(() => seats.take('one'), full)
  seats.take('two')
  assert.throws(() => seats.take('two'), full, 'in all')
  leave()
  leave()
  assert.equal(seats.taken, 2)
  seats.check('two')
  seats.take('one')
  assert.throws(() => seats.check('two'), full)
})

/** Sends the beginning, and then one byte for each look of the server, until it is cut off. */
async function cutOff(api: TestApi, beginning: string, expect: Expect): Promise<void> {
  const socket = await dial(api)
  const started = performance.now()
  const answer = textOf(socket)
  socket.write(beginning)
  const drip = setInterval(() => socket.write('a'), 300).unref()
  const text = await answer
  clearInterval(drip)
  assert.match(text, /^HTTP\/1\.1 408 /)
  assert.ok(performance.now() - started < (expect.closed_within_s ?? 30) * 1_000)
}

async function assertInnocent(api: TestApi, expect: Expect): Promise<void> {
  // Others use the machine too, which holds up one request or two, but not most.
  const times: number[] = []
  for (let asked = 0; asked < 5; asked++) {
    const started = performance.now()
    assert.equal(await ask(api), 200)
    times.push(performance.now() - started)
  }
  const maxMs = expect.innocent_p99_ms ?? 500
  const middle = times.toSorted((a, b) => a - b)[2] ?? Number.POSITIVE_INFINITY
  assert.ok(middle < maxMs * patience, `innocent requests took ${times} ms`)
}

async function ask(api: TestApi): Promise<number> {
  const socket = await dial(api)
  const answer = textOf(socket)
  socket.write(`${head}Connection: close\r\n\r\n`)
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(await answer)?.[1] ?? 0)
}

async function askFor(api: TestApi, method: 'POST', path: string, body: object): Promise<number> {
  const { statusCode } = await api.app.inject({
    ...{ method, url: `/api/v1${path}`, payload: JSON.stringify(body) },
    headers: { authorization: `Bearer ${bootstrapKey}` },
  })
  return statusCode
}

function dial(api: TestApi): Promise<Socket> {
  const address = api.app.server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.once('error', reject)
    socket.on('error', () => socket.destroy())
  })
}

function textOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    socket.on('data', (data) => {
      text += data
    })
    socket.once('close', () => resolve(text))
  })
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length
}
