/**
 * A live installation with very much waiting is moved from the embedded database to PostgreSQL. The old
 * node and the move itself are killed on the way; what waited goes out from the new house, each once and
 * in order, and keys that were used before are still known.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { type PostgresServer, startPostgres } from '../../test/support/postgres.ts'
import { monotonicMs } from '../support/monotonic.ts'
import { command, PosthornNode } from '../support/node.ts'
import { checkBooks, checkOrder, settledBooks } from './support/cluster-books.ts'
import { type Experiment, type Report, Violations } from './support/experiment.ts'
import { numberedEvent, postUntilAccepted } from './support/persistent-producer.ts'
import { inScene, type Scene } from './support/scene.ts'

const events = 25_000
const endpoints = 2
const producers = 32
const drainMs = 300_000
const encryptionKey = Buffer.alloc(32, 9).toString('base64')
/** When the move is killed for the first time; it goes on where it was. */
const killAfterMs = 2_000

export const movingHouse: Experiment = {
  name: 'moving-house',
  sentence:
    '50,000 waiting deliveries move from SQLite to PostgreSQL, and go out once and in order',
  largeOnly: true,
  run: () =>
    inScene(
      { node: { environment: { POSTHORN_ENCRYPTION_KEY: encryptionKey } } },
      async (scene) => {
        const server = await startPostgres({ durable: true })
        try {
          return await play(scene, server)
        } finally {
          await server.remove()
        }
      },
    ),
}

async function play(scene: Scene, server: PostgresServer): Promise<Report> {
  const { node, api, ledger } = scene
  const violations = new Violations()
  const { applicationId, endpointIds } = await arrangePaused(scene)
  const ids = await post(scene, applicationId, events)
  await node.kill()

  const url = server.url('postgres')
  const from = `sqlite:${node.databaseFile}`
  const first = migrate(from, url)
  await wait(killAfterMs)
  first.kill('SIGKILL')
  await once(first, 'close')
  const startedAt = monotonicMs()
  const [exit] = await once(migrate(from, url), 'close')
  const movedMs = Math.round(monotonicMs() - startedAt)
  violations.expect(exit === 0, `the second move ended with ${exit}`)

  const { folder, port, environment } = node.options
  const next = new PosthornNode({
    ...{ folder, port },
    environment: { ...environment, POSTHORN_DATABASE_URL: url },
  })
  await next.start()
  try {
    const again = await post(scene, applicationId, 100)
    violations.expect(
      again.every((id, number) => id === ids[number]),
      'a key was forgotten on the way',
    )
    for (const id of endpointIds.values()) {
      await api.must('PATCH', `/api/v1/app/${applicationId}/endpoint/${id}`, { paused: false })
    }
    const deliveries = events * endpoints
    const all = await ledger.until(() => ledger.distinct >= deliveries, drainMs)
    violations.expect(all, `${ledger.distinct} of ${deliveries} deliveries came`)
    const books = await settledBooks(url, deliveries, ledger)
    const checked = checkBooks({
      ...{ books, ledger, deliveries, endpointIds, violations },
      inFlightAtKills: 0, // nothing was sent before the move
    })
    const order = checkOrder(ledger, violations)
    const { name } = movingHouse
    const facts = { events, deliveries, movedMs, ...checked, ...order }
    return { name, form: 'large', facts, violations: violations.list() }
  } finally {
    await next.stop()
  }
}

/** All waits: the endpoints are paused. */
async function arrangePaused({ api, origin }: Scene) {
  const applicationId = await api.createApplication('moving house')
  const make = (path: string, more: object): Promise<string> =>
    api.createEndpoint(applicationId, origin + path, { paused: true, ...more })
  const endpointIds = new Map([
    ['/ordered', await make('/ordered', { policy: { ordering: 'fifo' } })],
    ['/parallel', await make('/parallel', {})],
  ])
  return { applicationId, endpointIds }
}

/** By number; each with its key. */
async function post({ api }: Scene, applicationId: string, count: number): Promise<string[]> {
  const deadlineAt = monotonicMs() + drainMs
  const ids: string[] = []
  let next = 0
  const produce = async (): Promise<void> => {
    for (let number = next++; number < count; number = next++) {
      const idempotencyKey = `event-${number}`
      const body = numberedEvent(number)
      ids[number] = await postUntilAccepted({
        api,
        applicationId,
        body,
        idempotencyKey,
        deadlineAt,
      })
    }
  }
  await Promise.all(Array.from({ length: producers }, produce))
  return ids
}

function migrate(from: string, to: string) {
  return spawn(process.execPath, [command, 'migrate-data', '--from', from, '--to', to], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'], POSTHORN_ENCRYPTION_KEY: encryptionKey },
  })
}
