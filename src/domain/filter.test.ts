import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { casesOf } from '../../test/hostile/corpus.ts'
import { filterLimits, parseFilter } from './filter.ts'
import { filterMiss } from './filter-match.ts'

type Verdict = 'match' | 'no_match' | 'reject'

function verdict(filter: unknown, payload: unknown): Verdict {
  const parsed = parseFilter(filter)
  if (!parsed.ok) return 'reject'
  return filterMiss(parsed.filter, payload) === null ? 'match' : 'no_match'
}

const order = {
  type: 'order.paid',
  total: 120.5,
  note: null,
  test: false,
  customer: { country: 'Chile', tags: ['vip', 'new'] },
  items: [
    { id: 1, sku: 'a' },
    { id: 2, sku: 'b' },
  ],
  empty: [],
}

/** The conformance table of docs/reference/filters.md: filter, payload, verdict. */
const table: readonly (readonly [filter: unknown, payload: unknown, verdict: Verdict])[] = [
  [{}, order, 'match'],
  [{}, undefined, 'match'],
  [{ total: 120.5 }, order, 'match'],
  [{ total: '120.5' }, order, 'no_match'],
  [{ total: { $gte: 100, $lt: 121 } }, order, 'match'],
  [{ total: { $gt: 120.5 } }, order, 'no_match'],
  [{ total: { $lte: 120.5 } }, order, 'match'],
  [{ type: { $gt: 1 } }, order, 'no_match'],
  [{ 'customer.country': 'Chile' }, order, 'match'],
  [{ 'customer.country': 'chile' }, order, 'no_match'],
  [{ 'customer.country': 'C*e' }, order, 'match'],
  [{ 'customer.country': '*' }, order, 'match'],
  [{ total: '*' }, order, 'no_match'],
  [{ type: 'order.*' }, order, 'match'],
  [{ type: 'order' }, order, 'no_match'],
  [{ type: { $prefix: 'order.', $suffix: '.paid', $contains: 'r.p' } }, order, 'match'],
  [{ type: { $prefix: 'user.' } }, order, 'no_match'],
  [{ note: null }, order, 'match'],
  [{ missing: null }, order, 'no_match'],
  [{ missing: { $ne: 1 } }, order, 'no_match'],
  [{ missing: { $nin: [1] } }, order, 'no_match'],
  [{ missing: { $exists: false } }, order, 'match'],
  [{ note: { $exists: true } }, order, 'match'],
  [{ test: false }, order, 'match'],
  [{ test: { $ne: true } }, order, 'match'],
  [{ 'items.id': 2 }, order, 'match'],
  [{ 'items.id': 3 }, order, 'no_match'],
  [{ 'items.id': { $ne: 2 } }, order, 'no_match'],
  [{ 'items.0.id': 1 }, order, 'no_match'],
  [{ 'items.length': 2 }, order, 'no_match'],
  [{ empty: { $exists: true } }, order, 'match'],
  [{ 'customer.tags': { $in: ['vip', 'old'] } }, order, 'match'],
  [{ 'customer.tags': { $nin: ['old'] } }, order, 'match'],
  [{ $or: [{ total: 1 }, { test: false }] }, order, 'match'],
  [{ $or: [{ total: 1 }, { test: true }] }, order, 'no_match'],
  [{ $and: [{ test: false }, { note: null }], total: { $gt: 1 } }, order, 'match'],
  [{ $not: { test: true } }, order, 'match'],
  [{ $not: { test: false } }, order, 'no_match'],
  [{ 'constructor.name': 'Object' }, order, 'no_match'],
  [{ __proto__x: 1 }, order, 'no_match'],
  [{ a: 1 }, undefined, 'no_match'],
  [{ a: {} }, order, 'reject'],
  [{ a: { $where: 'x' } }, order, 'reject'],
  [{ a: { $regex: '(a+)+$' } }, order, 'reject'],
  [{ a: { $gt: 'NaN' } }, order, 'reject'],
  [{ a: { $in: 'x' } }, order, 'reject'],
  [{ a: [1] }, order, 'reject'],
  [{ $or: [] }, order, 'reject'],
  [{ $nor: [{}] }, order, 'reject'],
  [{ 'a..b': 1 }, order, 'reject'],
  [[], order, 'reject'],
  ['x', order, 'reject'],
]

test('the conformance table of filters holds', () => {
  for (const [filter, payload, expected] of table) {
    assert.equal(verdict(filter, payload), expected, JSON.stringify(filter))
  }
})

test('a miss says where, what was there and what was wanted', () => {
  const parsed = parseFilter({ total: { $gt: 500 } })
  assert.ok(parsed.ok)
  assert.deepEqual(filterMiss(parsed.filter, order), { path: 'total', value: 120.5, wanted: 500 })
})

interface HostileFilter {
  readonly operator?: string
  readonly pattern?: string
  readonly filter?: Readonly<Record<string, unknown>>
}

const generated: Readonly<Record<string, unknown>> = {
  '$or with 5000 items': { $or: Array.from({ length: 5000 }, (_, n) => ({ a: n })) },
  '$in with 100000 values': { a: { $in: Array.from({ length: 100_000 }, (_, n) => n) } },
  '"*a" * 50': { a: '*a'.repeat(50) },
}
const payload = { a: 1, type: 'user.created', items: [{ id: 1 }, { id: 2 }] }

/** What was computed since, in ms: others on the machine do not count. */
function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

test('hostile filters are refused, or answered at once', () => {
  for (const { id, input, expect } of casesOf<HostileFilter, { verdict: string }>(
    'payload filters',
  )) {
    const filter =
      input.operator === undefined
        ? (generated[String(input.filter?.['gen'])] ?? input.filter)
        : { a: { [`$${input.operator}`]: input.pattern } }
    const before = process.cpuUsage()
    const got = verdict(filter, payload)
    assert.ok(cpuMs(before) < 50, `${id} was slow`)
    const allowed: Readonly<Record<string, readonly Verdict[]>> = {
      reject_or_fast: ['reject', 'match', 'no_match'],
      documented: ['match', 'no_match'],
      reject: ['reject'],
      match: ['match'],
      no_match: ['no_match'],
    }
    assert.ok(allowed[expect.verdict]?.includes(got), `${id}: ${got}`)
  }
})

test('no glob is slow, whatever the text', () => {
  const glob = 'a*'.repeat(filterLimits.starsMax)
  const text = 'a'.repeat(100_000)
  const before = process.cpuUsage()
  assert.equal(verdict({ a: `${glob}b` }, { a: text }), 'no_match')
  assert.ok(cpuMs(before) < 50)
})

test('a long list or text under many tests is looked at up to the bound, and no further', () => {
  const list = { a: Array.from({ length: 500_000 }, () => 0) }
  const text = { a: 'a'.repeat(1_000_000) }
  const half = 'a'.repeat(500)
  for (const [filter, payload] of [
    [{ $or: Array.from({ length: 90 }, (_, n) => ({ a: n + 1 })) }, list],
    [{ a: { $in: Array.from({ length: 100 }, (_, n) => n + 1) } }, list],
    [{ 'a.b.c': 1 }, { a: Array.from({ length: 500_000 }, () => ({ b: [[[]]] })) }],
    [{ a: { $contains: `${half}b${half}` } }, text],
    [{ a: { $in: Array.from({ length: 100 }, (_, n) => `*${half}${n}*`) } }, text],
  ]) {
    const parsed = parseFilter(filter)
    const work = { left: filterLimits.workMax }
    assert.ok(parsed.ok && filterMiss(parsed.filter, payload, work) !== null)
    assert.ok(work.left < 0, `${JSON.stringify(filter).slice(0, 80)} ended by itself`)
  }
  assert.equal(verdict({ a: 0 }, list), 'match')
  assert.equal(verdict({ a: { $ne: 1 } }, { a: list.a.slice(0, 100_000) }), 'match')
})

test('whatever the filter, reading and matching end without an error (property)', () => {
  const names = fc.constantFrom('a', 'a.b', '$or', '$not', '$and', '__proto__', 'toString')
  const filter = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.dictionary(names, tie('any'), { maxKeys: 3 }),
    ),
  })).any
  fc.assert(
    fc.property(filter, fc.jsonValue(), (value, document) => {
      assert.ok(['match', 'no_match', 'reject'].includes(verdict(value, document)))
    }),
  )
})
