import { join } from 'node:path'
import picocolors from 'picocolors'
import type { Client } from '../client/client.ts'
import { type Both, type Language, languageOf } from '../i18n/translate.ts'
import { readServerFile, readText } from './data-folder.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import type { Globals } from './globals.ts'
import type { Terminal } from './terminal.ts'

/** Functions that colour text, or leave it plain. */
export type Colors = ReturnType<typeof picocolors.createColors>

/** What every command is handed. */
export interface Context {
  readonly terminal: Terminal
  readonly globals: Globals
  readonly language: Language
  readonly paint: Colors
  /** The sentence in the person's language. */
  t(pair: Both): string
  /** A line of the answer, for people. Nothing under `--json`. */
  print(line?: string): void
  /** Progress and hints, to stderr. Nothing under `--json` or `--quiet`. */
  note(line: string): void
  /** The answer for programs: one object, or one of a stream. Only under `--json`. */
  emit(value: unknown): void
  /** The server that flags, environment, data folder or defaults name. */
  client(): Promise<Client>
  readonly serverUrl: string
}

export const defaultUrl = 'http://127.0.0.1:8071'

export function createContext(terminal: Terminal, globals: Globals): Context {
  const { env } = terminal
  const language =
    globals.language ?? languageOf(env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'])
  const colored = terminal.outIsTty && globals.color && !env['NO_COLOR'] && !globals.json
  const { url } = serverOf(terminal, globals)
  return {
    terminal,
    globals,
    language,
    paint: picocolors.createColors(colored),
    t: (pair) => pair[language],
    print: (line = '') => {
      if (!globals.json) terminal.out(`${line}\n`)
    },
    note: (line) => {
      if (!globals.json && !globals.quiet) terminal.err(`${line}\n`)
    },
    emit: (value) => {
      if (globals.json) terminal.out(`${JSON.stringify(value)}\n`)
    },
    serverUrl: url,
    async client() {
      const { key } = keyOf(terminal, globals)
      if (key === null) throw missingKey()
      const { createClient } = await import('../client/client.ts')
      return createClient({ url, key, signal: terminal.stop })
    },
  }
}

export type Source = 'flag' | 'environment' | 'data folder' | 'user file' | 'default'

export function dataDirOf(terminal: Terminal): string {
  return join(terminal.cwd, terminal.env['POSTHORN_DATA_DIR'] || '.posthorn')
}

export function serverOf(
  terminal: Terminal,
  globals: Globals,
): { readonly url: string; readonly source: Source } {
  if (globals.url !== null) return { url: withScheme(globals.url), source: 'flag' }
  const given = terminal.env['POSTHORN_URL']
  if (given) return { url: withScheme(given), source: 'environment' }
  const running = readServerFile(dataDirOf(terminal))
  if (running !== null) return { url: running.url, source: 'data folder' }
  const port = terminal.env['POSTHORN_PORT']
  if (port) return { url: `http://127.0.0.1:${port}`, source: 'environment' }
  return { url: defaultUrl, source: 'default' }
}

export function keyOf(
  terminal: Terminal,
  globals: Globals,
): { readonly key: string | null; readonly source: Source } {
  if (globals.key !== null) return { key: globals.key, source: 'flag' }
  const given = terminal.env['POSTHORN_API_KEY']
  if (given) return { key: given, source: 'environment' }
  const kept = readText(join(dataDirOf(terminal), 'api-key'))
  return { key: kept, source: kept === null ? 'default' : 'data folder' }
}

function withScheme(url: string): string {
  return (/^https?:\/\//.test(url) ? url : `http://${url}`).replace(/\/+$/, '')
}

function missingKey(): CliFailure {
  return new CliFailure({
    exit: exitCodes.notAuthenticated,
    code: 'missing_key',
    title: { en: 'There is no API key to use.', es: 'No hay clave de API que usar.' },
  })
}
