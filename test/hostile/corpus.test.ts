/** No hostile case is played by nobody: a new id without a runner fails here. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { casesOf, corpus, type RunnerName, runners } from './corpus.ts'

const root = join(import.meta.dirname, '../..')
const names = Object.keys(runners) as RunnerName[] // the keys of a constant
const files = ['corpus', 'more'].flatMap((folder) =>
  readdirSync(join(import.meta.dirname, folder)).map((file) => file.replace(/\.json$/, '')),
)

test('every case of every file has a runner, and ids are unique', (context) => {
  for (const file of new Set(files)) {
    const ids = corpus(file).map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length, `${file} has an id twice`)
    const mine = names.filter((name) => runners[name].corpus === file)
    const taken = new Set(mine.flatMap((name) => casesOf(name).map(({ id }) => id)))
    assert.deepEqual(
      ids.filter((id) => !taken.has(id)),
      [],
      `cases of ${file}.json that no runner of test/hostile/corpus.ts takes`,
    )
    for (const name of mine) context.diagnostic(`${file}: ${casesOf(name).length} by "${name}"`)
  }
})

test('every runner is in the file that it names, and has something to play', () => {
  for (const name of names) {
    assert.ok(casesOf(name).length > 0, `${name} takes nothing`)
    const text = readFileSync(join(root, runners[name].file), 'utf8')
    const asked = new RegExp(`casesOf(<[^()]*>)?\\(\\s*'${name}'`).test(text)
    assert.ok(asked, `${runners[name].file} never asks for casesOf('${name}')`)
  }
})

test('ten further cases at least stand beside each given file', () => {
  // Strings for the browser are played together on each page: more of them are more of the same.
  // Further faults are experiments of their own.
  const given = readdirSync(join(import.meta.dirname, 'corpus')).filter(
    (file) => file !== 'xss.json' && file !== 'faults.json',
  )
  for (const file of given) {
    const text = readFileSync(join(import.meta.dirname, 'more', file), 'utf8')
    assert.ok(JSON.parse(text).length >= 10, file)
  }
})
