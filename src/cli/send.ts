import type { Client } from '../client/client.ts'
import type { Application, Message } from '../client/types.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import {
  describeStanding,
  isDelivered,
  isLeftOut,
  type Standing,
  waitForOutcome,
} from './outcome.ts'
import { examplePayload, objectText, readData } from './payload.ts'
import type { CommandModule } from './run.ts'
import { formatDuration, parseDuration } from './text.ts'

/** `posthorn send <type>`: one message, and what became of it at every endpoint. */
export const send: CommandModule = {
  examples: [
    'posthorn send order.created',
    `posthorn send order.created -d '{"id": "o_91"}'`,
    'posthorn send order.created -d @order.json --app acme',
  ],
  define(command, context, act) {
    const { t } = context
    withApplication(command, context)
      .argument('<type>', t({ en: 'event type', es: 'tipo de evento' }))
      .option(
        '-d, --data <json|@file|->',
        t({ en: "payload (default: the type's example)", es: 'payload (por defecto: el ejemplo)' }),
      )
      .option(
        '--idempotency-key <key>',
        t({ en: 'send at most once', es: 'envía a lo sumo una vez' }),
      )
      .option('--event-id <id>', t({ en: 'your own id of the event', es: 'tu id del evento' }))
      .option('--channel <name...>', t({ en: 'channels', es: 'canales' }))
      .option('--no-wait', t({ en: 'do not wait for the outcome', es: 'no espera el resultado' }))
      .option('--timeout <duration>', t({ en: 'how long to wait', es: 'cuánto espera' }), '10s')
      .action(
        act(async ([eventType = ''], options) => {
          const client = await context.client()
          const [app, payload] = await Promise.all([
            applicationOf(options, client, context),
            payloadOf(eventType, options, client, context),
          ])
          return sendOne({ client, app, eventType, payload, options, context })
        }),
      )
  },
}

async function payloadOf(
  eventType: string,
  options: Readonly<Record<string, unknown>>,
  client: Client,
  context: Context,
): Promise<string> {
  const { data } = options
  return typeof data === 'string'
    ? objectText(await readData(data, context))
    : examplePayload(client, eventType, context)
}

/** Sends, shows, and says by the exit code whether it arrived everywhere. */
export async function sendOne(input: {
  readonly client: Client
  readonly app: Application
  readonly eventType: string
  /** JSON text of an object: these bytes are delivered. */
  readonly payload: string
  readonly options: Readonly<Record<string, unknown>>
  readonly context: Context
  /** Default: the command line. */
  readonly source?: 'test'
}): Promise<ExitCode> {
  const { client, app, options, context } = input
  const { clock } = context.terminal
  const began = clock.monotonic()
  const key = options['idempotencyKey']
  const message = await client.messages.create(
    app.id,
    bodyText(input),
    typeof key === 'string' ? key : undefined,
    input.source ?? 'cli',
  )
  const tookMs = clock.monotonic() - began
  showAccepted({ message, app, tookMs, context })
  if (options['wait'] === false) {
    context.emit({ id: message.id, application: app.id })
    return exitCodes.ok
  }
  const timeoutMs = parseDuration(String(options['timeout'] ?? '10s'))
  const standings = await waitForOutcome({
    client,
    app: app.id,
    message: message.id,
    timeoutMs,
    context,
  })
  showOutcome({ message, app, standings, context })
  return standings.every((one) => isDelivered(one) || isLeftOut(one))
    ? exitCodes.ok
    : exitCodes.deliveryFailed
}

/** Written by hand around the payload, so that its text reaches the server as it was given. */
function bodyText(input: {
  readonly eventType: string
  readonly payload: string
  readonly options: Readonly<Record<string, unknown>>
}): string {
  const { eventId, channel } = input.options
  const rest = JSON.stringify({
    eventType: input.eventType,
    ...(eventId === undefined ? {} : { eventId }),
    ...(channel === undefined ? {} : { channels: channel }),
  })
  return `${rest.slice(0, -1)},"payload":${input.payload}}`
}

function showAccepted(input: {
  readonly message: Message
  readonly app: Application
  readonly tookMs: number
  readonly context: Context
}): void {
  const { message, app, context } = input
  const { paint, t } = context
  const name = app.uid ?? app.name
  context.print(
    `  ${paint.green('✓')} ${t({ en: 'accepted', es: 'aceptado' })}   ${paint.bold(message.id)}   ${
      message.eventType
    }   ${t({ en: `application ${name}`, es: `aplicación ${name}` })}   ${paint.dim(
      formatDuration(input.tookMs),
    )}`,
  )
}

function showOutcome(input: {
  readonly message: Message
  readonly app: Application
  readonly standings: readonly Standing[]
  readonly context: Context
}): void {
  const { message, app, standings, context } = input
  context.emit({
    id: message.id,
    application: app.id,
    delivered: standings.every(isDelivered),
    deliveries: standings.map(({ destination, last }) => ({
      endpoint: destination.id,
      status: destination.statusText,
      attempt: last,
    })),
  })
  for (const standing of standings) {
    for (const line of describeStanding(standing, context)) context.print(`  ${line}`)
  }
  if (standings.length === 0) {
    context.print(
      `  ${context.t({
        en: 'No endpoint of the application wants this event type.',
        es: 'Ningún endpoint de la aplicación quiere este tipo de evento.',
      })}`,
    )
  }
  context.note(`  ${context.paint.dim(`posthorn why ${message.id}`)}`)
}
