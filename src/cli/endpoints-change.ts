/**
 * `posthorn endpoints change` and `test`: the same done to all endpoints that fit, as a job of the
 * server; without `--go` they are only listed.
 */
import type { Command } from 'commander'
import type { Endpoint } from '../client/types.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { begun, followOptions, notified } from './follow.ts'
import { take } from './pages.ts'
import type { Act } from './run.ts'
import { listOf, textOf } from './sought.ts'

const actions = [
  ...['pause', 'resume', 'enable', 'disable', 'delete'],
  ...['add-event-types', 'remove-event-types'],
]
/** Listed before anything is done. */
const listedMax = 10_000

type Options = Readonly<Record<string, unknown>>

/** What the list and a change of many are narrowed by. */
export function endpointFilters(command: Command, { t }: Context): Command {
  return command
    .option(
      '--text <text>',
      t({
        en: 'in an id, name, URL, event or label',
        es: 'en un id, nombre, URL, evento o etiqueta',
      }),
    )
    .option('--state <words>', 'healthy, degraded, failing, paused, disabled')
    .option('--type <names>', t({ en: 'that take these types', es: 'que toman estos tipos' }))
    .option('--label <labels>', 'team, team:payments')
}

export function endpointQuery(options: Options) {
  return {
    q: textOf(options['text']),
    state: textOf(options['state']),
    event_types: textOf(options['type']),
    label: textOf(options['label']),
  }
}

export function changeCommand(command: Command, context: Context, act: Act): void {
  const { t } = context
  const change = endpointFilters(
    withApplication(command.command('change <action>'), context),
    context,
  )
    .description(t({ en: 'all that fit; with --go', es: 'todos los que cumplen; con --go' }))
    .option('--events <names>', t({ en: 'to add or remove', es: 'que se agregan o quitan' }))
    .option('--go', t({ en: 'do it; else only list', es: 'lo hace; sin esto solo lista' }))
  followOptions(change, context).action(
    act(async ([action = ''], options) => {
      if (!actions.includes(action)) {
        throw usageFailure({
          en: `There is no action "${action}": ${actions.join(', ')}.`,
          es: `No existe la acción "${action}": ${actions.join(', ')}.`,
        })
      }
      return allThatFit(options, { path: 'change-all', asked: { action }, context })
    }),
  )
  const test = endpointFilters(withApplication(command.command('test'), context), context)
    .description(t({ en: 'send a test to all that fit', es: 'prueba todos los que cumplen' }))
    .option('--events <names>', t({ en: 'of these types', es: 'de estos tipos' }))
    .option('--go', t({ en: 'send; else only list', es: 'envía; sin esto solo lista' }))
  followOptions(test, context).action(
    act(async (_args, options) => allThatFit(options, { path: 'test-all', asked: {}, context })),
  )
}

async function allThatFit(
  options: Options,
  job: {
    readonly path: string
    readonly asked: Readonly<Record<string, unknown>>
    readonly context: Context
  },
): Promise<ExitCode> {
  const { path, asked, context } = job
  const client = await context.client()
  const { id: app } = await applicationOf(options, client, context)
  const query = endpointQuery(options)
  if (options['go'] !== true)
    return listed(
      await take(listedMax, (page) => client.endpoints.list(app, { ...page, ...query })),
      context,
    )
  const events = listOf(options['events'])
  const body = {
    ...asked,
    ...(events.length === 0 ? {} : { eventTypes: events }),
    filter: filterIn(options),
    ...notified(options),
  }
  const url = `/app/${encodeURIComponent(app)}/endpoint/${path}`
  const { id } = await client.call<{ id: string }>('POST', url, { body })
  return begun(id, options, { client, context })
}

/** As a body has it: lists, where the query of a list has commas. */
function filterIn(options: Options): Readonly<Record<string, unknown>> {
  const q = textOf(options['text'])
  const lists = { state: options['state'], eventTypes: options['type'], label: options['label'] }
  const given = Object.entries(lists).map(([name, value]) => [name, listOf(value)] as const)
  return {
    ...(q === undefined ? {} : { q }),
    ...Object.fromEntries(given.filter(([, values]) => values.length > 0)),
  }
}

function listed(found: readonly Endpoint[], context: Context): ExitCode {
  const count = found.length
  context.emit({ matching: count, ids: found.map(({ id }) => id) })
  for (const { id, url } of found) context.print(`${id}  ${url}`)
  context.print(
    context.t({
      en: `${count} fit. Nothing was done: --go`,
      es: `Cumplen ${count}. No se hizo nada: --go`,
    }),
  )
  return exitCodes.ok
}
