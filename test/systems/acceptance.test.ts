import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { acceptanceTable, proofs, systems, tablePath } from '../../scripts/acceptance.ts'

test('every row of the five systems has its test, and no test names a row that is not there', () => {
  const rows = systems.flatMap(({ letter, rows: count }) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  )
  assert.equal(rows.length, 81)
  assert.deepEqual([...proofs().keys()].sort(), [...rows].sort())
})

test('the table of acceptance is current: node scripts/acceptance.ts', () => {
  const text = readFileSync(new URL(`../../${tablePath}`, import.meta.url), 'utf8')
  assert.equal(text, acceptanceTable())
})
