/**
 * What `posthorn config set` keeps: named profiles, each with the server, the key, the application
 * and the language to use. A file of the person, mode 600, outside of any project.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import type { Terminal } from './terminal.ts'

export const profileSettings = ['url', 'key', 'app', 'lang'] as const
export type ProfileSetting = (typeof profileSettings)[number]
export type Profile = Readonly<Partial<Record<ProfileSetting, string>>>

export interface UserFile {
  /** The profile that is used when none is named. */
  readonly current: string
  readonly profiles: Readonly<Record<string, Profile>>
}

const nothing: UserFile = { current: 'default', profiles: {} }

/** Null where the environment names no home. */
export function userFilePath({ env }: Terminal): string | null {
  const home = env['HOME'] || env['USERPROFILE']
  const base = env['XDG_CONFIG_HOME'] || (home ? join(home, '.config') : '')
  return base === '' ? null : join(base, 'posthorn', 'config.json')
}

/** Empty when there is none, or when it cannot be read. */
export function readUserFile(terminal: Terminal): UserFile {
  const path = userFilePath(terminal)
  if (path === null) return nothing
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const current: unknown = Reflect.get(Object(value), 'current')
    const profiles: unknown = Reflect.get(Object(value), 'profiles')
    return {
      current: typeof current === 'string' ? current : nothing.current,
      profiles: Object.fromEntries(
        Object.entries(Object(profiles)).map(([name, profile]) => [name, profileOf(profile)]),
      ),
    }
  } catch {
    return nothing
  }
}

function profileOf(value: unknown): Profile {
  const known = profileSettings.flatMap((name) => {
    const text: unknown = Reflect.get(Object(value), name)
    return typeof text === 'string' ? [[name, text] as const] : []
  })
  return Object.fromEntries(known)
}

export function writeUserFile(path: string, file: UserFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 })
  chmodSync(path, 0o600) // an older file may have been made by hand
}

export function noHome(): CliFailure {
  return new CliFailure({
    exit: exitCodes.failed,
    code: 'no_home',
    title: {
      en: 'There is nowhere to keep it: neither HOME nor XDG_CONFIG_HOME is set.',
      es: 'No hay dónde guardarlo: no están HOME ni XDG_CONFIG_HOME.',
    },
  })
}
