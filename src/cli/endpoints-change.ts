/** `posthorn endpoints change`: the same done to all endpoints that fit; without `--go` it only lists them. */
import type { Command } from 'commander'
import type { Client } from '../client/client.ts'
import { limits } from '../domain/limits.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { take } from './pages.ts'
import type { Act } from './run.ts'
import { listOf, textOf } from './sought.ts'

const actions = [
  ...['pause', 'resume', 'enable', 'disable', 'delete'],
  ...['add-event-types', 'remove-event-types'],
]
/** Listed before anything is done. */
const listedMax = 10_000
/** As many as the API takes by id. */
const idsMax = limits.batchMessagesMax

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

interface Part {
  readonly changed: readonly string[]
  readonly refused: readonly { readonly id: string; readonly code: string }[]
  readonly iterator: string | null
  readonly done: boolean
}

export function changeCommand(command: Command, context: Context, act: Act): void {
  const { t } = context
  endpointFilters(withApplication(command.command('change <action>'), context), context)
    .description(t({ en: 'all that fit; with --go', es: 'todos los que cumplen; con --go' }))
    .option('--events <names>', t({ en: 'to add or remove', es: 'que se agregan o quitan' }))
    .option('--go', t({ en: 'do it; else only list', es: 'lo hace; sin esto solo lista' }))
    .action(
      act(async ([action = ''], options) => {
        if (!actions.includes(action)) {
          throw usageFailure({
            en: `There is no action "${action}": ${actions.join(', ')}.`,
            es: `No existe la acción "${action}": ${actions.join(', ')}.`,
          })
        }
        const client = await context.client()
        const { id: app } = await applicationOf(options, client, context)
        const query = endpointQuery(options)
        const found = await take(listedMax, (page) =>
          client.endpoints.list(app, { ...page, ...query }),
        )
        const count = found.length
        if (options['go'] !== true) {
          context.emit({ matching: count, ids: found.map(({ id }) => id) })
          for (const { id, url } of found) context.print(`${id}  ${url}`)
          context.print(
            t({ en: `${count} would be changed: --go`, es: `Cambiarían ${count}: --go` }),
          )
          return exitCodes.ok
        }
        const ids = found.map(({ id }) => id)
        const changed = await changeAll({
          client,
          app,
          action,
          ids,
          events: listOf(options['events']),
        })
        context.emit({ changed })
        context.print(
          t({
            en: `${changed.length} of ${count} changed.`,
            es: `Cambiaron ${changed.length} de ${count}.`,
          }),
        )
        return exitCodes.ok
      }),
    )
}

/** By id: what fits may change with what is done. */
async function changeAll(input: {
  readonly client: Client
  readonly app: string
  readonly action: string
  readonly ids: readonly string[]
  readonly events: readonly string[]
}): Promise<readonly string[]> {
  const { client, app, action, events } = input
  const path = `/app/${encodeURIComponent(app)}/endpoint/change`
  const changed: string[] = []
  for (let from = 0; from < input.ids.length; from += idsMax) {
    const ids = input.ids.slice(from, from + idsMax)
    for (let iterator: string | null = null; ; ) {
      const body = {
        ...{ action, ids },
        ...(events.length === 0 ? {} : { eventTypes: events }),
        ...(iterator === null ? {} : { iterator }),
      }
      const part: Part = await client.call('POST', path, { body })
      changed.push(...part.changed)
      iterator = part.iterator
      if (part.done || iterator === null) break
    }
  }
  return changed
}
