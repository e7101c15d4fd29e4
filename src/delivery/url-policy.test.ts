import assert from 'node:assert/strict'
import { test } from 'node:test'
import { casesOf } from '../../test/hostile/corpus.ts'
import { addressGuard, parseNetwork, parseNetworks } from './address.ts'
import { urlPolicy, urlRefusalReasons } from './url-policy.ts'

const loopback = parseNetworks(['127.0.0.0/8', '::1'])

test('every special-purpose address is refused and its public neighbours pass', () => {
  const guard = addressGuard([])
  const wrong = casesOf<string, 'allow' | 'deny'>('address guard').filter(
    ({ input, expect }) => guard.check(input).allowed !== (expect === 'allow'),
  )
  assert.deepEqual(wrong, [])
})

test('an allowed network opens exactly its own addresses', () => {
  const guard = addressGuard(loopback)
  assert.equal(guard.check('127.0.0.1').allowed, true)
  assert.equal(guard.check('::1').allowed, true)
  assert.equal(guard.check('::ffff:127.0.0.1').allowed, false)
  assert.equal(guard.check('10.0.0.1').allowed, false)
  assert.deepEqual(guard.check('169.254.169.254'), { allowed: false, kind: 'metadata' })
})

test('NAT64 opens by its prefix, for public IPv4 addresses only', () => {
  const guard = addressGuard(parseNetworks(['64:ff9b::/96']))
  assert.equal(guard.check('64:ff9b::8.8.8.8').allowed, true)
  assert.equal(guard.check('64:ff9b::127.0.0.1').allowed, false)
  assert.equal(guard.check('64:ff9b::a9fe:a9fe').allowed, false)
})

test('a host that the operator trusts may be private but never metadata', () => {
  const guard = addressGuard([])
  assert.equal(guard.check('10.1.2.3', { trusted: true }).allowed, true)
  assert.equal(guard.check('127.0.0.1', { trusted: true }).allowed, true)
  assert.equal(guard.check('169.254.169.254', { trusted: true }).allowed, false)
  assert.equal(guard.check('fe80::1', { trusted: true }).allowed, false)
})

test('a network that is none is refused at start', () => {
  assert.equal(parseNetwork('10.0.0.0/33'), null)
  assert.equal(parseNetwork('ten'), null)
  assert.throws(() => parseNetworks(['10.0.0.0/8', '300.1.1.1']), /300\.1\.1\.1/)
})

test('the URL policy accepts, stores and refuses the whole corpus as expected', () => {
  interface Expect {
    readonly verdict: 'accept' | 'reject' | 'block'
    readonly stored?: string
    readonly needs?: string
  }
  const policy = urlPolicy({ allowNetworks: [] })
  for (const { id, input, expect } of casesOf<string, Expect>('URL policy')) {
    const verdict = policy.check(input)
    const accepted = expect.verdict === 'accept' || expect.needs === 'fake-dns'
    assert.equal(verdict.ok, accepted, `${id}: ${JSON.stringify(verdict)}`)
    if (verdict.ok && expect.stored !== undefined) {
      assert.equal(verdict.url.href, expect.stored, id)
    }
  }
})

test('https only refuses plain http and nothing else', () => {
  const policy = urlPolicy({ allowNetworks: [], httpsOnly: true })
  const refused = policy.check('http://example.com/')
  assert.equal(refused.ok ? '' : refused.code, 'url_not_https')
  assert.equal(policy.check('https://example.com/').ok, true)
})

test('with loopback allowed localhost and 127.0.0.1 pass, odd spellings still do not', () => {
  const policy = urlPolicy({ allowNetworks: loopback })
  assert.equal(policy.check('http://localhost:3000/hook').ok, true)
  assert.equal(policy.check('http://127.0.0.1:3000/hook').ok, true)
  assert.equal(policy.check('http://[::1]:3000/hook').ok, true)
  for (const odd of ['http://127.1/', 'http://0x7f000001/', 'http://2130706433/', 'http://0/']) {
    assert.equal(policy.check(odd).ok, false, odd)
  }
})

test('a host allowed by name may be a single label or a local zone', () => {
  const policy = urlPolicy({ allowNetworks: [], allowHosts: ['receiver', 'hooks.internal'] })
  assert.equal(policy.check('http://receiver:3000/').ok, true)
  assert.equal(policy.check('http://hooks.internal/').ok, true)
  assert.equal(policy.check('http://vault.internal/').ok, false)
})

test('every refusal has its sentence in both languages', () => {
  assert.deepEqual(Object.keys(urlRefusalReasons.en), Object.keys(urlRefusalReasons.es))
})
