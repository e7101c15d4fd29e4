import { ConfigFault, settings as known } from '../config.ts'
import { type ChangeableSetting, changeableSettings } from '../domain/installation-settings.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { nearest } from './nearest.ts'
import type { CommandModule } from './run.ts'
import { table } from './text.ts'

/** `posthorn settings`: what owners change of a server while it runs. Names are those of `GET /installation/settings`. */
export const settings: CommandModule = {
  examples: [
    'posthorn settings',
    'posthorn settings set retentionDays 30',
    'posthorn settings set denyNetworks 203.0.113.0/24',
    'posthorn settings unset retentionDays',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .command('ls', { isDefault: true })
      .description(
        t({ en: 'values, and where each comes from', es: 'valores, y de dónde viene cada uno' }),
      )
      .action(
        act(async () => {
          show(await (await context.client()).request('v1.installation.get-settings'), context)
          return exitCodes.ok
        }),
      )
    command
      .command('set <name> <value>')
      .description(t({ en: 'change one; lists by commas', es: 'cambia uno; listas con comas' }))
      .action(
        act(async ([given = '', value = '']) => {
          const name = named(given)
          await change(name, readValue(name, value), context)
          return exitCodes.ok
        }),
      )
    command
      .command('unset <name>')
      .description(t({ en: 'its default again', es: 'otra vez su valor inicial' }))
      .action(
        act(async ([given = '']) => {
          await change(named(given), null, context)
          return exitCodes.ok
        }),
      )
  },
}

/** By its name or its variable. */
function named(given: string): ChangeableSetting {
  const found = changeableSettings.find((name) => given === name || given === known[name].variable)
  if (found !== undefined) return found
  const meant = nearest(given, changeableSettings)
  const hint = meant === null ? '' : ` (${meant}?)`
  throw usageFailure({
    en: `"${given}" is no setting that changes while a server runs${hint}: posthorn settings lists them.`,
    es: `"${given}" no es un ajuste que cambie con el servidor en marcha${hint}: posthorn settings los lista.`,
  })
}

/** As the server takes it: a number, a list, a text. */
function readValue(name: ChangeableSetting, text: string): unknown {
  const value: unknown = known[name].parse(text)
  if (!(value instanceof ConfigFault)) return value
  throw usageFailure({
    en: `${name}: expected ${value.expected.en}.`,
    es: `${name}: se espera ${value.expected.es}.`,
  })
}

async function change(name: ChangeableSetting, value: unknown, context: Context): Promise<void> {
  const client = await context.client()
  const body = { [name]: value }
  const { data, ...rest } = await client.request('v1.installation.patch-settings', { body })
  show({ ...rest, data: data.filter((one) => one.name === name) }, context)
}

interface Shown {
  readonly locked: boolean
  readonly data: readonly {
    readonly name: string
    readonly variable: string
    readonly value: unknown
    readonly source: 'environment' | 'stored' | 'default'
  }[]
}

function show({ data, locked }: Shown, context: Context): void {
  const { t } = context
  for (const one of data) context.emit(one)
  const sources = {
    environment: (variable: string) => variable,
    stored: () => t({ en: 'stored', es: 'guardado' }),
    default: () => t({ en: 'default', es: 'valor inicial' }),
  }
  const rows = data.map(({ name, variable, value, source }) => [
    name,
    Array.isArray(value) ? value.join(',') : String(value ?? ''),
    context.paint.dim(sources[source](variable)),
  ])
  for (const line of table(rows)) context.print(line)
  if (!locked) return
  context.note(
    t({
      en: 'Locked: the environment of the server alone counts (POSTHORN_SETTINGS_LOCKED).',
      es: 'Bloqueados: solo cuenta el entorno del servidor (POSTHORN_SETTINGS_LOCKED).',
    }),
  )
}
