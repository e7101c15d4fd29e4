import type { Client } from '../client/client.ts'
import { ApiError } from '../client/failures.ts'
import { applicationOf, withApplication } from './application.ts'
import { type Context, createContext } from './context.ts'
import { readEvents } from './event-stream.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { asFailure, CliFailure, usageFailure } from './failure.ts'
import { quittable } from './keyboard.ts'
import { listenKeys, tellKeys } from './listen-keys.ts'
import {
  type Arrived,
  keep,
  type Pushed,
  printedParts,
  type Recorded,
  type Shown,
  show,
  tellAttempt,
  tellBack,
  tellHeld,
} from './listen-output.ts'
import { type Fetch, localFetch, makeRequest, targetOf, untilOpen } from './listen-target.ts'
import { pause } from './pause.ts'
import { objectText, readData } from './payload.ts'
import type { CommandModule } from './run.ts'
import { formatDuration } from './text.ts'

const reconnectFirstMs = 500
const reconnectMaxMs = 15_000
/** Answers on their way may hold up the end of the command for so long. */
const quitWaitMs = 2_000
/** Without any connection for so long, it ends: nobody is deceived by a line that says nothing more. */
const giveUpMs = 30 * 60_000

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
        '--share',
        t({ en: 'beside another that listens', es: 'junto a otro que ya escucha' }),
      )
      .option(
        '--insecure',
        t({ en: 'take any certificate of the target', es: 'acepta cualquier certificado' }),
      )
      .option(
        '--allow-external',
        t({ en: 'the target may be another machine', es: 'el destino puede ser otra máquina' }),
      )
      .action(
        act(async ([given = ''], options) => {
          const target = targetOf(given, options['allowExternal'] === true)
          const { context: own, quit } = quittable(context)
          const shown = {
            context: withOutput(options['output'], own),
            parts: printedParts(options['print']),
          }
          const filter = await filterOf(options['filter'], context)
          const client = await own.client()
          const { id: app } = await applicationOf(options, client, own)
          const fetch = await localFetch(options['insecure'] === true)
          const session = {
            ...{ client, app, target, filter, options, shown, fetch },
            ...{ connected: null, last: null, answering: new Set<Promise<unknown>>() },
          }
          const release = listenKeys(session, () => void answered(session).then(quit))
          try {
            return await stayConnected(session)
          } finally {
            release()
          }
        }),
      )
  },
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

export interface Session {
  readonly client: Client
  readonly app: string
  readonly target: string
  readonly filter: unknown
  readonly options: Readonly<Record<string, unknown>>
  readonly shown: Shown
  readonly fetch: Fetch
  /** Which endpoint the command is, once the server has said so. */
  connected: Connected | null
  /** What came last. */
  last: Arrived | null
  /** Requests whose answers are on their way here or to the server. */
  readonly answering: Set<Promise<unknown>>
}

interface Connected {
  readonly endpoint: string
  readonly name: string
  /** Empty for who may not see it. */
  readonly secret: string
  /** Another command was connected as this endpoint until now. */
  readonly tookOver: boolean
}

/** An answer that is shown is the server's too before the command ends; a target that hangs holds nobody. */
async function answered({ answering, shown }: Session): Promise<void> {
  await Promise.race([Promise.all(answering), pause(quitWaitMs, shown.context.terminal)])
}

async function stayConnected(session: Session): Promise<ExitCode> {
  const { context } = session.shown
  const { terminal, language } = context
  let lastSeen = terminal.clock.monotonic()
  for (let waitMs = reconnectFirstMs; ; waitMs = Math.min(waitMs * 2, reconnectMaxMs)) {
    let reason = context.t({ en: 'the connection ended', es: 'la conexión terminó' })
    try {
      const ended = await oneConnection(session, () => {
        waitMs = reconnectFirstMs
      })
      if (ended === 'replaced' && session.options['share'] !== true) return replaced(session)
      lastSeen = terminal.clock.monotonic()
      if (ended === 'closed' && !terminal.stop.aborted) {
        await held(session)
        continue
      }
    } catch (error) {
      if (terminal.stop.aborted) return leave(session)
      const silentMs = terminal.clock.monotonic() - lastSeen
      reason = asFailure(error).title[language]
      if (!isPassing(error) || silentMs > giveUpMs) throw gaveUp(error, context)
    }
    if (terminal.stop.aborted) return leave(session)
    const inText = formatDuration(waitMs)
    context.emit({ event: 'reconnecting', inMs: waitMs, reason })
    context.note(
      context.t({
        en: `Reconnecting in ${inText}… (${reason})`,
        es: `Reconectando en ${inText}… (${reason})`,
      }),
    )
    await pause(waitMs, terminal)
    if (terminal.stop.aborted) return leave(session)
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof CliFailure) return false
  return !(error instanceof ApiError) || error.status >= 500 || error.status === 429
}

function gaveUp(error: unknown, context: Context): unknown {
  context.note(context.t({ en: 'Gave up.', es: 'Se desistió.' }))
  return error
}

function replaced({ shown: { context } }: Session): ExitCode {
  context.note(context.t({ en: 'Another listen took over.', es: 'Otro listen tomó el relevo.' }))
  context.note(context.paint.dim(context.t(howToShare)))
  return exitCodes.ok
}

const howToShare = {
  en: 'Both receive with --share; each its own with --name and --events or --filter.',
  es: 'Ambos reciben con --share; cada uno lo suyo con --name y --events o --filter.',
}

/** A place taken beside another's is switched off again: nothing is to pile up for it. */
async function leave({ app, connected, options, shown }: Session): Promise<ExitCode> {
  const beside = options['share'] === true && connected?.name !== options['name']
  if (!beside || connected === null) return exitCodes.ok
  const { terminal, globals } = shown.context
  // The session's own client has been told to stop.
  const last = createContext({ ...terminal, stop: new AbortController().signal }, globals)
  const { endpoints } = await last.client()
  await endpoints.patch(app, connected.endpoint, { disabled: true })
  return exitCodes.ok
}

/** Nothing listens on the target: while nobody is connected deliveries wait without burning tries. */
async function held(session: Session): Promise<void> {
  const { target, shown } = session
  await tellHeld(session)
  await untilOpen(target, shown.context.terminal)
  if (!shown.context.terminal.stop.aborted) await tellBack(session)
}

async function oneConnection(
  session: Session,
  onConnected: () => void,
): Promise<'replaced' | 'closed' | 'ended'> {
  const { client } = session
  const closed = new AbortController()
  const path = `/app/${encodeURIComponent(session.app)}/listen`
  tellConnecting(session)
  const stream = await client.open('POST', path, {
    body: wishOf(session),
    signal: closed.signal,
  })
  if (!stream.ok || stream.body === null) throw await refusal(path, stream)
  try {
    for await (const { event, data } of readEvents(stream.body)) {
      if (event === 'replaced') return 'replaced'
      if (event === 'connected') {
        onConnected()
        session.connected = data as Connected // ours
        showConnected(session.connected, session)
      }
      if (event === 'ready') await hasten(session)
      if (event === 'attempt') tellAttempt(data as Recorded /* ours */, session)
      if (event === 'request') {
        const answering = forward(session, data as Pushed /* ours */)
          .then(
            (isOpen) => {
              if (!isOpen) closed.abort()
            },
            (error: unknown) => session.shown.context.note(asFailure(error).title.en),
          )
          .finally(() => session.answering.delete(answering))
        session.answering.add(answering)
      }
    }
  } catch (error) {
    if (closed.signal.aborted) return 'closed'
    throw error
  }
  return 'ended'
}

/** Once connected, the endpoint is asked for by its name: of several, this command goes on with its own. */
function wishOf({ options, connected, target, filter }: Session): object {
  const { events, share } = options
  const eventTypes = typeof events === 'string' ? events.split(',').filter(Boolean) : undefined
  const name = connected?.name ?? options['name']
  return { name, target, eventTypes, filter, ...(share === true ? { share } : {}) }
}

async function refusal(path: string, stream: Response): Promise<ApiError> {
  return new ApiError({
    method: 'POST',
    path: `/api/v1${path}`,
    status: stream.status,
    code: stream.status === 401 ? 'authentication_failed' : 'unexpected_answer',
    detail: (await stream.text()).slice(0, 200),
    issues: [],
    requestId: stream.headers.get('x-request-id'),
  })
}

/** What failed because nothing listened does not wait for its schedule once something does. */
async function hasten({ client, app, connected, last, shown }: Session): Promise<void> {
  const { answer } = last ?? {}
  if (connected === null || answer === undefined || !('error' in answer)) return
  const { context } = shown
  await client.endpoints.retryNow(app, connected.endpoint).catch((error: unknown) => {
    context.note(asFailure(error).title[context.language]) // they come by their schedule
  })
}

function tellConnecting({ shown: { context } }: Session): void {
  const { serverUrl } = context
  context.note(context.t({ en: `Connecting to ${serverUrl}…`, es: `Conectando con ${serverUrl}…` }))
}

function showConnected(connected: Connected, session: Session): void {
  const { target, options, shown } = session
  const { context } = shown
  const { t } = context
  const { endpoint, name, tookOver } = connected
  const secret = options['printSecret'] === true ? connected.secret : ''
  context.emit({ event: 'connected', endpoint, name, target, tookOver })
  context.note(
    t({
      en: `Connected as ${endpoint}; deliveries go to ${target}`,
      es: `Conectado como ${endpoint}; las entregas van a ${target}`,
    }),
  )
  if (tookOver) {
    context.note(
      context.paint.yellow(
        t({
          en: 'Another listen was here; this one took over.',
          es: 'Había otro listen aquí; este tomó el relevo.',
        }),
      ),
    )
    context.note(context.paint.dim(t(howToShare)))
  }
  if (secret === '') {
    const command = `posthorn endpoints secret ${endpoint}`
    context.note(context.paint.dim(t({ en: `Secret: ${command}`, es: `Secreto: ${command}` })))
  } else context.print(secret)
  tellKeys(context)
}

/** Makes the request here, tells what came of it, and hands the answer back. False: nothing listens there. */
async function forward(session: Session, request: Pushed): Promise<boolean> {
  const { client, app, connected, target, options, shown, fetch } = session
  const { terminal } = shown.context
  const { record } = options
  if (typeof record === 'string') keep(request, record, terminal)
  const startedAt = terminal.clock.monotonic()
  const answer = await makeRequest(target, request, fetch)
  const tookMs = Math.round(terminal.clock.monotonic() - startedAt)
  session.last = { request, answer, tookMs }
  show(session.last, shown)
  const path = `/app/${encodeURIComponent(app)}/listen/${connected?.endpoint}/answer/${request.id}`
  await client.call('POST', path, { body: answer })
  return !('error' in answer && answer.error === 'connect_refused')
}
