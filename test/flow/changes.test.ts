/** Following what happens, over HTTP: the stream, its pages and `posthorn tail`. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { changeStreamLimits } from '../../src/api/change-streams.ts'
import { ownIssuer, signToken } from '../../src/api/json-web-token.ts'
import { readEvents } from '../../src/cli/event-stream.ts'
import { type Client, createClient } from '../../src/client/client.ts'
import { configWith } from '../../src/config.ts'
import { createPosthorn, defaultOrganizationId, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { createTestDatabase, releasePostgres } from '../support/postgres.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { posthorn as command } from '../support/terminal.ts'

const key = 'key_of_the_changes_0123456789abcdef'
const jwtSecret = 'a secret that signs tokens'
const folder = mkdtempSync(join(tmpdir(), 'posthorn-changes-'))
const database = await createTestDatabase()
let receiver: Receiver
before(async () => {
  receiver = await startReceiver()
})
after(async () => {
  await receiver.close()
  await database.drop()
  await releasePostgres()
  rmSync(folder, { recursive: true })
})

function nodeOf(name: string, databaseUrl?: string): Posthorn {
  const config = configWith({
    port: 0,
    dataDir: join(folder, name),
    apiKey: key,
    jwtSecret,
    encryptionKey: Buffer.alloc(32, 7).toString('base64'),
    allowNetworks: ['127.0.0.0/8'],
    retryScheduleMs: [50, 3_600_000],
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  })
  return createPosthorn(config, { clock: systemClock, random: systemRandom, log: silentLog })
}

interface Event {
  readonly event: string
  readonly id: string | undefined
  readonly data: {
    readonly type: string
    readonly msgId: string
    readonly cursor: string
    readonly [name: string]: unknown
  }
}

/** An open stream. `until` gives what came, once the last of it fits. */
async function follow(
  node: Posthorn,
  path: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const leave = new AbortController()
  const response = await fetch(`${node.url}/api/v1${path}`, {
    headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream', ...headers },
    signal: leave.signal,
  })
  assert.equal(response.status, 200, await (response.ok ? '' : response.text()))
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
  const events = readEvents(response.body ?? assert.fail('a body'))
  const next = async (): Promise<Event | null> => {
    const { value, done } = await events.next()
    return done === true ? null : (value as Event) // ours
  }
  const ready = await next()
  assert.equal(ready?.event, 'ready')
  return {
    cursor: String(ready?.data.cursor),
    next,
    async until(last: (event: Event) => boolean): Promise<readonly Event[]> {
      const seen: Event[] = []
      for (;;) {
        const event = await next()
        assert.ok(event !== null, 'the stream ended')
        seen.push(event)
        if (last(event)) return seen
      }
    },
    leave: () => leave.abort(),
  }
}

async function arrange(client: Client, uid: string): Promise<string> {
  await client.applications.create({ name: uid, uid })
  await client.endpoints.create(uid, { url: `${receiver.url}/${uid}` })
  return uid
}

async function send(client: Client, app: string, n = 1): Promise<string> {
  return (await client.messages.create(app, { eventType: 'a.b', payload: { n } })).id
}

type Refusal = { readonly code: string; readonly detail: readonly { readonly loc: unknown }[] }

async function problemOf(response: Response): Promise<Refusal> {
  return (await response.json()) as Refusal // of the contract
}

const facts = ({ event, data }: Event) =>
  event === 'attempt.finished'
    ? [event, data.msgId, data['responseStatusCode'], data['deliveryState']]
    : [event, data.msgId]

for (const store of ['SQLite', 'PostgreSQL'] as const) {
  describe(`changes on ${store}`, { timeout: 600_000 }, () => {
    let node: Posthorn
    /** Where events come in: another node where there can be two. */
    let other: Posthorn
    let client: Client
    before(async () => {
      const url = store === 'PostgreSQL' ? database.url : undefined
      node = nodeOf(store, url)
      await node.start()
      other = store === 'PostgreSQL' ? nodeOf(`${store}-2`, url) : node
      if (other !== node) await other.start()
      client = createClient({ url: other.url, key })
    })
    after(async () => {
      if (other !== node) await other.stop()
      await node.stop()
    })

    test('a stream tells messages and attempts as they happen, of its application only', async () => {
      const app = await arrange(client, 'told')
      const foreign = await arrange(client, 'foreign')
      receiver.answer([{ status: 500 }, { status: 204 }])
      const stream = await follow(node, `/app/${app}/change`)
      const id = await send(client, app)
      const seen = await stream.until(({ data }) => data['succeeded'] === true)
      assert.deepEqual(seen.map(facts), [
        ['message.created', id],
        ['attempt.finished', id, 500, 'pending'],
        ['attempt.finished', id, 204, 'succeeded'],
      ])
      assert.ok(seen.every((event) => event.id === event.data.cursor))
      assert.ok(!JSON.stringify(seen).includes(receiver.url), 'no address is told')
      await send(client, foreign)
      const mine = await send(client, app)
      const [first] = await stream.until(() => true)
      assert.equal(first?.data.msgId, mine)
      stream.leave()
    })

    test('a stream resumes from any cursor with nothing missed and nothing twice', async () => {
      const app = await arrange(client, 'resumed')
      receiver.answer([{ status: 204 }])
      const stream = await follow(node, `/app/${app}/change`)
      const ids: string[] = []
      for (let n = 0; n < 5; n++) ids.push(await send(client, app, n))
      const all: Event[] = []
      const complete = (events: readonly Event[]) =>
        events.filter(({ data }) => data['succeeded'] === true).length === 5
      while (!complete(all)) all.push(...(await stream.until(() => true)))
      stream.leave()
      const whole = all.map(facts)
      for (const [at, { id = '' }] of all.entries()) {
        const rest = whole.slice(at + 1)
        const again = await follow(node, `/app/${app}/change`, { 'last-event-id': id })
        const seen: Event[] = []
        while (seen.length < rest.length) seen.push(...(await again.until(() => true)))
        again.leave()
        // Two kinds are in the order of their commits, and may be interleaved in another way.
        assert.deepEqual(seen.map(facts).toSorted(), rest.toSorted(), `behind event ${at}`)
      }
      const pages: unknown[] = []
      let after = stream.cursor
      for (let done = false; !done; ) {
        const page = await client.changes.list(app, { after, limit: 3 })
        pages.push(...page.data.map((data) => facts({ event: data.type, data } as never))) // ours
        after = page.iterator
        done = page.done
      }
      assert.deepEqual(pages.toSorted(), whole.toSorted())
    })

    test('the stream of the organisation tells of every application', async () => {
      const stream = await follow(node, '/change')
      const sent = [
        await send(client, await arrange(client, 'many-1')),
        await send(client, await arrange(client, 'many-2')),
      ]
      const seen = new Set<string>()
      while (seen.size < 2) {
        const event = (await stream.until((each) => each.event === 'message.created')).at(-1)
        if (event !== undefined && sent.includes(event.data.msgId)) seen.add(event.data.msgId)
      }
      stream.leave()
      const stranger = signToken({ sub: 'org_000000000000000000000000001' }, jwtSecret)
      const foreign = await follow(node, `/change?after=${encodeURIComponent(stream.cursor)}`, {
        authorization: `Bearer ${stranger}`,
      })
      const page = await fetch(`${node.url}/api/v1/change?after=${stream.cursor}`, {
        headers: { authorization: `Bearer ${stranger}` },
      })
      const { data } = (await page.json()) as { data: unknown } // ours
      assert.deepEqual(data, [], 'another organisation sees none of it')
      foreign.leave()
    })

    test('a stream ends when its key is revoked, and when its session ends', async () => {
      const app = await arrange(client, 'ending')
      const made = await client.call<{ id: string; token: string }>('POST', '/api-key', {
        body: { name: 'reader', role: 'reader' },
      })
      const keyed = await follow(node, `/app/${app}/change`, {
        authorization: `Bearer ${made.token}`,
      })
      const { token } = await client.call<{ token: string }>(
        'POST',
        `/auth/app-portal-access/${app}`,
      )
      const portal = await follow(node, `/app/${app}/change`, { authorization: `Bearer ${token}` })
      const brief = signToken(
        {
          sub: defaultOrganizationId,
          iss: ownIssuer,
          exp: Math.floor(systemClock.now() / 1000) + 2,
        },
        jwtSecret,
      )
      const session = await follow(node, '/change', { authorization: `Bearer ${brief}` })
      await client.call('DELETE', `/api-key/${made.id}`)
      await client.call('POST', `/auth/app/${app}/expire-all`, { body: {} })
      for (const stream of [keyed, portal, session]) {
        const seen = await stream.until(({ event }) => event === 'closed')
        assert.deepEqual(seen.at(-1)?.data, { reason: 'credentials_ended' })
        assert.equal(await stream.next(), null)
      }
    })

    test('tail -f shows each attempt once, over a restart of the connection', async (t) => {
      const app = await arrange(client, 'tailed')
      receiver.answer([{ status: 204 }])
      const first = await send(client, app)
      const stop = new AbortController()
      t.after(() => stop.abort())
      let printed = ''
      let look = (): void => {}
      const saw = (id: string): Promise<void> =>
        new Promise((resolve) => {
          look = () => {
            if (printed.includes(id)) resolve()
          }
          look()
        })
      const done = command(['tail', '-f', '--json', '-a', app], {
        env: { POSTHORN_URL: node.url, POSTHORN_API_KEY: key },
        stop: stop.signal,
        onOut(out) {
          printed = out
          look()
        },
      })
      await saw(first)
      const second = await send(client, app)
      await saw(second)
      node.api.app.server.closeAllConnections()
      // The client's own kept connection was closed too, and may say so once.
      const third = await send(client, app).catch(() => send(client, app))
      await saw(third)
      stop.abort()
      const { json, exit } = await done
      assert.equal(exit, 0)
      assert.deepEqual(
        json.map((line) => (line as { msgId: string }).msgId), // attempts
        [first, second, third],
      )
    })

    test('a stream that is one too many is refused, and a cursor of elsewhere too', async () => {
      const app = await arrange(client, 'crowded')
      const streams = []
      for (let n = 0; n < changeStreamLimits.perScopeMax; n++) {
        streams.push(await follow(node, `/app/${app}/change`))
      }
      const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' }
      const url = `${node.url}/api/v1/app/${app}/change`
      const refused = await fetch(url, { headers })
      assert.equal(refused.status, 429)
      assert.equal((await problemOf(refused)).code, 'rate_limited')
      for (const stream of streams) stream.leave()
      const odd = await fetch(url, { headers: { ...headers, 'last-event-id': 'nonsense' } })
      assert.equal(odd.status, 422)
      assert.deepEqual((await problemOf(odd)).detail[0]?.loc, ['header', 'last-event-id'])
      const query = await fetch(`${url}?after=x'--`, { headers })
      assert.deepEqual((await problemOf(query)).detail[0]?.loc, ['query', 'after'])
      const missing = await fetch(`${node.url}/api/v1/app/nobody/change`, { headers })
      assert.equal(missing.status, 404)
    })
  })
}

test('streams end when the server stops', async () => {
  const node = nodeOf('stopping')
  await node.start()
  const stream = await follow(node, '/change')
  await node.stop()
  assert.equal(await stream.next(), null)
})
