import type { Language } from '../i18n/translate.ts'
import { usageFailure } from './failure.ts'

/** Flags that every command takes, before or after its name. */
export interface Globals {
  readonly json: boolean
  readonly quiet: boolean
  readonly color: boolean
  readonly debug: boolean
  /** Null: from the locale. */
  readonly language: Language | null
  readonly url: string | null
  readonly key: string | null
  /** Named with `--profile`; see `posthorn config`. */
  readonly profile: string | null
}

export const noGlobals: Globals = {
  json: false,
  quiet: false,
  color: true,
  debug: false,
  language: null,
  url: null,
  key: null,
  profile: null,
}

/** Takes the global flags out of the arguments; what follows a bare `--` is left alone. */
export function takeGlobals(args: readonly string[]): {
  readonly globals: Globals
  readonly rest: readonly string[]
} {
  let globals = noGlobals
  const rest: string[] = []
  const queue = [...args]
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    if (arg === '--') {
      rest.push('--', ...queue)
      break
    }
    const [name = '', inline] = arg.startsWith('--') ? splitFlag(arg) : [arg]
    const value = (): string => inline ?? queue.shift() ?? missing(name)
    if (name === '--json') globals = { ...globals, json: true }
    else if (name === '--quiet' || name === '-q') globals = { ...globals, quiet: true }
    else if (name === '--no-color') globals = { ...globals, color: false }
    else if (name === '--debug') globals = { ...globals, debug: true }
    else if (name === '--lang') globals = { ...globals, language: language(value()) }
    else if (name === '--url') globals = { ...globals, url: value() }
    else if (name === '--key') globals = { ...globals, key: value() }
    else if (name === '--profile') globals = { ...globals, profile: value() }
    else rest.push(arg)
  }
  return { globals, rest }
}

function splitFlag(arg: string): readonly [string, string?] {
  const equals = arg.indexOf('=')
  return equals === -1 ? [arg] : [arg.slice(0, equals), arg.slice(equals + 1)]
}

function language(value: string): Language {
  if (value === 'en' || value === 'es') return value
  throw usageFailure({
    en: `There is no language "${value}": en or es.`,
    es: `No existe el idioma "${value}": en o es.`,
  })
}

function missing(name: string): never {
  throw usageFailure({ en: `${name} needs a value.`, es: `${name} necesita un valor.` })
}
