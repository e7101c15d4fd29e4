import type { Command } from 'commander'
import type { CallOptions } from '../client/client.ts'
import type { Application, ProfileFit } from '../client/types.ts'
import { confirmed, yesOption } from './confirm.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { applicationNamed } from './named.ts'
import { limitOf, take } from './pages.ts'
import type { Act, CommandModule } from './run.ts'
import { oneLine, table } from './text.ts'

/** `posthorn apps`: the producer's customers. */
export const apps: CommandModule = {
  examples: [
    'posthorn apps',
    'posthorn apps create "Acme Inc" --uid acme',
    'posthorn apps system acme modyo --dry-run',
    'posthorn apps rm acme --yes',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .command('ls', { isDefault: true })
      .description(t({ en: 'list', es: 'lista' }))
      .option('--limit <count>', t({ en: 'how many', es: 'cuántas' }), '50')
      .option('--search <text>', t({ en: 'in name, uid or id', es: 'en el nombre, uid o id' }))
      .option(
        '--needs-attention',
        t({ en: 'with endpoints that fail', es: 'con endpoints que fallan' }),
      )
      .action(
        act(async (_args, options) => {
          const client = await context.client()
          const { search, needsAttention } = options
          const filter = {
            ...(typeof search === 'string' ? { search } : {}),
            ...(needsAttention === true ? { needs_attention: true } : {}),
          }
          const list = (query: CallOptions['query']) =>
            client.applications.list({ ...query, ...filter })
          show(await take(limitOf(options), list), context)
          return exitCodes.ok
        }),
      )
    command
      .command('get <app>')
      .description(t({ en: 'one, by id, uid or name', es: 'una, por id, uid o nombre' }))
      .action(
        act(async ([app = '']) => {
          const client = await context.client()
          show([await client.applications.get(await applicationNamed(app, client))], context)
          return exitCodes.ok
        }),
      )
    updateCommand(command, context, act)
    command
      .command('create <name>')
      .description(t({ en: 'create one', es: 'crea una' }))
      .option('--uid <uid>', t({ en: 'your own id for it', es: 'tu propio id' }))
      .option(
        '--system <name>',
        t({ en: 'behave as modyo, logto, …', es: 'se comporta como modyo, logto, …' }),
      )
      .option('--if-missing', t({ en: 'take the one of that uid', es: 'toma la de ese uid' }))
      .action(
        act(async ([name = ''], options) => {
          const { uid, system } = options
          const body = {
            name,
            ...(typeof uid === 'string' ? { uid } : {}),
            ...(typeof system === 'string' ? { profile: system } : {}),
          }
          const client = await context.client()
          show([await client.applications.create(body, options['ifMissing'] === true)], context)
          return exitCodes.ok
        }),
      )
    command
      .command('system <app> <name>')
      .description(t({ en: 'behave as another system', es: 'se comporta como otro sistema' }))
      .option(
        '--dry-run',
        t({ en: 'only say which endpoints do not fit', es: 'solo dice qué endpoints no cumplen' }),
      )
      .option(yesOption.flags, t(yesOption.text))
      .action(act(([app = '', name = ''], options) => setSystem({ app, name }, options, context)))
    command
      .command('rm <app>')
      .description(t({ en: 'delete one; nothing more is sent', es: 'elimina una' }))
      .option(yesOption.flags, t(yesOption.text))
      .action(
        act(async ([given = ''], options) => {
          const client = await context.client()
          const app = await applicationNamed(given, client)
          const question = { en: `Delete ${app}?`, es: `¿Eliminar ${app}?` }
          if (!(await confirmed(question, options, context))) return exitCodes.failed
          await client.applications.delete(app)
          context.emit({ deleted: app })
          context.print(t({ en: `Deleted ${app}.`, es: `Se eliminó ${app}.` }))
          return exitCodes.ok
        }),
      )
  },
}

function updateCommand(command: Command, context: Context, act: Act): void {
  const { t } = context
  command
    .command('update <app>')
    .description(t({ en: 'change one', es: 'cambia una' }))
    .option('--name <name>', t({ en: 'what people call it', es: 'cómo se llama' }))
    .option(
      '--uid <uid>',
      t({ en: 'your own id for it; empty: none', es: 'tu id; vacío: ninguno' }),
    )
    .option('--rate <per second>', t({ en: 'messages; or none', es: 'mensajes; o none' }))
    .option('--enabled <true|false>', t({ en: 'send for it at all', es: 'si se envía algo' }))
    .action(
      act(async ([given = ''], options) => {
        const client = await context.client()
        const app = await applicationNamed(given, client)
        const { name, uid, rate, enabled } = options
        const body = {
          ...(name === undefined ? {} : { name: String(name) }),
          ...(uid === undefined ? {} : { uid: uid === '' ? null : String(uid) }),
          ...(rate === undefined ? {} : { throttleRate: rate === 'none' ? null : Number(rate) }),
          ...(enabled === undefined ? {} : { enabled: enabled === 'true' }),
        }
        const path = `/app/${encodeURIComponent(app)}`
        show([await client.call<Application>('PATCH', path, { body })], context)
        return exitCodes.ok
      }),
    )
}

/** Says which endpoints break the system's rules, and asks before it is changed all the same. */
async function setSystem(
  { app, name }: { readonly app: string; readonly name: string },
  options: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<ExitCode> {
  const { applications } = await context.client()
  const fit = await applications.profileFit(app, name)
  const { endpointCount, misfitCount, misfits } = fit
  if (options['dryRun'] === true) {
    context.emit(fit)
    for (const line of misfitLines(misfits)) context.print(line)
    context.print(countLine(endpointCount, misfitCount, context))
    return misfitCount === 0 ? exitCodes.ok : exitCodes.failed
  }
  if (misfitCount > 0) {
    for (const line of misfitLines(misfits)) context.note(line)
    context.note(countLine(endpointCount, misfitCount, context))
    const question = {
      en: 'Change it all the same? They stay as they are.',
      es: '¿Cambiarlo de todos modos? Quedan como están.',
    }
    if (!(await confirmed(question, options, context))) return exitCodes.failed
  }
  show([await applications.setProfile(app, name, misfitCount > 0)], context)
  return exitCodes.ok
}

function misfitLines(misfits: ProfileFit['misfits']): readonly string[] {
  return misfits.flatMap(({ id, name, url, reasons }) => [
    `${id}  ${oneLine(name ?? url, 60)}`,
    ...reasons.map(({ field, msg }) => `    ${field}: ${oneLine(msg, 160)}`),
  ])
}

function countLine(endpoints: number, misfits: number, { t }: Context): string {
  if (misfits === 0) return t({ en: 'All endpoints fit.', es: 'Todos los endpoints cumplen.' })
  return t({
    en: `${misfits} of ${endpoints} endpoints do not fit.`,
    es: `${misfits} de ${endpoints} endpoints no cumplen.`,
  })
}

function show(applications: readonly Application[], context: Context): void {
  for (const application of applications) context.emit(application)
  const rows = applications.map(({ id, uid, name, profile, enabled }) => [
    id,
    uid ?? '-',
    name,
    profile,
    enabled ? '' : context.t({ en: 'switched off', es: 'apagada' }),
  ])
  for (const line of table(rows)) context.print(line)
}
