import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PostgresServer, startPostgres } from '../../test/support/postgres.ts'
import { Api } from './api.ts'
import { Child } from './child.ts'
import { freePort, PosthornNode } from './node.ts'

export type Database = 'sqlite' | 'postgres'

/** A fresh server on an empty database and a receiver, both in processes of their own. */
export interface Arena {
  readonly node: PosthornNode
  /** Further nodes on the same database. */
  readonly others: readonly PosthornNode[]
  readonly api: Api
  readonly receiver: Child
  readonly receiverOrigin: string
  readonly folder: string
  /** Where its rows lie. */
  readonly stored: { readonly path: string } | { readonly url: string }
  /** The postmaster; null with the embedded store, whose CPU is the server's own. */
  readonly databasePid: number | null
}

export interface ArenaOptions {
  /** Default `sqlite`: the embedded store. */
  readonly database?: Database
  /** How many nodes, on PostgreSQL. Default 1. */
  readonly nodes?: number
  readonly latencies?: boolean
  readonly verifyEvery?: number
  readonly environment?: Readonly<Record<string, string>>
  readonly execArgv?: readonly string[]
}

/** What nodes of one database must have in common. */
const sharedKey = { POSTHORN_ENCRYPTION_KEY: Buffer.alloc(32, 9).toString('base64') }

/** Runs a measurement in an arena of its own, and takes everything down again. */
export async function inArena<Result>(
  options: ArenaOptions,
  measure: (arena: Arena) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-bench-'))
  const { receiver, origin } = await startReceiver(options)
  const postgres = options.database === 'postgres' ? await startDatabase() : null
  const nodes: PosthornNode[] = []
  for (let at = 0; at < (options.nodes ?? 1); at++) {
    nodes.push(
      new PosthornNode({
        folder: at === 0 ? folder : join(folder, `node-${at}`),
        port: await freePort(),
        environment: {
          ...(postgres === null ? {} : { POSTHORN_DATABASE_URL: postgres.url('postgres') }),
          ...(options.nodes === undefined ? {} : sharedKey),
          ...options.environment,
        },
        execArgv: options.execArgv ?? [],
      }),
    )
  }
  const [node, ...others] = nodes
  if (node === undefined) throw new Error('an arena without a node')
  const api = new Api(node.options.port)
  try {
    for (const each of nodes) await each.start()
    const databasePid = postgres?.process.pid ?? null
    return await measure({
      node,
      others,
      api,
      receiver,
      receiverOrigin: origin,
      folder,
      stored: postgres === null ? { path: node.databaseFile } : { url: postgres.url('postgres') },
      databasePid,
    })
  } finally {
    await api.close()
    await Promise.all(nodes.map((each) => each.stop()))
    await receiver.stop()
    await postgres?.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** PostgreSQL as one would run it: durable, with room for its cache. Rivals get the same. */
export function startDatabase(): Promise<PostgresServer> {
  return startPostgres({
    durable: true,
    settings: ['shared_buffers=256MB', 'max_wal_size=4GB'],
  })
}

export async function startReceiver(
  options: ArenaOptions,
): Promise<{ readonly receiver: Child; readonly origin: string }> {
  const receiver = await Child.start('receiver.ts', {
    verifyEvery: options.verifyEvery ?? 16,
    latencies: options.latencies ?? false,
  })
  const { port } = await receiver.next('port')
  return { receiver, origin: `http://127.0.0.1:${port}` }
}

/** `count` applications with one endpoint each, all at `/<behaviour>/<group>/<n>`. */
export async function createApplications(
  arena: Arena,
  input: { readonly count: number; readonly behaviour: string; readonly group: string },
): Promise<readonly string[]> {
  const ids: string[] = []
  for (let at = 0; at < input.count; at++) {
    const id = await arena.api.createApplication(`${input.group} ${at}`)
    const url = `${arena.receiverOrigin}/${input.behaviour}/${input.group}/${at}`
    await arena.api.createEndpoint(id, url)
    ids.push(id)
  }
  return ids
}
