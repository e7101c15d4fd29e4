import { join } from 'node:path'
import type { Command } from 'commander'
import { ConfigFault, type Settings, settingNames, settings } from '../config.ts'
import type { Both } from '../i18n/translate.ts'
import type { Context } from './context.ts'
import { dataDirOf, keyOf, profileInUse, type Source, serverOf } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import type { Act, CommandModule } from './run.ts'
import { table } from './text.ts'
import {
  noHome,
  type Profile,
  type ProfileSetting,
  profileSettings,
  readUserFile,
  type UserFile,
  userFilePath,
  writeUserFile,
} from './user-file.ts'

interface Shown {
  readonly name: string
  readonly variable: string
  readonly value: string
  readonly source: Source
  readonly valid: boolean
}

/**
 * `posthorn config`: every setting; `explain` says which source each value comes from. `set`, `unset`,
 * `use` and `profiles` write and show what the user's file keeps for commands.
 */
export const config: CommandModule = {
  examples: [
    'posthorn config explain port',
    'posthorn config set url https://hooks.example.com --profile live',
    'posthorn config use live',
  ],
  define(command, context, act) {
    showCommands(command, context, act)
    profileCommands(command, context, act)
  },
}

function showCommands(command: Command, context: Context, act: Act): void {
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
}

function profileCommands(command: Command, context: Context, act: Act): void {
  const { t, terminal, globals } = context
  const write = (change: (file: UserFile, name: string) => UserFile): void => {
    const path = userFilePath(terminal)
    if (path === null) throw noHome()
    const { name } = profileInUse(terminal, globals)
    writeUserFile(path, change(readUserFile(terminal), name))
  }
  command
    .command('set <setting> <value>')
    .description(
      t({ en: `keep ${profileSettings.join(', ')}`, es: `guarda ${profileSettings.join(', ')}` }),
    )
    .action(
      act(async ([setting = '', value = '']) => {
        const known = settingNamed(setting)
        write((file, name) => withProfile(file, name, { ...file.profiles[name], [known]: value }))
        return exitCodes.ok
      }),
    )
  command
    .command('unset <setting>')
    .description(t({ en: 'forget one', es: 'olvida uno' }))
    .action(
      act(async ([setting = '']) => {
        const known = settingNamed(setting)
        write((file, name) => {
          const { [known]: _, ...rest } = file.profiles[name] ?? {}
          return withProfile(file, name, rest)
        })
        return exitCodes.ok
      }),
    )
  command
    .command('use <profile>')
    .description(t({ en: 'make it the current profile', es: 'lo hace el perfil actual' }))
    .action(
      act(async ([profile = '']) => {
        const isNew = !Object.hasOwn(readUserFile(terminal).profiles, profile)
        write((file) => ({
          ...withProfile(file, profile, file.profiles[profile] ?? {}),
          current: profile,
        }))
        if (isNew) context.note(t(emptyProfile(profile)))
        const { url, source } = serverOf(terminal, context.globals)
        if (source !== 'user file') context.note(t(notHere(profile, url)))
        return exitCodes.ok
      }),
    )
  command
    .command('profiles')
    .description(t({ en: 'what is kept', es: 'lo que se guarda' }))
    .action(
      act(async () => {
        const { current, profiles } = readUserFile(terminal)
        const rows = Object.entries(profiles).map(([name, { url, key, app, lang }]) => {
          const shown = { url, app, lang, key: key === undefined ? undefined : masked(key) }
          context.emit({ name, current: name === current, ...shown })
          const marked = name === current ? context.paint.bold(`${name} *`) : name
          return [marked, url ?? '-', shown.key ?? '-', app ?? '-', lang ?? '-']
        })
        for (const line of table(rows)) context.print(line)
        return exitCodes.ok
      }),
    )
}

/** What stands nearer than the user's file wins, such as the data folder of a server started here. */
function notHere(name: string, url: string): Both {
  return {
    en: `Here commands go to ${url} all the same; --profile ${name} sends one there.`,
    es: `Aquí los comandos van a ${url} de todos modos; --profile ${name} envía uno allí.`,
  }
}

function emptyProfile(name: string): Both {
  return {
    en: `Profile ${name} is new and empty: posthorn config set url … and key …`,
    es: `El perfil ${name} es nuevo y está vacío: posthorn config set url … y key …`,
  }
}

function withProfile(file: UserFile, name: string, profile: Profile): UserFile {
  return { ...file, profiles: { ...file.profiles, [name]: profile } }
}

function settingNamed(name: string): ProfileSetting {
  const found = profileSettings.find((one) => one === name)
  if (found !== undefined) return found
  throw usageFailure({
    en: `"${name}" is not kept for commands: ${profileSettings.join(', ')}. The server reads its settings from the environment.`,
    es: `"${name}" no se guarda para los comandos: ${profileSettings.join(', ')}. El servidor lee sus ajustes del entorno.`,
  })
}

const sourceNames = {
  flag: { en: 'flag', es: 'opción' },
  environment: { en: 'environment', es: 'entorno' },
  'data folder': { en: 'data folder', es: 'carpeta de datos' },
  'user file': { en: 'user file', es: 'archivo del usuario' },
  default: { en: 'default', es: 'por defecto' },
} as const

const precedence = {
  en: 'Flags win over the environment, that over the data folder, that over the user file and defaults.',
  es: 'Las opciones ganan al entorno, este a la carpeta de datos, y esta al archivo del usuario y a lo predeterminado.',
}

const clientSettings = {
  url: { en: 'Server that commands talk to.', es: 'Servidor con el que hablan los comandos.' },
  key: { en: 'API key that commands use.', es: 'Clave de API que usan los comandos.' },
} as const

function sentenceOf(name: string) {
  if (name === 'url' || name === 'key') return clientSettings[name]
  return settings[name as keyof Settings].sentence // every other name is of the settings list
}

function all(context: Context): readonly Shown[] {
  const { terminal, globals } = context
  const url = serverOf(terminal, globals)
  const key = keyOf(terminal, globals)
  return [
    { name: 'url', variable: 'POSTHORN_URL', value: url.url, source: url.source, valid: true },
    {
      name: 'key',
      variable: 'POSTHORN_API_KEY',
      value: key.key === null ? '' : masked(key.key),
      source: key.source,
      valid: true,
    },
    ...settingNames.filter((name) => name !== 'apiKey').map((name) => shownOf(name, context)),
  ]
}

function shownOf(name: keyof Settings, context: Context): Shown {
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
