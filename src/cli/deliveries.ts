import type { Command } from 'commander'
import type { Static } from 'typebox'
import type { Client } from '../client/client.ts'
import type { Endpoint, Page } from '../client/types.ts'
import type { DeliveryOut } from '../contract/delivery.ts'
import { limits } from '../domain/limits.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { exportList, exportOptions } from './export.ts'
import { usageFailure } from './failure.ts'
import { momentOf } from './moment.ts'
import { limitOf, take } from './pages.ts'
import type { CommandModule } from './run.ts'
import { formatDuration, table } from './text.ts'

type Delivery = Static<typeof DeliveryOut>
type Options = Readonly<Record<string, unknown>>

/** The words of the console, and the state that the API is asked for. */
const states = {
  queued: 'pending',
  retrying: 'pending',
  held: 'pending',
  sending: 'sending',
  delivered: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
} as const
type Word = keyof typeof states

/** What is done to one delivery that waits. */
const moves = [
  { verb: 'cancel', path: 'cancel', text: { en: 'one that waits', es: 'una que espera' } },
  {
    verb: 'retry',
    path: 'retry-now',
    text: { en: 'one that waits for a retry, now', es: 'ya una que espera un reintento' },
  },
] as const

const pageSize = 250
/** Rows looked at for one list, so that a rare status does not read everything. */
const looksMax = 20_000

/** `posthorn deliveries`: one message to one endpoint, each with its state and its next attempt. */
export const deliveries: CommandModule = {
  examples: [
    'posthorn deliveries ls --status failed,retrying --since 24h',
    'posthorn deliveries ls --code 500,connect_timeout',
    'posthorn deliveries get dlv_…',
    'posthorn deliveries cancel dlv_…',
    'posthorn deliveries retry dlv_…',
    'posthorn deliveries export --status failed --since 7d --to failed.csv',
  ],
  define(command, context, act) {
    const { t } = context
    filters(command.command('ls', { isDefault: true }), context)
      .description(t({ en: 'list, newest first', es: 'lista, las nuevas primero' }))
      .option('--limit <count>', t({ en: 'how many', es: 'cuántas' }), '50')
      .action(
        act(async (_args, options) => {
          const client = await context.client()
          const { id } = await applicationOf(options, client, context)
          const endpoints = await take(1_000, (query) => client.endpoints.list(id, query))
          const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]))
          show(await matching(id, byId, { client, options, context }), byId, context)
          return exitCodes.ok
        }),
      )
    withApplication(command.command('get <delivery>'), context)
      .description(t({ en: 'one', es: 'una' }))
      .action(
        act(async ([delivery = ''], options) => {
          const client = await context.client()
          const { id } = await applicationOf(options, client, context)
          show([await client.call<Delivery>('GET', pathOf(id, delivery))], new Map(), context)
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
            const moved = await client.call<Delivery>('POST', `${pathOf(id, delivery)}/${path}`)
            show([moved], new Map(), context)
            return exitCodes.ok
          }),
        )
    }
    exportOptions(filters(command.command('export'), context), context)
      .description(t({ en: 'all that fit, as CSV or NDJSON', es: 'todas, como CSV o NDJSON' }))
      .action(
        act(async (_args, options) => {
          const client = await context.client()
          const { id } = await applicationOf(options, client, context)
          wordsOf(options['status']) // refused here, by the words that the command has
          const query = {
            ...rangeOf(options, context),
            status: options['status'],
            event_types: options['type'],
            endpoint_id: options['endpoint'],
            code: options['code'],
          }
          return exportList({ app: id, list: 'delivery', query, options, client, context })
        }),
      )
  },
}

/** What the list and its export are narrowed by. */
function filters(command: Command, context: Context): Command {
  const { t } = context
  return withApplication(command, context)
    .option('--status <words>', Object.keys(states).join(', '))
    .option('--type <names>', t({ en: 'of these event types', es: 'de estos tipos de evento' }))
    .option('--endpoint <ids>', t({ en: 'to these, by commas', es: 'a estos, por comas' }))
    .option(
      '--code <answers>',
      t({
        en: 'last answered so: 500,connect_timeout',
        es: 'con esa última respuesta: 500,connect_timeout',
      }),
    )
    .option('--since <when>', t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }))
    .option('--until <when>', t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }))
}

function pathOf(app: string, delivery: string): string {
  return `/app/${encodeURIComponent(app)}/delivery/${encodeURIComponent(delivery)}`
}

type Endpoints = ReadonlyMap<string, Endpoint>

/** Pages through what the API filters, and keeps what it has no word for. */
async function matching(
  app: string,
  endpoints: Endpoints,
  input: { readonly client: Client; readonly options: Options; readonly context: Context },
): Promise<readonly Delivery[]> {
  const { client, options, context } = input
  const words = wordsOf(options['status'])
  const wanted = listOf(options['endpoint'])
  const answers = listOf(options['code'])
  const limit = limitOf(options)
  const query = {
    limit: pageSize,
    state: [...new Set(words.map((word) => states[word]))].join(',') || undefined,
    event_types: listOf(options['type']).join(',') || undefined,
    endpoint_id: wanted.length === 1 ? wanted[0] : undefined,
    code: answers.join(',') || undefined,
    ...rangeOf(options, context),
  }
  const keeps = (delivery: Delivery): boolean =>
    (words.length === 0 || words.includes(wordOf(delivery, endpoints))) &&
    (wanted.length < 2 || isOneOf(delivery.endpointId, wanted, endpoints))
  const found: Delivery[] = []
  let iterator: string | undefined
  const looksEach = answers.length === 0 ? pageSize : limits.answerRowsMax
  for (let looks = 0; found.length < limit; looks += looksEach) {
    if (looks >= looksMax) {
      context.note(context.t(goesNoFurther))
      break
    }
    const path = `/app/${encodeURIComponent(app)}/delivery`
    const page: Page<Delivery> = await client.call('GET', path, { query: { ...query, iterator } })
    found.push(...page.data.filter(keeps))
    if (page.done || page.iterator === null) break
    iterator = page.iterator
  }
  return found.slice(0, limit)
}

const goesNoFurther = {
  en: `Only the newest ${looksMax} were looked at: --until goes on before them, export reads all.`,
  es: `Solo se revisaron las ${looksMax} más nuevas: --until sigue antes, export las lee todas.`,
}

function rangeOf(options: Options, context: Context) {
  const { since, until } = options
  return {
    after: since === undefined ? undefined : momentOf(since, context),
    before: until === undefined ? undefined : momentOf(until, context),
  }
}

function isOneOf(id: string, wanted: readonly string[], endpoints: Endpoints): boolean {
  const uid = endpoints.get(id)?.uid
  return wanted.includes(id) || (uid != null && wanted.includes(uid))
}

function listOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? value.split(',').filter((item) => item !== '') : []
}

function wordsOf(value: unknown): readonly Word[] {
  return listOf(value).map((word) => {
    if (isWord(word)) return word
    throw usageFailure({
      en: `There is no status "${word}": ${Object.keys(states).join(', ')}.`,
      es: `No existe el estado "${word}": ${Object.keys(states).join(', ')}.`,
    })
  })
}

function isWord(word: string): word is Word {
  return Object.hasOwn(states, word)
}

/** `held` waits for a paused endpoint; `retrying` was tried before. */
function wordOf({ state, attemptCount, endpointId }: Delivery, endpoints: Endpoints): Word {
  if (state === 'succeeded') return 'delivered'
  if (state !== 'pending') return state
  const endpoint = endpoints.get(endpointId)
  if (endpoint?.paused === true || endpoint?.disabled === true) return 'held'
  return attemptCount > 0 ? 'retrying' : 'queued'
}

function show(found: readonly Delivery[], endpoints: Endpoints, context: Context): void {
  for (const delivery of found) context.emit(delivery)
  const { paint, terminal } = context
  const rows = found.map((delivery) => {
    const { id, createdAt, eventType, endpointId, nextAttempt, lastAttempt } = delivery
    const word = wordOf(delivery, endpoints)
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
  })
  for (const line of table(rows)) context.print(line)
}
