import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from './random.ts'
import { keyId, SealError, sealer } from './sealing.ts'

const random = seededRandom(1)
const first = random.bytes(32)
const second = random.bytes(32)
const place = 'app_1/ep_1/secrets'

const failsWith = (code: SealError['code']) => (error: unknown) =>
  error instanceof SealError && error.code === code

test('what was sealed opens at its place and nowhere else', () => {
  const { seal, open } = sealer({ keys: [first], random })
  for (const plain of ['', 'whsec_abc', 'ñ \u0000 😀', 'x'.repeat(100_000)]) {
    assert.equal(open(seal(plain, place), place), plain)
  }
  assert.throws(() => open(seal('a', place), 'app_1/ep_2/secrets'), failsWith('damaged'))
})

test('the sealed form names its key, and never shows or repeats itself', () => {
  const { seal } = sealer({ keys: [first], random })
  const [one, two] = [seal('whsec_abc', place), seal('whsec_abc', place)]
  assert.match(one, new RegExp(`^v1:${keyId(first)}:[\\w-]{16}:[\\w-]+$`))
  assert.notEqual(one, two)
  assert(!one.includes('whsec'))
})

test('a key is changed by putting the new one in front', () => {
  const old = sealer({ keys: [first], random }).seal('secret', place)
  const ring = sealer({ keys: [second, first], random })
  assert.equal(ring.open(old, place), 'secret')
  const fresh = ring.seal('secret', place)
  const later = sealer({ keys: [second], random })
  assert.equal(later.open(fresh, place), 'secret')
  assert.throws(() => later.open(old, place), failsWith('unknown_key'))
})

test('every changed character is noticed', () => {
  const { seal, open } = sealer({ keys: [first], random })
  const sealed = seal('secret', place)
  const from = sealed.lastIndexOf(':') + 1
  for (let at = from; at < sealed.length - 1; at++) {
    const other = sealed[at] === 'A' ? 'B' : 'A'
    const changed = sealed.slice(0, at) + other + sealed.slice(at + 1)
    assert.throws(() => open(changed, place), failsWith('damaged'))
  }
  assert.throws(() => open(sealed.slice(0, from + 4), place), failsWith('damaged'))
  assert.throws(() => open('plain text', place), failsWith('not_sealed'))
  assert.throws(() => open('', place), failsWith('not_sealed'))
})

test('a key has 32 bytes', () => {
  assert.throws(() => sealer({ keys: [new Uint8Array(16)], random }), RangeError)
})
