/**
 * What an installation keeps in its data folder besides the database: the first API key, the token
 * secret and the encryption key. Each is made on first start, with mode 600, unless the settings
 * give it. A file that others could read is closed to them.
 */

import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Config } from './config.ts'
import type { Sentence } from './domain/sentence.ts'
import type { Random } from './runtime/random.ts'

export interface Installation {
  readonly dataDir: string
  /** `sqlite:` with an absolute path, or the PostgreSQL URL as given. */
  readonly databaseUrl: string
  readonly apiKey: string
  readonly jwtSecret: string
  readonly encryptionKey: string
  /** Public name in the loop header, the same on every node; says nothing of the secrets. */
  readonly id: string
  /** Where the API key was written when it was made here; null when it was given. */
  readonly apiKeyFile: string | null
}

/** A data folder that cannot be used; the message says what to do. */
export class InstallationFault extends Error {
  readonly said: Sentence
  constructor(said: Sentence, options?: ErrorOptions) {
    super(said.en, options)
    this.said = said
    this.name = 'InstallationFault'
  }
}

const secretBytes = 32

export function openInstallation(config: Config, random: Random): Installation {
  const dataDir = resolve(config.dataDir)
  makeFolder(dataDir)
  const kept = (name: string, given: string | null, make: () => string): string =>
    given ?? keepSecret(join(dataDir, name), make)
  const token = (): string => Buffer.from(random.bytes(secretBytes)).toString('base64url')
  const jwtSecret = kept('jwt-secret', config.jwtSecret, token)
  return {
    dataDir,
    id: createHash('sha256')
      .update(`posthorn installation ${jwtSecret}`)
      .digest('hex')
      .slice(0, 16),
    databaseUrl: databaseUrlOf(config, dataDir),
    apiKey: kept('api-key', config.apiKey, () => `sk_${token()}`),
    jwtSecret,
    encryptionKey: kept('encryption-key', config.encryptionKey, () =>
      Buffer.from(random.bytes(secretBytes)).toString('base64'),
    ),
    apiKeyFile: config.apiKey === null ? join(dataDir, 'api-key') : null,
  }
}

function databaseUrlOf(config: Config, dataDir: string): string {
  if (config.databaseUrl === '') return `sqlite:${join(dataDir, 'posthorn.db')}`
  if (!config.databaseUrl.startsWith('sqlite:')) return config.databaseUrl
  const path = config.databaseUrl.slice('sqlite:'.length)
  return path === ':memory:' ? config.databaseUrl : `sqlite:${resolve(path)}`
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new InstallationFault(
      {
        en: `The data folder ${dataDir} cannot be made: choose another with POSTHORN_DATA_DIR.`,
        es: `No se puede crear la carpeta de datos ${dataDir}: elige otra con POSTHORN_DATA_DIR.`,
      },
      { cause },
    )
  }
}

function keepSecret(path: string, make: () => string): string {
  if (!existsSync(path)) {
    const secret = make()
    try {
      writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: 'wx' })
      return secret
    } catch (cause) {
      if (!existsSync(path)) {
        throw new InstallationFault(
          {
            en: `${path} cannot be written: make its folder writable.`,
            es: `No se puede escribir ${path}: da permiso de escritura en su carpeta.`,
          },
          {
            cause,
          },
        )
      }
    }
  }
  return readSecret(path)
}

function readSecret(path: string): string {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    chmodSync(path, 0o600)
  }
  const secret = readFileSync(path, 'utf8').trim()
  if (secret === '') {
    throw new InstallationFault({
      en: `${path} is empty: restore it from a backup, or remove it to make a new one.`,
      es: `${path} está vacío: restáuralo de un respaldo, o elimínalo para crear otro.`,
    })
  }
  return secret
}
