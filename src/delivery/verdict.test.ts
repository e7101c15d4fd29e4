import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answered, unanswered } from '../../test/support/virtual-posthorn.ts'
import { canMove, isFinal, stateAfter } from '../domain/delivery-state.ts'
import { type EndpointHealth, healthy } from '../domain/endpoint.ts'
import { circuitOf, circuitRules, hasFailedTooLong, nextHealth } from '../domain/endpoint-health.ts'
import type { Outcome } from '../domain/outcome.ts'
import { type DeliveryPolicy, standardPolicy } from '../domain/policy.ts'
import { nextAttemptAt } from '../domain/retry-schedule.ts'
import { seededRandom } from '../runtime/random.ts'
import { type JudgeInput, judge } from './verdict.ts'

const now = 1_767_225_600_000
const policy: DeliveryPolicy = {
  ...standardPolicy,
  retryScheduleMs: [1_000, 60_000],
  retryJitter: 0,
}

function judged(outcome: Outcome, change: Partial<JudgeInput> = {}) {
  return judge({
    outcome,
    delivery: { attemptCount: 0, trigger: 'scheduled', sequence: null },
    endpoint: { updatedAt: 0 },
    policy,
    health: healthy,
    now,
    random: seededRandom(1),
    ...change,
  })
}

test('statuses and errors are judged by the policy', () => {
  const cases: readonly (readonly [Outcome, Partial<DeliveryPolicy>, string])[] = [
    [answered(200), {}, 'succeeded'],
    [answered(299), {}, 'succeeded'],
    [answered(300), {}, 'retry'],
    [answered(404), {}, 'retry'],
    [answered(500), {}, 'retry'],
    [answered(210), { successStatuses: [[200, 209]] }, 'retry'],
    [answered(500), { successStatuses: 'any' }, 'succeeded'],
    [answered(400), { retryStatuses: [[500, 599]] }, 'failed'],
    [answered(503), { retryStatuses: [[500, 599]] }, 'retry'],
    [answered(500), { retryScheduleMs: [] }, 'failed'],
    [answered(410), {}, 'failed'],
    [answered(410), { disableOnGone: false }, 'retry'],
    [unanswered('connect_refused'), {}, 'retry'],
    [unanswered('connect_refused'), { retryNetworkErrors: false }, 'failed'],
    [unanswered('response_timeout'), { retryTimeouts: false }, 'failed'],
    [unanswered('connect_refused'), { retryTimeouts: false }, 'retry'],
    [unanswered('aborted'), { retryScheduleMs: [] }, 'retry'],
  ]
  for (const [outcome, change, expected] of cases) {
    const { verdict } = judged(outcome, { policy: { ...policy, ...change } })
    assert.equal(verdict.kind, expected, JSON.stringify([outcome, change]))
  }
})

test('the schedule is used up after its last delay; a manual delivery is tried once', () => {
  const delivery = { attemptCount: 2, trigger: 'scheduled', sequence: null } as const
  assert.equal(judged(answered(500), { delivery }).verdict.kind, 'failed')
  const manual = { attemptCount: 0, trigger: 'manual', sequence: null } as const
  assert.equal(judged(answered(500), { delivery: manual }).verdict.kind, 'failed')
  const head = { ...manual, sequence: 4 }
  assert.equal(judged(answered(500), { delivery: head }).verdict.kind, 'retry')
})

test('410 disables; the head of a holding stream waits for the endpoint to come back', () => {
  const gone = judged(answered(410))
  assert.deepEqual(gone.effect, { health: healthy, disable: { reason: 'gone', at: now } })
  const delivery = { attemptCount: 0, trigger: 'scheduled', sequence: 1 } as const
  const hold = judged(answered(410), { delivery })
  assert.deepEqual(hold.verdict, { kind: 'retry', at: now })
  const skip = { ...policy, whenExhausted: 'skip' } as const
  assert.equal(judged(answered(410), { delivery, policy: skip }).verdict.kind, 'failed')
})

test('jitter only adds, and Retry-After only postpones, up to its cap', () => {
  const rules = { ...policy, retryJitter: 0.1, retryAfterMaxMs: 100_000 }
  const at = (attemptNumber: number, retryAfterMs: number | null, fraction: number) =>
    nextAttemptAt({ attemptNumber, rules, retryAfterMs, now: 0, fraction })
  assert.equal(at(1, null, 0), 1_000)
  assert.equal(at(1, null, 1), 1_100)
  assert.equal(at(2, 5_000, 0), 60_000)
  assert.equal(at(1, 5_000, 0), 5_000)
  assert.equal(at(1, 5_000, 1), 5_500)
  assert.equal(at(1, 1e9, 1), 100_000)
  assert.equal(at(3, 5_000, 0), null)
  const ignoring = { ...rules, honorRetryAfter: false }
  const input = { attemptNumber: 1, rules: ignoring, retryAfterMs: 5_000, now: 0, fraction: 0 }
  assert.equal(nextAttemptAt(input), 1_000)
})

test('a throttling answer opens the circuit: as long as asked, or until its own retry', () => {
  const asked = judged(answered(429, { 'retry-after': '30' }))
  assert.equal(asked.effect.health?.openUntil, now + 30_000)
  for (const status of [429, 502, 503, 504]) {
    assert.equal(judged(answered(status)).effect.health?.openUntil, now + 1_000, String(status))
  }
  const quick = { ...policy, retryScheduleMs: [300] }
  assert.equal(judged(answered(503), { policy: quick }).effect.health?.openUntil, now + 300)
  assert.equal(judged(answered(500)).effect.health?.openUntil, null)
})

test('the circuit opens after failures in a row, doubles with each failed probe, and closes', () => {
  let health: EndpointHealth = healthy
  let at = now
  const fail = (): void => {
    health = nextHealth({ health, sign: { kind: 'failure' }, now: at })
  }
  for (let failures = 1; failures < circuitRules.opensAfter; failures++) fail()
  assert.equal(circuitOf(health, at), 'closed')
  fail()
  assert.equal(circuitOf(health, at), 'open')
  assert.equal(health.openUntil, at + circuitRules.openMinMs)
  const opened = health
  fail()
  assert.deepEqual(health, opened, 'a straggler does not make it grow')
  at += circuitRules.openMinMs
  assert.equal(circuitOf(health, at), 'half_open')
  fail()
  assert.equal(health.openUntil, at + 2 * circuitRules.openMinMs)
  for (let probe = 0; probe < 20; probe++) {
    at = health.openUntil ?? at
    fail()
    assert.ok((health.openUntil ?? 0) - at <= circuitRules.openMaxMs)
  }
  at = health.openUntil ?? at
  health = nextHealth({ health, sign: { kind: 'success' }, now: at })
  assert.deepEqual(health, healthy)
})

test('an endpoint that fails for too long is disabled; an edit starts the count anew', () => {
  const failing = { failingSince: now - 10_000, consecutiveFailures: 3, openUntil: null }
  const strict = { ...policy, disableAfterMs: 10_000 }
  const { effect } = judged(answered(500), { health: failing, policy: strict })
  assert.deepEqual(effect.disable, { reason: 'failing', at: now })
  const edited = judged(answered(500), {
    health: failing,
    policy: strict,
    endpoint: { updatedAt: now - 5_000 },
  })
  assert.equal(edited.effect.disable, undefined)
  assert.equal(
    hasFailedTooLong({ health: failing, changedAt: 0, disableAfterMs: null, now }),
    false,
  )
})

test('success of a healthy endpoint writes nothing about it', () => {
  assert.deepEqual(judged(answered(200)).effect, {})
  const failing = { failingSince: now, consecutiveFailures: 1, openUntil: null }
  assert.deepEqual(judged(answered(200), { health: failing }).effect, { health: healthy })
})

test('final states never change, and verdicts lead where the state machine allows', () => {
  for (const state of ['succeeded', 'failed', 'canceled'] as const) assert.ok(isFinal(state))
  assert.ok(canMove('pending', 'sending'))
  assert.ok(!canMove('succeeded', 'pending'))
  assert.equal(stateAfter({ kind: 'retry', at: now }), 'pending')
  for (const kind of ['succeeded', 'failed', 'canceled'] as const) {
    assert.ok(canMove('sending', stateAfter({ kind })))
  }
})

test('what is our own fault waits, uses up no try and is not charged to the endpoint', () => {
  const health: EndpointHealth = { ...healthy, consecutiveFailures: 4 }
  const waits = (errorClass: 'proxy_failed' | 'no_sockets') => {
    const judgement = judged(unanswered(errorClass), { health })
    assert.deepEqual(judgement.effect, {})
    assert.equal(judgement.health, health)
    assert.equal(judgement.verdict.kind, 'returned')
    return judgement.verdict.kind === 'returned' ? judgement.verdict.at - now : 0
  }
  assert.equal(waits('proxy_failed'), 30_000)
  assert.ok(waits('no_sockets') >= 1_000 && waits('no_sockets') <= 3_000)
})
