/**
 * Writes `docs/reference/commands.md` and its Spanish twin from the help of each command; a test
 * compares them.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Command } from 'commander'
import { commands } from '../src/cli/commands.ts'
import { createContext } from '../src/cli/context.ts'
import { exitCodes } from '../src/cli/exit-codes.ts'
import { noGlobals } from '../src/cli/globals.ts'
import { run } from '../src/cli/run.ts'
import { type Language, languages } from '../src/i18n/translate.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { systemRandom } from '../src/runtime/random.ts'

export const commandsPages: Readonly<Record<Language, string>> = {
  en: join(import.meta.dirname, '../docs/reference/commands.md'),
  es: join(import.meta.dirname, '../docs/reference/commands.es.md'),
}

/** The page's whole text in a language. */
export async function commandsText(language: Language): Promise<string> {
  const say = words[language]
  const parts = await Promise.all(
    commands.filter(({ hidden }) => !hidden).map((command) => partOf({ command, language })),
  )
  const codes = Object.entries(exitCodes) as readonly [keyof typeof exitCodes, number][] // a literal
  return [
    say.opening,
    '| --- | --- |',
    ...codes.map(([name, code]) => `| ${code} | ${meanings[language][name]} |`),
    '',
    say.failures,
    ...parts,
    '',
    say.closing,
    '',
  ].join('\n')
}

const words = {
  en: {
    opening: `# Commands

[En español](commands.es.md)

What \`--help\` says of each command, in one place; \`--lang es\` says it in Spanish.

Every command takes \`--json\` (one object, or one a line of a stream), \`--quiet\`, \`--no-color\`,
\`--lang en|es\`, \`--url\`, \`--key\`, \`--profile\` and \`--debug\`. A flag wins over the environment, that
over the data folder \`.posthorn\`, that over the profile in \`~/.config/posthorn/config.json\`.
The customers that a message is for are applications here: \`--app\` names one by its id or uid.

| Exit code | Meaning |`,
    failures:
      'A failure is told in four parts: what, why, what to do, and a code that `posthorn explain` knows.',
    start: `
## start

Starts everything in one process, in the foreground, until Ctrl-C: the default. Every setting of the
[configuration](configuration.md) is a flag of it; \`--no-demo\` leaves the demo application out.`,
    closing: '*Written by `npm run docs:commands` from the commands. Do not edit by hand.*',
  },
  es: {
    opening: `# Comandos

[In English](commands.md)

Lo que dice \`--help\` de cada comando, en un solo lugar; \`--lang es\` lo dice en español.

Todo comando acepta \`--json\` (un objeto, o uno por línea de un flujo), \`--quiet\`, \`--no-color\`,
\`--lang en|es\`, \`--url\`, \`--key\`, \`--profile\` y \`--debug\`. Una opción gana al entorno, este a la carpeta
de datos \`.posthorn\`, y esta al perfil de \`~/.config/posthorn/config.json\`.
Los clientes a los que va un mensaje son aquí aplicaciones: \`--app\` nombra una por su id o uid.

| Código de salida | Significado |`,
    failures:
      'Un fallo se cuenta en cuatro partes: qué, por qué, qué hacer, y un código que `posthorn explain` conoce.',
    start: `
## start

Inicia todo en un proceso, en primer plano, hasta Ctrl-C: es lo que pasa si no se nombra un comando. Cada ajuste de la
[configuración](configuration.es.md) es una de sus opciones; \`--no-demo\` omite la aplicación de demostración.`,
    closing: '*Escrito por `npm run docs:commands` a partir de los comandos. No se edita a mano.*',
  },
} as const satisfies Readonly<Record<Language, Readonly<Record<string, string>>>>

const meanings: Readonly<Record<Language, Readonly<Record<keyof typeof exitCodes, string>>>> = {
  en: {
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
  },
  es: {
    ok: 'hecho',
    failed: 'falló',
    usage: 'el comando se usó mal',
    notAuthenticated: 'sin clave, con una incorrecta o con una que no permite esto',
    notFound: 'no existe',
    invalid: 'lo que se dio no es válido',
    unreachable: 'el servidor no responde',
    deliveryFailed: 'aceptado, pero no se entregó en todas partes',
    partlyDone: 'hecho en parte',
    interrupted: 'terminado con Ctrl-C',
  },
}

async function partOf(input: {
  readonly command: (typeof commands)[number]
  readonly language: Language
}): Promise<string> {
  const { name, load } = input.command
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
  if (name === 'start') return words[input.language].start
  const below = root.commands.map((each) => [name, each.name()])
  const helps = await Promise.all([[name], ...below].map((names) => helpOf(names, input.language)))
  return [`\n## ${name}`, ...helps.map((help) => `\n\`\`\`text\n${help}\n\`\`\``)].join('\n')
}

async function helpOf(names: readonly string[], language: Language): Promise<string> {
  let text = ''
  await run(
    [...names, '--help', '--lang', language],
    terminal((out) => {
      text += out
    }),
  )
  return text.replace(/\n+[^\n]* --json --quiet [^\n]*\n$/, '').trimEnd()
}

function terminal(out: (text: string) => void): Parameters<typeof run>[1] {
  return {
    ...{ env: {}, cwd: '/', stdin: Readable.from([]), columns: 90 },
    ...{ out, err: out, outIsTty: false, errIsTty: false },
    ...{ clock: systemClock, random: systemRandom, stop: new AbortController().signal },
  }
}

if (import.meta.main) {
  for (const language of languages) {
    writeFileSync(commandsPages[language], await commandsText(language))
  }
}
