import type { Command } from 'commander'
import type { Static } from 'typebox'
import type { Client } from '../client/client.ts'
import type { Endpoint, Page } from '../client/types.ts'
import type { DeliveryOut } from '../contract/delivery.ts'
import { limits } from '../domain/limits.ts'
import { type DeliveryWord, wordOf } from '../domain/sought.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { exportList, exportOptions } from './export.ts'
import { byBeginning } from './named.ts'
import {
  allApplicationsOf,
  allApplicationsOption,
  applicationText,
  type OverallDelivery,
} from './overall.ts'
import { limitOf, take } from './pages.ts'
import type { CommandModule } from './run.ts'
import {
  deliveryWords,
  listOf,
  rangeOf,
  rangeOptions,
  soughtOf,
  soughtOptions,
  wordsOf,
} from './sought.ts'
import { formatDuration, table } from './text.ts'
import { sharedViewOption, withView } from './views.ts'

type Delivery = Static<typeof DeliveryOut>
type Options = Readonly<Record<string, unknown>>

/** What is done to one delivery that waits. */
const moves = [
  { verb: 'cancel', path: 'cancel', text: { en: 'one that waits', es: 'una que espera' } },
  {
    verb: 'retry',
    path: 'retry-now',
    text: { en: 'one that waits for a retry, now', es: 'ya una que espera un reintento' },
  },
] as const

/** Exports are of none then. */
const ofAll = { id: '' }

const pageSize = 250
/** Rows looked at for one list, so that a rare status does not read everything. */
const looksMax = 20_000

/** `posthorn deliveries`: one message to one endpoint, each with its state and its next attempt. */
export const deliveries: CommandModule = {
  examples: [
    'posthorn deliveries ls --status failed,retrying --since 24h',
    'posthorn deliveries ls --all-apps --code 5xx --since 1h',
    'posthorn deliveries ls --code 500,connect_timeout',
    'posthorn deliveries ls --view "Failed today"',
    "posthorn deliveries ls --where 'data.total >= 100' --tag vip",
    'posthorn deliveries get dlv_…',
    'posthorn deliveries cancel dlv_…',
    'posthorn deliveries retry dlv_…',
    'posthorn deliveries export --status failed --since 7d --to failed.csv',
  ],
  define(command, context, act) {
    const { t } = context
    allApplicationsOption(filters(command.command('ls', { isDefault: true }), context), context)
      .description(t({ en: 'list, newest first', es: 'lista, las nuevas primero' }))
      .option('--limit <count>', t({ en: 'how many', es: 'cuántas' }), '50')
      .action(
        act(async (_args, given) => {
          const client = await context.client()
          const options = await withView(given, 'deliveries', context)
          const overall = allApplicationsOf(options)
          if (overall !== null) {
            const of = { path: '/delivery', more: overall, client, options, context }
            showOverall(await matching<OverallDelivery>(of), context)
            return exitCodes.ok
          }
          const { id } = await applicationOf(options, client, context)
          const endpoints = await take(1_000, (query) => client.endpoints.list(id, query))
          const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]))
          const path = `/app/${encodeURIComponent(id)}/delivery`
          show(await matching<Delivery>({ path, client, options, context }), byId, context)
          return exitCodes.ok
        }),
      )
    withApplication(command.command('get <delivery>'), context)
      .description(t({ en: 'one', es: 'una' }))
      .action(
        act(async ([delivery = ''], options) => {
          const client = await context.client()
          const { id } = await applicationOf(options, client, context)
          const named = await byBeginning('delivery', delivery, { client, app: id })
          show([await client.call<Delivery>('GET', pathOf(id, named))], new Map(), context)
          return exitCodes.ok
        }),
      )
    for (const { verb, path, text } of moves) {
      withApplication(command.command(`${verb} <delivery>`), context)
        .description(t(text))
        .action(
          act(async ([delivery = ''], options) => {
            const client = await context.client()
            const { id } = await applicationOf(options, client, context)
            const named = await byBeginning('delivery', delivery, { client, app: id })
            const moved = await client.call<Delivery>('POST', `${pathOf(id, named)}/${path}`)
            show([moved], new Map(), context)
            return exitCodes.ok
          }),
        )
    }
    exportOptions(
      allApplicationsOption(filters(command.command('export'), context), context),
      context,
    )
      .description(t({ en: 'all that fit, as CSV or NDJSON', es: 'todas, como CSV o NDJSON' }))
      .action(
        act(async (_args, given) => {
          const client = await context.client()
          const options = await withView(given, 'deliveries', context)
          const overall = allApplicationsOf(options)
          const query = { ...queryOf(options, context), ...overall }
          const { id } = overall === null ? await applicationOf(options, client, context) : ofAll
          return exportList({ app: id, list: 'delivery', query, options, client, context })
        }),
      )
  },
}

/** What the list and its export are narrowed by. */
function filters(command: Command, context: Context): Command {
  const { t } = context
  withApplication(command, context)
    .option('--status <words>', deliveryWords.join(', '))
    .option('--type <names>', t({ en: 'of these event types', es: 'de estos tipos de evento' }))
    .option('--endpoint <ids>', t({ en: 'to these, by commas', es: 'a estos, por comas' }))
    .option(
      '--code <answers>',
      t({
        en: 'last answered so: 500,4xx,connect_timeout',
        es: 'con esa última respuesta: 500,4xx,connect_timeout',
      }),
    )
  return rangeOptions(sharedViewOption(soughtOptions(command, context), context), context)
}

/** The filter as the API takes it, in lists and exports. */
function queryOf(options: Options, context: Context) {
  const joined = (value: unknown): string | undefined => listOf(value).join(',') || undefined
  return {
    ...rangeOf(options, context),
    status: wordsOf(options['status']).join(',') || undefined, // refused here, by the words of the command
    event_types: joined(options['type']),
    endpoint_id: joined(options['endpoint']),
    code: joined(options['code']),
    ...soughtOf(options),
  }
}

function pathOf(app: string, delivery: string): string {
  return `/app/${encodeURIComponent(app)}/delivery/${encodeURIComponent(delivery)}`
}

type Endpoints = ReadonlyMap<string, Endpoint>

/** Pages through what fits, as far as one list goes. */
async function matching<Row>(input: {
  readonly path: string
  readonly more?: { readonly app_id: string | undefined }
  readonly client: Client
  readonly options: Options
  readonly context: Context
}): Promise<readonly Row[]> {
  const { path, more, client, options, context } = input
  const limit = limitOf(options)
  const query = { limit: pageSize, ...queryOf(options, context), ...more }
  const found: Row[] = []
  let iterator: string | undefined
  const looksEach = query.code === undefined ? pageSize : limits.answerRowsMax
  for (let looks = 0; found.length < limit; ) {
    if (looks >= looksMax) {
      context.note(context.t(goesNoFurther))
      break
    }
    const page: Page<Row> & { readonly scanned?: number } = await client.call('GET', path, {
      query: { ...query, iterator },
    })
    found.push(...page.data)
    if (page.done || page.iterator === null) break
    iterator = page.iterator
    looks += page.scanned ?? looksEach
  }
  return found.slice(0, limit)
}

const goesNoFurther = {
  en: `Only the newest ${looksMax} were looked at: --until goes on before them, export reads all.`,
  es: `Solo se revisaron las ${looksMax} más nuevas: --until sigue antes, export las lee todas.`,
}

function wordAt(
  delivery: Delivery,
  endpoint: { readonly paused?: boolean; readonly disabled?: boolean | null } | null | undefined,
): DeliveryWord {
  const at = (stopped: boolean | null | undefined) => (stopped === true ? 0 : null)
  return wordOf(delivery, { pausedAt: at(endpoint?.paused), disabledAt: at(endpoint?.disabled) })
}

function show(found: readonly Delivery[], endpoints: Endpoints, context: Context): void {
  for (const delivery of found) context.emit(delivery)
  const rows = found.map((delivery) => {
    const { endpointId } = delivery
    return cellsOf(delivery, wordAt(delivery, endpoints.get(endpointId)), context)
  })
  for (const line of table(rows)) context.print(line)
}

/** The same with whose each is. */
function showOverall(found: readonly OverallDelivery[], context: Context): void {
  for (const delivery of found) context.emit(delivery)
  const rows = found.map((delivery) => {
    const [id = '', ...cells] = cellsOf(delivery, wordAt(delivery, delivery.endpoint), context)
    return [id, applicationText(delivery), ...cells]
  })
  for (const line of table(rows)) context.print(line)
}

function cellsOf(delivery: Delivery, word: DeliveryWord, context: Context): readonly string[] {
  const { id, createdAt, eventType, endpointId, nextAttempt, lastAttempt } = delivery
  const { paint, terminal } = context
  const paints = word === 'delivered' ? paint.green : word === 'failed' ? paint.red : paint.dim
  const inMs = nextAttempt === null ? null : Date.parse(nextAttempt) - terminal.clock.now()
  return [
    id,
    createdAt,
    paints(word),
    eventType,
    endpointId,
    lastAttempt === null ? '-' : String(lastAttempt.responseStatusCode || lastAttempt.errorClass),
    inMs === null ? '' : `→ ${formatDuration(Math.max(0, inMs))}`,
  ]
}
