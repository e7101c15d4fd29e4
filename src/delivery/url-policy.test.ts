import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { casesOf } from '../../test/hostile/corpus.ts'
import { addressGuard, opensProtected, parseNetwork, parseNetworks } from './address.ts'
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

test('a denied network stays shut, whatever is allowed or trusted', () => {
  const guard = addressGuard(
    parseNetworks(['10.0.0.0/8']),
    parseNetworks(['10.9.0.0/16', '8.8.8.8']),
  )
  assert.equal(guard.check('10.1.2.3').allowed, true)
  assert.deepEqual(guard.check('10.9.2.3'), { allowed: false, kind: 'denied' })
  assert.equal(guard.check('10.9.2.3', { trusted: true }).allowed, false)
  assert.deepEqual(guard.check('8.8.8.8'), { allowed: false, kind: 'denied' })
  const policy = urlPolicy({ allowNetworks: [], denyNetworks: parseNetworks(['8.8.8.0/24']) })
  const verdict = policy.check('https://8.8.8.8/')
  assert.equal(verdict.ok ? '' : verdict.code, 'url_denied_address')
})

test('networks that hold metadata or link-local addresses are known, by any of their edges', () => {
  const opens = (text: string) => opensProtected(parseNetworks([text]))
  for (const text of [
    '0.0.0.0/0',
    '169.254.0.0/16',
    '169.254.169.254',
    '100.64.0.0/10',
    '::/0',
    'fe80::1',
    '::ffff:0:0/96',
    '::ffff:169.254.169.254',
    '2002:a9fe::/32',
    '64:ff9b:1::/48',
  ]) {
    assert.equal(opens(text), true, text)
  }
  for (const text of [
    '10.0.0.0/8',
    '192.168.0.0/16',
    '127.0.0.0/8',
    'fc00::/8',
    '::ffff:10.0.0.0/104',
  ]) {
    assert.equal(opens(text), false, text)
  }
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

/** Written apart from the guard: what IANA's registries say is global, by the bits of an address. */
function isGlobal(family: 4 | 6, value: bigint): boolean {
  const within = (base: bigint, prefix: number): boolean => {
    const shift = BigInt((family === 4 ? 32 : 128) - prefix)
    return value >> shift === base >> shift
  }
  const v4 = (a: number, b = 0, c = 0, d = 0): bigint => BigInt(((a * 256 + b) * 256 + c) * 256 + d)
  if (family === 6) {
    const top = (hex: string): bigint => BigInt(`0x${hex.padEnd(32, '0')}`)
    const special: readonly (readonly [string, number])[] = [
      ...([
        ['2001', 23],
        ['20010db8', 32],
        ['2002', 16],
        ['3fff', 20],
      ] as const),
    ]
    if (!within(top('2'), 3) || special.some(([hex, prefix]) => within(top(hex), prefix)))
      return false
    return ![0x5efen, 0x0200_5efen].includes((value >> 32n) & 0xffff_ffffn)
  }
  const special: readonly (readonly [bigint, number])[] = [
    ...([
      [v4(0), 8],
      [v4(10), 8],
      [v4(100, 64), 10],
      [v4(127), 8],
      [v4(169, 254), 16],
    ] as const),
    ...([
      [v4(172, 16), 12],
      [v4(192), 24],
      [v4(192, 0, 2), 24],
      [v4(192, 88, 99), 24],
    ] as const),
    ...([
      [v4(192, 168), 16],
      [v4(198, 18), 15],
      [v4(198, 51, 100), 24],
    ] as const),
    ...([
      [v4(203, 0, 113), 24],
      [v4(224), 3],
      [v4(100, 100, 100, 200), 32],
    ] as const),
    [v4(168, 63, 129, 16), 32],
  ]
  return !special.some(([base, prefix]) => within(base, prefix))
}

/** Prefixes under which IPv4 addresses hide, and others near the borders. */
const prefixes6 =
  '0 0000ffff 0000ffff0000 0064ff9b 0064ff9b0001 0100 2001 20010db8 2002 2003 2000 2606'
    .concat(' 2a00 3ffe 3fff 3fff1 4000 5f00 fc00 fd00ec2 fe80 fec0 ff02 1fff 200101ff 20010200')
    .split(' ')
const bytes = fc.bigInt({ min: 0n, max: 0xffff_ffffn })
const address6 = fc
  .tuple(fc.constantFrom(...prefixes6), bytes, bytes, bytes, fc.constantFrom(0n, 0x5efen, 1n))
  .map(([prefix, a, b, c, middle]) => {
    const base = BigInt(`0x${prefix.padEnd(32, '0')}`)
    const free = 128n - BigInt(prefix.length * 4)
    const rest = ((a << 96n) | (b << 64n) | (middle << 32n) | c) & ((1n << free) - 1n)
    return base | (middle === 1n ? rest : rest & 0xffff_ffff_ffff_ffffn)
  })

test('however an address is spelled, it is judged by what it is', () => {
  const policy = urlPolicy({ allowNetworks: [] })
  const spelled6 = fc
    .tuple(address6, fc.boolean(), fc.boolean(), fc.boolean())
    .map(([value, dotted, upper, full]) => {
      const groups = Array.from({ length: 8 }, (_, at) =>
        ((value >> BigInt(112 - at * 16)) & 0xffffn).toString(16),
      ).map((group) => (full ? group.padStart(4, '0') : group))
      const tail = [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.')
      const text = [...groups.slice(0, dotted ? 6 : 8), ...(dotted ? [tail] : [])].join(':')
      return { value, text: `[${upper ? text.toUpperCase() : text}]` }
    })
  fc.assert(
    fc.property(spelled6, ({ value, text }) => {
      const verdict = policy.check(`https://${text}/hook`)
      assert.equal(verdict.ok, isGlobal(6, value), text)
    }),
    { numRuns: 2_000 },
  )

  const octal = (n: bigint): string => `0${n.toString(8)}`
  const hex = (n: bigint): string => `0x${n.toString(16)}`
  const wide = (text: string): string =>
    text.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))
  const spelled4 = fc
    .tuple(
      fc.oneof(bytes, fc.constantFrom(0x7f00_0001n, 0xa9fe_a9fen, 0x0a00_0001n, 0xc0a8_0101n)),
      fc.integer({ min: 0, max: 8 }),
    )
    .map(([value, form]) => {
      const [a = 0n, b = 0n, c = 0n, d = 0n] = [24n, 16n, 8n, 0n].map((s) => (value >> s) & 0xffn)
      const plain = `${a}.${b}.${c}.${d}`
      const forms = [
        plain,
        `${value}`,
        hex(value),
        `${octal(a)}.${b}.${c}.${d}`,
        `${a}.${hex(b)}.${c}.${d}`,
        `${a}.${value & 0xff_ffffn}`,
        `${a}.${b}.${value & 0xffffn}`,
        wide(plain),
        `${plain}.`,
      ]
      return { value, plain, text: forms[form] ?? plain }
    })
  fc.assert(
    fc.property(spelled4, ({ value, plain, text }) => {
      const { ok } = policy.check(`http://${text}/hook`)
      assert.equal(ok, text === plain && isGlobal(4, value), text)
    }),
    { numRuns: 2_000 },
  )
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
