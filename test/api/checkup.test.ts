/** Trying endpoints out, and saying why a request did not verify, through the real delivery path. */
import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Transport } from '../../src/delivery/transport.ts'
import { generateSecret } from '../../src/domain/secret.ts'
import { verifySignature } from '../../src/domain/verify.ts'
import type { Received, Receiver } from '../support/receiver.ts'
import { cpuMs, longestTurnMs } from '../support/turns.ts'
import { type ApiAnswer, type System, startSystem } from '../systems/system.ts'

const {
  isSigned,
}: {
  isSigned(key: string, headers: object, body: Buffer, nowSeconds: number): boolean
} = await import(new URL('../../snippets/javascript/plain.mjs', import.meta.url).href)

let system: System
before(async () => {
  system = await startSystem('standard')
})
after(() => system.close())

async function endpointAt(
  url: string,
  more = {},
): Promise<{ id: string; path: string; secret: string }> {
  const { id } = await system.webhook({ url, ...more })
  const path = `${system.app}/endpoint/${id}`
  return { id, path, secret: (await system.api('GET', `${path}/secret`)).body.key }
}

/** A receiver that uses our own snippet. */
async function carefulReceiver(): Promise<{ receiver: Receiver; use: (secret: string) => void }> {
  let secret = ''
  const now = () => Math.floor(system.clock.now() / 1000)
  const receiver = await system.receiver(({ headers, body }) => ({
    status: isSigned(secret, headers, body, now()) ? 204 : 400,
  }))
  return { receiver, use: (key) => (secret = key) }
}

const statesOf = ({ body }: ApiAnswer): Readonly<Record<string, string>> =>
  Object.fromEntries(
    body.results.map(
      (result: { check: string; state: string; finding: { code: string } | null }) => [
        result.check,
        result.finding === null ? result.state : `${result.state} ${result.finding.code}`,
      ],
    ),
  )

test('a receiver made from our snippet passes every check but that of its plain http', async () => {
  const { receiver, use } = await carefulReceiver()
  const { path, secret } = await endpointAt(`${receiver.url}/hooks`)
  use(secret)
  const checkup = await system.api('POST', `${path}/checkup`)
  assert.equal(checkup.status, 200)
  assert.deepEqual(statesOf(checkup), {
    reachable: 'pass',
    https: 'warn checkup_plain_http',
    certificate: 'skipped checkup_no_certificate',
    no_redirect: 'pass',
    valid_event: 'pass',
    duplicate: 'pass',
    out_of_order: 'pass',
    bad_signature: 'pass',
    old_timestamp: 'pass',
    unknown_type: 'pass',
    speed: 'pass',
  })
  assert.equal(checkup.body.verdict, 'warn')
  assert.equal(checkup.body.requests, 7)
  assert.deepEqual(
    receiver.requests.map(({ headers }) => headers['posthorn-checkup']),
    [
      ...['valid_event', 'duplicate', 'out_of_order', 'out_of_order'],
      ...['bad_signature', 'old_timestamp', 'unknown_type'],
    ],
  )
  const ids = receiver.requests.map(({ headers }) => headers['webhook-id'])
  assert.equal(ids[0], ids[1], 'the duplicate has the same id')
  assert.equal(new Set(ids).size, 6)
  assert.ok(String(ids[2]) > String(ids[3]), 'of the two in the wrong order the newer comes first')
  const attempts = await system.api('GET', `${system.app}/attempt/endpoint/${path.split('/')[4]}`)
  assert.deepEqual(attempts.body.data, [], 'nothing is recorded')
})

test('a receiver that verifies nothing is told so, in both languages', async () => {
  const receiver = await system.receiver()
  const { path } = await endpointAt(receiver.url)
  const checkup = await system.api('POST', `${path}/checkup`, { eventType: 'order.paid' })
  const states = statesOf(checkup)
  assert.equal(states['bad_signature'], 'fail checkup_bad_signature_accepted')
  assert.equal(states['old_timestamp'], 'warn checkup_old_timestamp_accepted')
  assert.deepEqual([checkup.body.verdict, checkup.body.eventType], ['fail', 'order.paid'])
  const spanish = await system.api('POST', `${path}/checkup`, {}, { 'accept-language': 'es' })
  const { finding } = spanish.body.results.find(
    ({ check }: { check: string }) => check === 'bad_signature',
  )
  assert.equal(finding.title, 'El endpoint acepta una firma falsa.')
})

test('what a receiver cannot show is left out, and one request is enough to know', async () => {
  const failing = await system.receiver(() => ({ status: 500, body: 'no' }))
  const broken = await endpointAt(failing.url)
  const refused = await system.api('POST', `${broken.path}/checkup`)
  assert.equal(statesOf(refused)['valid_event'], 'fail checkup_event_refused')
  assert.equal(statesOf(refused)['bad_signature'], 'skipped checkup_not_reached')
  assert.deepEqual([failing.requests.length, refused.body.requests], [1, 1])

  failing.answer(() => ({ status: 302, headers: { location: '/elsewhere' } }))
  assert.equal(
    statesOf(await system.api('POST', `${broken.path}/checkup`))['no_redirect'],
    'fail checkup_redirect',
  )
  failing.answer(({ headers }) => {
    const check = headers['posthorn-checkup'] ?? ''
    return {
      status: ['duplicate', 'out_of_order', 'unknown_type'].includes(check)
        ? 422
        : check === 'bad_signature'
          ? 500
          : 200,
    }
  })
  const odd = statesOf(await system.api('POST', `${broken.path}/checkup`))
  assert.equal(odd['duplicate'], 'fail checkup_duplicate_refused')
  assert.equal(odd['out_of_order'], 'warn checkup_out_of_order_refused')
  assert.equal(odd['unknown_type'], 'warn checkup_unknown_type_refused')
  assert.equal(odd['bad_signature'], 'warn checkup_bad_signature_failed')

  const closed = await system.receiver()
  await closed.close()
  const gone = await endpointAt(closed.url)
  const unreachable = statesOf(await system.api('POST', `${gone.path}/checkup`))
  assert.equal(unreachable['reachable'], 'fail connect_refused')
  const unsigned = await endpointAt(`${failing.url}/unsigned`, { signature: 'none' })
  failing.answer([])
  assert.equal(
    statesOf(await system.api('POST', `${unsigned.path}/checkup`))['bad_signature'],
    'skipped checkup_not_signed',
  )
})

test('an endpoint is tried at most six times a minute', async () => {
  const receiver = await system.receiver()
  const { path } = await endpointAt(receiver.url)
  for (let n = 0; n < 6; n++)
    assert.equal((await system.api('POST', `${path}/checkup`)).status, 200)
  assert.equal((await system.api('POST', `${path}/checkup`)).status, 429)
  await system.clock.advance(10_000)
  assert.equal((await system.api('POST', `${path}/checkup`)).status, 200)
})

test('a certificate that ends within two weeks is a warning', async () => {
  let days = 13
  const timings = { queueMs: 0, dnsMs: 0, connectMs: 0, tlsMs: 0, firstByteMs: 1, totalMs: 1 }
  const transport: Transport = {
    send: async () => ({
      kind: 'answered',
      status: 200,
      headers: {},
      body: new Uint8Array(),
      bodyTruncated: false,
      timings,
      remoteAddress: null,
      connection: {
        kept: false,
        tls: {
          ...{ version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
          certificate: {
            ...{ subject: 'example.com', issuer: 'Authority', validFrom: 0 },
            expiresAt: secure.clock.now() + days * 86_400_000,
          },
        },
      },
    }),
    close: async () => {},
  }
  const secure = await startSystem('standard', { parts: { transport } })
  const { id } = await secure.webhook({ url: 'https://example.com/hooks' })
  const checkup = () => secure.api('POST', `${secure.app}/endpoint/${id}/checkup`)
  assert.equal(statesOf(await checkup())['certificate'], 'warn checkup_certificate_ends')
  days = 15
  assert.equal(statesOf(await checkup())['certificate'], 'pass')
  await secure.close()
})

/** One delivered message, and how to ask about what became of it. */
async function delivered(payload: string) {
  const receiver = await system.receiver()
  const endpoint = await endpointAt(`${receiver.url}/in`)
  const sent = await fetch(`${system.posthorn.url}/api/v1${system.app}/msg`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer sk_the_key_of_the_system_tests',
      'content-type': 'application/json',
    },
    body: `{"eventType":"order.paid","payload":${payload}}`,
  })
  assert.equal(sent.status, 202)
  const request = await receiver.next()
  const ask = async (changes: object, headers = request.headers) =>
    (
      await system.api('POST', `${endpoint.path}/signature-doctor`, {
        headers,
        body: String(request.body),
        ...changes,
      })
    ).body
  const codes = async (
    changes: object,
    headers: Received['headers'] = request.headers,
  ): Promise<string> =>
    (await ask(changes, headers)).findings.map(({ code }: { code: string }) => code).join(' ')
  return { request, endpoint, ask, codes, body: String(request.body) }
}

test('the doctor names what happened to the body, byte for byte', async () => {
  const payload = '{"zeta": 9007199254740993, "price": 1.0, "name": "ñandú", "a": "x/y"}'
  const { codes, ask, body } = await delivered(payload)
  assert.equal(body, payload)
  assert.equal(await codes({}), 'signature_intact')
  const parsed = JSON.parse(body)
  const cases: readonly (readonly [string, string])[] = [
    ['', 'body_empty'],
    [`${body}\n`, 'body_newline_added'],
    [`\ufeff${body}`, 'body_bom_added'],
    [Buffer.from(body).toString('latin1'), 'body_charset'],
    [body.replace(/[^\x00-\x7f]/g, '?'), 'body_charset'],
    [body.slice(0, 30), 'body_truncated'],
    [Buffer.from(body).toString('base64'), 'body_base64'],
    [body.replaceAll(/([:,]) /g, '$1'), 'body_compact'],
    [body.replaceAll(', ', ',\n  '), 'body_indented'],
    [body.replace('1.0', '1').replace('0993', '0992'), 'body_numbers_rewritten'],
    [body.replace('ñ', '\\u00f1'), 'body_escapes_rewritten'],
    [`{"a": "x/y", ${body.slice(1).replace(', "a": "x/y"', '')}`, 'body_reordered'],
    [JSON.stringify(parsed), 'body_compact body_numbers_rewritten'],
    [JSON.stringify({ ...parsed, extra: true }), 'body_other_content'],
  ]
  for (const [received, expected] of cases) assert.equal(await codes({ body: received }), expected)

  const told = await ask({ body: JSON.stringify(parsed), framework: 'rails' })
  assert.deepEqual([told.valid, told.messageKnown, told.secret.current], [false, true, true])
  assert.equal(told.difference.at, 8)
  assert.deepEqual(
    told.fixes.map(({ framework }: { framework: string }) => framework),
    ['rails'],
  )
  assert.match(told.fixes[0].code, /raw_post/)
  assert.equal((await ask({ body: '' })).fixes.length, 10)
  const asBytes = { body: null, bodyBase64: Buffer.from(body).toString('base64') }
  assert.equal(await codes(asBytes), 'signature_intact')
  assert.equal((await ask({ bodyBase64: '***' })).detail[0].loc[1], 'bodyBase64')
})

test('the doctor names what is wrong with headers, clocks and ids', async () => {
  const { request, codes, endpoint } = await delivered('{"n":1}')
  const { headers } = request
  const seconds = Number(headers['webhook-timestamp'])
  const at = (offset: number) => ({ receivedAt: new Date((seconds + offset) * 1000).toISOString() })
  assert.equal(await codes(at(301)), 'timestamp_too_old')
  assert.equal(await codes(at(-301)), 'timestamp_too_new')
  assert.equal(await codes({}, {}), 'headers_absent')
  const without = (name: string, value?: string) => {
    const { [name]: _, ...rest } = headers
    return value === undefined ? rest : { ...rest, [name]: value }
  }
  assert.equal(await codes({}, without('webhook-id')), 'headers_incomplete')
  assert.equal(
    await codes({}, without('webhook-timestamp', `${seconds}000`)),
    'timestamp_milliseconds',
  )
  assert.equal(await codes({}, without('webhook-timestamp', 'soon')), 'timestamp_not_a_number')
  assert.equal(
    await codes({}, without('webhook-id', 'msg_other')),
    'message_unknown signature_not_ours',
  )
  const signature = headers['webhook-signature'] ?? ''
  const hex = Buffer.from(signature.slice(3), 'base64').toString('hex')
  assert.equal(await codes({}, without('webhook-signature', hex)), 'signature_not_base64')
  assert.equal(
    await codes({}, without('webhook-signature', `v1,${'A'.repeat(43)}=`)),
    'signature_not_ours',
  )
  const other = await endpointAt('https://other.example.com/')
  const { path } = other
  const asked = await system.api('POST', `${path}/signature-doctor`, { headers, body: '{"n":1}' })
  assert.deepEqual(
    [asked.body.findings[0].code, asked.body.otherEndpoint],
    ['secret_of_other_endpoint', endpoint.id],
  )
  const unsigned = await endpointAt('https://unsigned.example.com/', { signature: 'none' })
  assert.equal(
    (await system.api('POST', `${unsigned.path}/signature-doctor`, { headers })).status,
    409,
  )
})

test('the doctor recognises the secret and the computation that a receiver uses', async () => {
  const { request, codes, endpoint, ask } = await delivered('{"n":1}')
  const {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature = '',
  } = request.headers
  const content = `${id}.${timestamp}.{"n":1}`
  const { secret } = endpoint
  const bytes = Buffer.from(secret.slice(6), 'base64')
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text)
  assert.equal(await codes({ secret, computed: signature }), 'signature_intact')
  assert.equal(await codes({ computed: hmac(bytes, content).digest('hex') }), 'computed_as_hex')
  assert.equal(
    await codes({ computed: hmac(secret, content).digest('base64') }),
    'secret_used_as_text',
  )
  assert.equal(
    await codes({ computed: hmac(secret.slice(6), content).digest('hex') }),
    'secret_used_as_text',
  )
  assert.equal(
    await codes({ computed: `v1,${hmac(bytes, '{"n":1}').digest('base64')}` }),
    'computed_over_body_alone',
  )
  assert.equal(await codes({ computed: 'nonsense' }), 'computed_unexplained')
  const unknown = `whsec_${Buffer.alloc(24, 3).toString('base64')}`
  assert.equal(await codes({ secret: unknown }), 'secret_unknown')
  assert.equal(await codes({ secret: `${secret} "` }), 'secret_not_base64')
  const other = await endpointAt('https://another.example.com/')
  assert.equal(await codes({ secret: other.secret }), 'secret_of_other_endpoint')
  const last = async () => (await system.api('GET', `${endpoint.path}/verification`)).body
  const verifiedAt = new Date(system.clock.now()).toISOString()
  assert.deepEqual(await last(), { verifiedAt, by: 'doctor' })
  await system.clock.advance(59_000)
  await ask({})
  assert.equal((await last()).verifiedAt, verifiedAt, 'noted once a minute')
  await system.clock.advance(1_000)
  await ask({})
  assert.equal((await last()).verifiedAt, new Date(system.clock.now()).toISOString())
  await system.api('POST', `${endpoint.path}/secret/rotate`, { gracePeriodSeconds: 60 })
  assert.equal((await ask({})).secret.current, false)
  assert.deepEqual(await last(), { verifiedAt: null, by: null }, 'that was the earlier secret')
  await system.clock.advance(61_000)
  assert.equal(await codes({ secret }), 'secret_expired')
})

test('a large body under many signatures is tried in a thread, and holds up nobody', async () => {
  const secret = generateSecret('ed25519', randomBytes(32))
  const { path } = await endpointAt('https://example.com/hooks', { secret })
  // Of the right form, so that the body is looked at for each.
  const made = () => Buffer.concat([randomBytes(63), Buffer.alloc(1)]).toString('base64')
  const signature = Array.from({ length: 88 }, () => `v1a,${made()}`)
  const headers = {
    'webhook-id': 'msg_x',
    'webhook-timestamp': '1700000000',
    'webhook-signature': signature.join(' '),
  }
  const body = 'x'.repeat(1_000_000)
  const before = process.threadCpuUsage()
  verifySignature({ headers, body: Buffer.from(body), key: secret, nowMs: 1_700_000_000_000 })
  const onceMs = cpuMs(before)
  const turnMs = await longestTurnMs(async () => {
    const { status } = await system.api('POST', `${path}/signature-doctor`, { headers, body })
    assert.equal(status, 200)
  })
  assert.ok(turnMs < onceMs / 2, `a turn took ${turnMs} ms; one key alone ${onceMs} ms`)
})
