/** Writes `docs/reference/commands.md` from the help of each command; a test compares the two. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Command } from 'commander'
import { commands } from '../src/cli/commands.ts'
import { createContext } from '../src/cli/context.ts'
import { exitCodes } from '../src/cli/exit-codes.ts'
import { noGlobals } from '../src/cli/globals.ts'
import { run } from '../src/cli/run.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { systemRandom } from '../src/runtime/random.ts'

export const commandsPage = join(import.meta.dirname, '../docs/reference/commands.md')

/** The page's whole text. */
export async function commandsText(): Promise<string> {
  const parts = await Promise.all(
    commands.filter(({ hidden }) => !hidden).map(({ name, load }) => partOf(name, load)),
  )
  return [
    '# Commands',
    '',
    'What `--help` says of each command, in one place; `--lang es` says it in Spanish.',
    '',
    'Every command takes `--json` (one object, or one a line of a stream), `--quiet`, `--no-color`,',
    '`--lang en|es`, `--url`, `--key`, `--profile` and `--debug`. A flag wins over the environment, that',
    'over the data folder `.posthorn`, that over the profile in `~/.config/posthorn/config.json`.',
    'The customers that a message is for are applications here: `--app` names one by its id or uid.',
    '',
    '| Exit code | Meaning |',
    '| --- | --- |',
    ...Object.entries(exitCodes).map(([name, code]) => `| ${code} | ${meanings[name]} |`),
    '',
    'A failure is told in four parts: what, why, what to do, and a code that `posthorn explain` knows.',
    ...parts,
    '',
    '*Written by `npm run docs:commands` from the commands. Do not edit by hand.*',
    '',
  ].join('\n')
}

const startText = `
## start

Starts everything in one process, in the foreground, until Ctrl-C: the default. Every setting of the
[configuration](configuration.md) is a flag of it; \`--no-demo\` leaves the demo application out.`

const meanings: Readonly<Record<string, string>> = {
  ok: 'done',
  failed: 'it failed',
  usage: 'the command was used wrongly',
  notAuthenticated: 'no key, a wrong one, or one that may not do this',
  notFound: 'there is no such thing',
  invalid: 'what was given is not valid',
  unreachable: 'the server does not answer',
  deliveryFailed: 'accepted, and not delivered everywhere',
  partlyDone: 'done in part',
  interrupted: 'ended by Ctrl-C',
}

async function partOf(name: string, load: (typeof commands)[number]['load']): Promise<string> {
  const root = new Command(name)
  const { define } = await load()
  define(
    root,
    createContext(
      terminal(() => {}),
      noGlobals,
    ),
    () => async () => {},
  )
  // Its flags are the settings, which have a page of their own.
  if (name === 'start') return startText
  const below = root.commands.map((each) => [name, each.name()])
  const helps = await Promise.all([[name], ...below].map(helpOf))
  return [`\n## ${name}`, ...helps.map((help) => `\n\`\`\`text\n${help}\n\`\`\``)].join('\n')
}

async function helpOf(words: readonly string[]): Promise<string> {
  let text = ''
  await run(
    [...words, '--help', '--lang', 'en'],
    terminal((out) => {
      text += out
    }),
  )
  return text.replace(/\n+Every command takes .*\n$/, '').trimEnd()
}

function terminal(out: (text: string) => void): Parameters<typeof run>[1] {
  return {
    ...{ env: {}, cwd: '/', stdin: Readable.from([]), columns: 90 },
    ...{ out, err: out, outIsTty: false, errIsTty: false },
    ...{ clock: systemClock, random: systemRandom, stop: new AbortController().signal },
  }
}

if (import.meta.main) writeFileSync(commandsPage, await commandsText())
