import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UnaskedContinue } from './unasked-continue.ts'

const headBytesMax = 200
const taken = 'HTTP/1.1 100 Continue\r\nx-a: b\r\n\r\n'
const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/** What the parser sees of an answer that comes in those pieces. */
function seen(...pieces: readonly string[]): string {
  const filter = new UnaskedContinue(headBytesMax)
  filter.begin()
  return pieces.map((piece) => filter.pass(Buffer.from(piece))?.toString() ?? '').join('')
}

test('a 100 Continue before the answer is taken out, wherever it is cut', () => {
  const whole = taken + taken + answer
  for (let cut = 1; cut < whole.length; cut++) {
    assert.equal(seen(whole.slice(0, cut), whole.slice(cut)), answer, `cut at ${cut}`)
  }
  assert.equal(seen(...whole), answer, 'byte by byte')
})

test('what has not the exact form is left to the parser', () => {
  for (const other of [
    answer,
    'HTTP/1.1 103 Early Hints\r\n\r\n',
    'HTTP/1.1 1000 X\r\n\r\n',
    'HTTP/1.0 100 Continue\r\n\r\n',
    `HTTP/1.1 100 Continue\n\n${answer}`,
    `HTTP/1.1 100 ${'x'.repeat(headBytesMax)}\r\n\r\n`.slice(0, headBytesMax + 10),
  ]) {
    assert.equal(seen(other), other)
  }
})

test('a flood of them reaches the parser, and so does one behind the head of the answer', () => {
  assert.equal(seen(taken.repeat(9) + answer), taken + answer)
  assert.equal(seen(answer, taken), answer + taken)
})

test('each answer of a connection begins anew', () => {
  const filter = new UnaskedContinue(headBytesMax)
  assert.equal(filter.pass(Buffer.from(taken))?.toString(), taken, 'before any request')
  for (let request = 0; request < 20; request++) {
    filter.begin()
    assert.equal(filter.pass(Buffer.from(taken + answer))?.toString(), answer)
    assert.equal(filter.pass(null), null)
  }
})
