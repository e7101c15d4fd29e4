import assert from 'node:assert/strict'
import { stripTypeScriptTypes } from 'node:module'
import { test } from 'node:test'
import { schemaChanges } from './changes.ts'
import { fieldsOf } from './fields.ts'
import { goOf } from './go.ts'
import { driftOf, inferSchema, keepWords, observe } from './observed.ts'
import { pythonOf } from './python.ts'
import { shapeOf } from './shape.ts'
import { typescriptOf, zodOf } from './typescript.ts'
import { newestSchema, nextVersion, schemaVersions } from './versions.ts'

const order = {
  type: 'object',
  required: ['id', 'lines'],
  properties: {
    id: { type: 'string', description: 'Ours.' },
    state: { enum: ['paid', 'open'] },
    paidAt: { type: ['string', 'null'], format: 'date-time' },
    lines: { type: 'array', items: { $ref: '#/$defs/Line' } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
  },
  examples: [{ id: 'o_91', lines: [{ sku: 'a', count: 2 }] }],
  $defs: {
    Line: {
      allOf: [
        { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } },
        { properties: { count: { type: 'integer' }, parent: { $ref: '#/$defs/Line' } } },
      ],
    },
  },
}

test('fields are listed with type, example and whether they are always there, references followed', () => {
  const rows = fieldsOf(order).map(({ path, type, required, example }) =>
    [path, type, required ? 'always' : '', example].join(' | '),
  )
  assert.deepEqual(rows, [
    'id | string | always | "o_91"',
    'state | "paid" | "open" |  | ',
    'paidAt | string (date-time) | null |  | ',
    'lines | object[] | always | ',
    'lines[].sku | string | always | "a"',
    'lines[].count | integer |  | 2',
    'lines[].parent | any |  | ',
    'labels | object |  | ',
  ])
  // One that refers to itself ended above; so does one that refers to nothing.
  assert.deepEqual(fieldsOf({ properties: { a: { $ref: '#/$defs/gone' } } })[0]?.type, 'any')
  assert.deepEqual(fieldsOf({ $ref: '#' }), [])
})

test('a change breaks receivers when they may get what was ruled out, or miss what was promised', () => {
  const before = {
    type: 'object',
    required: ['id', 'total'],
    properties: {
      id: { type: 'string' },
      total: { type: 'number' },
      gone: { type: 'boolean' },
      state: { enum: ['paid', 'open'] },
      at: { type: 'string' },
      customer: { type: 'object', properties: { name: { type: 'string' } } },
    },
  }
  const after = {
    type: 'object',
    required: ['id', 'at'],
    properties: {
      id: { type: 'integer' },
      total: { type: 'integer' },
      state: { enum: ['paid', 'open', 'lost'] },
      at: { type: 'string' },
      customer: {
        anyOf: [{ type: 'null' }, { type: 'object', properties: { name: { type: 'string' } } }],
      },
      fresh: { type: 'array', items: { type: 'string' } },
    },
  }
  const said = schemaChanges(before, after).map(
    ({ path, kind, before: from, after: to, breaking }) =>
      `${breaking ? '!' : ' '} ${path} ${kind} ${from} > ${to}`,
  )
  assert.deepEqual(said, [
    '! id type string > integer',
    '! total optional number > integer',
    '  total type number > integer',
    '! gone removed boolean > ',
    '! state values "paid" | "open" > "paid" | "open" | "lost"',
    '  at required string > string',
    '! customer type object > null | object',
    '  fresh added  > string[]',
  ])
  assert.deepEqual(schemaChanges(order, order), [])
  const closed = { ...before, additionalProperties: false }
  const [added] = schemaChanges(closed, after).filter(({ kind }) => kind === 'added')
  assert.equal(added?.breaking, true)
})

test('the newest version is the highest number, and the next is one more', () => {
  const schemas = { '2': { title: 'two' }, '10': { title: 'ten' }, '1': {} }
  assert.deepEqual(schemaVersions(schemas), ['10', '2', '1'])
  assert.deepEqual(newestSchema(schemas), { title: 'ten' })
  assert.equal(nextVersion(schemas), '11')
  assert.equal(nextVersion(null), '1')
  assert.equal(newestSchema({}), undefined)
})

test('drift names the places that payloads add or never fill, and no value', () => {
  const payloads = [
    { id: 'o_1', lines: [{ sku: 'a', price: 3 }], labels: { any: 'x' }, note: { text: 'secret' } },
    { id: 'o_2', lines: [], note: null },
  ]
  const drift = driftOf(observe(payloads), shapeOf(order))
  assert.deepEqual(drift.extra, [
    { path: 'lines[].price', type: 'integer' },
    { path: 'note', type: 'null | object' },
  ])
  assert.deepEqual(
    drift.unseen.map(({ path }) => path),
    ['lines[].count', 'lines[].parent', 'state', 'paidAt'],
  )
  assert.ok(!JSON.stringify(drift).includes('secret'))
  // Nobody saw a line: nothing is said about what is in one.
  const none = driftOf(observe([{ id: 'o', lines: [] }]), shapeOf(order))
  assert.deepEqual(
    none.unseen.map(({ path }) => path),
    ['state', 'paidAt', 'labels'],
  )
  assert.deepEqual(driftOf(observe(payloads), shapeOf({ type: 'object' })), {
    extra: [],
    unseen: [],
  })
})

test('a schema is inferred that every payload fits, and keeps the words of the older one', () => {
  const payloads = [
    { id: 'o_1', total: 3, at: '2026-11-21T10:00:00Z', lines: [{ sku: 'a' }] },
    { id: 'o_2', total: 3.5, at: '2026-11-21T10:00:00.5+01:00', lines: [], note: null },
  ]
  const inferred = inferSchema(observe(payloads))
  assert.deepEqual(inferred, {
    type: 'object',
    properties: {
      id: { type: 'string' },
      total: { type: 'number' },
      at: { type: 'string', format: 'date-time' },
      lines: {
        type: 'array',
        items: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
      },
      note: { type: 'null' },
    },
    required: ['id', 'total', 'at', 'lines'],
  })
  const kept = keepWords(inferred, order)
  assert.deepEqual(Reflect.get(kept, 'examples'), order.examples)
  assert.deepEqual(fieldsOf(kept)[0], {
    ...{ path: 'id', type: 'string', required: true, description: 'Ours.', example: '"o_91"' },
  })
})

test('observing is bounded, however many members and levels there are', () => {
  const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`m${at}`, at]))
  assert.equal(observe([wide]).fields.size, 2_000)
  let deep: unknown = 1
  for (let level = 0; level < 200; level++) deep = { deep }
  assert.ok(JSON.stringify(inferSchema(observe([deep]))).length < 2_000)
})

test('types are generated in four languages', () => {
  assert.equal(
    typescriptOf('order.paid', order).split('\n').slice(0, 8).join('\n'),
    `export interface OrderPaid {
  /** Ours. */
  id: string
  state?: "paid" | "open"
  paidAt?: string | null
  lines: {
    sku: string
    count?: number`,
  )
  assert.match(
    zodOf('order.paid', order),
    /state: z\.union\(\[z\.literal\("paid"\), z\.literal\("open"\)\]\)\.optional\(\)/,
  )
  const go = goOf('order.paid', order)
  assert.match(go, /type OrderPaid struct \{\n\t\/\/ Ours\.\n\tId string `json:"id"`/)
  assert.match(go, /\tPaidAt \*string `json:"paidAt,omitempty"`/)
  assert.match(go, /\tLines \[\]OrderPaidLinesItem `json:"lines"`/)
  assert.match(go, /\tLabels map\[string\]string `json:"labels,omitempty"`/)
  const python = pythonOf('order.paid', order)
  assert.match(python, /^from typing import Any, Literal, NotRequired, TypedDict, Union\n/)
  assert.match(python, /class OrderPaid\(TypedDict\):\n {4}# Ours\.\n {4}id: str\n/)
  assert.match(python, /paidAt: NotRequired\[Union\[str, None\]\]/)
})

test('hostile names and descriptions stay names and comments', () => {
  const names = [
    '*/ } alert(1) //',
    '`; import os',
    '"quoted"',
    'a\nb',
    '__proto__',
    'constructor',
    'class',
    '\u2028',
    '',
    '-',
    '{{x}}',
  ]
  const hostile = {
    type: 'object',
    properties: Object.fromEntries(
      names.map((name) => [name, { enum: [`${name}'\\`, '*/'], description: `*/ ${name} \n"""` }]),
    ),
  }
  for (const text of [typescriptOf('1*/x', hostile), zodOf('1*/x', hostile)]) {
    stripTypeScriptTypes(text) // throws when it is no program
    for (const line of text.split('\n')) {
      assert.match(
        line,
        /^(import .*|export .*|\}\)?| {2}\/\*\* ((?!\*\/).)* \*\/| {2}("(\\.|[^"\\])*"|\w+)\??: .*|)$/,
      )
    }
  }
  const go = goOf('1*/x', hostile)
  for (const line of go.split('\n')) {
    assert.match(
      line,
      /^(package events|type \w+ struct \{|\}|\t\/\/ .*|\t\w+ \*?[\w.[\]]+ `json:"[^"`]*"`|)$/,
    )
  }
  const python = pythonOf('1*/x', hostile)
  for (const line of python.split('\n')) {
    assert.match(
      line,
      /^(from typing import [\w, ]+|Event1X = TypedDict\("Event1X", \{|\}\)| {4}# .*| {4}"(\\.|[^"\\])*": .*,|)$/,
    )
  }
})
