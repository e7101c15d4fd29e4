import type { Command } from 'commander'
import type { OutputOf } from '../client/request.ts'
import { type ViewList, viewLists } from '../domain/saved-view.ts'
import { confirmed, yesOption } from './confirm.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { viewNamed } from './named.ts'
import { limitOf, take } from './pages.ts'
import type { Act, CommandModule } from './run.ts'
import { isMessageView } from './sought.ts'
import { table } from './text.ts'

type View = OutputOf<'v1.view.list'>['data'][number]
type Options = Readonly<Record<string, unknown>>

/** `posthorn views`: what the lists of the console show, under names that everybody sees. */
export const views: CommandModule = {
  examples: [
    'posthorn views',
    'posthorn views save "Failed today" --query "status=failed&since=24h"',
    'posthorn deliveries ls --view "Failed today"',
    'posthorn views rename "Failed today" "Failed"',
    'posthorn views rm "Failed" --yes',
  ],
  define(command, context, act) {
    readCommands(command, context, act)
    writeCommands(command, context, act)
  },
}

function readCommands(command: Command, context: Context, act: Act): void {
  const { t } = context
  command
    .command('ls', { isDefault: true })
    .description(t({ en: 'list', es: 'lista' }))
    .option('--list <list>', viewLists.join(', '))
    .option('--limit <count>', t({ en: 'how many', es: 'cuántas' }), '200')
    .action(
      act(async (_args, options) => {
        const client = await context.client()
        const list = options['list'] === undefined ? {} : { list: listNamed(options['list']) }
        const found = await take(limitOf(options), ({ limit, iterator }) =>
          client.request('v1.view.list', {
            query: {
              ...list,
              limit: Number(limit),
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
    .command('save <name>')
    .description(t({ en: 'share one with everybody', es: 'comparte una con todos' }))
    .requiredOption(
      '--query <query>',
      t({ en: 'as in the URL of the list', es: 'como en la URL de la lista' }),
    )
    .option('--list <list>', viewLists.join(', '), 'deliveries')
    .option('--app <id|uid>', t({ en: 'for this application only', es: 'solo esta aplicación' }))
    .action(
      act(async ([name = ''], { list, query, app }) => {
        const client = await context.client()
        const body = {
          ...{ name, list: listNamed(list), query: String(query) },
          ...(typeof app === 'string' ? { applicationId: app } : {}),
        }
        show([await client.request('v1.view.create', { body })], context)
        return exitCodes.ok
      }),
    )
  command
    .command('rename <view> <name>')
    .description(t({ en: 'call one otherwise', es: 'cambia el nombre de una' }))
    .action(
      act(async ([given = '', name = '']) => {
        const client = await context.client()
        const { id } = await viewNamed(given, { client })
        const path = { view_id: id }
        show([await client.request('v1.view.patch', { path, body: { name } })], context)
        return exitCodes.ok
      }),
    )
  command
    .command('rm <view>')
    .option(yesOption.flags, t(yesOption.text))
    .description(t({ en: 'delete one, for everybody', es: 'elimina una, para todos' }))
    .action(
      act(async ([given = ''], options) => {
        const client = await context.client()
        const { id, name } = await viewNamed(given, { client })
        const question = {
          en: `Delete “${name}”? Nobody has it any more.`,
          es: `¿Eliminar «${name}»? Nadie la tendrá ya.`,
        }
        if (!(await confirmed(question, options, context))) return exitCodes.failed
        await client.request('v1.view.delete', { path: { view_id: id } })
        return exitCodes.ok
      }),
    )
}

function listNamed(given: unknown): ViewList {
  const found = viewLists.find((name) => name === given)
  if (found !== undefined) return found
  throw usageFailure({
    en: `There is no list "${String(given)}": ${viewLists.join(', ')}.`,
    es: `No existe la lista "${String(given)}": ${viewLists.join(', ')}.`,
  })
}

/** What the URL calls it, where the command line has another word. */
const otherWords: Readonly<Record<string, string>> = { q: 'text', from: 'since', to: 'until' }
const flags = new Set(
  'status type endpoint code tag text where since until state label view'.split(' '),
)

/** `--view` of lists that have no views of their own. */
export function sharedViewOption(command: Command, { t }: Context): Command {
  return command.option(
    '--view <name>',
    t({ en: 'as a shared view asks', es: 'como pide una vista compartida' }),
  )
}

/** The options with what the shared view of `--view` asks for; what was given beside it wins. */
export async function withView(
  options: Options,
  list: ViewList,
  context: Context,
): Promise<Options> {
  const { view: given, ...others } = options
  if (typeof given !== 'string' || (list === 'messages' && isMessageView(given))) return options
  const { query } = await viewNamed(given, { client: await context.client(), list })
  const asked = [...new URLSearchParams(query)].map(
    ([name, value]) => [otherWords[name] ?? name, value] as const,
  )
  const unknown = asked.flatMap(([name]) => (flags.has(name) ? [] : [name]))
  if (unknown.length > 0) {
    const names = unknown.join(', ')
    context.note(
      context.t({
        en: `Not taken from the view: ${names}.`,
        es: `No se toma de la vista: ${names}.`,
      }),
    )
  }
  return { ...Object.fromEntries(asked.filter(([name]) => flags.has(name))), ...others }
}

function show(found: readonly View[], context: Context): void {
  for (const view of found) context.emit(view)
  const rows = found.map(({ id, list, name, query, createdBy }) => [
    id,
    list,
    name,
    query,
    context.paint.dim(createdBy ?? '-'),
  ])
  for (const line of table(rows)) context.print(line)
}
