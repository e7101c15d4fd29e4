import type { Static } from 'typebox'
import type { UsageOut } from '../contract/usage.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { momentOf } from './moment.ts'
import { take } from './pages.ts'
import type { CommandModule } from './run.ts'
import { formatDuration, oneLine, table } from './text.ts'

type Usage = Static<typeof UsageOut>
type Outcomes = Pick<Usage['total'], 'succeeded' | 'failed'>

const shownMax = 10
const nameMax = 40

/** `posthorn stats`: how many attempts succeeded and how long they took, as the console counts. */
export const stats: CommandModule = {
  examples: [
    'posthorn stats --app acme',
    'posthorn stats --since 7d --endpoint ep_…',
    'posthorn stats --since 30d --json',
  ],
  define(command, context, act) {
    const { t } = context
    withApplication(command, context)
      .option(
        '--since <when>',
        t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }),
        '24h',
      )
      .option('--until <when>', t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }))
      .option('--endpoint <id>', t({ en: 'of this one alone', es: 'solo de este' }))
      .action(
        act(async (_args, options) => {
          const client = await context.client()
          const { id } = await applicationOf(options, client, context)
          const { since, until, endpoint } = options
          const usage = await client.call<Usage>(
            'GET',
            `/app/${encodeURIComponent(id)}/statistics`,
            {
              query: {
                since: momentOf(since, context),
                until: until === undefined ? undefined : momentOf(until, context),
                endpoint_id: typeof endpoint === 'string' ? endpoint : undefined,
              },
            },
          )
          context.emit(usage)
          const endpoints = await take(1_000, (query) => client.endpoints.list(id, query))
          const names = new Map(
            endpoints.map((one) => [one.id, one.description === '' ? one.url : one.description]),
          )
          print(usage, names, context)
          return exitCodes.ok
        }),
      )
  },
}

function print(usage: Usage, names: ReadonlyMap<string, string>, context: Context): void {
  const { t, paint } = context
  const { total } = usage
  if (total.succeeded + total.failed === 0) {
    context.print(t({ en: 'No attempts in that time.', es: 'Ningún intento en ese tiempo.' }))
    return
  }
  context.print(
    [
      t({
        en: `${total.succeeded} succeeded, ${total.failed} failed (${shareOf(total)})`,
        es: `${total.succeeded} con éxito, ${total.failed} fallidos (${shareOf(total)})`,
      }),
      `p50 ${timeOf(total.p50Ms)}  p99 ${timeOf(total.p99Ms)}`,
      ...(usage.complete
        ? []
        : [t({ en: 'the newest alone were counted', es: 'solo se contaron los más recientes' })]),
    ].join('   '),
  )
  const head = [
    ...[t({ en: 'SUCCEEDED', es: 'CON ÉXITO' }), t({ en: 'FAILED', es: 'FALLIDOS' }), '%'],
  ].map((text) => paint.dim(text))
  section(context, [
    [paint.dim('ENDPOINT'), ...head, paint.dim('P50'), paint.dim('P99')],
    ...usage.endpoints
      .slice(0, shownMax)
      .map((one) => [
        oneLine(names.get(one.endpointId) ?? one.endpointId, nameMax),
        ...outcomesOf(one),
        ...[timeOf(one.p50Ms), timeOf(one.p99Ms)],
      ]),
  ])
  section(context, [
    [paint.dim(t({ en: 'EVENT TYPE', es: 'TIPO DE EVENTO' })), ...head],
    ...usage.eventTypes.slice(0, shownMax).map((one) => [one.name, ...outcomesOf(one)]),
  ])
  section(context, [
    [paint.dim(t({ en: 'ERROR', es: 'ERROR' })), paint.dim(t({ en: 'COUNT', es: 'CANTIDAD' }))],
    ...usage.errors
      .slice(0, shownMax)
      .map(({ responseStatusCode, errorClass, count }) => [
        responseStatusCode > 0 ? String(responseStatusCode) : (errorClass ?? '-'),
        String(count),
      ]),
  ])
}

/** A table with its heading; nothing where there are no rows. */
function section(context: Context, rows: readonly (readonly string[])[]): void {
  if (rows.length < 2) return
  context.print('')
  for (const line of table(rows)) context.print(line)
}

function outcomesOf(one: Outcomes): readonly string[] {
  return [String(one.succeeded), String(one.failed), shareOf(one)]
}

function shareOf({ succeeded, failed }: Outcomes): string {
  const all = succeeded + failed
  return all === 0 ? '-' : `${Number(((succeeded / all) * 100).toFixed(1))} %`
}

function timeOf(ms: number | null): string {
  return ms === null ? '-' : formatDuration(ms)
}
