import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { OrganizationId } from '../domain/ids.ts'
import { idSource } from '../runtime/id-source.ts'
import { silentLog } from '../runtime/log.ts'
import { seededRandom } from '../runtime/random.ts'
import { sealer } from '../runtime/sealing.ts'
import { VirtualClock } from '../runtime/virtual-clock.ts'
import { sqliteStore } from '../store/sqlite/index.ts'
import { retention } from './retention.ts'

const dayMs = 86_400_000
const retentionDays = 7

test('growth levels off: what is past its days leaves in small steps, and its space is used again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-retention-'))
  const path = join(folder, 'posthorn.db')
  const clock = new VirtualClock()
  const random = seededRandom(7)
  const ids = idSource(clock, random)
  const seal = sealer({ keys: [new Uint8Array(32)], random })
  const store = sqliteStore({ path, clock, log: silentLog, sealer: seal, threads: false })
  await store.open()
  const applicationId = ids.next('application')
  const now = clock.now()
  await store.createApplication({
    id: applicationId,
    organizationId: 'org_23rb8YdGqMT0qIzpgGwdXfHirMu' as OrganizationId, // of the right form
    uid: null,
    name: 'A',
    metadata: {},
    throttleRate: null,
    profile: 'standard',
    enabled: true,
    configVersion: 1,
    createdAt: now,
    updatedAt: now,
  })
  const service = retention({
    clock,
    log: silentLog,
    store,
    settings: { retentionDays, auditDays: 730, sweepIntervalMs: 3_600_000 },
    keep: async () => {},
  })
  await service.start()

  const sizes: number[] = []
  for (let day = 0; day < 24; day++) {
    const createdAt = clock.now()
    const view = await store.loadApplicationView(applicationId)
    const inputs = Array.from({ length: 1_000 }, () => ({
      message: {
        id: ids.next('message'),
        applicationId,
        eventType: 'order.created',
        eventId: null,
        channels: null,
        tags: null,
        payload: new Uint8Array(1_000),
        contentType: 'application/json',
        createdAt,
        deliverAt: null,
        payloadExpiresAt: createdAt + 90 * dayMs,
        attributes: {},
      },
      deliveries: [],
      configVersion: view?.application.configVersion ?? 0,
      lease: null,
      idempotency: null,
      now: createdAt,
    }))
    const results = await store.acceptMessages(inputs)
    assert(results.every(({ kind }) => kind === 'accepted'))
    await clock.advance(dayMs)
    sizes.push(sizeOf(path))
  }
  await service.stop()
  const page = { limit: 1, order: 'descending', iterator: null, backwards: false } as const
  const filter = { before: null, after: null, eventTypes: null, channel: null, tag: null }
  const { items } = await store.listMessages({
    applicationId,
    filter: { ...filter, before: clock.now() - (retentionDays + 1) * dayMs },
    page,
    withPayload: false,
    now: clock.now(),
  })
  await store.close()
  rmSync(folder, { recursive: true })
  assert.deepEqual(items, [], 'nothing older than its days is left')
  const [early = 0, middle = 0, late = 0] = [sizes[3], sizes[11], sizes[23]]
  assert(middle > early, 'it grew while nothing was old enough')
  assert(late <= middle * 1.1, `it still grows: ${middle} bytes on day 12, ${late} on day 24`)
})

/** The database's size in bytes, what still lies in its log included. */
function sizeOf(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true })
  const pages = Number(database.prepare('pragma page_count').get()?.['page_count'])
  const bytes = Number(database.prepare('pragma page_size').get()?.['page_size'])
  database.close()
  return pages * bytes
}

test('a step that fails ends its round, and the next round tries again', async () => {
  const clock = new VirtualClock()
  const answers = [new Error('disk full'), { more: true }, { more: false }]
  let calls = 0
  let callsWhenKept: readonly number[] = []
  const service = retention({
    clock,
    log: silentLog,
    settings: { retentionDays, auditDays: 730, sweepIntervalMs: 1_000 },
    async keep() {
      callsWhenKept = [...callsWhenKept, calls]
    },
    store: {
      async sweep() {
        const answer = answers[calls++] ?? { more: false }
        if (answer instanceof Error) throw answer
        return { payloads: 0, messages: 0, attempts: 0, keys: 0, more: answer.more }
      },
      sweepAudit: async () => 0,
    },
  })
  await service.start()
  await clock.advance(1_000)
  assert.equal(calls, 1)
  await clock.advance(1_100)
  assert.equal(calls, 3, 'the second round went on while there was more')
  assert.deepEqual(callsWhenKept, [0, 1], 'what outlives the rows is kept before each round')
  await service.stop()
  await clock.advance(10_000)
  assert.equal(calls, 3, 'nothing is swept after the stop')
})
