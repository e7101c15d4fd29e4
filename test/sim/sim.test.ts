import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { runMutant } from './mutants.ts'
import { mutations } from './mutations.ts'
import { runSeed } from './scenario.ts'

/** Seeds that once failed, with what they had found. */
const regressions: readonly (readonly [seed: number, found: string])[] = [
  [229, 'a resend that succeeds cancels what waits for the same message'],
  [296, 'an endpoint was closed for ever when its disable lost the lease'],
  [381, 'a retry claimed while the record before it was not answered was left to its lease'],
  [10_088, 'work moved to the patient lane was not started'],
  [20_243, 'accepts were leased before the leases of an earlier life were released'],
  [30_916, 'a throttled endpoint while its view is loaded again'],
  [102_402, 'work claimed again for an open circuit slept without an alarm'],
]

test('no invariant breaks under faults, and everything ends once they heal', async () => {
  const violated: string[] = []
  for (let seed = 1; seed <= 80; seed++) {
    const { violation } = await runSeed(seed)
    if (violation !== null) violated.push(`seed ${seed}: ${violation}`)
  }
  assert.deepEqual(violated, [])
})

test('a store that is away for half an hour is waited for: nothing sent, nothing lost (G11)', async () => {
  for (let seed = 1; seed <= 3; seed++) {
    const { violation, virtualMs } = await runSeed(seed, { outageMs: 1_800_000 })
    assert.equal(violation, null, `seed ${seed}`)
    assert.ok(virtualMs > 1_800_000)
  }
})

test('seeds that once failed stay fixed', async () => {
  for (const [seed, found] of regressions) {
    assert.equal((await runSeed(seed)).violation, null, found)
  }
})

test('the same seed gives the same trace', async () => {
  const [first, again, other] = [await runSeed(7), await runSeed(7), await runSeed(8)]
  assert.equal(again.hash, first.hash)
  assert.notEqual(other.hash, first.hash)
})

test('every seeded bug changes the code as it is now', () => {
  for (const { name, file, find } of mutations) {
    const text = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8')
    assert.equal(text.split(find).length - 1, 1, `${name}: ${file}`)
  }
})

test('the simulation can fail: it notices seeded bugs', async () => {
  const chosen = [
    'acknowledge before the commit',
    'the claim does not lease',
    'a failed head is skipped',
    'the stream does not wait for the record',
    'jitter subtracts',
    'a throttling answer is an ordinary failure',
    'every retry has an id of its own',
    'a pause is not minded',
  ]
  for (const name of chosen) {
    const mutation = mutations.find((each) => each.name === name)
    assert.ok(mutation, name)
    const { after } = await runMutant(mutation, 60)
    assert.notEqual(after, null, `nobody noticed: ${name}`)
  }
})
