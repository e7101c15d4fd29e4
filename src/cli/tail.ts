import type { Client } from '../client/client.ts'
import type { Attempt } from '../client/types.ts'
import { explain } from '../i18n/explanations.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { take } from './pages.ts'
import { pause } from './pause.ts'
import type { CommandModule } from './run.ts'
import { formatDuration, oneLine, parseDuration } from './text.ts'

const pollMs = 500
const endpointsMax = 100
const perEndpointMax = 100
/** Attempts made in one millisecond or recorded late are still found: the lists overlap by this. */
const overlapMs = 5_000
const statuses: Readonly<Record<string, number>> = { success: 0, pending: 1, fail: 2, failed: 2 }

/** `posthorn tail`: attempts of an application in the order in which they were made. */
export const tail: CommandModule = {
  examples: [
    'posthorn tail -f',
    'posthorn tail --status failed --since 1h',
    'posthorn tail -f --json',
  ],
  define(command, context, act) {
    const { t } = context
    withApplication(command, context)
      .option('-f, --follow', t({ en: 'go on as they happen', es: 'sigue según ocurren' }))
      .option('--status <status>', 'success, failed')
      .option(
        '--since <duration>',
        t({ en: 'begin so long ago', es: 'desde hace este tiempo' }),
        '5m',
      )
      .action(
        act(async (_args, options) => {
          const client = await context.client()
          const { id } = await applicationOf(options, client, context)
          return follow({ client, app: id, options, context })
        }),
      )
  },
}

async function follow(input: {
  readonly client: Client
  readonly app: string
  readonly options: Readonly<Record<string, unknown>>
  readonly context: Context
}): Promise<ExitCode> {
  const { options, context } = input
  const { terminal } = context
  const status = statusOf(options['status'])
  const shown = new Set<string>()
  let since = terminal.clock.now() - parseDuration(String(options['since']))
  for (;;) {
    const began = terminal.clock.now()
    const found = await attemptsSince({ ...input, since, status })
    for (const attempt of found) {
      if (shown.has(attempt.id)) continue
      shown.add(attempt.id)
      context.emit(attempt)
      context.print(lineOf(attempt, context))
    }
    if (options['follow'] !== true) return exitCodes.ok
    if (shown.size > 50_000) shown.clear()
    since = began - overlapMs
    await pause(pollMs, terminal)
    if (terminal.stop.aborted) return exitCodes.ok
  }
}

function statusOf(value: unknown): number | undefined {
  if (value === undefined) return undefined
  const status = statuses[String(value)]
  if (status !== undefined) return status
  throw usageFailure({
    en: `"${value}" is not a status: success or failed.`,
    es: `"${value}" no es un estado: success o failed.`,
  })
}

/** Of every endpoint, merged by time. */
async function attemptsSince(input: {
  readonly client: Client
  readonly app: string
  readonly since: number
  readonly status: number | undefined
}): Promise<readonly Attempt[]> {
  const { client, app, since, status } = input
  const endpoints = await take(endpointsMax, (query) => client.endpoints.list(app, query))
  const after = new Date(since).toISOString()
  const lists = await Promise.all(
    endpoints.map(({ id }) =>
      client.messages.attemptsTo(app, id, { limit: perEndpointMax, after, status }),
    ),
  )
  return lists
    .flatMap(({ data }) => data)
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0))
}

/** `14:32:09  order.paid  → 500  31 ms  msg_…  https://…  body` */
function lineOf(attempt: Attempt, context: Context): string {
  const { paint, language } = context
  const ok = attempt.statusText === 'success'
  const answered = attempt.responseStatusCode !== 0
  const status = answered ? String(attempt.responseStatusCode) : (attempt.errorClass ?? '---')
  const parts = [
    paint.dim(attempt.timestamp.slice(11, 19)),
    attempt.eventType.padEnd(22),
    `→ ${ok ? paint.green(status) : paint.red(status)}`,
    formatDuration(attempt.responseDurationMs).padStart(7),
    attempt.msgId,
    paint.dim(attempt.url),
  ]
  if (!ok) {
    const why = attempt.errorClass === null ? null : explain(attempt.errorClass, language)
    parts.push(oneLine(answered ? attempt.response : (why?.title ?? ''), 60))
  }
  return parts.join('  ')
}
