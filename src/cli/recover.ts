import type { Command } from 'commander'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { begun, followOptions, notified, taskCommands } from './follow.ts'
import { momentOf } from './moment.ts'
import { endpointNamed, endpointOf } from './named.ts'
import { type Preview, showMissing, showPreview } from './recovery-text.ts'
import type { Act, CommandModule } from './run.ts'
import {
  deliveryWords,
  listOf,
  soughtOf,
  soughtOptions,
  viewOf,
  viewOption,
  wordsOf,
} from './sought.ts'

/** `posthorn recover`: previews, and with `--go` sends again what was not delivered. */
export const recover: CommandModule = {
  examples: [
    'posthorn recover --since 3h',
    'posthorn recover --since 3h --endpoint ep_… --rate 20/s --go',
    'posthorn recover missing ep_… --since 24h --go',
    'posthorn recover pause qtask_…',
  ],
  define(command, context, act) {
    planCommand(command, context, act)
    missingCommand(command, context, act)
    taskCommands(command, context, act)
  },
}

function planCommand(command: Command, context: Context, act: Act): void {
  const { t } = context
  const plan = withApplication(command.command('plan', { isDefault: true }), context)
  const told = viewOption(soughtOptions(plan, context), context)
    .description(t({ en: 'preview; with --go send', es: 'vista previa; con --go envía' }))
    .option(
      '--since <when>',
      t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }),
      '1h',
    )
    .option('--until <when>', t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }))
    .option(
      '--endpoint <ids>',
      t({ en: 'only to these, by commas', es: 'solo a estos, por comas' }),
    )
    .option('--status <words>', deliveryWords.join(', '), 'failed')
    .option('--type <names>', t({ en: 'only these event types', es: 'solo estos tipos de evento' }))
    .option(
      '--code <answers>',
      t({
        en: 'last answered so: 500,4xx,connect_timeout',
        es: 'con esa última respuesta: 500,4xx,connect_timeout',
      }),
    )
    .option(
      '--rate <n/s>',
      t({ en: 'a second, or max; else half its limit', es: 'por segundo, o max; si no, la mitad' }),
    )
    .option('--no-probe', t({ en: 'do not try one first', es: 'no prueba una primero' }))
    .option(
      '--stop-above <percent>',
      t({ en: 'of failures; or never', es: 'de fallos; o never' }),
      '20%',
    )
    .option(
      '--include-delivered',
      t({ en: 'also what arrived since', es: 'también lo que ya llegó' }),
    )
    .option('--go', t({ en: 'send; without it only count', es: 'envía; sin esto solo cuenta' }))
  followOptions(told, context).action(
    act(async (_args, options) => {
      const client = await context.client()
      const { id: app } = await applicationOf(options, client, context)
      const path = `/app/${encodeURIComponent(app)}/delivery`
      const { endpoint } = options
      const named = endpoint === undefined ? [] : String(endpoint).split(',').filter(Boolean)
      const endpointIds = await Promise.all(named.map((one) => endpointNamed(one, { client, app })))
      const selection = selectionOf(options, endpointIds, context)
      if (options['go'] !== true) {
        const preview = await client.call<Preview>('POST', `${path}/preview`, { body: selection })
        showPreview(preview, { skip: options['includeDelivered'] !== true, context })
        return exitCodes.ok
      }
      const body = { ...selection, ...careOf(options), ...notified(options) }
      const { id } = await client.call<{ id: string }>('POST', `${path}/recover`, { body })
      return begun(id, options, { client, context })
    }),
  )
}

function missingCommand(command: Command, context: Context, act: Act): void {
  const { t } = context
  const told = withApplication(command.command('missing <endpoint>'), context)
    .description(
      t({ en: 'what it never got; with --go send', es: 'lo que nunca recibió; con --go' }),
    )
    .option(
      '--since <when>',
      t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }),
      '24h',
    )
    .option('--until <when>', t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }))
    .option('--go', t({ en: 'send; without it only count', es: 'envía; sin esto solo cuenta' }))
  followOptions(told, context).action(
    act(async ([given = ''], options) => {
      const { client, id: app, endpoint } = await endpointOf(given, options, context)
      const base = `/app/${encodeURIComponent(app)}/endpoint/${encodeURIComponent(endpoint)}`
      const path = `${base}/replay-missing`
      const { until } = options
      const range = {
        since: momentOf(options['since'], context),
        ...(until === undefined ? {} : { until: momentOf(until, context) }),
      }
      if (options['go'] !== true) {
        showMissing(await client.call('POST', `${path}/preview`, { body: range }), context)
        return exitCodes.ok
      }
      const body = { ...range, ...notified(options) }
      const { id } = await client.call<{ id: string }>('POST', path, { body })
      return begun(id, options, { client, context })
    }),
  )
}

type Options = Readonly<Record<string, unknown>>

function selectionOf(
  options: Options,
  endpointIds: readonly string[],
  context: Context,
): Readonly<Record<string, unknown>> {
  const { type, code, until } = options
  const { tag, q, where } = soughtOf(options)
  const view = viewOf(options)
  return {
    since: momentOf(options['since'], context),
    statuses: wordsOf(options['status']),
    ...(tag === undefined ? {} : { tag }),
    ...(q === undefined ? {} : { q }),
    ...(where === undefined ? {} : { where }),
    ...(view === undefined ? {} : { view }),
    ...(until === undefined ? {} : { until: momentOf(until, context) }),
    ...(endpointIds.length === 0 ? {} : { endpointIds }),
    ...(type === undefined ? {} : { eventTypes: listOf(type) }),
    ...(code === undefined ? {} : { codes: listOf(code) }),
  }
}

function careOf(options: Options): Readonly<Record<string, unknown>> {
  const { rate, stopAbove } = options
  return {
    probe: options['probe'] !== false,
    skipDelivered: options['includeDelivered'] !== true,
    stopAbove: stopAbove === 'never' ? null : numberOf(stopAbove, /^(\d+(?:\.\d+)?)%?$/) / 100,
    ...(rate === undefined ? {} : { rate: rateOf(rate) }),
  }
}

/** Null: as fast as they are answered. */
function rateOf(text: unknown): number | null {
  return text === 'max' ? null : numberOf(text, /^(\d+(?:\.\d+)?)(?:\/s)?$/)
}

function numberOf(value: unknown, form: RegExp): number {
  const [, number] = form.exec(String(value)) ?? []
  if (number !== undefined) return Number(number)
  throw usageFailure({
    en: `"${String(value)}" is not understood: write 20/s or max for a rate, 20% or never for a share.`,
    es: `"${String(value)}" no se entiende: escribe 20/s o max para un ritmo, 20% o never para una parte.`,
  })
}
