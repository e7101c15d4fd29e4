/**
 * The fault experiments in their small form, with the real server process: `bench/faults/` holds
 * them and their large forms. Each proves the invariants that its sentence names.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { experiments } from '../../bench/faults/experiments.ts'

for (const { name, sentence, run, largeOnly } of experiments) {
  if (largeOnly) continue
  test(`${name}: ${sentence}`, async () => {
    const report = await run('small')
    assert.deepEqual(report.violations, [], JSON.stringify(report.facts))
  })
}
