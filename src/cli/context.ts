import { join, resolve } from 'node:path'
import picocolors from 'picocolors'
import type { Client } from '../client/client.ts'
import { type Both, type Language, languageOf } from '../i18n/translate.ts'
import { readServerFile, readText } from './data-folder.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import type { Globals } from './globals.ts'
import { nearest } from './nearest.ts'
import type { Terminal } from './terminal.ts'
import { harmless } from './text.ts'
import { type Profile, readUserFile } from './user-file.ts'

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
  /** Text as it is; at a terminal others' characters cannot steer it. JSON stays the same JSON. */
  write(text: string): void
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
  const { profile } = profileInUse(terminal, globals)
  const language =
    globals.language ??
    languageOf(profile.lang ?? env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'])
  const colored = terminal.outIsTty && globals.color && !env['NO_COLOR'] && !globals.json
  const { url } = serverOf(terminal, globals)
  const write = (text: string): void => terminal.out(terminal.outIsTty ? harmless(text) : text)
  return {
    terminal,
    globals,
    language,
    paint: picocolors.createColors(colored),
    t: (pair) => pair[language],
    write,
    print: (line = '') => {
      if (!globals.json) terminal.out(`${harmless(line)}\n`)
    },
    note: (line) => {
      if (!globals.json && !globals.quiet) terminal.err(`${harmless(line)}\n`)
    },
    emit: (value) => {
      if (globals.json) write(`${JSON.stringify(value)}\n`)
    },
    serverUrl: url,
    async client() {
      const { name, isMissing } = profileInUse(terminal, globals)
      if (isMissing) throw unknownProfile(name, terminal)
      const { key } = keyOf(terminal, globals)
      if (key === null) throw missingKey()
      const { createClient } = await import('../client/client.ts')
      return createClient({ url, key, language, signal: terminal.stop })
    },
  }
}

export type Source = 'flag' | 'environment' | 'data folder' | 'user file' | 'default'

export function dataDirOf(terminal: Terminal): string {
  return resolve(terminal.cwd, terminal.env['POSTHORN_DATA_DIR'] || '.posthorn')
}

/** The profile of the user's file that counts: the one named, else the current one. */
export function profileInUse(
  terminal: Terminal,
  globals: Globals,
): {
  readonly name: string
  readonly profile: Profile
  /** What named it; null: nobody did. */
  readonly namedBy: 'flag' | 'environment' | null
  /** Somebody named one that there is not. */
  readonly isMissing: boolean
} {
  const file = readUserFile(terminal)
  const ofEnvironment = terminal.env['POSTHORN_PROFILE'] || null
  const name = globals.profile ?? ofEnvironment ?? file.current
  const found = Object.hasOwn(file.profiles, name) ? file.profiles[name] : undefined
  const namedBy = globals.profile !== null ? 'flag' : ofEnvironment !== null ? 'environment' : null
  return {
    name,
    profile: found ?? {},
    namedBy,
    isMissing: namedBy !== null && found === undefined,
  }
}

/** A flag wins over the environment, that over the data folder, that over the user's file. */
export function serverOf(
  terminal: Terminal,
  globals: Globals,
): { readonly url: string; readonly source: Source } {
  if (globals.url !== null) return { url: withScheme(globals.url), source: 'flag' }
  const { profile, namedBy } = profileInUse(terminal, globals)
  const kept = profile.url === undefined ? null : withScheme(profile.url)
  if (kept !== null && namedBy === 'flag') return { url: kept, source: 'user file' }
  const given = terminal.env['POSTHORN_URL']
  if (given) return { url: withScheme(given), source: 'environment' }
  if (kept !== null && namedBy === 'environment') return { url: kept, source: 'user file' }
  const running = readServerFile(dataDirOf(terminal))
  if (running !== null) return { url: running.url, source: 'data folder' }
  const port = terminal.env['POSTHORN_PORT']
  if (port) return { url: `http://127.0.0.1:${port}`, source: 'environment' }
  return kept === null ? { url: defaultUrl, source: 'default' } : { url: kept, source: 'user file' }
}

/**
 * A key of the user's file goes only to the server that stands beside it there, and a key of the
 * data folder never to that server.
 */
export function keyOf(
  terminal: Terminal,
  globals: Globals,
): { readonly key: string | null; readonly source: Source } {
  if (globals.key !== null) return { key: globals.key, source: 'flag' }
  const { profile, namedBy } = profileInUse(terminal, globals)
  const ofProfile = serverOf(terminal, globals).source === 'user file'
  const kept = ofProfile ? (profile.key ?? null) : null
  if (kept !== null && namedBy === 'flag') return { key: kept, source: 'user file' }
  const given = terminal.env['POSTHORN_API_KEY']
  if (given) return { key: given, source: 'environment' }
  if (ofProfile) return { key: kept, source: kept === null ? 'default' : 'user file' }
  const beside = readText(join(dataDirOf(terminal), 'api-key'))
  return { key: beside, source: beside === null ? 'default' : 'data folder' }
}

/**
 * A server as it was given. The key goes along, so a bare `host:port` means https; http is for this
 * machine, or where it is written.
 */
export function withScheme(url: string): string {
  const isHere = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(?=[:/]|$)/i.test(url)
  const whole = /^https?:\/\//.test(url) ? url : `${isHere ? 'http' : 'https'}://${url}`
  return whole.replace(/\/+$/, '')
}

function missingKey(): CliFailure {
  return new CliFailure({
    exit: exitCodes.notAuthenticated,
    code: 'missing_key',
    title: { en: 'There is no API key to use.', es: 'No hay clave de API que usar.' },
  })
}

function unknownProfile(name: string, terminal: Terminal): CliFailure {
  const like = nearest(name, Object.keys(readUserFile(terminal).profiles))
  return new CliFailure({
    exit: exitCodes.usage,
    code: 'unknown_profile',
    title: {
      en: `There is no profile "${name}".${like === null ? '' : ` Did you mean ${like}?`}`,
      es: `No existe el perfil "${name}".${like === null ? '' : ` ¿Quisiste decir ${like}?`}`,
    },
  })
}
