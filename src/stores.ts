import { hostname } from 'node:os'
import type { Config } from './config.ts'
import { ConfigError } from './config.ts'
import type { Installation } from './installation.ts'
import type { World } from './posthorn.ts'
import { sealer } from './runtime/sealing.ts'
import { postgresStore } from './store/postgres/index.ts'
import { sqliteStore } from './store/sqlite/index.ts'
import type { Store } from './store/store.ts'

const keyBytes = 32

/** The store that the database's URL names. It is not open yet. */
export function openStore(input: {
  readonly world: World
  readonly installation: Installation
  /** See `nodeName`. */
  readonly nodeId: string
}): Store {
  const { world, installation } = input
  const { clock, random, log } = world
  const keys = keyRing(installation.encryptionKey)
  const shared = { clock, log, sealer: sealer({ keys, random }) }
  const url = installation.databaseUrl
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length)
    return sqliteStore({ ...shared, path, threads: path !== ':memory:' })
  }
  return postgresStore({ ...shared, url, node: input.nodeId })
}

/** Refuses what can be no database, before a key or a folder is made for it. */
export function checkDatabase({ databaseUrl, role }: Config): void {
  if (databaseUrl === '' || databaseUrl.startsWith('sqlite:')) {
    if (role !== 'all') throw halfNode()
    return
  }
  if (/^postgres(ql)?:\/\//.test(databaseUrl)) {
    postgresUrl(databaseUrl)
    return
  }
  throw new ConfigError('POSTHORN_DATABASE_URL', {
    en: 'sqlite:PATH or postgres://…',
    es: 'sqlite:RUTA o postgres://…',
  })
}

/** A `#` or `/` in a password ends the address early; such a URL is refused before it is used. */
export function postgresUrl(url: string): string {
  if (URL.canParse(url) && new URL(url).hash === '') return url
  throw new ConfigError('POSTHORN_DATABASE_URL', {
    en: 'postgres://USER:PASSWORD@HOST/DATABASE, with special characters of the password as %XX',
    es: 'postgres://USUARIO:CLAVE@HOST/BASE, con los caracteres especiales de la clave como %XX',
  })
}

/** Its accepts would never be delivered, or its deliveries never accepted: nobody shares the file. */
function halfNode(): ConfigError {
  return new ConfigError('POSTHORN_ROLE', {
    en: 'all with the embedded database; api and worker need a PostgreSQL that nodes share',
    es: 'all con la base integrada; api y worker necesitan un PostgreSQL que los nodos compartan',
  })
}

/** Names one life of this process to the others: the machine, and chance. */
export function nodeName(random: World['random']): string {
  return `${hostname()}-${Buffer.from(random.bytes(4)).toString('hex')}`
}

/** Keys separated by commas, the current one first; each 32 bytes in base64 or hex. */
export function keyRing(text: string): readonly [Uint8Array, ...Uint8Array[]] {
  const keys = text.split(',').map((part) => readKey(part.trim()))
  const [first, ...others] = keys
  if (first === undefined) throw badKey()
  return [first, ...others]
}

function readKey(text: string): Uint8Array {
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64')
  if (bytes.length !== keyBytes) throw badKey()
  return bytes
}

function badKey(): ConfigError {
  return new ConfigError('POSTHORN_ENCRYPTION_KEY', {
    en: '32 bytes in base64 or hex',
    es: '32 bytes en base64 o hex',
  })
}
