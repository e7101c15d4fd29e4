import type { Command } from 'commander'
import type { Client } from '../client/client.ts'
import type { Message } from '../client/types.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { exportList, exportOptions } from './export.ts'
import { usageFailure } from './failure.ts'
import { momentOf } from './moment.ts'
import { describeStanding, standingsOf } from './outcome.ts'
import { limitOf, take } from './pages.ts'
import type { CommandModule } from './run.ts'
import { oneLine, table } from './text.ts'

/** `posthorn messages`: what was sent, where each stands, and sending one again. */
export const messages: CommandModule = {
  examples: [
    'posthorn messages --limit 20',
    'posthorn messages --where \'data.order.id = "o_91"\'',
    'posthorn messages get msg_…',
    'posthorn messages resend msg_…',
    'posthorn messages resend msg_… ep_…',
    'posthorn messages export --type order.* --since 7d --to orders.ndjson',
  ],
  define(command, context, act) {
    const { t } = context
    filters(command.command('ls', { isDefault: true }), context)
      .description(t({ en: 'list, newest first', es: 'lista, los nuevos primero' }))
      .option(
        '--view <name>',
        t({
          en: 'only those: failed, unsubscribed, test',
          es: 'solo esos: failed, unsubscribed, test',
        }),
      )
      .option('--limit <count>', t({ en: 'how many', es: 'cuántos' }), '20')
      .action(
        act(async (_args, options) => {
          const client = await context.client()
          const { id } = await applicationOf(options, client, context)
          const { type, where } = options
          const view = viewOf(options)
          const found = await take(limitOf(options), (page) => {
            const query = { ...page, event_types: typeof type === 'string' ? type : undefined }
            return typeof where === 'string'
              ? client.messages.search(id, { ...query, where })
              : client.messages.list(id, { ...query, view })
          })
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
          const found = await client.messages.get(id, message)
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
        act(async ([message = '', endpoint = ''], options) => {
          const client = await context.client()
          const { id } = await applicationOf(options, client, context)
          const to = endpoint === '' ? await openOf(client, id, message) : [endpoint]
          for (const one of to) {
            await client.messages.resend(id, message, one)
            context.emit({ resent: message, endpoint: one })
          }
          context.print(t({ en: `${message} is on its way again.`, es: `Se reenvía ${message}.` }))
          return exitCodes.ok
        }),
      )
    exportOptions(filters(command.command('export'), context), context)
      .description(t({ en: 'all that fit, as CSV or NDJSON', es: 'todos, como CSV o NDJSON' }))
      .option('--since <when>', t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }))
      .option('--until <when>', t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }))
      .option('--no-payload', t({ en: 'without payloads', es: 'sin payloads' }))
      .action(
        act(async (_args, options) => {
          const client = await context.client()
          const { id } = await applicationOf(options, client, context)
          const { type, where, since, until } = options
          const query = {
            event_types: type,
            where,
            after: since === undefined ? undefined : momentOf(since, context),
            before: until === undefined ? undefined : momentOf(until, context),
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
  return withApplication(command, context)
    .option(
      '--type <name>',
      t({ en: 'of this event type or group: order.*', es: 'de este tipo o grupo: order.*' }),
    )
    .option(
      '--where <query>',
      t({
        en: 'by payload, such as data.total >= 100',
        es: 'por contenido, como data.total >= 100',
      }),
    )
}

function show(found: readonly Message[], context: Context): void {
  for (const message of found) context.emit(message)
  const rows = found.map(({ id, timestamp, eventType, source, payloadBytes, payload }) => [
    id,
    context.paint.dim(timestamp),
    eventType,
    source,
    context.paint.dim(sizeText({ payloadBytes })),
    oneLine(JSON.stringify(payload), 60),
  ])
  for (const line of table(rows)) context.print(line)
}

function sizeText({ payloadBytes }: Pick<Message, 'payloadBytes'>): string {
  return payloadBytes === null ? '–' : `${payloadBytes} B`
}

const views = ['failed', 'unsubscribed', 'test'] as const

function viewOf({ view, where }: Readonly<Record<string, unknown>>) {
  if (view === undefined) return undefined
  const known = views.find((name) => name === view)
  if (known === undefined) {
    throw usageFailure({
      en: `There is no view "${String(view)}": ${views.join(', ')}.`,
      es: `No existe la vista "${String(view)}": ${views.join(', ')}.`,
    })
  }
  if (where === undefined) return known
  throw usageFailure({
    en: '--view does not go with --where: give one of them.',
    es: '--view no va con --where: solo uno de los dos.',
  })
}
