import type { Command, Option } from 'commander'
import { commands } from './commands.ts'
import type { Context } from './context.ts'

/** `posthorn --help`: three examples, then every command in one line. */
export function rootHelp(context: Context): string {
  const { t, paint } = context
  const shown = commands.filter(({ hidden }) => !hidden)
  const lines = [
    examplesText(
      ['posthorn', 'posthorn send order.created', 'posthorn listen 3000/webhooks'],
      context,
    ),
    paint.bold(t({ en: 'Commands', es: 'Comandos' })),
    ...inTwoColumns(shown.map(({ name, summary }) => [name, t(summary)] as const)),
    '',
    paint.dim(
      t({
        en: 'posthorn help retries, signatures, ordering, filters or environment: what spans commands',
        es: 'posthorn help reintentos, firmas, orden, filtros o entorno: lo que abarca varios comandos',
      }),
    ),
    everyCommand(context),
  ]
  return `${lines.join('\n')}\n`
}

/** Gives a command help that begins with examples, in the person's language. */
export function commandHelp(command: Command, examples: readonly string[], context: Context): void {
  const { t, terminal, paint } = context
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .helpOption('-h, --help', t({ en: 'show this help', es: 'muestra esta ayuda' }))
    .helpCommand(false)
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: () => {} })
    .configureHelp({
      helpWidth: Math.min(terminal.columns, 100),
      optionDescription: (option) => describeOption(option, context),
      styleTitle: (title) => paint.bold(translated(title, context)),
      styleOptionText: (text) => translated(text, context),
      styleSubcommandText: (text) => translated(text, context),
    })
    .addHelpText('before', () => examplesText(examples, context))
    .addHelpText('after', () => `\n${everyCommand(context)}`)
}

function describeOption(option: Option, { t }: Context): string {
  const { description, defaultValue } = option
  if (defaultValue === undefined || typeof defaultValue === 'boolean' || defaultValue === '') {
    return description
  }
  return `${description} (${t({ en: 'default', es: 'por defecto' })}: ${String(defaultValue)})`
}

/** The words that commander writes itself; all others are ours. */
function translated(word: string, context: Context): string {
  const spanish: Readonly<Record<string, string>> = {
    'Usage:': 'Uso:',
    'Arguments:': 'Argumentos:',
    'Options:': 'Opciones:',
    'Commands:': 'Comandos:',
    '[options]': '[opciones]',
    '[command]': '[comando]',
  }
  return context.language === 'es' ? (spanish[word] ?? word) : word
}

function examplesText(examples: readonly string[], { paint }: Context): string {
  return `${examples.map((example) => `  ${paint.dim('$')} ${example}`).join('\n')}\n`
}

function everyCommand({ t, paint }: Context): string {
  return paint.dim(
    t({
      en: 'Every command takes --json --quiet --no-color --lang en|es --url --key --profile --debug --help',
      es: 'Todo comando acepta --json --quiet --no-color --lang en|es --url --key --profile --debug --help',
    }),
  )
}

function inTwoColumns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return rows.map(([name, text]) => `  ${name.padEnd(width)}${text}`)
}
