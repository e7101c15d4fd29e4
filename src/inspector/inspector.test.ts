import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import {
  bootstrapKey,
  jwtSecret,
  organizationId,
  startTestApi,
  type TestApi,
} from '../../test/support/api.ts'
import { signToken } from '../api/json-web-token.ts'
import type { ApplicationId, EndpointId } from '../domain/ids.ts'
import { checkSignature } from '../domain/signature-check.ts'
import { seededRandom } from '../runtime/random.ts'
import { VirtualClock } from '../runtime/virtual-clock.ts'
import { Bins, standardBinLimits } from './bins.ts'
import type { InspectorOptions } from './inspector.ts'
import type { BinOut, CapturedOut } from './present.ts'
import { formatScript, isSayable, parseScript, ruleFor, ScriptFault, stepAt } from './script.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const olderSecret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
const key = { authorization: `Bearer ${bootstrapKey}` }
/** Of another organisation. */
const theirs = {
  authorization: `Bearer ${signToken({ sub: 'org_000000000000000000000000001' }, jwtSecret)}`,
}

/** A server of the API with its inspector. */
async function inspectorServer(
  input: Partial<InspectorOptions> = {},
): Promise<{ readonly app: TestApi; readonly url: string }> {
  const app = await startTestApi({
    ...(input.clock === undefined ? {} : { world: { clock: input.clock } }),
    inspector: { random: seededRandom(1), ...input },
  })
  return { app, url: await app.listen() }
}

function signed(body: string, at = new Date(), id = 'msg_1'): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  }
}

describe('a bin', () => {
  let app: TestApi
  let url: string
  const api = async (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}/api/v1/inspector/bin${path}`, { headers: key, ...init })
  const put = (bin: string, body: unknown): Promise<Response> =>
    api(`/${bin}`, {
      method: 'PUT',
      body: JSON.stringify(body),
      headers: { ...key, 'content-type': 'application/json' },
    })
  const list = async (bin: string): Promise<readonly CapturedOut[]> => {
    const page = (await (await api(`/${bin}/request?limit=250`)).json()) as { data: CapturedOut[] }
    return page.data
  }

  before(async () => {
    const server = await inspectorServer({
      secretsOf: async (path) => {
        const of = {
          endpointId: 'ep_rolled' as EndpointId, // the form does not matter here
          applicationId: 'app_rolled' as ApplicationId, // nor here
        }
        const current = { key: secret, createdAt: 2_000, expiresAt: null, ...of }
        const earlier = { key: olderSecret, createdAt: 1_000, expiresAt: 9_000, ...of }
        if (path === '/in/rolled') return [current, earlier]
        return path === '/in/known' ? [current] : []
      },
    })
    app = server.app
    url = server.url
  })
  after(() => app.close())

  test('keeps any method, path, query, header spelling and the exact bytes', async () => {
    const body = Buffer.from([0xff, 0x00, 0x7b])
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'OPTIONS']) {
      const answer = await fetch(`${url}/in/any/a/%2Fb?x=1&x=2`, {
        method,
        body,
        headers: { 'X-Odd': 'Ünï'.normalize(), 'content-type': 'strange; ;;' },
      }).catch((error: unknown) => error)
      assert(answer instanceof Response, String(answer))
      assert.equal(answer.status, 200, `${method} ${await answer.text()}`)
    }
    await fetch(`${url}/in/any`)
    const kept = await list('any')
    assert.deepEqual(
      kept.map(({ method }) => method),
      ['GET', 'OPTIONS', 'PROPFIND', 'DELETE', 'PATCH', 'PUT', 'POST'],
    )
    const first = kept.at(-1)
    assert.equal(first?.path, '/a/%2Fb')
    assert.equal(first.query, 'x=1&x=2')
    assert.equal(first.body, null)
    assert.deepEqual(Buffer.from(first.bodyBase64, 'base64'), body)
    assert.equal(kept[0]?.path, '/')
  })

  test('keeps a body that came with GET', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('GET /in/getbody HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nwxyz')
    await once(socket, 'data')
    socket.destroy()
    assert.equal((await list('getbody'))[0]?.body, 'wxyz')
  })

  test('says which secrets made a signature, and never the secrets', async () => {
    const body = '{"n":1}'
    const current = {
      of: 'endpoint',
      endpointId: 'ep_rolled',
      createdAt: '1970-01-01T00:00:02.000Z',
    }
    const earlier = { ...current, createdAt: '1970-01-01T00:00:01.000Z' }
    const made = async (bin: string, keys: readonly string[]) => {
      const headers = signed(body)
      const at = new Date(Number(headers['webhook-timestamp']) * 1000)
      const signatures = keys.map((one) => new Webhook(one).sign('msg_1', at, body)).join(' ')
      const sent = { ...headers, 'webhook-signature': signatures }
      await fetch(`${url}/in/${bin}`, { method: 'POST', body, headers: sent })
      return (await list(bin))[0]?.signature
    }
    const now = { ...current, expiresAt: null }
    const before = { ...earlier, expiresAt: '1970-01-01T00:00:09.000Z' }
    assert.deepEqual((await made('rolled', [olderSecret, secret]))?.secrets, [now, before])
    assert.deepEqual((await made('rolled', [olderSecret]))?.secrets, [before])
    const stranger = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
    const wrong = await made('rolled', [stranger])
    assert.deepEqual([wrong?.state, wrong?.secrets], ['invalid', []])
    await put('two', { secrets: ['stripe:whsec_x', stranger, olderSecret] })
    assert.deepEqual((await made('two', [olderSecret]))?.secrets, [{ of: 'bin', place: 3 }])
    assert.ok(!JSON.stringify(await list('rolled')).includes(olderSecret.slice(6)))
  })

  test('says that a signature is valid, wrong, old or uncheckable, and tells the sender', async () => {
    const body = '{"type":"order.created","n":1.0}'
    const send = async (headers: Record<string, string>, sent = body, bin = 'known') => {
      const answer = await fetch(`${url}/in/${bin}`, { method: 'POST', body: sent, headers })
      return ((await answer.json()) as { signature: string }).signature
    }
    assert.equal(await send(signed(body)), 'valid')
    assert.equal(await send(signed(body), `${body} `), 'invalid')
    assert.equal(await send(signed(body, new Date(Date.now() - 3_600_000))), 'stale')
    assert.equal(await send({}), 'absent')
    assert.equal(await send(signed(body), body, 'stranger'), 'no_secret')
    await put('stranger', { secrets: [secret] })
    assert.equal(await send(signed(body), body, 'stranger'), 'valid')
  })

  test('answers by its script, in order, and stays at the last step', async () => {
    await put('script', { script: '500, 429 with Retry-After 30, then 200\n/slow: 503' })
    const statuses: number[] = []
    for (let call = 0; call < 4; call++) {
      const answer = await fetch(`${url}/in/script`, { method: 'POST' })
      statuses.push(answer.status)
      if (answer.status === 429) assert.equal(answer.headers.get('retry-after'), '30')
    }
    assert.deepEqual(statuses, [500, 429, 200, 200])
    assert.equal((await fetch(`${url}/in/script/slow/x`)).status, 503)
  })

  test('says of other senders whether their signature is right, by the secrets of the bin', async () => {
    await put('github', { secrets: ['github:s3cret'] })
    const sign = (body: string) => createHmac('sha256', 's3cret').update(body).digest('hex')
    const headers = { 'x-hub-signature-256': `sha256=${sign('{"a":1}')}` }
    for (const body of ['{"a":1}', '{"a":2}']) {
      await fetch(`${url}/in/github`, { method: 'POST', body, headers })
    }
    const found = await list('github')
    assert.deepEqual(
      found.map(({ signature }) => [signature.sender, signature.state]),
      [
        ['github', 'invalid'],
        ['github', 'valid'],
      ],
    )
  })

  test('what is pinned stays when the bin is cleared, with its note, and no more than 50 are', async () => {
    for (let n = 0; n < 51; n++) await fetch(`${url}/in/pins`, { method: 'POST', body: `${n}` })
    const kept = await list('pins')
    const mark = (id: string | undefined, body: object, version?: string) =>
      api(`/pins/request/${id}`, {
        method: 'PATCH',
        headers: {
          ...{ ...key, 'content-type': 'application/json' },
          ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
        },
        body: JSON.stringify(body),
      })
    const { id: first, updatedAt: unmarked } = kept[0] ?? assert.fail('none')
    const noted = await mark(first, { pinned: true, note: 'the odd one' }, unmarked)
    assert.equal(((await noted.json()) as CapturedOut).note, 'the odd one')
    assert.equal((await mark(first, { note: 'of somebody who saw none' }, unmarked)).status, 409)
    assert.equal((await mark(first, { note: 'x' }, 'yesterday')).status, 422)
    for (const { id } of kept.slice(1, 50))
      assert.equal((await mark(id, { pinned: true })).status, 200)
    assert.equal((await mark(kept[50]?.id, { pinned: true })).status, 422)
    assert.equal((await mark(kept[50]?.id, { note: 'x'.repeat(501) })).status, 422)
    assert.equal((await mark('in_nothing', { pinned: true })).status, 404)
    await api('/pins/request', { method: 'DELETE' })
    const left = await list('pins')
    assert.equal(left.length, 50)
    assert.deepEqual([left[0]?.pinned, left[0]?.note], [true, 'the odd one'])
  })

  test('hangs up without an answer when the script says so', async () => {
    await put('hangup', { script: 'hang up, 200' })
    await assert.rejects(fetch(`${url}/in/hangup`, { method: 'POST' }))
    assert.equal((await fetch(`${url}/in/hangup`, { method: 'POST' })).status, 200)
    assert.equal((await list('hangup')).length, 2)
  })

  test('answers the given share of requests with 500, by chance', async () => {
    await put('chance', { script: 'fail 30%' })
    let failures = 0
    for (let call = 0; call < 200; call++) {
      if ((await fetch(`${url}/in/chance`)).status === 500) failures++
    }
    assert(failures > 30 && failures < 90, `${failures} of 200`)
  })

  test('refuses a script it does not understand, with 422 and the reason', async () => {
    const answer = await put('bad', { script: '200, explode' })
    assert.equal(answer.status, 422)
    assert.match(await answer.text(), /explode.*was not understood/)
    const spanish = async (body: object) => {
      const headers = { ...key, 'content-type': 'application/json', 'accept-language': 'es' }
      const reply = await api('/bad', { method: 'PUT', headers, body: JSON.stringify(body) })
      const { detail } = (await reply.json()) as { detail: { loc: string[]; msg: string }[] }
      return detail.map(({ loc, msg }) => `${reply.status} ${loc.join('.')}: ${msg}`)
    }
    const [long = ''] = await spanish({ note: 'x'.repeat(501) })
    assert.match(long, /^422 body\.note: no puede tener más de 500/)
    const unfinished = await spanish({ script: { rules: [{}] } })
    const missing = '422 body.script.rules.[0].steps: falta el campo `steps`'
    assert.ok(unfinished.includes(missing), unfinished.join())
  })

  test('answers of a bin are nobody’s page: no cookie, policy, framing or script of its own', async () => {
    const answers = (headers: Record<string, string>, body = '<script>1</script>') =>
      put('page', { script: { rules: [{ steps: [{ status: 200, headers, body }] }] } })
    const refused = [
      ['Set-Cookie', 'posthorn=planted'],
      ['content-security-policy', "script-src 'unsafe-inline'"],
      ['Content-Security-Policy-Report-Only', 'x'],
      ['X-Frame-Options', 'ALLOW'],
      ['Cross-Origin-Opener-Policy', 'unsafe-none'],
      ['Service-Worker-Allowed', '/'],
      ['Transfer-Encoding', 'chunked'],
      ['Content-Length', '3'],
      ['WWW-Authenticate', 'Basic'],
      ['Content-Type', 'text/javascript'],
      ['Content-Type', 'text/css'],
      ['two words', 'x'],
      ['X-Line', 'a\r\nset-cookie: b=c'],
      ['X-Value', 'ñ'],
    ] as const
    for (const [name, value] of refused) {
      const { status } = await answers({ [name]: value })
      assert.equal(status, 422, `${name}: ${value}`)
    }
    const html = { 'Content-Type': 'text/html; charset=utf-8', 'X-Own': 'a b', Location: '/in/x' }
    assert.equal((await answers(html)).status, 201)
    const answer = await fetch(`${url}/in/page`)
    assert.equal(await answer.text(), '<script>1</script>')
    assert.equal(answer.headers.get('x-own'), 'a b')
    const policy = answer.headers.get('content-security-policy') ?? ''
    assert.match(policy, /^default-src 'none';.*; sandbox$/)
  })

  test('wait resolves with a matching request that arrives later', async () => {
    const waiting = api('/late/wait?match=type%3Dorder.*%20header.x-a%3D1&timeout=10')
    await fetch(`${url}/in/late`, { method: 'POST', body: '{"type":"other"}' })
    const body = '{"type":"order.paid","data":{"id":"o_91"}}'
    await fetch(`${url}/in/late`, { method: 'POST', body, headers: { 'x-a': '1' } })
    const found = (await (await waiting).json()) as CapturedOut
    assert.equal(found.body, body)
    const kept = await api('/late/wait?match=data.id%3Do_91&timeout=0')
    assert.equal(((await kept.json()) as CapturedOut).id, found.id)
  })

  test('what is waited for may have many wildcards, and costs one search', async () => {
    const long = 'a'.repeat(3_000)
    await fetch(`${url}/in/wild`, { method: 'POST', body: JSON.stringify({ x: long, y: 'a.b-c' }) })
    const before = process.cpuUsage()
    const ask = async (match: string) =>
      (await api(`/wild/wait?timeout=0&match=${encodeURIComponent(match)}`)).status
    assert.equal(await ask('x=*a*a*a*b'), 408)
    for (const fits of ['x=*', 'x=a*a*a', 'y=a.b-c', 'y=a*c', 'y=*.b-*', 'y=*c', 'y=a.*']) {
      assert.equal(await ask(fits), 200, fits)
    }
    for (const none of ['y=a', 'y=b*', 'y=a.b-c*c', 'y=*b', 'y=a*b*b*c', 'y=a+b-c']) {
      assert.equal(await ask(none), 408, none)
    }
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 5_000_000, `${(user + system) / 1e6} s`)
  })

  test('wait answers 408 when nothing matching arrives in time', async () => {
    const answer = await api('/never/wait?timeout=0')
    assert.equal(answer.status, 408)
    assert.equal(((await answer.json()) as { code: string }).code, 'wait_timeout')
  })

  test('the stream sends each new request, and those missed since Last-Event-ID', async () => {
    await fetch(`${url}/in/live`, { method: 'POST', body: 'one' })
    const [first] = await list('live')
    await fetch(`${url}/in/live`, { method: 'POST', body: 'two' })
    const stop = new AbortController()
    const stream = await api('/live/stream', {
      headers: { ...key, 'last-event-id': first?.id ?? '' },
      signal: stop.signal,
    })
    await fetch(`${url}/in/live`, { method: 'POST', body: 'three' })
    let text = ''
    for await (const chunk of stream.body ?? []) {
      text += Buffer.from(chunk).toString()
      if (text.includes('"three"')) break
    }
    stop.abort()
    assert(text.includes('"two"') && !text.includes('"one"'))
  })

  test('lists by pages, newest first, and deletes one or all', async () => {
    for (let n = 0; n < 5; n++) await fetch(`${url}/in/pages`, { method: 'POST', body: String(n) })
    type Page = { data: CapturedOut[]; iterator: string; done: boolean }
    const first = (await (await api('/pages/request?limit=2')).json()) as Page
    const second = (await (
      await api(`/pages/request?limit=3&iterator=${first.iterator}`)
    ).json()) as Page
    assert.deepEqual(
      [...first.data, ...second.data].map(({ body }) => body),
      ['4', '3', '2', '1', '0'],
    )
    assert.deepEqual([first.done, second.done], [false, true])
    const back = (await (
      await api(`/pages/request?limit=2&iterator=-${second.data.at(-1)?.id}`)
    ).json()) as Page
    assert.deepEqual([back.data.map(({ body }) => body), back.done], [['2', '1'], false])
    assert.equal((await api('/pages/request?iterator=msg_none')).status, 422)
    const id = first.data[0]?.id
    assert.equal((await api(`/pages/request/${id}`)).status, 200)
    assert.equal((await api(`/pages/request/${id}`, { method: 'DELETE' })).status, 204)
    assert.equal((await api(`/pages/request/${id}`)).status, 404)
    assert.equal((await api('/pages/request', { method: 'DELETE' })).status, 204)
    assert.equal((await list('pages')).length, 0)
    assert.equal((await api('/pages', { method: 'DELETE' })).status, 204)
    assert.equal((await api('/pages')).status, 404)
  })

  test('settings that somebody changed since they were read are not overwritten', async () => {
    const change = (body: object, version: string) =>
      api('/shared', {
        method: 'PUT',
        headers: { ...key, 'content-type': 'application/json', 'if-match': `"${version}"` },
        body: JSON.stringify(body),
      })
    const made = (await (await put('shared', { note: 'first' })).json()) as BinOut
    const mine = await change({ note: 'mine' }, made.updatedAt)
    assert.equal(mine.status, 200)
    assert.equal((await change({ note: 'theirs' }, made.updatedAt)).status, 409)
    const { note, updatedAt } = (await mine.json()) as BinOut
    assert.equal(note, 'mine')
    assert.equal((await change({ script: '500' }, updatedAt)).status, 200)
    await api('/shared', { method: 'DELETE' })
    assert.equal((await change({ note: 'gone' }, updatedAt)).status, 409)
  })

  test('is read with the key only, and never by another organisation', async () => {
    assert.equal((await put('private', { secrets: [secret], note: 'ours' })).status, 201)
    for (const path of ['', '/request', '/wait?timeout=0', '/stream']) {
      assert.equal((await api(`/private${path}`, { headers: {} })).status, 401, path)
      assert.equal((await api(`/private${path}`, { headers: theirs })).status, 404, path)
    }
    const taken = { method: 'POST', headers: theirs, body: '{"name":"private"}' }
    assert.equal((await api('', taken)).status, 404)
    assert.equal((await api('', { ...taken, headers: key })).status, 200)
    const mine = { ...taken, headers: { ...key, 'if-match': '"2026-01-01T00:00:00.000Z"' } }
    assert.equal((await api('', mine)).status, 409)
    const seen = await (await api('/private')).text()
    assert(!seen.includes(secret) && seen.includes('"secretCount":1'))
  })

  test('refuses a body over the limit with 413 in JSON', async () => {
    const body = Buffer.alloc(standardBinLimits.bodyBytesMax + 1)
    const answer = await fetch(`${url}/in/large`, { method: 'POST', body })
    assert.equal(answer.status, 413)
    assert.equal(((await answer.json()) as { code: string }).code, 'payload_too_large')
  })
})

test('who may not see payloads sees no bodies, in no form, and cannot wait for words in them', async () => {
  const { app, url } = await inspectorServer()
  const stop = new AbortController()
  try {
    const call = async (method: string, path: string, body: object) =>
      fetch(`${url}/api/v1${path}`, { method, headers: key, body: JSON.stringify(body) })
    const made = await call('POST', '/api-key', { name: 'Reader', role: 'reader' })
    const reader = { authorization: `Bearer ${JSON.parse(await made.text()).token}` }
    await call('PUT', '/masking', { paths: ['data.email'] })
    const read = async (path: string, init: RequestInit = {}) =>
      fetch(`${url}/api/v1/inspector/bin${path}`, { headers: reader, ...init })
    const send = (body: string) => fetch(`${url}/in/hidden`, { method: 'POST', body })
    await send('first secret')
    const list = await (await read('/hidden/request')).text()
    const { id } = JSON.parse(list).data[0]
    const one = await (await read(`/hidden/request/${id}`)).text()
    const waited = await (await read('/hidden/wait')).text()
    const headers = { ...reader, 'last-event-id': '0' }
    const stream = await read('/hidden/stream', { headers, signal: stop.signal })
    await send('second secret')
    let live = ''
    for await (const chunk of stream.body ?? []) {
      live += Buffer.from(chunk).toString()
      if (live.match(/\[masked\]/g)?.length === 2) break
    }
    const encoded = Buffer.from('first secret').toString('base64')
    for (const text of [list, one, waited, live]) {
      assert.ok(text.includes('"body":"[masked]"'), text)
      assert.ok(!text.includes('secret"') && !text.includes(encoded), text)
    }
    assert.equal((await read('/hidden/wait?match=body.a=1')).status, 422)
  } finally {
    stop.abort()
    await app.close()
  }
})

test('a stream that stands open ends when the server stops', async () => {
  const { app, url } = await inspectorServer()
  const stream = await fetch(`${url}/api/v1/inspector/bin/any/stream`, { headers: key })
  const [text] = await Promise.all([stream.text(), app.close()])
  assert.match(text, /^: connected/)
})

test('a page of large requests ends early, says so, and the next goes on', async () => {
  const { app, url } = await inspectorServer()
  try {
    const body = Buffer.alloc(4 * 1024 * 1024, 'a')
    for (let n = 0; n < 7; n++) await fetch(`${url}/in/large`, { method: 'POST', body })
    const list = async (query: string) => {
      const path = `${url}/api/v1/inspector/bin/large/request${query}`
      const page = (await (await fetch(path, { headers: key })).json()) as List
      return { count: page.data.length, done: page.done, iterator: page.iterator }
    }
    type List = { data: CapturedOut[]; iterator: string; done: boolean }
    const first = await list('')
    assert.deepEqual([first.count, first.done], [5, false])
    const rest = await list(`?iterator=${first.iterator}`)
    assert.deepEqual([rest.count, rest.done], [2, true])
  } finally {
    await app.close()
  }
})

test('a delayed answer comes after its delay', async () => {
  const clock = new VirtualClock()
  const bins = new Bins(standardBinLimits)
  const { app, url } = await inspectorServer({ clock, bins })
  const script = parseScript('200 after 20s')
  assert(!(script instanceof ScriptFault))
  bins.configure({ name: 'slow', owner: null, settings: { script }, now: 0 })
  const arrived = new Promise<void>((resolve) => {
    bins.watch('slow', 0, () => resolve())
  })
  let answered = false
  const answer = fetch(`${url}/in/slow`, { method: 'POST' }).then((response) => {
    answered = true
    return response
  })
  await arrived
  await clock.advance(19_999)
  assert.equal(answered, false)
  await clock.advance(1)
  assert.equal((await answer).status, 200)
  await app.close()
})

test('the oldest requests leave when a bin, the bytes or the number of bins is full', async () => {
  const limits = { ...standardBinLimits, binsMax: 3, requestsPerBinMax: 4, bytesMax: 20_000 }
  const bins = new Bins(limits)
  const { app, url } = await inspectorServer({ bins, limits })
  for (let n = 0; n < 6; n++) await fetch(`${url}/in/a`, { method: 'POST', body: String(n) })
  assert.deepEqual(
    bins.requests('a').map(({ body }) => Buffer.from(body).toString()),
    ['2', '3', '4', '5'],
  )
  for (let n = 0; n < 4; n++) {
    await fetch(`${url}/in/b`, { method: 'POST', body: Buffer.alloc(8_000) })
    assert(bins.bytes <= limits.bytesMax)
  }
  assert.equal(bins.requests('a').length, 0)
  bins.configure({ name: 'mine', owner: organizationId, settings: {}, now: 0 })
  for (const name of ['c', 'd', 'e']) await fetch(`${url}/in/${name}`, { method: 'POST' })
  assert.equal(bins.list().length, 3)
  assert(bins.find('mine'), 'a configured bin outlives those made by a stranger')
  await app.close()
})

describe('a script', () => {
  test('reads back as it was written', () => {
    for (const text of [
      '500\n/a: 2x 503, hang up, 200 delay 2000 ms, loop\nfail 12.5%',
      '429 retry-after 30, 200',
    ]) {
      const script = parseScript(text)
      assert(!(script instanceof ScriptFault))
      assert.equal(formatScript(script), text)
      assert.equal(isSayable(script), true)
    }
  })

  test('loops only when told, and the longest path wins', () => {
    const script = parseScript('500, 200; /a: 503, 201, loop; /a/b: 418')
    assert(!(script instanceof ScriptFault))
    const at = (path: string, count: number): number => stepAt(ruleFor(script, path), count).status
    assert.deepEqual([at('/', 0), at('/', 1), at('/', 9)], [500, 200, 200])
    assert.deepEqual([at('/a', 0), at('/a/x', 1), at('/a', 2)], [503, 201, 503])
    assert.equal(at('/a/b/c', 5), 418)
    assert.equal(at('/ab', 0), 500)
  })

  test('is refused for what it does not say clearly', () => {
    for (const text of ['99', '700', 'delay forever', 'delay 10m', '200 200', 'nonsense']) {
      assert(parseScript(text) instanceof ScriptFault, text)
    }
  })
})

describe('the signature check', () => {
  const nowMs = 1_700_000_000_000
  const body = '{"a": 1}'
  const check = (
    headers: Record<string, string>,
    input: { body?: string; secrets?: readonly string[]; nowMs?: number } = {},
  ) =>
    checkSignature({
      header: (name) => headers[name] ?? null,
      body: Buffer.from(input.body ?? body),
      secrets: input.secrets ?? [secret],
      nowMs: input.nowMs ?? nowMs,
    })
  const good = signed(body, new Date(nowMs))

  test('agrees with the published libraries, under both header names', () => {
    assert.equal(check(good).state, 'valid')
    const svix = {
      'svix-id': 'msg_1',
      'svix-timestamp': String(nowMs / 1000),
      'svix-signature': new SvixWebhook(secret).sign('msg_1', new Date(nowMs), body),
    }
    assert.deepEqual([check(svix).state, check(svix).headers], ['valid', 'svix'])
  })

  test('tolerates five minutes both ways, inclusive', () => {
    for (const seconds of [-300, 300]) {
      assert.equal(check(good, { nowMs: nowMs + seconds * 1000 }).state, 'valid')
    }
    for (const seconds of [-301, 301]) {
      assert.equal(check(good, { nowMs: nowMs + seconds * 1000 }).state, 'stale')
    }
  })

  test('tries every signature with every secret and skips unknown versions', () => {
    const list = `v2,AAAA v1,${Buffer.alloc(32).toString('base64')} ${good['webhook-signature']}`
    const other = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
    const report = check({ ...good, 'webhook-signature': list }, { secrets: [other, secret] })
    assert.deepEqual([report.state, report.secretIndex, report.version], ['valid', 1, 'v1'])
  })

  test('verifies Ed25519 with the public half alone', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const point = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
    const signature = sign(null, Buffer.from(`msg_1.${nowMs / 1000}.${body}`), privateKey)
    const headers = { ...good, 'webhook-signature': `v1a,${signature.toString('base64')}` }
    const secrets = [`whpk_${point.toString('base64')}`]
    assert.deepEqual(
      [check(headers, { secrets }).state, check(headers).state],
      ['valid', 'invalid'],
    )
  })

  test('names the usual mistakes', () => {
    assert.equal(check(good, { body: '{"a":1}' }).hint, null) // signed with odd spacing: no variant
    const compact = signed('{"a":1}', new Date(nowMs))
    assert.equal(check(compact, { body }).hint, 'body_indented')
    const indented = signed('{\n  "a": 1\n}', new Date(nowMs))
    assert.equal(check(indented, { body: '{"a":1}' }).hint, 'body_compact')
    assert.equal(check(good, { body: `${body}\n` }).hint, 'body_newline_added')
    const asText = createHmac('sha256', secret).update(`msg_1.${nowMs / 1000}.${body}`)
    const wrongKey = { ...good, 'webhook-signature': `v1,${asText.digest('base64')}` }
    assert.equal(check(wrongKey).hint, 'secret_used_as_text')
    assert.equal(check({ ...good, 'webhook-timestamp': '17e8' }).hint, 'timestamp_not_a_number')
    assert.equal(check({ 'webhook-id': 'msg_1' }).hint, 'headers_incomplete')
    assert.equal(check(good, { body: '' }).hint, 'body_empty')
    assert.equal(check(good, { secrets: ['whsec_!!'] }).hint, 'secret_not_base64')
  })
})
