import type { Command } from 'commander'
import type { Client } from '../client/client.ts'
import type { Message, Page } from '../client/types.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { exportList, exportOptions } from './export.ts'
import { byBeginning, endpointOf } from './named.ts'
import { describeStanding, standingsOf } from './outcome.ts'
import {
  allApplicationsOf,
  allApplicationsOption,
  applicationText,
  type OverallMessage,
} from './overall.ts'
import { limitOf, take } from './pages.ts'
import type { CommandModule } from './run.ts'
import {
  rangeOf,
  rangeOptions,
  soughtOf,
  soughtOptions,
  textOf,
  viewOf,
  viewOption,
} from './sought.ts'
import { oneLine, table } from './text.ts'
import { withView } from './views.ts'

type Options = Readonly<Record<string, unknown>>

/** `posthorn messages`: what was sent, where each stands, and sending one again. */
export const messages: CommandModule = {
  examples: [
    'posthorn messages --limit 20',
    'posthorn messages --where \'data.order.id = "o_91"\'',
    'posthorn messages --all-apps --text o_91',
    'posthorn messages get msg_…',
    'posthorn messages resend msg_…',
    'posthorn messages resend msg_… ep_…',
    'posthorn messages export --type order.* --since 7d --to orders.ndjson',
  ],
  define(command, context, act) {
    const { t } = context
    allApplicationsOption(filters(command.command('ls', { isDefault: true }), context), context)
      .description(t({ en: 'list, newest first', es: 'lista, los nuevos primero' }))
      .option('--limit <count>', t({ en: 'how many', es: 'cuántos' }), '20')
      .action(
        act(async (_args, given) => {
          const client = await context.client()
          const options = await withView(given, 'messages', context)
          const query = queryOf(options, context)
          const overall = allApplicationsOf(options)
          if (overall !== null) {
            const found = await take(limitOf(options), (page) =>
              client.call<Page<OverallMessage>>('GET', '/msg', {
                query: { ...page, ...query, ...overall },
              }),
            )
            showOverall(found, context)
            return exitCodes.ok
          }
          const { id } = await applicationOf(options, client, context)
          const lists = query.q === undefined && query.where === undefined ? 'list' : 'search'
          const found = await take(limitOf(options), (page) =>
            client.messages[lists](id, { ...page, ...query }),
          )
          show(found, context)
          return exitCodes.ok
        }),
      )
    withApplication(command.command('get <message>'), context)
      .description(t({ en: 'one, and where it stands', es: 'uno, y cómo está' }))
      .action(
        act(async ([message = ''], options) => {
          const client = await context.client()
          const { id } = await applicationOf(options, client, context)
          const named = await byBeginning('message', message, { client, app: id })
          const found = await client.messages.get(id, named)
          const standings = await standingsOf({ client, app: id, message: found.id })
          context.emit({ message: found, deliveries: standings })
          context.print(`${found.id}   ${found.eventType}   ${found.timestamp}`)
          context.print(context.paint.dim(`${found.source} · ${sizeText(found)}`))
          context.print(JSON.stringify(found.payload, null, 2))
          for (const standing of standings) {
            for (const line of describeStanding(standing, context)) context.print(line)
          }
          return exitCodes.ok
        }),
      )
    withApplication(command.command('resend <message> [endpoint]'), context)
      .description(
        t({
          en: 'send one again, to one endpoint or all',
          es: 'reenvía uno, a un endpoint o a todos',
        }),
      )
      .action(
        act(async ([given = '', to = ''], options) => {
          const { client, id, endpoint } = await endpointOf(to, options, context)
          const message = await byBeginning('message', given, { client, app: id })
          const all = endpoint === '' ? await openOf(client, id, message) : [endpoint]
          for (const one of all) {
            await client.messages.resend(id, message, one)
            context.emit({ resent: message, endpoint: one })
          }
          context.print(t({ en: `${message} is on its way again.`, es: `Se reenvía ${message}.` }))
          return exitCodes.ok
        }),
      )
    exportOptions(filters(command.command('export'), context), context)
      .description(t({ en: 'all that fit, as CSV or NDJSON', es: 'todos, como CSV o NDJSON' }))
      .option('--no-payload', t({ en: 'without payloads', es: 'sin payloads' }))
      .action(
        act(async (_args, given) => {
          const client = await context.client()
          const options = await withView(given, 'messages', context)
          const { id } = await applicationOf(options, client, context)
          const query = {
            ...queryOf(options, context),
            with_content: options['payload'] !== false,
          }
          return exportList({ app: id, list: 'msg', query, options, client, context })
        }),
      )
  },
}

/** The endpoints that the message went to, each once, without those that are switched off. */
async function openOf(client: Client, app: string, message: string): Promise<readonly string[]> {
  const { data } = await client.messages.destinations(app, message, { limit: 250 })
  return [...new Set(data.flatMap(({ id, disabled }) => (disabled ? [] : [id])))]
}

/** What the list and its export are narrowed by. */
function filters(command: Command, context: Context): Command {
  const { t } = context
  withApplication(command, context).option(
    '--type <name>',
    t({ en: 'of this event type or group: order.*', es: 'de este tipo o grupo: order.*' }),
  )
  return rangeOptions(viewOption(soughtOptions(command, context), context), context)
}

function queryOf(options: Options, context: Context) {
  return {
    ...rangeOf(options, context),
    event_types: textOf(options['type']),
    view: viewOf(options),
    ...soughtOf(options),
  }
}

function show(found: readonly Message[], context: Context): void {
  for (const message of found) context.emit(message)
  for (const line of table(found.map((message) => cellsOf(message, context)))) context.print(line)
}

/** The same with whose each is. */
function showOverall(found: readonly OverallMessage[], context: Context): void {
  for (const message of found) context.emit(message)
  const rows = found.map((message) => {
    const [id = '', ...cells] = cellsOf(message, context)
    return [id, applicationText(message), ...cells]
  })
  for (const line of table(rows)) context.print(line)
}

function cellsOf(message: Message, context: Context): readonly string[] {
  const { id, timestamp, eventType, source, payloadBytes, payload } = message
  return [
    id,
    context.paint.dim(timestamp),
    eventType,
    source,
    context.paint.dim(sizeText({ payloadBytes })),
    oneLine(JSON.stringify(payload), 60),
  ]
}

function sizeText({ payloadBytes }: Pick<Message, 'payloadBytes'>): string {
  return payloadBytes === null ? '–' : `${payloadBytes} B`
}
