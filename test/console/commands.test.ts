/** Every command line that the console lets a person copy is one that the command line takes. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Command } from 'commander'
import { commands } from '../../src/cli/commands.ts'
import { createContext } from '../../src/cli/context.ts'
import { takeGlobals } from '../../src/cli/globals.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { systemRandom } from '../../src/runtime/random.ts'

const root = join(import.meta.dirname, '../../console/src')

interface Line {
  readonly file: string
  readonly words: readonly string[]
}

const comments = /^\s*(?:\/\*\*?|\*|\/\/).*$/gm

/** Texts and templates of a file that begin with the command, with what is filled in made up. */
function linesOf(file: string, source: string): readonly Line[] {
  const text = filled(source.replaceAll(comments, ''))
  const found = [...text.matchAll(/(['"`])(?:npx )?(posthorn [a-z](?:(?!\1)[^\n])*)\1/g)]
  // A line that is built from parts: the flags that the same file adds to it.
  const parts = [...text.matchAll(/[`'](--[a-z-]+[^`\n]*?)[`']\s*[\]),\n]/g)]
  return found.map(([, , line = '']) => {
    const more = parts.map(([, part = '']) => part)
    const whole = [line, ...(found.length === 1 ? more : [])].join(' ')
    return { file, words: wordsOf(whole) }
  })
}

/** With `20` in every hole, which is a number, a rate, a duration and a name. */
function filled(source: string): string {
  const inner = source.replaceAll(/\$\{[^{}]*\}/g, '20')
  return inner === source ? source : filled(inner)
}

/** As a shell splits it. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
}

const terminal = {
  env: {},
  cwd: '/',
  stdin: process.stdin,
  out: () => {},
  err: () => {},
  outIsTty: false,
  errIsTty: false,
  columns: 80,
  clock: systemClock,
  random: systemRandom,
  stop: new AbortController().signal,
}

/** What the parser of the command line says against it; null when it would run. */
async function complaint(words: readonly string[]): Promise<string | null> {
  const { globals, rest } = takeGlobals(words.slice(1))
  const [name = '', ...args] = rest
  const entry = commands.find((one) => one.name === name || one.aliases?.includes(name))
  if (entry === undefined) return `there is no command ${name}`
  const module = await entry.load()
  const command = new Command(name)
  let ran = false
  const silent = (one: Command): void => {
    one.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} })
    for (const below of one.commands) silent(below)
  }
  module.define(command, createContext(terminal, globals), () => async () => {
    ran = true
  })
  silent(command)
  try {
    await command.parseAsync(args, { from: 'user' })
    return ran ? null : 'nothing would run'
  } catch (error) {
    return String(error)
  }
}

test('every line that the console copies is understood by the command line', async () => {
  const lines = globSync('**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !file.startsWith('messages'))
    .flatMap((file) => linesOf(file, readFileSync(join(root, file), 'utf8')))
  assert.ok(lines.length >= 10, `only ${lines.length} lines were found: the reader broke`)
  const wrong: string[] = []
  for (const { file, words } of lines) {
    const said = await complaint(words)
    if (said !== null) wrong.push(`${file}: ${words.join(' ')}: ${said}`)
  }
  assert.deepEqual(wrong, [])
  for (const flag of ['--status', '--since', '--rate', '--stop-above', '--no-probe']) {
    assert.ok(
      lines.some(({ words }) => words.includes(flag)),
      `${flag} was not found in any line: the reader broke`,
    )
  }
})

test('a line that the command line does not know is found', async () => {
  assert.match(String(await complaint(['posthorn', 'nonsense'])), /no command/)
  assert.match(String(await complaint(['posthorn', 'deliveries', 'ls', '--colour'])), /--colour/)
})
