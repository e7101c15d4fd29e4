import type { Command } from 'commander'
import type { Static } from 'typebox'
import type { Page } from '../client/types.ts'
import type { AuditEntryOut } from '../contract/audit.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { momentOf } from './moment.ts'
import { limitOf, take } from './pages.ts'
import type { Act, CommandModule } from './run.ts'
import { oneLine, table } from './text.ts'

type Entry = Static<typeof AuditEntryOut>
type Options = Readonly<Record<string, unknown>>

/** Longer ones are cut in a list: the operation beside them says which. */
const titleMax = 48

/** `posthorn audit`: who changed what, and the whole log as lines. */
export const audit: CommandModule = {
  examples: [
    'posthorn audit',
    'posthorn audit ls --resource ep_… --since 7d',
    'posthorn audit export --format csv > audit.csv',
  ],
  define(command, context, act) {
    listCommand(command, context, act)
    getCommand(command, context, act)
    exportCommand(command, context, act)
  },
}

function listCommand(command: Command, context: Context, act: Act): void {
  const { t } = context
  filters(command.command('ls', { isDefault: true }), context)
    .description(t({ en: 'list, newest first', es: 'lista, las nuevas primero' }))
    .option('--limit <count>', t({ en: 'how many', es: 'cuántas' }), '50')
    .action(
      act(async (_args, options) => {
        const client = await context.client()
        const query = filtersOf(options, context)
        const found = await take(limitOf(options), (page) =>
          client.call<Page<Entry>>('GET', '/audit', { query: { ...query, ...page } }),
        )
        show(found, context)
        return exitCodes.ok
      }),
    )
}

function getCommand(command: Command, context: Context, act: Act): void {
  const { t } = context
  command
    .command('get <entry>')
    .description(t({ en: 'one, with before and after', es: 'una, con antes y después' }))
    .action(
      act(async ([id = '']) => {
        const client = await context.client()
        const entry = await client.call<Entry>('GET', `/audit/${encodeURIComponent(id)}`)
        show([entry], context)
        for (const name of entry.changed) {
          context.print(`  ${name}`)
          context.print(`    ${context.paint.red(`- ${JSON.stringify(entry.before?.[name])}`)}`)
          context.print(`    ${context.paint.green(`+ ${JSON.stringify(entry.after?.[name])}`)}`)
        }
        return exitCodes.ok
      }),
    )
}

function exportCommand(command: Command, context: Context, act: Act): void {
  const { t } = context
  filters(command.command('export'), context)
    .description(t({ en: 'all of it, oldest first', es: 'todo, lo antiguo primero' }))
    .option('--format <format>', 'ndjson, csv', 'ndjson')
    .action(
      act(async (_args, options) => {
        const { format } = options
        if (format !== 'ndjson' && format !== 'csv') {
          throw usageFailure({ en: '--format is ndjson or csv.', es: '--format es ndjson o csv.' })
        }
        const client = await context.client()
        const query = { ...filtersOf(options, context), format }
        const answer = await client.open('GET', '/audit/export', { query })
        const decoder = new TextDecoder()
        for await (const chunk of answer.body ?? []) {
          context.write(decoder.decode(chunk, { stream: true }))
        }
        return exitCodes.ok
      }),
    )
}

function filters(command: Command, context: Context): Command {
  const { t } = context
  return command
    .option('--actor <id>', t({ en: 'by this user or key', es: 'de este usuario o clave' }))
    .option(
      '--operation <name>',
      t({ en: 'such as v1.endpoint.patch', es: 'p. ej. v1.endpoint.patch' }),
    )
    .option('--resource <id>', t({ en: 'of this thing', es: 'sobre este objeto' }))
    .option('--since <when>', t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }))
    .option('--until <when>', t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }))
}

function filtersOf(options: Options, context: Context): Record<string, string> {
  const query: Record<string, string> = {}
  for (const name of ['actor', 'operation', 'resource']) {
    const value = options[name]
    if (typeof value === 'string') query[name] = value
  }
  const { since, until } = options
  if (typeof since === 'string') query['after'] = momentOf(since, context)
  if (typeof until === 'string') query['before'] = momentOf(until, context)
  return query
}

function show(entries: readonly Entry[], context: Context): void {
  const { t, paint } = context
  for (const entry of entries) context.emit(entry)
  const headings = [
    { en: 'WHEN', es: 'CUÁNDO' },
    { en: 'WHO', es: 'QUIÉN' },
    { en: 'WHAT', es: 'QUÉ' },
    { en: 'OPERATION', es: 'OPERACIÓN' },
    { en: 'OF', es: 'SOBRE' },
    { en: 'FROM', es: 'DESDE' },
    { en: 'ENTRY', es: 'ENTRADA' },
  ].map((text) => paint.dim(t(text)))
  const rows = entries.map((entry) => [
    entry.at.slice(0, 19).replace('T', ' '),
    entry.actor.name ?? entry.actor.id ?? entry.actor.kind,
    entry.outcome === 'refused'
      ? paint.red(`${oneLine(entry.title, titleMax)} (${t({ en: 'refused', es: 'rechazado' })})`)
      : oneLine(entry.title, titleMax),
    paint.dim(entry.operation),
    entry.resource?.id ?? '',
    entry.address ?? '',
    entry.id,
  ])
  for (const line of table([headings, ...rows])) context.print(line)
}
