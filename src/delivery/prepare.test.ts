import assert from 'node:assert/strict'
import { test } from 'node:test'
import { casesOf } from '../../test/hostile/corpus.ts'
import { maskedValue, maskHeaders } from './masking.ts'
import { mergeHeaders } from './prepare.ts'
import { parseRetryAfter } from './retry-after.ts'

test('custom headers come first, in one spelling, and give way to ours', () => {
  const merged = mergeHeaders(
    { 'X-A': '1', 'x-a': '2', 'Webhook-Id': 'forged', 'USER-AGENT': 'forged', 'X-B': '3' },
    [
      ['user-agent', 'Posthorn/1'],
      ['webhook-id', 'msg_1'],
    ],
  )
  assert.deepEqual(merged, [
    ['x-a', '2'],
    ['X-B', '3'],
    ['user-agent', 'Posthorn/1'],
    ['webhook-id', 'msg_1'],
  ])
})

test('credentials are masked in what is kept, whatever their spelling', () => {
  const shown = maskHeaders([
    ['Authorization', 'Bearer canary'],
    ['X-API-Key', 'canary'],
    ['x-auth-token', 'canary'],
    ['Cookie', 'a=canary'],
    ['x-tenant-id', '42'],
    ['webhook-signature', 'v1,abc'],
  ])
  assert.equal(JSON.stringify(shown).includes('canary'), false)
  assert.equal(shown['Authorization'], maskedValue)
  assert.equal(shown['x-tenant-id'], '42')
  assert.equal(shown['webhook-signature'], 'v1,abc')
})

test('Retry-After is read by its grammar and nothing else', () => {
  interface Expect {
    readonly retry_after?: {
      readonly header: string
      readonly min_s: number
      readonly max_s?: number | null
    }
  }
  const now = Date.UTC(2026, 0, 1)
  const capMs = 86_400_000
  const windows = casesOf<unknown, Expect>('Retry-After')
  assert.ok(windows.length >= 10)
  for (const { id, expect } of windows) {
    const { header = '', min_s = 0, max_s = null } = expect.retry_after ?? {}
    const text = header.replace('{httpdate+90s}', new Date(now + 90_000).toUTCString())
    const waitMs = Math.min(parseRetryAfter(text, now) ?? 0, capMs)
    assert.ok(waitMs >= min_s * 1000, `${id}: ${header} gave ${waitMs}`)
    assert.ok(max_s === null || waitMs <= max_s * 1000, `${id}: ${header} gave ${waitMs}`)
  }
})
