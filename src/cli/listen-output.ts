/** What `posthorn listen` shows and keeps of each delivery. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from '../client/types.ts'
import type { Context } from './context.ts'
import { usageFailure } from './failure.ts'
import { hasKeys } from './keyboard.ts'
import type { Session } from './listen.ts'
import type { Terminal } from './terminal.ts'
import { formatDuration, oneLine } from './text.ts'

/** A signed request, as the server hands it over. */
export interface Pushed {
  readonly id: string
  /** Absent: `POST`. */
  readonly method?: string
  readonly headers: readonly (readonly [string, string])[]
  readonly bodyBase64: string
  readonly timeoutMs: number
}

/** What came of it on this machine. */
export type LocalAnswer =
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly bodyBase64: string
    }
  | {
      readonly error: 'connect_refused' | 'connect_failed'
      /** The target's certificate is why. */
      readonly untrusted?: boolean
    }

/** A delivery, and what came of it on this machine. */
export interface Arrived {
  readonly request: Pushed
  readonly answer: LocalAnswer
  readonly tookMs: number
}

/** What the server wrote down of an attempt. */
export interface Recorded {
  readonly messageId: string
  readonly number: number
  readonly succeeded: boolean
  /** Attempts of the whole schedule; null: it is not known. */
  readonly of: number | null
  /** Null: there is no further one. */
  readonly nextAt: string | null
}

type Part = 'body' | 'headers'

export interface Shown {
  readonly context: Context
  /** What is printed of each request beside its line. */
  readonly parts: ReadonlySet<Part>
}

/** `--print body,headers` */
export function printedParts(given: unknown): ReadonlySet<Part> {
  const names = typeof given === 'string' ? given.split(',').map((name) => name.trim()) : []
  const parts = names.map((name) => {
    if (name === 'body' || name === 'headers') return name
    throw usageFailure({
      en: `"${name}" cannot be printed: body or headers.`,
      es: `"${name}" no se puede mostrar: body o headers.`,
    })
  })
  return new Set(parts)
}

/** The body as it came, for `posthorn trigger <type> --from`. Named after type and message. */
export function keep(request: Pushed, folder: string, terminal: Terminal): void {
  const path = resolve(terminal.cwd, folder)
  const parts = [eventTypeOf(request), messageIdOf(request)].map((part) =>
    part.replaceAll(/[^\w.-]+/g, '_'),
  )
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, `${parts.join('-')}.json`), bodyOf(request))
}

/** One line for a delivery, and beneath it what `--print` asks for. */
export function show({ request, answer, tookMs }: Arrived, shown: Shown): void {
  const { context, parts } = shown
  const { paint, terminal } = context
  const id = messageIdOf(request)
  const eventType = eventTypeOf(request)
  const { status = null, error = null } = { status: undefined, error: undefined, ...answer }
  const headers = parts.has('headers') ? { headers: request.headers } : {}
  const body = parts.has('body') ? { body: bodyOf(request).toString('utf8') } : {}
  context.emit({ event: 'delivery', id, eventType, status, error, tookMs, ...headers, ...body })
  const ok = status !== null && status >= 200 && status < 300
  const time = new Date(terminal.clock.now()).toISOString().slice(11, 19)
  const result = ok ? paint.green(String(status)) : paint.red(String(status ?? error))
  const answered = 'status' in answer ? Buffer.from(answer.bodyBase64, 'base64').toString() : ''
  context.print(
    `${paint.dim(time)}  ${eventType.padEnd(20)} → ${result}  ${formatDuration(tookMs).padStart(7)}  ${id}  ${oneLine(answered, 60)}`,
  )
  for (const [name, value] of parts.has('headers') ? request.headers : []) {
    context.print(`          ${paint.dim(`${name}: `)}${value}`)
  }
  if (parts.has('body')) context.print(`          ${bodyOf(request).toString('utf8')}`)
  if ('untrusted' in answer && answer.untrusted === true) context.note(context.t(untrusted))
}

/** Beneath a delivery that failed: `attempt 1 of 8 · next in 5 s · r retry now · w why · enter details`. */
export function tellAttempt(
  recorded: Recorded,
  { last, shown }: Pick<Session, 'last' | 'shown'>,
): void {
  const { messageId: id, number, of, nextAt, succeeded } = recorded
  if (succeeded) return
  const { context } = shown
  const { t, paint, terminal } = context
  context.emit({ event: 'attempt', id, number, of, nextAt })
  const isLast = last !== null && messageIdOf(last.request) === id
  const whole = of === null || number > of ? '' : t({ en: ` of ${of}`, es: ` de ${of}` })
  const inMs = nextAt === null ? null : Math.max(0, Date.parse(nextAt) - terminal.clock.now())
  const parts = [
    ...(isLast ? [] : [id]),
    t({ en: `attempt ${number}${whole}`, es: `intento ${number}${whole}` }),
    inMs === null
      ? t({ en: 'no further one', es: 'no hay otro' })
      : t({ en: `next in ${formatDuration(inMs)}`, es: `el siguiente en ${formatDuration(inMs)}` }),
  ]
  const keys =
    isLast && hasKeys(context)
      ? offeredKeys.map((key) => `${paint.bold(key)} ${t(listenLabels[key])}`)
      : []
  context.print(`          ${paint.dim([...parts, ...keys].join(' · '))}`)
}

/** What helps with a delivery that failed. */
const offeredKeys = ['r', 'w', 'enter'] as const

/** What single keys do. */
export const listenLabels = {
  r: { en: 'retry now', es: 'reintenta ya' },
  w: { en: 'why', es: 'por qué' },
  enter: { en: 'details', es: 'detalles' },
  c: { en: 'copy id', es: 'copia el id' },
  q: { en: 'quit', es: 'termina' },
}

const untrusted = {
  en: "The target's certificate is not trusted here: --insecure takes it as it is.",
  es: 'Aquí no se confía en el certificado del destino: --insecure lo acepta como está.',
}

type Holding = Pick<Session, 'client' | 'app' | 'connected' | 'target' | 'shown'>

/** Once, until something answers. */
export async function tellHeld(session: Holding): Promise<void> {
  const { target, shown } = session
  const { context } = shown
  const { host } = new URL(target)
  const waiting = await waitingFor(session)
  context.emit({ event: 'held', target, waiting })
  context.note(
    context.t({
      en: `Nothing listens on ${host}; events are held, ${waiting} waiting.`,
      es: `Nada escucha en ${host}; los eventos se retienen, ${waiting} en espera.`,
    }),
  )
}

export async function tellBack(session: Holding): Promise<void> {
  const { target, shown } = session
  const { host } = new URL(target)
  const waiting = await waitingFor(session)
  shown.context.note(
    shown.context.t({
      en: `${host} answers again; ${waiting} that waited come now.`,
      es: `${host} responde de nuevo; llegan ${waiting} que esperaban.`,
    }),
  )
}

const countedMax = 250

/** What has not come yet, counted up to a page: `250+` then. */
async function waitingFor({ client, app, connected }: Holding): Promise<string> {
  const query = { state: 'pending,sending', endpoint_id: connected?.endpoint, limit: countedMax }
  const path = `/app/${encodeURIComponent(app)}/delivery`
  try {
    const { data, done } = await client.call<Page<unknown>>('GET', path, { query })
    return `${data.length}${done ? '' : '+'}`
  } catch {
    return '?'
  }
}

/** All of the last delivery: what came, and what was answered. */
export function showWhole({ request, answer, tookMs }: Arrived, { print, paint }: Context): void {
  const lines = (headers: Iterable<readonly [string, string]>): void => {
    for (const [name, value] of headers) print(`  ${paint.dim(`${name}: `)}${value}`)
  }
  print(paint.bold(`${request.method ?? 'POST'} ${messageIdOf(request)}`))
  lines(request.headers)
  print(`  ${bodyOf(request).toString('utf8')}`)
  if ('error' in answer) {
    print(`${paint.red(answer.error)}  ${formatDuration(tookMs)}`)
    return
  }
  print(paint.bold(`${answer.status}  ${formatDuration(tookMs)}`))
  lines(Object.entries(answer.headers))
  print(`  ${Buffer.from(answer.bodyBase64, 'base64').toString('utf8')}`)
}

function bodyOf(request: Pushed): Buffer {
  return Buffer.from(request.bodyBase64, 'base64')
}

export function messageIdOf(request: Pushed): string {
  return request.headers.find(([name]) => /^(webhook|svix)-id$/i.test(name))?.[1] ?? ''
}

function eventTypeOf(request: Pushed): string {
  try {
    const value: unknown = JSON.parse(bodyOf(request).toString('utf8'))
    const type: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'type') : null
    return typeof type === 'string' ? oneLine(type, 40) : '-'
  } catch {
    return '-'
  }
}
