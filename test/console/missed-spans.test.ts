/** Times in which an endpoint went without messages, from its history. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '../../console/src/api/model.ts'
import { missedSpans } from '../../console/src/state/missed-spans.ts'
import { idAtTime, idTickMs } from '../../src/domain/ids.ts'

const made = Date.UTC(2026, 0, 1)
const endpoint = { createdAt: new Date(made).toISOString() }
const changed = (at: number, before: object, after: object) =>
  ({
    ...{ at: new Date(at).toISOString(), outcome: 'done', before, after },
    changed: ['eventTypes'],
  }) as unknown as AuditEntry // what is looked at of it

test('a message right before the change that ended a gap is in it, however few ms apart', () => {
  for (let apart = 1; apart <= 2 * idTickMs; apart++) {
    const ended = made + 10_000 + apart
    const entries = [
      changed(ended, { eventTypes: ['invoice.*'] }, { eventTypes: null }),
      changed(made + 5_000, { eventTypes: null }, { eventTypes: ['invoice.*'] }),
    ]
    const now = made + 60_000
    const [newest, ...older] = missedSpans('filter', { endpoint, entries, now })
    assert.ok(newest !== undefined && older.length === 1)
    // As lists take an end: what has an id below that of the time.
    const message = idAtTime('message', ended - 1)
    assert.ok(message < idAtTime('message', newest.to), `ended after ${apart} ms`)
    // Another node hears of the change a second later at most, and left messages out until then.
    assert.ok(newest.to > ended + 1_000)
  }
})

test('changes at the same moment make no gap', () => {
  const at = made + 1_000
  const entries = [
    changed(at, { eventTypes: ['b'] }, { eventTypes: null }),
    changed(at, { eventTypes: null }, { eventTypes: ['b'] }),
  ]
  const spans = missedSpans('filter', { endpoint, entries, now: at + 1 })
  assert.deepEqual(
    spans.map(({ from }) => from),
    [made],
  )
})
