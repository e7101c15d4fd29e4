import type { Client } from '../client/client.ts'
import { ApiError } from '../client/failures.ts'
import type { Attempt, Change } from '../client/types.ts'
import { explain } from '../i18n/explanations.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { readEvents } from './event-stream.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { take } from './pages.ts'
import { pause } from './pause.ts'
import type { CommandModule } from './run.ts'
import { formatDuration, oneLine, parseDuration } from './text.ts'

const endpointsMax = 100
const perEndpointMax = 100
/** Attempts remembered, so that none is shown twice. */
const shownMax = 50_000
const reconnectFirstMs = 500
const reconnectMaxMs = 15_000
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

interface Tail {
  readonly client: Client
  readonly app: string
  readonly options: Readonly<Record<string, unknown>>
  readonly context: Context
}

async function follow(input: Tail): Promise<ExitCode> {
  const { client, app, options, context } = input
  const status = statusOf(options['status'])
  const since = context.terminal.clock.now() - parseDuration(String(options['since']))
  const follows = options['follow'] === true
  // Taken before the list is read: what happens meanwhile is in both, and shown once.
  const from = follows ? (await client.changes.list(app)).iterator : ''
  const shown = new Set<string>()
  const show = (attempt: Attempt): void => {
    shown.add(attempt.id)
    context.emit(attempt)
    context.print(lineOf(attempt, context))
  }
  for (const attempt of await attemptsSince({ client, app, since, status })) show(attempt)
  if (!follows) return exitCodes.ok
  return stayConnected(input, from, async (change) => {
    if (change.type !== 'attempt.finished' || shown.has(change.attemptId)) return
    if (status !== undefined && (status === 0) !== change.succeeded) return
    show(await client.messages.attempt(app, change.msgId, change.attemptId))
    if (shown.size > shownMax) shown.clear()
  })
}

/** Follows the stream from a cursor on, over as many connections as it takes. */
async function stayConnected(
  { client, app, context }: Tail,
  from: string,
  onChange: (change: Change) => Promise<void>,
): Promise<ExitCode> {
  const { terminal } = context
  let cursor = from
  for (let waitMs = reconnectFirstMs; ; waitMs = Math.min(waitMs * 2, reconnectMaxMs)) {
    try {
      for await (const { data, event, id } of readEvents(await opened(client, app, cursor))) {
        waitMs = reconnectFirstMs
        if (event !== 'ready' && event !== 'closed') await onChange(data as Change) // ours
        cursor = id ?? cursor
      }
    } catch (error) {
      if (error instanceof ApiError && error.status < 500 && error.status !== 429) throw error
    }
    if (!terminal.stop.aborted) await pause(waitMs, terminal)
    if (terminal.stop.aborted) return exitCodes.ok
  }
}

async function opened(
  client: Client,
  app: string,
  cursor: string,
): Promise<AsyncIterable<Uint8Array>> {
  const stream = await client.changes.stream(app, cursor)
  if (stream.ok && stream.body !== null) return stream.body
  const { status } = stream
  throw new ApiError({
    method: 'GET',
    path: `/api/v1/app/${app}/change`,
    status,
    code: status === 401 ? 'authentication_failed' : 'unexpected_answer',
    detail: (await stream.text()).slice(0, 200),
    issues: [],
    requestId: stream.headers.get('x-request-id'),
  })
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
