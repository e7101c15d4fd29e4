/** Every fault that is told has a test or an experiment. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { experiments } from '../../bench/faults/experiments.ts'
import { casesOf } from './corpus.ts'
import { plays } from './faults.ts'

const root = join(import.meta.dirname, '../..')

test('each fault is played by what the table names', (context) => {
  const ids = casesOf('faults').map(({ id }) => id)
  assert.deepEqual(Object.keys(plays).toSorted(), ids.toSorted())
  for (const [id, { experiments: names = [], tests = {} }] of Object.entries(plays)) {
    for (const name of names) {
      assert.ok(
        experiments.some((one) => one.name === name),
        `${id}: no experiment ${name}`,
      )
    }
    for (const [file, title] of Object.entries(tests)) {
      assert.ok(readFileSync(join(root, file), 'utf8').includes(title), `${id}: ${file}: ${title}`)
    }
    assert.ok(names.length + Object.keys(tests).length > 0, `nobody plays ${id}`)
  }
  context.diagnostic(`${ids.length} faults are played`)
})
