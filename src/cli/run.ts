import type { Command } from 'commander'
import { secretsInEnvironment } from '../config/secrets.ts'
import type { Both } from '../i18n/translate.ts'
import { redactor } from '../runtime/redaction.ts'
import { type CommandEntry, commands } from './commands.ts'
import { type Context, createContext } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { asFailure, type CliFailure, renderFailure, usageFailure } from './failure.ts'
import { noGlobals, takeGlobals } from './globals.ts'
import { nearest } from './nearest.ts'
import type { Terminal } from './terminal.ts'
import { harmless } from './text.ts'

/** What a command's file exports: its arguments and options, and what it does with them. */
export interface CommandModule {
  /** Three commands to copy, shown first in its help. */
  readonly examples: readonly string[]
  /**
   * Declares arguments, options and subcommands on `command` and gives each its action through
   * `act`, which hands the resolved value of the action on as the exit code.
   */
  define(command: Command, context: Context, act: Act): void
}
export type Act = (
  run: (args: readonly string[], options: Readonly<Record<string, unknown>>) => Promise<ExitCode>,
) => (...given: unknown[]) => Promise<void>

/** Runs one command line. Never throws: every failure is told and becomes an exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let context = createContext(terminal, noGlobals)
  try {
    const { globals, rest } = takeGlobals(args)
    context = createContext(terminal, globals)
    return await dispatch(rest, context)
  } catch (error) {
    if (terminal.stop.aborted) return exitCodes.interrupted
    return report(error, context)
  }
}

async function dispatch(args: readonly string[], context: Context): Promise<ExitCode> {
  const [first] = args
  if (first === '--help' || first === '-h' || first === 'help') {
    if (first === 'help' && args[1] === 'topics') {
      const { showTopic } = await import('./topics.ts')
      return showTopic(args[2], context)
    }
    if (first === 'help' && args[1] !== undefined) return help(args[1], context)
    const { rootHelp } = await import('./help.ts')
    context.terminal.out(rootHelp(context))
    return exitCodes.ok
  }
  if (first === '--version' || first === '-V') return dispatch(['version'], context)
  const named = first === undefined || first.startsWith('-') ? ['start', ...args] : args
  const entry = commands.find(({ name, aliases }) =>
    [name, ...(aliases ?? [])].includes(named[0] ?? ''),
  )
  if (entry === undefined) throw unknownCommand(named[0] ?? '')
  return execute(entry, named.slice(1), context)
}

/** Of a command, or of a topic by its name alone. */
async function help(name: string, context: Context): Promise<ExitCode> {
  const { showTopic, topicNamed } = await import('./topics.ts')
  const isTopic = topicNamed(name) !== undefined
  return isTopic ? showTopic(name, context) : dispatch([name, '--help'], context)
}

async function execute(
  entry: CommandEntry,
  args: readonly string[],
  context: Context,
): Promise<ExitCode> {
  const [module, { Command, CommanderError }, { commandHelp }] = await Promise.all([
    entry.load(),
    import('commander'),
    import('./help.ts'),
  ])
  let exit: ExitCode = exitCodes.ok
  const command = new Command(`posthorn ${entry.name}`)
  const act: Act =
    (action) =>
    async (...given) => {
      const options = given.at(-2)
      exit = await action(
        given
          .slice(0, -2)
          .map((value) => (Array.isArray(value) ? value.join(' ') : String(value ?? ''))),
        options as Readonly<Record<string, unknown>>, // commander hands options and itself last
      )
    }
  command.description(context.t(entry.summary))
  commandHelp(command, module.examples, context)
  module.define(command, context, act)
  try {
    await command.parseAsync(args, { from: 'user' })
    return exit
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0 || error.code === 'commander.help') return exitCodes.ok
    throw usageFailure(misuse(error.code, error.message), seeHelp(entry.name))
  }
}

/** Commander speaks English only; what it complains of is known by its code. */
function misuse(code: string, message: string): Both {
  const en = message.replace(/^error: /, '')
  const [, subject = ''] = /'([^']+)'/.exec(en) ?? []
  const spanish: Readonly<Record<string, string>> = {
    'commander.unknownOption': `no existe la opción '${subject}'`,
    'commander.missingArgument': `falta el argumento '${subject}'`,
    'commander.missingMandatoryOptionValue': `falta la opción '${subject}'`,
    'commander.optionMissingArgument': `la opción '${subject}' necesita un valor`,
    'commander.unknownCommand': `no existe el subcomando '${subject}'`,
    'commander.excessArguments': 'sobran argumentos',
  }
  return { en, es: spanish[code] ?? en }
}

function unknownCommand(typed: string): CliFailure {
  const like = nearest(
    typed,
    commands.filter(({ hidden }) => !hidden).map(({ name }) => name),
  )
  const title = {
    en: `There is no command "${typed}".${like === null ? '' : ` Did you mean ${like}?`}`,
    es: `No existe el comando "${typed}".${like === null ? '' : ` ¿Quisiste decir ${like}?`}`,
  }
  return usageFailure(title, seeHelp())
}

function seeHelp(command?: string) {
  const line = `posthorn ${command === undefined ? '' : `${command} `}--help`
  return { en: `See ${line}`, es: `Consulta ${line}` }
}

function report(error: unknown, context: Context): ExitCode {
  const { globals, language, paint, terminal } = context
  // Words that are not ours may hold what a setting has.
  const redact = redactor(secretsInEnvironment(terminal.env))
  const failure = asFailure(error, redact)
  if (globals.json) {
    const { code, title, requestId } = failure
    const error = { code, message: title[language], ...(requestId === null ? {} : { requestId }) }
    terminal.out(`${JSON.stringify({ error })}\n`)
  } else {
    terminal.err(harmless(renderFailure(failure, { language, paint })))
  }
  const unexpected = failure.code === 'internal'
  if (globals.debug || (unexpected && !globals.json)) {
    const { cause } = failure
    terminal.err(`${redact(String(cause instanceof Error ? cause.stack : cause))}\n`)
  }
  return failure.exit
}
