import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idBody, idRandomBytes, isId, nextIdBody } from '../domain/ids.ts'
import { idSource } from './id-source.ts'
import { seededRandom } from './random.ts'
import { VirtualClock } from './virtual-clock.ts'

test('ids of one source ascend within a tick, over ticks, and when the clock steps back', async () => {
  const clock = new VirtualClock()
  let stepBackMs = 0
  const ids = idSource(
    {
      now: () => clock.now() - stepBackMs,
      monotonic: () => 0,
      setTimer: clock.setTimer.bind(clock),
    },
    seededRandom(7),
  )
  const made: string[] = []
  for (let tick = 0; tick < 5; tick++) {
    for (let count = 0; count < 200; count++) made.push(ids.next('message'))
    await clock.advance(4)
  }
  stepBackMs = 3_600_000
  for (let count = 0; count < 200; count++) made.push(ids.next('message'))

  assert.ok(made.every((id) => isId('message', id)))
  assert.deepEqual([...made].sort(), made)
  assert.equal(new Set(made).size, made.length)
})

test('the next id body is that of the number plus one, over every carry', () => {
  const nowMs = Date.UTC(2026, 0, 1)
  const random = new Uint8Array(idRandomBytes)
  for (const tail of [0, 60, 61, 62, 3843, 3844, 238_327, 65_535]) {
    const bodyOf = (value: number): string => {
      new DataView(random.buffer).setUint32(idRandomBytes - 4, value)
      return idBody({ nowMs, random })
    }
    assert.equal(nextIdBody(bodyOf(tail)), bodyOf(tail + 1))
  }
})
