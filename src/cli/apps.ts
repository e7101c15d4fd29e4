import type { Application } from '../client/types.ts'
import { confirmed, yesOption } from './confirm.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { limitOf, take } from './pages.ts'
import type { CommandModule } from './run.ts'
import { table } from './text.ts'

/** `posthorn apps`: the producer's customers. */
export const apps: CommandModule = {
  examples: [
    'posthorn apps',
    'posthorn apps create "Acme Inc" --uid acme',
    'posthorn apps rm acme --yes',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .command('ls', { isDefault: true })
      .description(t({ en: 'list', es: 'lista' }))
      .option('--limit <count>', t({ en: 'how many', es: 'cuántas' }), '50')
      .action(
        act(async (_args, options) => {
          const client = await context.client()
          show(await take(limitOf(options), client.applications.list), context)
          return exitCodes.ok
        }),
      )
    command
      .command('get <app>')
      .description(t({ en: 'one, by id or uid', es: 'una, por id o uid' }))
      .action(
        act(async ([app = '']) => {
          show([await (await context.client()).applications.get(app)], context)
          return exitCodes.ok
        }),
      )
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
      .command('rm <app>')
      .description(t({ en: 'delete one; nothing more is sent', es: 'elimina una' }))
      .option(yesOption.flags, t(yesOption.text))
      .action(
        act(async ([app = ''], options) => {
          const question = { en: `Delete ${app}?`, es: `¿Eliminar ${app}?` }
          if (!(await confirmed(question, options, context))) return exitCodes.failed
          await (await context.client()).applications.delete(app)
          context.emit({ deleted: app })
          context.print(t({ en: `Deleted ${app}.`, es: `Se eliminó ${app}.` }))
          return exitCodes.ok
        }),
      )
  },
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
