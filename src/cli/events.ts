import type { Command } from 'commander'
import type { EventType } from '../client/types.ts'
import { catalogText } from '../domain/event-type.ts'
import { confirmed, yesOption } from './confirm.ts'
import type { Context } from './context.ts'
import { transferCommands } from './event-transfer.ts'
import { exitCodes } from './exit-codes.ts'
import { limitOf, take } from './pages.ts'
import { examplesOf, objectText, readData } from './payload.ts'
import type { Act, CommandModule } from './run.ts'
import { oneLine, table } from './text.ts'

/** `posthorn events`: the catalog of event types. */
export const events: CommandModule = {
  examples: [
    'posthorn events',
    'posthorn events get order.created',
    `posthorn events create order.created --description 'An order was placed' --example @order.json`,
  ],
  define(command, context, act) {
    const { t } = context
    command
      .command('ls', { isDefault: true })
      .description(t({ en: 'list by name', es: 'lista por nombre' }))
      .option('--limit <count>', t({ en: 'how many', es: 'cuántos' }), '250')
      .action(
        act(async (_args, options) => {
          const client = await context.client()
          show(await take(limitOf(options), client.eventTypes.list), context)
          return exitCodes.ok
        }),
      )
    command
      .command('get <type>')
      .description(t({ en: 'one, with its example', es: 'uno, con su ejemplo' }))
      .action(
        act(async ([name = '']) => {
          const found = await (await context.client()).eventTypes.get(name)
          show([found], context)
          const [example] = examplesOf(found)
          if (example !== undefined) context.print(JSON.stringify(example, null, 2))
          return exitCodes.ok
        }),
      )
    command
      .command('create <type>')
      .description(t({ en: 'create one', es: 'crea uno' }))
      .option('--description <text>', t({ en: 'what happened', es: 'qué ocurrió' }), '')
      .option('--example <json|@file|->', t({ en: 'example payload', es: 'payload de ejemplo' }))
      .action(
        act(async ([name = ''], options) => {
          const { example } = options
          const text = typeof example === 'string' ? await readData(example, context) : null
          const examples = text === null ? {} : { examples: [JSON.parse(objectText(text))] }
          const created = await (await context.client()).eventTypes.create({
            name,
            description: String(options['description'] ?? ''),
            schemas: { '1': { type: 'object', ...examples } },
          })
          show([created], context)
          return exitCodes.ok
        }),
      )
    updateCommand(command, context, act)
    command
      .command('rm <type>')
      .description(t({ en: 'archive one', es: 'archiva uno' }))
      .option('--expunge', t({ en: 'remove it for good', es: 'lo elimina del todo' }))
      .option(yesOption.flags, t(yesOption.text))
      .action(
        act(async ([name = ''], options) => {
          const question = { en: `Remove ${name}?`, es: `¿Quitar ${name}?` }
          if (!(await confirmed(question, options, context))) return exitCodes.failed
          const client = await context.client()
          await client.eventTypes.delete(name, options['expunge'] === true)
          context.emit({ deleted: name })
          context.print(t({ en: `Removed ${name}.`, es: `Se quitó ${name}.` }))
          return exitCodes.ok
        }),
      )
    transferCommands(command, context, act)
  },
}

function updateCommand(command: Command, context: Context, act: Act): void {
  const { t } = context
  command
    .command('update <type>')
    .description(t({ en: 'change one', es: 'cambia uno' }))
    .option('--description <text>', t({ en: 'what happened', es: 'qué ocurrió' }))
    .option(
      '--group <name>',
      t({ en: 'the group it is shown in', es: 'el grupo en que se muestra' }),
    )
    .option('--archived <true|false>', t({ en: 'hidden from lists', es: 'fuera de las listas' }))
    .option('--deprecated <true|false>', t({ en: 'not for new endpoints', es: 'no para nuevos' }))
    .action(
      act(async ([name = ''], options) => {
        const client = await context.client()
        const { description, group, archived, deprecated } = options
        const body = {
          ...(description === undefined ? {} : { description: String(description) }),
          ...(group === undefined ? {} : { groupName: group === '' ? null : String(group) }),
          ...(archived === undefined ? {} : { archived: archived === 'true' }),
          ...(deprecated === undefined ? {} : { deprecated: deprecated === 'true' }),
        }
        const path = `/event-type/${encodeURIComponent(name)}`
        show([await client.call<EventType>('PATCH', path, { body })], context)
        return exitCodes.ok
      }),
    )
}

function show(found: readonly EventType[], context: Context): void {
  for (const eventType of found) context.emit(eventType)
  const rows = found.map((type) => [
    type.name,
    context.paint.dim(type.groupName ?? ''),
    oneLine(catalogText(type, 'description', context.language) || type.description, 70),
  ])
  for (const line of table(rows)) context.print(line)
}
