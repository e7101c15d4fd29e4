import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom as random } from '../runtime/random.ts'
import { sealer } from '../runtime/sealing.ts'
import type { IdempotencyStore, StoredAnswer } from './port/idempotency.ts'
import { sealedAnswers } from './sealed-answers.ts'

const entry = { scope: 'org_1:target', key: 'k' }
const reservation = { ...entry, requestHash: 'h', now: 0, reservedUntil: 1 }

/** A store with one answered key, which shows what was kept. */
function keeper(answer: StoredAnswer): IdempotencyStore & { kept: StoredAnswer } {
  return {
    kept: answer,
    async reserveKey() {
      return { kind: 'answered', answer: this.kept }
    },
    async completeKey(input) {
      this.kept = input.answer
    },
    async releaseKey() {},
  }
}

test('a stored answer is sealed, and comes back as it was with the key of then', async () => {
  const answer = { status: 201, body: '{"token":"canary"}' }
  const plain = keeper({ status: 200, body: '' })
  const keys = [random.bytes(32), random.bytes(32)] as const
  const then = sealedAnswers(plain, sealer({ keys: [keys[0]], random }))
  await then.completeKey({ ...entry, answer, expiresAt: 1 })
  assert.equal(plain.kept.status, 201)
  assert.doesNotMatch(plain.kept.body, /canary/)
  assert.deepEqual(await then.reserveKey(reservation), { kind: 'answered', answer })
  const rotated = sealedAnswers(plain, sealer({ keys: [keys[1], keys[0]], random }))
  assert.deepEqual(await rotated.reserveKey(reservation), { kind: 'answered', answer })
  const gone = sealedAnswers(plain, sealer({ keys: [keys[1]], random }))
  assert.deepEqual(await gone.reserveKey(reservation), { kind: 'unreadable' })
})

test('an answer kept before answers were sealed is given as it is', async () => {
  const answer = { status: 200, body: '{"id":"app_1"}' }
  const store = sealedAnswers(keeper(answer), sealer({ keys: [random.bytes(32)], random }))
  assert.deepEqual(await store.reserveKey(reservation), { kind: 'answered', answer })
})
