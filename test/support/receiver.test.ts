import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startReceiver } from './receiver.ts'

test('the receiver keeps bytes, spelling and order, and answers its list in turn', async (t) => {
  const receiver = await startReceiver({ script: [{ status: 500, body: 'no' }, { status: 200 }] })
  t.after(() => receiver.close())
  const body = new Uint8Array([0, 255, 10, 13])

  const first = await fetch(`${receiver.url}/a?b=c`, { method: 'POST', body })
  const second = await fetch(receiver.url, { method: 'POST', body: '{"x": 1.0}' })
  const third = await fetch(receiver.url)
  const statuses = [first.status, second.status, third.status]
  await Promise.all([first.text(), second.text(), third.text()])

  assert.deepEqual(statuses, [500, 200, 200])
  assert.deepEqual([...(await receiver.next()).body], [...body])
  assert.equal((await receiver.next()).body.toString(), '{"x": 1.0}')
  assert.deepEqual(
    (await receiver.waitFor(3)).map((request) => [request.number, request.path]),
    [
      [1, '/a?b=c'],
      [2, '/'],
      [3, '/'],
    ],
  )
})

test('the receiver fails with a sentence when nothing arrives', async (t) => {
  const receiver = await startReceiver({ patienceMs: 10 })
  t.after(() => receiver.close())
  await assert.rejects(receiver.next(), /waited for request 1 and has 0/)
})
