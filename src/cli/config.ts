import { join } from 'node:path'
import { type Config, ConfigFault, settings } from '../config.ts'
import type { Context } from './context.ts'
import { dataDirOf, keyOf, type Source, serverOf } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import type { CommandModule } from './run.ts'
import { table } from './text.ts'

interface Shown {
  readonly name: string
  readonly variable: string
  readonly value: string
  readonly source: Source
  readonly valid: boolean
}

/** `posthorn config`: every setting; `explain` says which source each value comes from. */
export const config: CommandModule = {
  examples: ['posthorn config', 'posthorn config explain', 'posthorn config explain port'],
  define(command, context, act) {
    const { t } = context
    command
      .command('ls', { isDefault: true })
      .description(t({ en: 'all settings', es: 'todos los ajustes' }))
      .action(
        act(async () => {
          for (const shown of all(context)) context.emit(shown)
          const rows = all(context).map(({ variable, value }) => [variable, value])
          for (const line of table(rows)) context.print(line)
          return exitCodes.ok
        }),
      )
    command
      .command('explain [setting]')
      .description(t({ en: 'where each comes from', es: 'de dónde viene cada uno' }))
      .action(
        act(async ([wanted = '']) => {
          const found = all(context).filter(
            ({ name, variable }) => wanted === '' || wanted === name || wanted === variable,
          )
          for (const shown of found) context.emit(shown)
          const rows = found.map(({ name, variable, value, source, valid }) => [
            valid ? variable : context.paint.red(variable),
            value,
            t(sourceNames[source]),
            t(sentenceOf(name)),
          ])
          for (const line of table(rows)) context.print(line)
          context.note(t(precedence))
          return found.every(({ valid }) => valid) ? exitCodes.ok : exitCodes.invalid
        }),
      )
  },
}

const sourceNames = {
  flag: { en: 'flag', es: 'opción' },
  environment: { en: 'environment', es: 'entorno' },
  'data folder': { en: 'data folder', es: 'carpeta de datos' },
  'user file': { en: 'user file', es: 'archivo del usuario' },
  default: { en: 'default', es: 'por defecto' },
} as const

const precedence = {
  en: 'Flags win over the environment, that over the data folder, that over defaults.',
  es: 'Las opciones ganan al entorno, este a la carpeta de datos, y esta a lo predeterminado.',
}

const clientSettings = {
  url: { en: 'Server that commands talk to.', es: 'Servidor con el que hablan los comandos.' },
  key: { en: 'API key that commands use.', es: 'Clave de API que usan los comandos.' },
} as const

function sentenceOf(name: string) {
  if (name === 'url' || name === 'key') return clientSettings[name]
  return settings[name as keyof Config].sentence // every other name is of the settings list
}

function all(context: Context): readonly Shown[] {
  const { terminal, globals } = context
  const url = serverOf(terminal, globals)
  const key = keyOf(terminal, globals)
  const names = Object.keys(settings) as readonly (keyof Config)[] // keys of a literal
  return [
    { name: 'url', variable: 'POSTHORN_URL', value: url.url, source: url.source, valid: true },
    {
      name: 'key',
      variable: 'POSTHORN_API_KEY',
      value: key.key === null ? '' : masked(key.key),
      source: key.source,
      valid: true,
    },
    ...names.filter((name) => name !== 'apiKey').map((name) => shownOf(name, context)),
  ]
}

function shownOf(name: keyof Config, context: Context): Shown {
  const { variable, fallback, parse, secret } = settings[name]
  const { env } = context.terminal
  const given = env[variable]
  if (given !== undefined && given !== '') {
    const valid = !(parse(given) instanceof ConfigFault)
    return { name, variable, value: secret ? masked(given) : given, source: 'environment', valid }
  }
  if (name === 'dataDir') {
    return { name, variable, value: dataDirOf(context.terminal), source: 'default', valid: true }
  }
  if (name === 'encryptionKey' || name === 'jwtSecret') {
    const file = name === 'jwtSecret' ? 'jwt-secret' : 'encryption-key'
    const value = join(dataDirOf(context.terminal), file)
    return { name, variable, value, source: 'data folder', valid: true }
  }
  const value = Array.isArray(fallback) ? fallback.join(',') : String(fallback ?? '')
  return { name, variable, value, source: 'default', valid: true }
}

/** Enough to recognise it, not enough to use it. */
function masked(secret: string): string {
  return secret.length < 12 ? '[secret]' : `${secret.slice(0, 5)}…${secret.slice(-2)}`
}
