/**
 * Several real nodes on one real PostgreSQL. The receiver lives here, so that nothing that is done
 * to the nodes touches what it has seen.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { NodeRole } from '../../../src/domain/node.ts'
import {
  type PostgresServer,
  type ServerOptions,
  startPostgres,
} from '../../../test/support/postgres.ts'
import { Api } from '../../support/api.ts'
import { monotonicMs } from '../../support/monotonic.ts'
import { freePort, PosthornNode } from '../../support/node.ts'
import { Ledger, type LedgerOptions } from './ledger.ts'

export const clusterLeaseMs = 2_000

const environment = {
  POSTHORN_JWT_SECRET: 'a secret that all nodes of the experiment share',
  POSTHORN_ENCRYPTION_KEY: Buffer.alloc(32, 9).toString('base64'),
  POSTHORN_LEASE_MS: String(clusterLeaseMs),
  POSTHORN_ATTEMPT_TIMEOUT_MS: '800',
  POSTHORN_POLL_MS: '100',
  POSTHORN_RETRY_SCHEDULE_MS: Array.from({ length: 30 }, () => '200').join(','),
  BUSY_MS: String(1.5 * clusterLeaseMs),
}
/** What `blockNode` of the nemesis asks for. */
const busy = new URL('busy.ts', import.meta.url).href

export interface ClusterMember {
  readonly role: NodeRole
  readonly node: PosthornNode
}

export interface Cluster {
  readonly database: PostgresServer
  readonly members: readonly ClusterMember[]
  /** Of the nodes that answer the API. */
  readonly apis: readonly Api[]
  readonly ledger: Ledger
  readonly origin: string
}

export interface ClusterOptions {
  readonly roles: readonly NodeRole[]
  readonly ledger: LedgerOptions
  readonly environment?: Readonly<Record<string, string>>
  /** In place of the command, for each node. */
  readonly script?: string
  /** Set for each node, by its place. */
  readonly environmentOf?: (index: number) => Readonly<Record<string, string>>
  /** Settings of the PostgreSQL server, each `name=value`. */
  readonly settings?: readonly string[]
  /** The server's data lie there. */
  readonly disk?: Required<ServerOptions>['disk']
  /** Where nodes find the database; the default is the server itself. */
  readonly databaseUrl?: (server: PostgresServer) => Promise<string>
}

export async function inCluster<Result>(
  options: ClusterOptions,
  act: (cluster: Cluster) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-cluster-'))
  /** What was started so far is ended in the opposite order, whatever happens. */
  const ends: (() => Promise<unknown> | undefined)[] = []
  const members: ClusterMember[] = []
  try {
    const { settings = [], disk } = options
    const database = await startPostgres({ durable: true, settings, ...(disk && { disk }) })
    ends.push(() => database.remove())
    const ledger = new Ledger(options.ledger)
    const origin = await ledger.start()
    ends.push(() => ledger.close())
    for (const [index, role] of options.roles.entries()) {
      const databaseUrl = (await options.databaseUrl?.(database)) ?? database.url('postgres')
      members.push({ role, node: await nodeOf({ options, folder, index, role, databaseUrl }) })
    }
    ends.push(() => Promise.all(members.map(({ node }) => node.stop())))
    const apis = members
      .filter(({ role }) => role !== 'worker')
      .map(({ node }) => new Api(node.options.port, { connections: 16, timeoutMs: 5_000 }))
    ends.push(() => Promise.all(apis.map((api) => api.close())))
    await Promise.all(members.map(({ node }) => node.start()))
    return await act({ database, members, apis, ledger, origin })
  } catch (error) {
    for (const { node } of members) process.stderr.write(`${node.logTail(2_000)}\n`)
    throw error
  } finally {
    for (const end of ends.reverse()) await end()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function nodeOf(input: {
  readonly options: ClusterOptions
  readonly folder: string
  readonly index: number
  readonly role: NodeRole
  readonly databaseUrl: string
}): Promise<PosthornNode> {
  const { options, folder, index, role, databaseUrl } = input
  return new PosthornNode({
    folder: join(folder, `node-${index}`),
    port: await freePort(),
    execArgv: ['--import', busy],
    ...(options.script !== undefined && { script: options.script }),
    environment: {
      ...environment,
      POSTHORN_ROLE: role,
      POSTHORN_DATABASE_URL: databaseUrl,
      ...options.environment,
      ...options.environmentOf?.(index),
    },
  })
}

/** Repeats one event with its key, at any node that answers, until it is accepted. */
export async function postAnywhere(input: {
  readonly cluster: Pick<Cluster, 'apis'>
  readonly applicationId: string
  readonly body: string
  readonly idempotencyKey: string
  readonly deadlineAt: number
  /** Told each status other than 2xx; 0: no answer. */
  readonly onRefused?: (status: number) => void
}): Promise<string> {
  const { apis } = input.cluster
  let at = Math.floor(Math.random() * apis.length)
  while (monotonicMs() < input.deadlineAt) {
    const api = apis[at++ % apis.length]
    const answer = await api?.call('POST', `/api/v1/app/${input.applicationId}/msg`, {
      body: input.body,
      idempotencyKey: input.idempotencyKey,
    })
    if (answer !== undefined && answer.status >= 200 && answer.status < 300) {
      return (JSON.parse(answer.text) as { id: string }).id // a message always has one
    }
    input.onRefused?.(answer?.status ?? 0)
    if (answer !== undefined && answer.status >= 400 && answer.status < 500) {
      if (answer.status !== 429) throw new Error(`refused: ${answer.status} ${answer.text}`)
    }
    await wait(20)
  }
  throw new Error(`key ${input.idempotencyKey} was never accepted`)
}

/** Ordered endpoints `/ordered-n` and parallel ones `/parallel-n`: each pair wants one event type. */
export async function arrangePairs(
  made: Cluster,
  input: { readonly pairs: number; readonly endpoint?: object },
): Promise<{ readonly applicationId: string; readonly endpointIds: ReadonlyMap<string, string> }> {
  const [api] = made.apis
  if (api === undefined) throw new Error('nobody answers the API')
  const applicationId = await api.createApplication('cluster experiment')
  const endpointIds = new Map<string, string>()
  for (let pair = 0; pair < input.pairs; pair++) {
    const eventType = typeOf(pair)
    await api.call('POST', '/api/v1/event-type', {
      body: JSON.stringify({ name: eventType, description: 'of the experiment' }),
    })
    for (const kind of ['ordered', 'parallel']) {
      const path = `/${kind}-${pair}`
      const more = kind === 'ordered' ? { policy: { ordering: 'fifo' } } : {}
      const settings = { filterTypes: [eventType], ...input.endpoint, ...more }
      endpointIds.set(path, await api.createEndpoint(applicationId, made.origin + path, settings))
    }
  }
  return { applicationId, endpointIds }
}

export function typeOf(pair: number): string {
  return `fault.pair${pair}`
}

/** Event `number`, for the pair of endpoints whose turn it is. */
export function pairedEvent(number: number, pairs: number): string {
  return `{"eventType":"${typeOf(number % pairs)}","payload":{"number":${number},"exact":1.0}}`
}
