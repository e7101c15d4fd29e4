import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { type Context, withScheme } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure, usageFailure } from './failure.ts'
import type { CommandModule } from './run.ts'
import { noHome, readUserFile, userFilePath, writeUserFile } from './user-file.ts'

/**
 * `posthorn login`: keeps a server and a key for later commands, once that server has accepted the
 * key. It is read without an echo, or from the standard input, so that it is in no shell's history.
 */
export const login: CommandModule = {
  examples: [
    'posthorn login https://hooks.example.com',
    'posthorn login https://hooks.example.com --profile live',
    'posthorn login https://hooks.example.com < key-file',
  ],
  define(command, context, act) {
    const { t, terminal, globals } = context
    command.argument('<url>', t({ en: 'the server', es: 'el servidor' })).action(
      act(async ([given = '']) => {
        const url = withScheme(given)
        if (!URL.canParse(url)) {
          throw usageFailure({ en: `"${given}" is no URL.`, es: `"${given}" no es una URL.` })
        }
        const path = userFilePath(terminal)
        if (path === null) throw noHome()
        const key = globals.key ?? (await readKey(context))
        if (key === null) return exitCodes.interrupted
        if (key === '') throw noKey()
        const { createClient } = await import('../client/client.ts')
        const { language } = context
        const client = createClient({ url, key, language, signal: terminal.stop })
        const caller = await client.request('v1.caller.get')
        const file = readUserFile(terminal)
        const name = globals.profile ?? file.current
        const profile = { ...file.profiles[name], url, key }
        writeUserFile(path, { current: name, profiles: { ...file.profiles, [name]: profile } })
        const { permissions } = caller
        context.emit({ url, profile: name, permissions })
        context.print(
          t({
            en: `Signed in to ${url}; commands use the profile ${name}.`,
            es: `Sesión iniciada en ${url}; los comandos usan el perfil ${name}.`,
          }),
        )
        context.note(
          t({
            en: `The key may: ${permissions.join(', ')}. It is kept in ${path}.`,
            es: `La clave permite: ${permissions.join(', ')}. Se guarda en ${path}.`,
          }),
        )
        return exitCodes.ok
      }),
    )
  },
}

/** One line: typed without being shown, or from the standard input. Null: Ctrl-C. */
async function readKey({ terminal, t }: Context): Promise<string | null> {
  const typed = Reflect.get(terminal.stdin, 'isTTY') === true
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: terminal.stdin, output: silent, terminal: typed })
  const given = lines[Symbol.asyncIterator]() // listens from here on, also to what is pasted early
  let canceled = false
  const cancel = (): void => {
    canceled = true
    lines.close()
  }
  // As a key where it is typed, as a signal where not.
  lines.once('SIGINT', cancel)
  terminal.stop.addEventListener('abort', cancel, { once: true })
  // Asked once the terminal no longer repeats what is typed.
  if (typed) terminal.err(`${t({ en: 'API key', es: 'Clave de API' })}: `)
  const { value } = await given.next()
  terminal.stop.removeEventListener('abort', cancel)
  lines.close()
  if (typed) terminal.err('\n')
  return canceled ? null : String(value ?? '').trim()
}

function noKey(): CliFailure {
  return new CliFailure({
    exit: exitCodes.notAuthenticated,
    code: 'missing_key',
    title: { en: 'No key was given.', es: 'No se dio ninguna clave.' },
    fix: {
      en: 'Type it when asked, or hand it in: posthorn login URL < key-file',
      es: 'Se escribe cuando se pide, o se entrega: posthorn login URL < archivo',
    },
  })
}
