import type { Command } from 'commander'
import type { OutputOf } from '../client/request.ts'
import { confirmed, yesOption } from './confirm.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { momentOf } from './moment.ts'
import { limitOf, take } from './pages.ts'
import type { Act, CommandModule } from './run.ts'
import { rangeOptions } from './sought.ts'
import { table } from './text.ts'

type Note = OutputOf<'v1.note.list'>['data'][number]

/** `posthorn notes`: what happened when, as marks on the time axis of the console's charts. */
export const notes: CommandModule = {
  examples: [
    'posthorn notes add "Deployed 1.4.2"',
    'posthorn notes add "Moved the database" --app acme --at 20m',
    'posthorn notes ls --since 7d',
    'posthorn notes rm note_… --yes',
  ],
  define(command, context, act) {
    listCommand(command, context, act)
    writeCommands(command, context, act)
  },
}

function listCommand(command: Command, context: Context, act: Act): void {
  const { t } = context
  rangeOptions(command.command('ls', { isDefault: true }), context)
    .description(t({ en: 'list, newest first', es: 'lista, las nuevas primero' }))
    .option(
      '--app <id|uid>',
      t({ en: 'its own, and those of all', es: 'las suyas, y las de todas' }),
    )
    .option('--limit <count>', t({ en: 'how many', es: 'cuántas' }), '50')
    .action(
      act(async (_args, options) => {
        const client = await context.client()
        const { since, until, app } = options
        const asked = {
          ...(since === undefined ? {} : { since: momentOf(since, context) }),
          ...(until === undefined ? {} : { until: momentOf(until, context) }),
          ...(typeof app === 'string' ? { app_id: app } : {}),
        }
        const found = await take(limitOf(options), ({ limit, iterator }) =>
          client.request('v1.note.list', {
            query: {
              ...{ ...asked, limit: Number(limit) },
              ...(iterator === undefined ? {} : { iterator: String(iterator) }),
            },
          }),
        )
        show(found, context)
        return exitCodes.ok
      }),
    )
}

function writeCommands(command: Command, context: Context, act: Act): void {
  const { t } = context
  command
    .command('add <text>')
    .description(t({ en: 'leave one', es: 'deja una' }))
    .option('--app <id|uid>', t({ en: 'of this application only', es: 'solo de esta aplicación' }))
    .option('--at <when>', t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }))
    .action(
      act(async ([text = ''], { app, at }) => {
        const client = await context.client()
        const body = {
          text,
          ...(at === undefined ? {} : { at: momentOf(at, context) }),
          ...(typeof app === 'string' ? { applicationId: app } : {}),
        }
        show([await client.request('v1.note.create', { body })], context)
        return exitCodes.ok
      }),
    )
  command
    .command('rm <note>')
    .option(yesOption.flags, t(yesOption.text))
    .description(t({ en: 'remove one, for everybody', es: 'quita una, para todos' }))
    .action(
      act(async ([id = ''], options) => {
        const client = await context.client()
        const question = {
          en: `Remove ${id}? Nobody sees it any more.`,
          es: `¿Quitar ${id}? Nadie la verá ya.`,
        }
        if (!(await confirmed(question, options, context))) return exitCodes.failed
        await client.request('v1.note.delete', { path: { note_id: id } })
        return exitCodes.ok
      }),
    )
}

function show(found: readonly Note[], context: Context): void {
  for (const note of found) context.emit(note)
  const rows = found.map(({ id, at, text, applicationId, createdBy }) => [
    ...[id, at, applicationId ?? '-', text],
    context.paint.dim(createdBy ?? '-'),
  ])
  for (const line of table(rows)) context.print(line)
}
