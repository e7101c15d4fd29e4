/** What an operator sees of a running server: metrics, and logs without secrets. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ensureDemo } from '../../src/cli/demo.ts'
import { createClient } from '../../src/client/client.ts'
import { configWith } from '../../src/config.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { jsonLog, silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { startReceiver } from '../support/receiver.ts'
import { posthorn as command } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-operations-'))
const lines: string[] = []
let server: Posthorn
let env: Readonly<Record<string, string>>

before(async () => {
  const log = jsonLog({ clock: systemClock, level: 'debug', write: (line) => lines.push(line) })
  server = createPosthorn(
    configWith({ port: 0, dataDir: folder, allowNetworks: ['127.0.0.0/8'] }),
    {
      clock: systemClock,
      random: systemRandom,
      log,
    },
  )
  await server.start()
  const key = server.installation.apiKey
  await ensureDemo(createClient({ url: server.url, key }))
  env = { POSTHORN_URL: server.url, POSTHORN_API_KEY: key }
})
after(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

async function scrape(): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${server.url}/metrics`)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const samples = (await answer.text()).split('\n').filter((line) => /^\w/.test(line))
  return new Map(
    samples.map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))] as const
    }),
  )
}

test('metrics are for those who hold the token, or for direct callers of private networks', async () => {
  const through = { headers: { 'x-forwarded-for': '203.0.113.9' } }
  const refused = await fetch(`${server.url}/metrics`, through)
  assert.equal(refused.status, 403)
  assert.equal(((await refused.json()) as { code: string }).code, 'metrics_private')

  const dataDir = join(folder, 'guarded')
  const world = { clock: systemClock, random: systemRandom, log: silentLog }
  const guarded = createPosthorn(configWith({ dataDir, port: 0, metricsToken: 'scrape-me' }), world)
  await guarded.start()
  const status = async (authorization: string | null): Promise<number> =>
    (
      await fetch(`${guarded.url}/metrics`, {
        headers: authorization === null ? {} : { authorization },
      })
    ).status
  const statuses = [
    await status('Bearer scrape-me'),
    await status('Bearer scrape'),
    await status(null),
  ]
  await guarded.stop()
  assert.deepEqual(statuses, [200, 403, 401])
})

test('metrics count what was accepted, delivered and failed, and how long it took', async () => {
  await command(['bins', 'set', 'refuses', '--script', '500'], { env })
  await command(['endpoints', 'create', `${server.url}/in/refuses`, '--events', 'order.paid'], {
    env,
  })
  // The server's own events about endpoints are messages too.
  const before = await scrape()
  assert.equal((await command(['send', 'order.created'], { env })).exit, 0)
  assert.equal((await command(['send', 'order.paid'], { env })).exit, 7)
  const samples = await scrape()
  const value = (name: string): number => samples.get(name) ?? Number.NaN
  const more = (name: string): number => value(name) - (before.get(name) ?? 0)
  assert.equal(more('posthorn_messages_total{result="accepted"}'), 2)
  const attempts = (verdict: string, answer: string): number =>
    more(`posthorn_attempts_total{verdict="${verdict}",answer="${answer}",kind="first"}`)
  assert.equal(attempts('succeeded', '2xx'), 2)
  assert.equal(attempts('retry', '5xx'), 1)
  assert.equal(more('posthorn_accept_seconds_count'), 2)
  assert.equal(more('posthorn_accept_to_answer_seconds_count'), 3)
  assert.equal(value('posthorn_requests_in_flight'), 0)
  assert.equal(value('posthorn_deliveries_due'), 0)
  assert(value('process_resident_memory_bytes') > 0)
})

test('no label of a metric names an application, an endpoint or a URL', async () => {
  for (const name of (await scrape()).keys()) assert(!/app_|ep_|msg_|http/.test(name), name)
})

test('logs are one JSON object a line and hold no key, secret, payload or header value', async () => {
  const secret = (await command(['endpoints', 'secret', 'inspector'], { env })).out.trim()
  await command(['send', 'order.created', '-d', '{"card":"4111111111111111"}'], { env })
  await command(['apps', '--key', 'sk_wrong_key_value'], { env })
  assert(lines.length > 3)
  for (const line of lines) {
    assert.equal(typeof JSON.parse(line).event, 'string')
    assert(line.endsWith('}\n') && line.indexOf('\n') === line.length - 1)
    for (const hidden of [
      secret,
      server.installation.apiKey,
      server.installation.jwtSecret,
      server.installation.encryptionKey,
      '4111111111111111',
      'sk_wrong_key_value',
      'v1,',
    ]) {
      assert(!line.includes(hidden), line)
    }
  }
})

test('users and the audit log are at hand from the command line', async () => {
  const added = await command(['users', 'add', 'ana@example.com', '--role', 'owner'], { env })
  assert.equal(added.exit, 0)
  assert.match(added.out, /\/sign-in#invite=phi_usr_/)
  const [, ana = ''] = (await command(['users'], { env })).out.trim().split('\n')
  assert.match(ana, /^usr_\w{27} +ana@example\.com +owner +invited/)
  const [id = ''] = /^usr_\w+/.exec(ana) ?? []
  assert.equal((await command(['users', 'invite', id], { env })).exit, 0)
  assert.equal((await command(['users', 'update', id, '--role', 'reader'], { env })).exit, 5)
  const log = (await command(['audit', '--resource', id, '--since', '1h'], { env })).out
  assert.match(log, /Bootstrap key +A new link to choose a password.* v1\.user\.invite +usr_/)
  const [entry] = /aud_\w{27}/.exec(log) ?? []
  const shown = await command(['audit', 'get', entry ?? ''], { env })
  assert.match(shown.out, / {2}invite\n {4}- /)
  const lines = (await command(['audit', 'export'], { env })).out.trim().split('\n')
  assert.ok(lines.length > 3 && lines.every((line) => JSON.parse(line).operation.startsWith('v1.')))
  const csv = (await command(['audit', 'export', '--format', 'csv'], { env })).out
  assert.match(csv, /^id,at,actorKind/)
})

test('what Posthorn switches off itself is in the history of the endpoint', async () => {
  const receiver = await startReceiver({ script: () => ({ status: 410 }) })
  const client = createClient({ url: server.url, key: server.installation.apiKey })
  try {
    const { id: app } = await client.applications.create({ name: 'gone' })
    const { id } = await client.endpoints.create(app, { url: receiver.url })
    await client.messages.create(app, { eventType: 'a.b', payload: {} })
    await receiver.next()
    const path = { app_id: app, endpoint_id: id }
    const latest = async () => (await client.request('v1.endpoint.history', { path })).data[0]
    let entry = await latest()
    for (let looks = 0; looks < 500 && entry?.actor.kind !== 'system'; looks++) {
      entry = await latest()
    }
    assert.equal(entry?.operation, 'system.endpoint.disable')
    assert.deepEqual(entry.changed, ['disabledAt', 'disabledReason'])
    const body = { entry: entry.id }
    const { endpoint } = await client.request('v1.endpoint.revert', { path, body })
    assert.equal(endpoint.disabled, false)
  } finally {
    await receiver.close()
  }
})

test('settings that an owner changes hold at once, and after a restart', async () => {
  const receiver = await startReceiver({ script: () => ({ status: 500 }) })
  const config = configWith({ port: 0, dataDir: join(folder, 'settings'), settingsLocked: false })
  const world = { clock: systemClock, random: systemRandom, log: silentLog }
  const started = async () => {
    const made = createPosthorn(config, world)
    await made.start()
    return { made, client: createClient({ url: made.url, key: made.installation.apiKey }) }
  }
  /** How long the first retry waits. */
  const waits = async (client: ReturnType<typeof createClient>, app: string) => {
    const { id } = await client.messages.create(app, { eventType: 'a.b', payload: {} })
    await receiver.next()
    for (;;) {
      const path = { app_id: app }
      const { data } = await client.request('v1.delivery.list', { path })
      const { nextAttempt = null, state } = data.find(({ msgId }) => msgId === id) ?? {}
      if (nextAttempt != null && state === 'pending') return Date.parse(nextAttempt) - Date.now()
    }
  }
  const { made, client } = await started()
  const { id: app } = await client.applications.create({ name: 'settings' })
  await client.endpoints.create(app, { url: receiver.url })
  assert.ok((await waits(client, app)) < 6_000)
  const body = { retryScheduleMs: [3_600_000], defaultProfile: 'cotalker' }
  await client.request('v1.installation.patch-settings', { body })
  assert.ok((await waits(client, app)) > 3_500_000)
  await made.stop()
  const again = await started()
  assert.ok((await waits(again.client, app)) > 3_500_000)
  assert.equal((await again.client.applications.create({ name: 'next' })).profile, 'cotalker')
  await again.made.stop()
  await receiver.close()
})
