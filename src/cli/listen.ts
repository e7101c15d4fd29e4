import type { Client } from '../client/client.ts'
import { ApiError } from '../client/failures.ts'
import { applicationOf, withApplication } from './application.ts'
import { type Context, createContext } from './context.ts'
import { readEvents } from './event-stream.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { CliFailure, usageFailure } from './failure.ts'
import {
  keep,
  type LocalAnswer,
  type Pushed,
  printedParts,
  type Shown,
  show,
} from './listen-output.ts'
import { pause } from './pause.ts'
import { objectText, readData } from './payload.ts'
import type { CommandModule } from './run.ts'
import { formatDuration } from './text.ts'

const reconnectFirstMs = 500
const reconnectMaxMs = 15_000
const answerBytesMax = 256 * 1024

/** `posthorn listen <port|url>`: deliveries come to this machine over an outbound stream. */
export const listen: CommandModule = {
  examples: [
    'posthorn listen 3000',
    `posthorn listen 3000/webhooks --events 'order.*,user.created' --print body`,
    `posthorn listen 3000 --app acme --filter '{"data.total": {"$gte": 100}}' --output json`,
  ],
  define(command, context, act) {
    const { t } = context
    withApplication(command, context)
      .argument('<target>', t({ en: 'port, port/path or URL', es: 'puerto, puerto/ruta o URL' }))
      .option(
        '--events <names>',
        t({
          en: 'event types, by commas; * for any part',
          es: 'tipos, por comas; * vale por todo',
        }),
      )
      .option(
        '--filter <json|@file>',
        t({ en: 'only payloads that fit', es: 'solo los payloads que cumplen' }),
      )
      .option(
        '--name <name>',
        t({ en: 'tells several apart', es: 'distingue entre varios' }),
        'cli',
      )
      .option('--output <form>', 'line, json, quiet', 'line')
      .option('--print <parts>', 'body, headers')
      .option('--record <folder>', t({ en: 'keep each body as a file', es: 'guarda cada cuerpo' }))
      .option('--print-secret', t({ en: 'show the secret', es: 'muestra el secreto de firma' }))
      .option(
        '--allow-external',
        t({ en: 'the target may be another machine', es: 'el destino puede ser otra máquina' }),
      )
      .action(
        act(async ([given = ''], options) => {
          const target = targetOf(given, options['allowExternal'] === true)
          const shown = {
            context: withOutput(options['output'], context),
            parts: printedParts(options['print']),
            refused: false,
          }
          const filter = await filterOf(options['filter'], context)
          const client = await context.client()
          const { id: app } = await applicationOf(options, client, context)
          return stayConnected({ client, app, target, filter, options, shown })
        }),
      )
  },
}

function targetOf(given: string, external: boolean): string {
  const url = /^\d+(\/|$)/.test(given) ? `http://localhost:${given}` : given
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw usageFailure({
      en: `"${given}" is neither a port nor a URL.`,
      es: `"${given}" no es un puerto ni una URL.`,
    })
  }
  const { hostname, href } = new URL(url)
  if (!external && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) {
    throw new CliFailure({
      exit: exitCodes.usage,
      code: 'external_target',
      title: {
        en: `${hostname} is not this machine.`,
        es: `${hostname} no es esta máquina.`,
      },
    })
  }
  return href
}

/** `--output json` is `--json`; `quiet` leaves out the lines of deliveries. */
function withOutput(form: unknown, context: Context): Context {
  if (form === 'line') return context
  if (form === 'json') return createContext(context.terminal, { ...context.globals, json: true })
  if (form === 'quiet') return { ...context, print: () => {} }
  throw usageFailure({
    en: `"${form}" is not a form of output: line, json or quiet.`,
    es: `"${form}" no es una forma de salida: line, json o quiet.`,
  })
}

async function filterOf(given: unknown, context: Context): Promise<unknown> {
  if (typeof given !== 'string') return undefined
  return JSON.parse(objectText(await readData(given, context)))
}

interface Session {
  readonly client: Client
  readonly app: string
  readonly target: string
  readonly filter: unknown
  readonly options: Readonly<Record<string, unknown>>
  readonly shown: Shown
}

async function stayConnected(session: Session): Promise<ExitCode> {
  const { context } = session.shown
  const { terminal, t } = context
  for (let waitMs = reconnectFirstMs; ; waitMs = Math.min(waitMs * 2, reconnectMaxMs)) {
    try {
      const ended = await oneConnection(session, () => {
        waitMs = reconnectFirstMs
      })
      if (ended === 'replaced') {
        context.note(
          t({
            en: 'Another listen took over. With --name of its own each gets every delivery.',
            es: 'Otro listen tomó el relevo. Con un --name propio, cada uno recibe todas las entregas.',
          }),
        )
        return exitCodes.ok
      }
    } catch (error) {
      if (terminal.stop.aborted) return exitCodes.ok
      if (error instanceof CliFailure) throw error
      if (error instanceof ApiError && error.status < 500) throw error
    }
    if (terminal.stop.aborted) return exitCodes.ok
    const inText = formatDuration(waitMs)
    context.note(t({ en: `Reconnecting in ${inText}…`, es: `Reconectando en ${inText}…` }))
    await pause(waitMs, terminal)
    if (terminal.stop.aborted) return exitCodes.ok
  }
}

async function oneConnection(
  session: Session,
  onConnected: () => void,
): Promise<'replaced' | 'ended'> {
  const { client, app, target, filter, options } = session
  const { context } = session.shown
  const { events, name } = options
  const eventTypes = typeof events === 'string' ? events.split(',').filter(Boolean) : undefined
  const path = `/app/${encodeURIComponent(app)}/listen`
  const body = { name, target, eventTypes, filter }
  const stream = await client.open('POST', path, { body })
  if (!stream.ok || stream.body === null) {
    throw new ApiError({
      method: 'POST',
      path: `/api/v1${path}`,
      status: stream.status,
      code: stream.status === 401 ? 'authentication_failed' : 'unexpected_answer',
      detail: (await stream.text()).slice(0, 200),
      issues: [],
    })
  }
  let endpoint = ''
  for await (const { event, data } of readEvents(stream.body)) {
    if (event === 'replaced') return 'replaced'
    if (event === 'connected') {
      onConnected()
      const connected = data as { readonly endpoint: string; readonly secret: string } // ours
      endpoint = connected.endpoint
      showConnected(connected, session)
    }
    if (event === 'request') {
      const request = data as Pushed // ours
      forward({ session, path: `${path}/${endpoint}/answer/${request.id}`, request }).catch(
        (error: unknown) => context.note(String(error)),
      )
    }
  }
  return 'ended'
}

function showConnected(
  connected: { readonly endpoint: string; readonly secret: string },
  { target, options, shown }: Session,
): void {
  const { context } = shown
  const { t } = context
  const secret = options['printSecret'] === true ? connected.secret : ''
  context.emit({ event: 'connected', endpoint: connected.endpoint, target })
  context.note(
    t({
      en: `Connected as ${connected.endpoint}; deliveries go to ${target}`,
      es: `Conectado como ${connected.endpoint}; las entregas van a ${target}`,
    }),
  )
  if (secret === '') {
    const command = `posthorn endpoints secret ${connected.endpoint}`
    context.note(context.paint.dim(t({ en: `Secret: ${command}`, es: `Secreto: ${command}` })))
  } else context.print(secret)
}

/** Makes the request here, tells what came of it, and hands the answer back. */
async function forward(input: {
  readonly session: Session
  readonly path: string
  readonly request: Pushed
}): Promise<void> {
  const { client, target, options, shown } = input.session
  const { terminal } = shown.context
  const { request } = input
  const { record } = options
  if (typeof record === 'string') keep(request, record, terminal)
  const startedAt = terminal.clock.monotonic()
  const answer = await makeRequest(target, request)
  const tookMs = Math.round(terminal.clock.monotonic() - startedAt)
  show({ request, answer, tookMs, target, shown })
  await client.call('POST', input.path, { body: answer })
}

/** Set by fetch itself. */
const notForwarded = /^(host|content-length|connection|transfer-encoding|accept-encoding)$/i

async function makeRequest(target: string, request: Pushed): Promise<LocalAnswer> {
  try {
    const response = await fetch(target, {
      method: request.method ?? 'POST',
      headers: request.headers.filter(([name]) => !notForwarded.test(name)).map(([n, v]) => [n, v]),
      body: Buffer.from(request.bodyBase64, 'base64'),
      redirect: 'manual',
      signal: AbortSignal.timeout(request.timeoutMs),
    })
    const body = Buffer.from(await response.arrayBuffer()).subarray(0, answerBytesMax)
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      bodyBase64: body.toString('base64'),
    }
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : null
    const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : null
    return { error: code === 'ECONNREFUSED' ? 'connect_refused' : 'connect_failed' }
  }
}
