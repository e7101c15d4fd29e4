/**
 * Goals G5, G6 and G10 in the large, through a whole Posthorn: the URL corpus at create and at
 * update; another application's events while one has 200 endpoints on black-holed names; then
 * deliveries to names that flip between an allowed and an internal address at random.
 *
 *   node bench/faults/network.ts [--deliveries 10000] [--endpoints 20]
 *
 * Ends with one JSON line; the exit code is 1 when anything internal was dialled.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { configWith } from '../../src/config.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { seededRandom, systemRandom } from '../../src/runtime/random.ts'
import { corpus } from '../../test/hostile/corpus.ts'
import { type DnsServer, startDns } from '../../test/support/dns.ts'
import { type Receiver, startReceiver } from '../../test/support/receiver.ts'

const { values } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '10000' },
    endpoints: { type: 'string', default: '20' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'posthorn-network-'))
const dns = await startDns()
const outside = await startReceiver({ host: '127.0.0.2' })
const canary = await startReceiver({ host: '127.0.0.1', port: outside.port })
const posthorn = createPosthorn(
  configWith({
    dataDir: folder,
    port: 0,
    allowNetworks: ['127.0.0.2/32'],
    dnsServers: [dns.address],
    attemptTimeoutMs: 2_000,
    retryScheduleMs: [],
  }),
  { clock: systemClock, random: systemRandom, log: silentLog },
)
await posthorn.start()

const urls = await playUrls(posthorn, dns)
const blackHoles = await playBlackHoles(dns, outside)
const flips = await playFlips({
  posthorn,
  dns,
  outside,
  deliveries: Number(values.deliveries),
  endpoints: Number(values.endpoints),
})
const internalConnects = canary.connections
await posthorn.stop()
await Promise.all([dns.close(), outside.close(), canary.close()])
rmSync(folder, { recursive: true, force: true })
console.log(JSON.stringify({ urls, blackHoles, flips, internalConnects }))
process.exitCode = internalConnects === 0 && urls.mismatches.length === 0 ? 0 : 1

async function api(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${posthorn.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${posthorn.installation.apiKey}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, json: text === '' ? {} : JSON.parse(text) }
}

async function playUrls(posthorn: Posthorn, dns: DnsServer) {
  interface Expect {
    readonly verdict: 'accept' | 'reject' | 'block'
    readonly needs?: string
  }
  const app = (await api('POST', '/app', { name: 'URLs' })).json.id
  const kept = await api('POST', `/app/${app}/endpoint`, { url: 'https://example.com/' })
  const one = `/app/${app}/endpoint/${kept.json.id}`
  const mismatches: string[] = []
  const wild: string[] = []
  for (const { id, input, expect } of corpus<string, Expect>('urls')) {
    const accepted = expect.verdict === 'accept' || expect.needs === 'fake-dns'
    const created = await api('POST', `/app/${app}/endpoint`, { url: input })
    const updated = await api('PATCH', one, { url: input })
    if (created.status < 300 !== accepted || updated.status < 300 !== accepted) mismatches.push(id)
    if (created.status < 300) await api('DELETE', `/app/${app}/endpoint/${created.json.id}`)
    if (expect.needs === 'fake-dns') wild.push(new URL(input).hostname)
  }
  await api('PATCH', one, { disabled: true })
  const asked = dns.queries.length
  for (const host of wild) {
    dns.script(host, [{ a: ['127.0.0.1'] }])
    await api('POST', `/app/${app}/endpoint`, { url: `http://${host}:${outside.port}/` })
  }
  await api('POST', `/app/${app}/msg`, { eventType: 'a.b', payload: {} })
  await posthorn.engine.idle()
  return { urls: corpus('urls').length, wild: wild.length, asked, mismatches }
}

/** Latency of a quiet application from the request to the receiver, alone and beside the holes. */
async function playBlackHoles(dns: DnsServer, outside: Receiver) {
  dns.script('quiet.example.com', [{ a: ['127.0.0.2'], ttl: 60 }])
  dns.script('*.hole.example.com', [{ drop: true }])
  const quiet = (await api('POST', '/app', { name: 'Quiet' })).json.id
  const url = `http://quiet.example.com:${outside.port}/quiet`
  await api('POST', `/app/${quiet}/endpoint`, { url })
  const holes = (await api('POST', '/app', { name: 'Holes' })).json.id
  for (let n = 0; n < 200; n++) {
    const hole = `http://n${n}.hole.example.com/`
    await api('POST', `/app/${holes}/endpoint`, { url: hole })
  }
  const aloneMs = await quietLatency(quiet, outside)
  for (let n = 0; n < 5; n++) {
    await api('POST', `/app/${holes}/msg`, { eventType: 'a.b', payload: { n } })
  }
  const besideMs = await quietLatency(quiet, outside)
  for (const { id } of (await api('GET', `/app/${holes}/endpoint?limit=250`)).json.data) {
    await api('DELETE', `/app/${holes}/endpoint/${id}`)
  }
  await posthorn.engine.idle()
  return { holes: 200, aloneMs, besideMs }
}

async function quietLatency(app: string, outside: Receiver) {
  const latencies: number[] = []
  for (let n = 0; n < 200; n++) {
    const arrived = outside.waitFor(outside.requests.length + 1)
    const startedAt = performance.now()
    await api('POST', `/app/${app}/msg`, { eventType: 'a.b', payload: { n } })
    await arrived
    latencies.push(performance.now() - startedAt)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const sorted = latencies.toSorted((left, right) => left - right)
  const at = (share: number): number => Math.round((sorted[Math.floor(share * 200)] ?? 0) * 10) / 10
  return { p50: at(0.5), p99: at(0.99) }
}

async function playFlips(input: {
  readonly posthorn: Posthorn
  readonly dns: DnsServer
  readonly outside: Receiver
  readonly deliveries: number
  readonly endpoints: number
}) {
  const random = seededRandom(11)
  const inside = ['127.0.0.1', '10.0.0.1', '169.254.169.254', '192.168.1.1']
  const app = (await api('POST', '/app', { name: 'Flips' })).json.id
  for (let n = 0; n < input.endpoints; n++) {
    input.dns.script(`flip${n}.example.com`, () => {
      const isOutside = random.fraction() < 0.5
      const address = isOutside ? '127.0.0.2' : inside[Math.floor(random.fraction() * 4)]
      return { a: [address ?? ''], ttl: 0 }
    })
    const url = `http://flip${n}.example.com:${input.outside.port}/`
    await api('POST', `/app/${app}/endpoint`, { url })
  }
  const startedAt = performance.now()
  const before = input.outside.requests.length
  const counted = await input.posthorn.store.countDeliveries({ now: Date.now() })
  const messages = Math.ceil(input.deliveries / input.endpoints)
  for (let n = 0; n < messages; n++) {
    await api('POST', `/app/${app}/msg`, { eventType: 'a.b', payload: { n } })
  }
  const deadline = performance.now() + 900_000
  for (;;) {
    const { byState } = await input.posthorn.store.countDeliveries({ now: Date.now() })
    const open = byState.pending + byState.sending
    if (open === 0 || performance.now() > deadline) {
      return {
        deliveries: messages * input.endpoints,
        delivered: byState.succeeded - counted.byState.succeeded,
        refused: byState.failed - counted.byState.failed,
        open,
        received: input.outside.requests.length - before,
        seconds: Math.round((performance.now() - startedAt) / 1000),
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
