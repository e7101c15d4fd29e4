/** What `posthorn listen` shows and keeps of each delivery. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Context } from './context.ts'
import { usageFailure } from './failure.ts'
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
  | { readonly error: 'connect_refused' | 'connect_failed' }

type Part = 'body' | 'headers'

export interface Shown {
  readonly context: Context
  /** What is printed of each request beside its line. */
  readonly parts: ReadonlySet<Part>
  /** Whether it was told already that nothing listens on the target. */
  refused: boolean
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
export function show(input: {
  readonly request: Pushed
  readonly answer: LocalAnswer
  readonly tookMs: number
  readonly target: string
  readonly shown: Shown
}): void {
  const { request, answer, tookMs, shown } = input
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
  if (error === 'connect_refused' && !shown.refused) tellRefused(input.target, context)
  shown.refused = error === 'connect_refused'
}

/** Once, until something answers. */
function tellRefused(target: string, context: Context): void {
  const { host } = new URL(target)
  context.note(
    context.t({
      en: `Nothing listens on ${host}. Deliveries are kept and tried again on the endpoint's schedule.`,
      es: `Nada escucha en ${host}. Las entregas se guardan y se reintentan según el calendario del endpoint.`,
    }),
  )
}

function bodyOf(request: Pushed): Buffer {
  return Buffer.from(request.bodyBase64, 'base64')
}

function messageIdOf(request: Pushed): string {
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
