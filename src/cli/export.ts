/**
 * Lists as files. The server hands them out part by part and keeps nothing between, so a part that
 * did not come is asked for again, and `--continue` goes on after the last whole row of a file.
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { extname, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Client, ExportPart } from '../client/client.ts'
import { ApiError, Unreachable } from '../client/failures.ts'
import type { Both } from '../i18n/translate.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { type Holding, holding } from './holding.ts'
import { pause } from './pause.ts'
import { type Progress, progressOn } from './progress.ts'

/** How long a server that does not answer is waited for, and how often it is asked. */
const patienceMs = 60_000
const askAgainMs = 1_000
/** The end of a file that is read to find its last rows: more than the largest row. */
const tailBytes = 16_777_216

type Format = 'csv' | 'ndjson'
type Options = Readonly<Record<string, unknown>>

export function exportOptions(command: Command, context: Context): Command {
  const { t } = context
  return command
    .option('--format <format>', t({ en: 'csv or ndjson', es: 'csv o ndjson' }))
    .option('--to <file>', t({ en: 'into this file', es: 'a este archivo' }))
    .option('--continue', t({ en: 'go on where it ends', es: 'sigue donde termina' }))
}

/** Writes the whole list to the file of `--to`, or to the standard output. */
export async function exportList(input: {
  readonly app: string
  readonly list: 'delivery' | 'msg' | 'endpoint'
  /** The filter; what is not text, a number or a switch is left out. */
  readonly query: Options
  readonly options: Options
  readonly client: Client
  readonly context: Context
}): Promise<ExitCode> {
  const { list, options, context } = input
  const { to } = options
  const file = typeof to === 'string' ? resolve(context.terminal.cwd, to) : null
  const format = formatOf(options['format'], file)
  const start = beginning(file, options['continue'] === true)
  // Rows at a terminal leave no line for anything else.
  const hold = holding(context, { keys: file !== null || !context.terminal.outIsTty })
  const progress = progressOn(context)
  try {
    const done = await parts(
      { ...input, context: hold.context },
      { file, format, start, hold, progress },
    )
    progress.end()
    if (done === null) {
      if (file !== null) context.note(context.t(goesOn(list, options)))
      return exitCodes.interrupted
    }
    if (file !== null) context.emit({ rows: done, file })
    return exitCodes.ok
  } finally {
    hold.release()
  }
}

/** Rows that were written; null: it was stopped before the last. */
async function parts(
  { app, list, query, client, context }: Parameters<typeof exportList>[0],
  to: {
    readonly file: string | null
    readonly format: Format
    readonly start: string | null
    readonly hold: Holding
    readonly progress: Progress
  },
): Promise<number | null> {
  const { file, format, hold, progress } = to
  let [iterator, rows] = [to.start, 0]
  for (;;) {
    const asked = { ...textual(query), format, ...(iterator === null ? {} : { iterator }) }
    const part = await patiently(() => client.exportPart(app, list, asked), context)
    if (part === 'stopped') return null
    write(file, part.text, context)
    rows += part.rows
    const { reached = null, next } = part
    progress.tell(context.t(soFar(rows, reached)), null, { rows, reached })
    if (next === null) return rows
    iterator = next
    if (!(await hold.mayGoOn(progress))) return null
  }
}

/** The same command, from where the file ends. */
function goesOn(list: keyof typeof commandsOfLists, options: Options): Both {
  const given = Object.entries({ ...options, continue: true }).flatMap(([name, value]) => {
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    if (name === 'payload') return value === false ? ['--no-payload'] : []
    if (value === true) return [flag]
    return typeof value === 'string' ? [flag, inShell(value)] : []
  })
  const line = ['posthorn', commandsOfLists[list], 'export', ...given].join(' ')
  return { en: `It goes on with: ${line}`, es: `Continúa con: ${line}` }
}

const commandsOfLists = { delivery: 'deliveries', msg: 'messages', endpoint: 'endpoints' } as const

function inShell(value: string): string {
  return /^[\w./:,@%+=-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`
}

function soFar(rows: number, reached: string | null | undefined): Both {
  const [row, fila] = rows === 1 ? ['row', 'fila'] : ['rows', 'filas']
  if (!reached) return { en: `${rows} ${row}`, es: `${rows} ${fila}` }
  return { en: `${rows} ${row}, back to ${reached}`, es: `${rows} ${fila}, hasta ${reached}` }
}

function formatOf(given: unknown, file: string | null): Format {
  if (given === 'csv' || given === 'ndjson') return given
  if (given === undefined) return file !== null && extname(file) === '.csv' ? 'csv' : 'ndjson'
  throw usageFailure({ en: '--format is ndjson or csv.', es: '--format es ndjson o csv.' })
}

function textual(query: Options): Readonly<Record<string, string | number | boolean>> {
  const known = Object.entries(query).filter(([, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  )
  return Object.fromEntries(known) as Record<string, string | number | boolean> // by the filter
}

/** Where the export begins: null at the first row, else after the last whole one of the file. */
function beginning(file: string | null, goesOn: boolean): string | null {
  if (file === null) {
    if (goesOn)
      throw usageFailure({ en: '--continue needs --to.', es: '--continue requiere --to.' })
    return null
  }
  if (goesOn) return lastWholeRow(file)
  if (existsSync(file)) {
    throw usageFailure(
      { en: `${file} is there already.`, es: `${file} ya existe.` },
      { en: 'Name another, or add --continue.', es: 'Indica otro, o agrega --continue.' },
    )
  }
  writeFileSync(file, '', { mode: 0o600 })
  return null
}

/** What a row begins with, in either format; a quote inside of a cell is written twice. */
const rowStart = /^(?:\{"id":)?"((?:dlv|msg|ep)_[0-9A-Za-z]{27})"/gm

/** Cuts the last row off, since it may not be whole, and names the one before; null: there is none. */
function lastWholeRow(file: string): string | null {
  if (!existsSync(file)) {
    throw usageFailure({ en: `There is no ${file}.`, es: `No existe ${file}.` })
  }
  const { size } = statSync(file)
  const from = Math.max(0, size - tailBytes)
  const bytes = Buffer.alloc(size - from)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, bytes, 0, bytes.length, from)
  } finally {
    closeSync(descriptor)
  }
  const text = bytes.toString('latin1') // a character a byte: places in it are places in the file
  const starts = [...text.matchAll(rowStart)]
  const [before, last] = [starts.at(-2), starts.at(-1)]
  truncateSync(file, before === undefined || last === undefined ? 0 : from + last.index)
  return before?.[1] ?? null
}

function write(file: string | null, text: string, context: Context): void {
  if (file === null) context.write(text)
  else appendFileSync(file, text)
}

/** Asks again while the server starts anew or is overloaded. */
async function patiently(
  ask: () => Promise<ExportPart>,
  { terminal, note, t }: Context,
): Promise<ExportPart | 'stopped'> {
  const until = terminal.clock.monotonic() + patienceMs
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (terminal.stop.aborted) return 'stopped'
      if (!isPassing(error) || terminal.clock.monotonic() > until) throw error
    }
    note(t({ en: 'No answer; asking again.', es: 'Sin respuesta; se vuelve a pedir.' }))
    await pause(askAgainMs, terminal)
    if (terminal.stop.aborted) return 'stopped'
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof Unreachable) return true
  return error instanceof ApiError && (error.status === 429 || error.status >= 500)
}
