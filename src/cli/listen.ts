import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Client } from '../client/client.ts'
import { ApiError } from '../client/failures.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { readEvents } from './event-stream.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { CliFailure, usageFailure } from './failure.ts'
import { pause } from './pause.ts'
import type { CommandModule } from './run.ts'
import { formatDuration, oneLine } from './text.ts'

const reconnectFirstMs = 500
const reconnectMaxMs = 15_000
const answerBytesMax = 256 * 1024

/** `posthorn listen <port|url>`: deliveries come to this machine over an outbound stream. */
export const listen: CommandModule = {
  examples: [
    'posthorn listen 3000',
    'posthorn listen 3000/webhooks --events order.created,order.paid',
    'posthorn listen http://localhost:3000/webhooks --app acme --json',
  ],
  define(command, context, act) {
    const { t } = context
    withApplication(command, context)
      .argument('<target>', t({ en: 'port, port/path or URL', es: 'puerto, puerto/ruta o URL' }))
      .option('--events <names>', t({ en: 'event types, by commas', es: 'tipos, por comas' }))
      .option(
        '--name <name>',
        t({ en: 'tells several apart', es: 'distingue entre varios' }),
        'cli',
      )
      .option('--record <folder>', t({ en: 'keep each body as a file', es: 'guarda cada cuerpo' }))
      .option('--print-secret', t({ en: 'show the secret', es: 'muestra el secreto de firma' }))
      .option(
        '--allow-external',
        t({ en: 'the target may be another machine', es: 'el destino puede ser otra máquina' }),
      )
      .action(
        act(async ([given = ''], options) => {
          const target = targetOf(given, options['allowExternal'] === true)
          const client = await context.client()
          const { id: app } = await applicationOf(options, client, context)
          return stayConnected({ client, app, target, options, context })
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

interface Session {
  readonly client: Client
  readonly app: string
  readonly target: string
  readonly options: Readonly<Record<string, unknown>>
  readonly context: Context
}

async function stayConnected(session: Session): Promise<ExitCode> {
  const { context } = session
  const { terminal, t } = context
  for (let waitMs = reconnectFirstMs; ; waitMs = Math.min(waitMs * 2, reconnectMaxMs)) {
    try {
      const ended = await oneConnection(session, () => {
        waitMs = reconnectFirstMs
      })
      if (ended === 'replaced') {
        context.note(t({ en: 'Another listen took over.', es: 'Otro listen tomó el relevo.' }))
        return exitCodes.ok
      }
    } catch (error) {
      if (terminal.stop.aborted) return exitCodes.ok
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
  const { client, app, target, options, context } = session
  const { events, name } = options
  const eventTypes = typeof events === 'string' ? events.split(',').filter(Boolean) : undefined
  const path = `/app/${encodeURIComponent(app)}/listen`
  const stream = await client.open('POST', path, { body: { name, target, eventTypes } })
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

interface Pushed {
  readonly id: string
  readonly headers: readonly (readonly [string, string])[]
  readonly bodyBase64: string
  readonly timeoutMs: number
}

function showConnected(
  connected: { readonly endpoint: string; readonly secret: string },
  { target, options, context }: Session,
): void {
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
  const { client, target, context } = input.session
  const { clock } = context.terminal
  const { request } = input
  const startedAt = clock.monotonic()
  const { record } = input.session.options
  if (typeof record === 'string') keep(request, record, context)
  const answer = await makeRequest(target, request)
  const tookMs = Math.round(clock.monotonic() - startedAt)
  show({ request, answer, tookMs, context })
  await client.call('POST', input.path, { body: answer })
}

/** The body as it came, for `posthorn trigger <type> --from`. Named after type and message. */
function keep(request: Pushed, folder: string, context: Context): void {
  const path = resolve(context.terminal.cwd, folder)
  const parts = [eventTypeOf(request), messageIdOf(request)].map((part) =>
    part.replaceAll(/[^\w.-]+/g, '_'),
  )
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, `${parts.join('-')}.json`), Buffer.from(request.bodyBase64, 'base64'))
}

function messageIdOf(request: Pushed): string {
  return request.headers.find(([name]) => /^(webhook|svix)-id$/i.test(name))?.[1] ?? ''
}

type LocalAnswer =
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly bodyBase64: string
    }
  | { readonly error: 'connect_refused' | 'connect_failed' }

/** Set by fetch itself. */
const notForwarded = /^(host|content-length|connection|transfer-encoding|accept-encoding)$/i

async function makeRequest(target: string, request: Pushed): Promise<LocalAnswer> {
  try {
    const response = await fetch(target, {
      method: 'POST',
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

function show(input: {
  readonly request: Pushed
  readonly answer: LocalAnswer
  readonly tookMs: number
  readonly context: Context
}): void {
  const { request, answer, tookMs, context } = input
  const { paint, terminal } = context
  const id = messageIdOf(request)
  const status = 'status' in answer ? answer.status : null
  const body = 'status' in answer ? Buffer.from(answer.bodyBase64, 'base64').toString('utf8') : ''
  const error = 'error' in answer ? answer.error : null
  context.emit({ event: 'delivery', id, status, error, tookMs })
  const ok = status !== null && status >= 200 && status < 300
  const time = new Date(terminal.clock.now()).toISOString().slice(11, 19)
  const type = eventTypeOf(request)
  const result = ok ? paint.green(String(status)) : paint.red(String(status ?? error))
  context.print(
    `${paint.dim(time)}  ${type.padEnd(20)} → ${result}  ${formatDuration(tookMs).padStart(7)}  ${id}  ${oneLine(body, 60)}`,
  )
}

function eventTypeOf(request: Pushed): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(request.bodyBase64, 'base64').toString('utf8'))
    const type: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'type') : null
    return typeof type === 'string' ? oneLine(type, 40) : '-'
  } catch {
    return '-'
  }
}
