/**
 * How long reading a body takes the thread that serves everybody, by what its members are called:
 *
 *   node bench/names.ts [--rounds 7]
 *
 * Each body is read once, as names that were seen before cost less. The middle of the rounds, in ms
 * of the thread's processor time, of our reader and of the engine's parser alone.
 */
import { parseArgs } from 'node:util'
import { readJsonObject } from '../src/api/json-body.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } })
const rounds = Number(values.rounds)

const members = (count: number, name: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => `"${name(n)}":1`).join(',')
const event = (payload: string, rest = ''): string =>
  `{"eventType":"a.b","payload":${payload}${rest}}`
const person = (n: number) => ({
  ...{ id: n, name: `Somebody ${n}`, email: `somebody.${n}@example.com`, total: n * 1.5 },
  ...{ tags: ['a', 'b'], note: 'A text of some length that people write about what they bought' },
})
const people = (count: number): string =>
  event(JSON.stringify(Array.from({ length: count }, (_, n) => person(n))))

const bodies: Readonly<Record<string, (round: number) => string>> = {
  'usual, 2 kB': () => people(12),
  'usual, 1.4 MB, 48,000 members of 6 names': () => people(8_000),
  '19,990 names in one object': (round) => event(`{${members(19_990, (n) => `m${round}_${n}`)}}`),
  '79,990 names in one object': (round) => event(`{${members(79_990, (n) => `m${round}_${n}`)}}`),
  '79,990 names beside the payload': (round) =>
    event('{}', `,${members(79_990, (n) => `m${round}_${n}`)}`),
  '79,000 names in 7,900 objects': (round) => {
    const objects = Array.from(
      { length: 7_900 },
      (_, n) => `{${members(10, (m) => `m${round}_${n}_${m}`)}}`,
    )
    return event(`[${objects}]`)
  },
}

function cpuMs(run: () => unknown): number {
  const before = process.threadCpuUsage()
  run()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}

const middle = (times: readonly number[]): string =>
  (times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0).toFixed(1)

for (const [name, make] of Object.entries(bodies)) {
  const all = Array.from({ length: rounds }, (_, round) => round)
  const read = all.map((round) => {
    const bytes = Buffer.from(make(round))
    return cpuMs(() => readJsonObject(bytes))
  })
  const parsed = all.map((round) => {
    const text = make(round + rounds)
    return cpuMs(() => JSON.parse(text))
  })
  console.log(`${name}: read ${middle(read)} ms, parser alone ${middle(parsed)} ms`)
}
