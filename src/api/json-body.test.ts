import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cpuMs } from '../../test/support/turns.ts'
import { limits } from '../domain/limits.ts'
import { readJsonObject } from './json-body.ts'

function bytesOf(text: string, member: string): string | null {
  const body = readJsonObject(Buffer.from(text))
  assert.ok(typeof body !== 'string', `${text} was refused: ${String(body)}`)
  const bytes = body.bytesOf(member)
  return bytes === null ? null : Buffer.from(bytes).toString()
}

test('a member’s bytes are those that were sent', () => {
  const payload = '{ "b":1.0, "a" : 9007199254740993,"c":"}\\"]" }'
  assert.equal(bytesOf(`{"eventType":"a.b" , "payload" :  ${payload}\n}`, 'payload'), payload)
  assert.equal(bytesOf('{"pay\\u006coad":{"x":[]}}', 'payload'), '{"x":[]}')
  assert.equal(bytesOf('{"a":-1.5e3,"payload":null}', 'a'), '-1.5e3')
  assert.equal(bytesOf('{}', 'payload'), null)
})

test('spans agree with the parser for every object (property)', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6 })
  const spacing = fc.constantFrom(undefined, 1, '\t')
  fc.assert(
    fc.property(object, spacing, (value, space) => {
      const text = JSON.stringify(value, null, space)
      for (const name of Object.keys(value)) {
        assert.deepEqual(
          JSON.parse(bytesOf(text, name) ?? ''),
          JSON.parse(JSON.stringify(value[name])),
        )
      }
    }),
    { numRuns: 300 },
  )
})

test('whatever the bytes, the reader answers, and accepts nothing that the parser refuses (property)', () => {
  const noise = fc.stringMatching(/^[{}[\]",:\\a1 ]{0,30}$/)
  fc.assert(
    fc.property(noise, (text) => {
      const body = readJsonObject(Buffer.from(text))
      if (typeof body !== 'string') assert.doesNotThrow(() => JSON.parse(text))
    }),
    { numRuns: 2000 },
  )
})

test('depth is counted over the whole body, and 64 levels pass', () => {
  const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
  assert.notEqual(typeof readJsonObject(Buffer.from(nested(64))), 'string')
  assert.equal(readJsonObject(Buffer.from(nested(65))), 'too_deep')
})

test('members are counted over the whole body, not what looks like some in texts', () => {
  const most = limits.jsonMembersMax
  const members = (count: number) => Array.from({ length: count }, () => '"n":":"').join(',')
  const body = (inside: number) => Buffer.from(`{"a":{${members(inside)}},"b":[{"c":1}]}`)
  assert.notEqual(typeof readJsonObject(body(most - 3)), 'string')
  assert.equal(readJsonObject(body(most - 2)), 'too_many')
})

test('different names are counted over the whole body, each once, and by looking at no value', () => {
  const most = limits.jsonNamesMax
  const names = (count: number, from = 0) =>
    Array.from({ length: count }, (_, n) => `"${n + from}" :"${n}"`).join(', ')
  const read = (text: string) => readJsonObject(Buffer.from(text))
  assert.notEqual(typeof read(`{"0":{${names(most)}},"1":[{${names(most)}}]}`), 'string')
  assert.equal(read(`{"0":{${names(most)}},"new":[{${names(most)}}]}`), 'too_many_names')
  assert.notEqual(typeof read(`{${names(most)}}`), 'string')
  assert.equal(read(`{${names(most + 1)}}`), 'too_many_names')
  const [half, other] = [names(most / 2), names(most / 2 + 1, most / 2)]
  assert.equal(read(`{"0":[{${half}},{${other}}],"1":2}`), 'too_many_names')
})

test('a body of many different names is refused in less time than the parser takes for it', () => {
  const inside = Array.from({ length: limits.jsonMembersMax - 2 }, (_, n) => `"member${n}":1`)
  const text = `{"a":{${inside}}}`
  const bytes = Buffer.from(text)
  const timed = (run: () => unknown): number => {
    const before = process.threadCpuUsage()
    run()
    return cpuMs(before)
  }
  const refusing = timed(() => assert.equal(readJsonObject(bytes), 'too_many_names'))
  const parsing = timed(() => JSON.parse(text))
  assert.ok(refusing < parsing, `${refusing} ms, the parser ${parsing} ms`)
})

test('lists and objects are counted over the whole body, however small they are', () => {
  const most = limits.jsonContainersMax
  const body = (count: number) => Buffer.from(`{"a":[${'[],{},'.repeat(count / 2)}"[{"]}`)
  assert.notEqual(typeof readJsonObject(body(most - 2)), 'string')
  assert.equal(readJsonObject(body(most)), 'too_many_containers')
})

test('each way of not being a JSON object has its name', () => {
  const faults = [
    ['', 'empty'],
    ['[]', 'not_an_object'],
    ['null', 'not_an_object'],
    ['"x"', 'not_an_object'],
    ['{"a":1,"a":2}', 'doubled'],
    ['{"a":1,"\\u0061":2}', 'doubled'],
    ['{"a":1}x', 'not_json'],
    ['{"a" 1}', 'not_json'],
    ['x', 'not_json'],
  ] as const
  for (const [text, fault] of faults) assert.equal(readJsonObject(Buffer.from(text)), fault, text)
  assert.equal(readJsonObject(Buffer.from([0x7b, 0xff, 0x7d])), 'not_utf8')
})

test('a member ends where its string ends, wherever escapes lie in short and long strings', () => {
  for (let length = 40; length < 60; length++) {
    for (const tail of ['', '\\\\', '\\"', '\\\\\\"', '\\\\\\\\', '\\"\\"', '\\u0022']) {
      const value = `"${'x'.repeat(length)}${tail}${'y'.repeat(length)}${tail}"`
      const body = readJsonObject(Buffer.from(`{"a":${value},"b":1}`))
      assert.ok(typeof body !== 'string', `${value} was refused as ${String(body)}`)
      assert.equal(Buffer.from(body.bytesOf('a') ?? []).toString(), value)
    }
  }
})
