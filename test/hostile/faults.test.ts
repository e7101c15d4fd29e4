/** Every fault that is told has a test or an experiment, or a word on why it has none. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { experiments } from '../../bench/faults/experiments.ts'
import { casesOf } from './corpus.ts'
import { plays } from './faults.ts'

const root = join(import.meta.dirname, '../..')
const unplayedMax = 2

test('each fault is played by what the table names, and few by nobody', (context) => {
  const ids = casesOf('faults').map(({ id }) => id)
  assert.deepEqual(Object.keys(plays).toSorted(), ids.toSorted())
  const unplayed: string[] = []
  for (const [id, { experiments: names = [], tests = {}, differs }] of Object.entries(plays)) {
    for (const name of names) {
      assert.ok(
        experiments.some((one) => one.name === name),
        `${id}: no experiment ${name}`,
      )
    }
    for (const [file, title] of Object.entries(tests)) {
      assert.ok(readFileSync(join(root, file), 'utf8').includes(title), `${id}: ${file}: ${title}`)
    }
    if (names.length + Object.keys(tests).length > 0) continue
    assert.ok(differs?.startsWith('nobody plays it'), `${id} says nothing`)
    unplayed.push(id)
  }
  assert.ok(unplayed.length <= unplayedMax, unplayed.join())
  context.diagnostic(`${ids.length - unplayed.length} of ${ids.length} faults are played`)
})
