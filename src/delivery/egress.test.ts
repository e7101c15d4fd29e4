import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { makeAuthority } from '../../test/support/certificates.ts'
import { startDns } from '../../test/support/dns.ts'
import { startConnectProxy, startSocksProxy } from '../../test/support/proxies.ts'
import { startReceiver } from '../../test/support/receiver.ts'
import { unanswered, virtualPosthorn } from '../../test/support/virtual-posthorn.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { Outcome } from '../domain/outcome.ts'
import { stepsOf } from '../domain/steps.ts'
import { tlsFault, tlsProfileOf } from '../domain/tls-profile.ts'
import { systemClock } from '../runtime/clock.ts'
import { parseNetworks } from './address.ts'
import { authenticator } from './authentication.ts'
import { type EgressProxy, parseEgressProxy } from './egress-proxy.ts'
import { createHttpTransport, type HttpTransportOptions } from './http-transport.ts'
import { mailNeedsTls } from './mail-transport.ts'
import { createResolver } from './resolver.ts'
import type { OutboundRequest, Transport } from './transport.ts'
import { urlPolicy } from './url-policy.ts'

const run = promisify(execFile)
const nowhere = '127.0.0.1:9'
const loopback = parseNetworks(['127.0.0.0/8'])

function transportFor(
  overrides: Partial<HttpTransportOptions> & { readonly dns?: string } = {},
): Transport {
  const allowNetworks = overrides.allowNetworks ?? loopback
  const allowHosts = overrides.allowHosts ?? []
  return createHttpTransport({
    clock: systemClock,
    policy: urlPolicy({ allowNetworks, allowHosts }),
    resolver: createResolver({ clock: systemClock, servers: [overrides.dns ?? nowhere] }),
    allowNetworks,
    ...overrides,
  })
}

function post(url: string, overrides: Partial<OutboundRequest> = {}): OutboundRequest {
  return {
    url,
    headers: [['content-type', 'application/json']],
    body: Buffer.from('{}'),
    timeoutMs: 2_000,
    redirectsMax: 0,
    mayStart: () => true,
    signal: null,
    ...overrides,
  }
}

function classOf(outcome: Outcome): string {
  return outcome.kind === 'answered' ? `http_${outcome.status}` : outcome.errorClass
}

test('proxy settings are read, and what is no proxy is refused', () => {
  assert.deepEqual(parseEgressProxy('http://us%40er:pa%3Ass@proxy.example.com:3128'), {
    kind: 'http',
    host: 'proxy.example.com',
    port: 3128,
    credentials: { username: 'us@er', password: 'pa:ss' },
  })
  assert.equal(parseEgressProxy('socks5://10.0.0.1')?.port, 1080)
  for (const wrong of ['', 'proxy:3128', 'ftp://proxy', 'http://proxy/path', 'https://proxy']) {
    assert.equal(parseEgressProxy(wrong), null, wrong)
  }
})

for (const [kind, start] of [
  ['http', startConnectProxy],
  ['socks5', startSocksProxy],
] as const) {
  test(`requests go through a ${kind} proxy by name, with credentials, plain and over TLS`, async (t) => {
    const authority = makeAuthority()
    const plain = await startReceiver()
    const certificate = authority.issue({ commonName: 'x', names: ['hooks.example.com'] })
    const tls = await startReceiver({ tls: certificate })
    const proxy = await start({
      username: 'user',
      password: 'p:w',
      hosts: { 'hooks.example.com': '127.0.0.1' },
    })
    const transport = transportFor({
      allowNetworks: [],
      proxy: parseEgressProxy(`${kind}://user:p%3Aw@127.0.0.1:${proxy.port}`),
      extraCa: [authority.cert],
    })
    t.after(() => Promise.all([transport.close(), proxy.close(), plain.close(), tls.close()]))

    const first = await transport.send(post(`http://hooks.example.com:${plain.port}/`))
    const second = await transport.send(post(`https://hooks.example.com:${tls.port}/`))

    assert.deepEqual([classOf(first), classOf(second)], ['http_204', 'http_204'])
    assert.equal(first.remoteAddress, null)
    const { validTo: ends } = new X509Certificate(certificate.cert)
    assert.deepEqual(first.connection, { kept: false, tls: null })
    assert.equal(second.connection?.tls?.certificate?.expiresAt, Date.parse(ends))
    assert.deepEqual(proxy.asked, [
      `hooks.example.com:${plain.port}`,
      `hooks.example.com:${tls.port}`,
    ])
    // An address in the URL is judged here, whatever the proxy would say.
    assert.equal(classOf(await transport.send(post('http://10.0.0.1/'))), 'blocked_address')
    assert.equal(proxy.asked.length, 2)
  })

  test(`what fails at a ${kind} proxy is the proxy's, what fails behind it is not`, async (t) => {
    const gone = await start()
    await gone.close()
    const refusals: readonly (readonly [number, string])[] =
      kind === 'http'
        ? [
            [407, 'proxy_failed'],
            [500, 'proxy_failed'],
            [502, 'connect_failed'],
            [504, 'connect_timeout'],
            [403, 'blocked_address'],
          ]
        : [
            [1, 'proxy_failed'],
            [7, 'proxy_failed'],
            [5, 'connect_refused'],
            [4, 'connect_failed'],
            [2, 'blocked_address'],
          ]
    const through = async (port: number): Promise<string> => {
      const proxy = parseEgressProxy(`${kind}://127.0.0.1:${port}`)
      const transport = transportFor({ proxy })
      const outcome = await transport.send(post('http://hooks.example.com/', { timeoutMs: 300 }))
      await transport.close()
      return classOf(outcome)
    }

    assert.equal(await through(gone.port), 'proxy_failed')
    for (const [refuseWith, expected] of refusals) {
      const proxy = await start({ refuseWith })
      assert.equal(await through(proxy.port), expected, String(refuseWith))
      await proxy.close()
    }
    const silent = await start({ silent: true })
    t.after(() => silent.close())
    assert.equal(await through(silent.port), 'connect_timeout')
    // A web server is no proxy.
    const web = await startReceiver({ script: [{ status: 404 }] })
    t.after(() => web.close())
    assert.equal(await through(web.port), 'proxy_failed')
  })
}

function endpointWith(tls: object, tlsKey?: string): Endpoint {
  const settings: Pick<Endpoint, 'attributes' | 'credentials'> = {
    attributes: { tls },
    ...(tlsKey === undefined ? {} : { credentials: { tlsKey } }),
  }
  return settings as Endpoint // all that is read of it
}

test('a connection tells once what it is, kept or resumed, and a failed handshake as far as it came', async (t) => {
  const authority = makeAuthority('Trusted')
  const issue = (commonName: string, more: object = {}) =>
    authority.issue({ commonName, names: ['127.0.0.1'], ...more })
  const day = 86_400_000
  const good = await startReceiver({ tls: issue('receiver') })
  const notAfter = new Date('2026-01-02T03:04:05Z')
  const notBefore = new Date(notAfter.getTime() - day)
  const expired = await startReceiver({ tls: issue('', { notBefore, notAfter }) })
  const foreign = await startReceiver({ tls: issue('x', { names: ['other.example.com'] }) })
  const plain = await startReceiver()
  const transport = transportFor({ extraCa: [authority.cert], idlePerTargetMax: 1 })
  const all = [good, expired, foreign, plain]
  t.after(() => Promise.all([transport.close(), ...all.map((each) => each.close())]))

  const sent = [1, 2].map(() => transport.send(post(good.url))) // two connections, one is kept
  const [first] = await Promise.all(sent)
  assert.ok(first?.connection?.tls != null)
  const { tls } = first.connection
  assert.equal(tls.version, 'TLSv1.3')
  assert.match(tls.cipher, /^TLS_/)
  assert.deepEqual([tls.certificate?.subject, tls.certificate?.issuer], ['receiver', 'Trusted'])
  assert.deepEqual((await transport.send(post(good.url))).connection, { kept: true, tls })
  const again = [1, 2].map(() => transport.send(post(good.url)))
  for (const { connection } of await Promise.all(again)) assert.deepEqual(connection?.tls, tls)

  const late = await transport.send(post(expired.url))
  assert.equal(classOf(late), 'tls_expired')
  const certificate = late.connection?.tls?.certificate
  assert.equal(certificate?.expiresAt, notAfter.getTime())
  assert.equal(certificate.validFrom, notBefore.getTime())
  assert.equal(certificate.subject, '127.0.0.1', 'without a common name: the first other name')
  const wrong = await transport.send(post(foreign.url))
  assert.equal(classOf(wrong), 'tls_name')
  assert.equal(wrong.connection?.tls?.certificate?.subject, 'x')
  const noTls = await transport.send(post(`https://127.0.0.1:${plain.port}/`))
  assert.equal(noTls.kind, 'unanswered')
  assert.equal(noTls.connection, undefined, 'nothing was told')
})

test('a private authority and a client certificate belong to one endpoint', async (t) => {
  const authority = makeAuthority('Private')
  const dns = await startDns()
  dns.script('hooks.example.com', [{ a: ['127.0.0.1'] }])
  const receiver = await startReceiver({
    tls: {
      ...authority.issue({ commonName: 'x', names: ['hooks.example.com'] }),
      ca: [authority.cert],
      requestCert: true,
      rejectUnauthorized: true,
    },
  })
  const client = authority.issue({ commonName: 'posthorn' })
  const transport = transportFor({ dns: dns.address })
  t.after(() => Promise.all([transport.close(), receiver.close(), dns.close()]))
  const url = `https://hooks.example.com:${receiver.port}/`
  const caOnly = tlsProfileOf(endpointWith({ ca: authority.cert }))
  const full = tlsProfileOf(
    endpointWith({ ca: authority.cert, certificate: client.cert }, client.key),
  )

  assert.equal(classOf(await transport.send(post(url))), 'tls_untrusted')
  assert.equal(classOf(await transport.send(post(url, { tls: full }))), 'http_204')
  // The connection with the certificate is not lent to a request without it.
  assert.equal(classOf(await transport.send(post(url, { tls: caOnly }))), 'tls_client_certificate')
  assert.equal(classOf(await transport.send(post(url))), 'tls_untrusted')
  assert.equal(receiver.requests.length, 1)
})

test('TLS settings of an endpoint are refused by name before they are stored', () => {
  const authority = makeAuthority()
  const one = authority.issue({ commonName: 'one' })
  const two = authority.issue({ commonName: 'two' })
  const none = { ca: null, certificate: null, key: null }
  assert.equal(tlsFault({ ca: authority.cert, certificate: one.cert, key: one.key }), null)
  assert.equal(tlsFault({ ...none, ca: 'no pem' }), 'tls_ca_malformed')
  assert.equal(tlsFault({ ...none, certificate: one.cert }), 'tls_key_missing')
  assert.equal(tlsFault({ ...none, certificate: 'x', key: one.key }), 'tls_certificate_malformed')
  assert.equal(tlsFault({ ...none, certificate: one.cert, key: 'x' }), 'tls_key_malformed')
  assert.equal(tlsFault({ ...none, certificate: one.cert, key: two.key }), 'tls_key_mismatch')
  assert.equal(tlsFault({ ...none, ca: 'x'.repeat(70_000) }), 'tls_too_large')
})

test('a host allowed by name may lead to private addresses, but not to metadata', async (t) => {
  const dns = await startDns()
  const receiver = await startReceiver()
  dns.script('hooks.internal', [{ a: ['127.0.0.1'] }])
  dns.script('meta.internal', [{ a: ['169.254.169.254'] }])
  dns.script('other.example.com', [{ a: ['127.0.0.1'] }])
  const transport = transportFor({
    allowNetworks: [],
    allowHosts: ['hooks.internal', 'meta.internal'],
    dns: dns.address,
  })
  t.after(() => Promise.all([transport.close(), receiver.close(), dns.close()]))
  const to = async (host: string): Promise<string> =>
    classOf(await transport.send(post(`http://${host}:${receiver.port}/`)))

  assert.equal(await to('hooks.internal'), 'http_204')
  assert.equal(await to('meta.internal'), 'blocked_address')
  assert.equal(await to('other.example.com'), 'blocked_address')
  assert.equal(await to('vault.internal'), 'blocked_url')
})

test('deliveries do not lead back to our own listeners, but for the inspector', async (t) => {
  const own = await startReceiver()
  const other = await startReceiver()
  const transport = transportFor({
    ownListeners: () => [{ address: '0.0.0.0', port: own.port }],
  })
  t.after(() => Promise.all([transport.close(), own.close(), other.close()]))

  assert.equal(classOf(await transport.send(post(`${own.url}/api/v1/app`))), 'loop_refused')
  assert.equal(classOf(await transport.send(post(`${own.url}/in/../api/v1/app`))), 'loop_refused')
  assert.equal(classOf(await transport.send(post(`${own.url}/in/bin`))), 'http_204')
  assert.equal(classOf(await transport.send(post(`${own.url}/api/v1/app`))), 'loop_refused')
  assert.equal(classOf(await transport.send(post(other.url))), 'http_204')
  assert.equal(own.requests.length, 1)
})

test('an OAuth2 token that our own way out cannot fetch is not the endpoint’s fault', async (t) => {
  const gone = await startConnectProxy()
  await gone.close()
  const receiver = await startReceiver({ script: [{ status: 500 }] })
  const oauth2 = {
    ...{ kind: 'oauth2', tokenUrl: receiver.url, clientId: 'id', scope: null },
    clientAuthentication: 'basic',
  }
  const endpoint = { id: 'ep_1', attributes: { authentication: oauth2 }, credentials: {} }
  const through = async (proxy: EgressProxy | null): Promise<string> => {
    const transport = transportFor({ proxy })
    const proof = await authenticator({ clock: systemClock, transport }).authenticate(
      endpoint as unknown as Endpoint, // all that is read of it
      0,
    )
    await transport.close()
    return proof.kind === 'not_authenticated' ? proof.errorClass : proof.kind
  }
  t.after(() => receiver.close())
  assert.equal(await through(parseEgressProxy(`http://127.0.0.1:${gone.port}`)), 'proxy_failed')
  assert.equal(await through(null), 'authentication_failed', 'this one the token server caused')
})

test('a lookup without a file descriptor is not charged to the endpoint', async (t) => {
  const dns = await startDns()
  dns.script('hooks.example.com', [{ a: ['127.0.0.1'] }])
  t.after(() => dns.close())
  // A process of its own, as it uses up what it may open.
  const code = `
    import { openSync, closeSync } from 'node:fs'
    import { createResolver } from '${new URL('resolver.ts', import.meta.url).href}'
    import { systemClock as clock } from '${new URL('../runtime/clock.ts', import.meta.url).href}'
    const classOf = async (servers) => {
      const resolver = createResolver({ clock, servers })
      const answer = await resolver.resolve('hooks.example.com')
      resolver.close()
      return answer.ok ? 'ok' : answer.errorClass
    }
    const classes = [await classOf(['${dns.address}']), await classOf(['${nowhere}'])]
    const taken = []
    try {
      for (;;) taken.push(openSync('/dev/null', 'r'))
    } catch {}
    classes.push(await classOf(['${dns.address}']))
    for (const one of taken) closeSync(one)
    classes.push(await classOf(['${dns.address}']))
    console.log(classes.join(' '))`
  const limited = ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath]
  const { stdout } = await run('sh', [...limited, '--input-type=module', '-e', code])
  assert.equal(stdout.trim(), 'ok dns_failed no_sockets ok')
})

test('a failing egress proxy uses up no try, and the endpoint stays healthy', async () => {
  const posthorn = await virtualPosthorn()
  const { clock, network } = posthorn
  const application = await posthorn.application()
  await posthorn.endpoint(application, { retryScheduleMs: [5_000], retryJitter: 0 })
  await posthorn.engine.start()
  let proxyIsDown = true
  network.respond = () => (proxyIsDown ? unanswered('proxy_failed') : 500)
  await posthorn.send(application)
  await clock.advance(10 * 60_000)
  const whileDown = network.calls.length
  assert.ok(whileDown >= 15 && whileDown <= 22, `${whileDown} attempts in ten minutes`)

  // The schedule has one retry, and both of its tries are still there.
  proxyIsDown = false
  await clock.advance(60_000)
  await posthorn.engine.idle()
  assert.equal(network.calls.length, whileDown + 2)
  assert.equal((await posthorn.count()).byState.failed, 1)
  await posthorn.engine.stop()
})

test('a password of mail goes over TLS, but for this machine and who says otherwise', () => {
  for (const url of [
    'smtp://u:p@mail.example:587',
    'smtp://u:p@10.0.0.2',
    'smtp://u:p@[2001::1]',
  ]) {
    assert.equal(mailNeedsTls(url), true, url)
  }
  const free = ['smtp://mail.example', 'smtp://u:p@localhost', 'smtp://u:p@127.0.0.1:25']
  for (const url of [...free, 'smtp://u:p@[::1]', 'smtp://u:p@mail.example?requireTLS=false']) {
    assert.equal(mailNeedsTls(url), false, url)
  }
})

test('the way of a request says at which step it ended', async (t) => {
  const authority = makeAuthority()
  const dns = await startDns()
  dns.script('hooks.example.com', [{ a: ['127.0.0.1'] }])
  dns.script('inside.example.com', [{ a: ['10.0.0.1'] }])
  dns.script('nowhere.example.com', [{ rcode: 3 }])
  const certificate = authority.issue({ commonName: 'x', names: ['hooks.example.com'] })
  const tls = await startReceiver({ tls: certificate })
  const plain = await startReceiver({ script: [{ status: 204 }, { status: 500 }] })
  const hanging = await startReceiver({ script: [{ instead: 'hang' }] })
  const gone = await startReceiver()
  await gone.close()
  const transport = transportFor({ dns: dns.address })
  t.after(() =>
    Promise.all([transport, tls, plain, hanging, dns].map((started) => started.close())),
  )
  const way = async (url: string, timeoutMs = 20_000): Promise<string> => {
    const outcome = await transport.send(post(url, { timeoutMs }))
    const succeeded = outcome.kind === 'answered' && outcome.status < 300
    const steps = stepsOf(outcome, { secure: url.startsWith('https:'), succeeded })
    return steps.map(({ state }) => state).join(' ')
  }
  const rest = (count: number) => ' not_reached'.repeat(count)

  assert.equal(await way('https://nowhere.example.com/'), `fail${rest(5)}`)
  assert.equal(await way('https://inside.example.com/'), `pass fail${rest(4)}`)
  assert.equal(await way(`http://hooks.example.com:${gone.port}/`), `pass pass fail${rest(3)}`)
  assert.equal(await way(`https://hooks.example.com:${tls.port}/`), `pass pass pass fail${rest(2)}`)
  assert.equal(
    await way(`http://hooks.example.com:${plain.port}/`),
    'pass pass pass not_needed pass pass',
  )
  assert.equal(
    await way(`http://hooks.example.com:${plain.port}/`),
    'kept kept kept not_needed pass fail',
    'the connection was open, and 500 is no success',
  )
  assert.equal(await way(hanging.url, 700), 'not_needed pass pass not_needed pass fail')
})
