import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Application } from '../domain/application.ts'
import { type Endpoint, plainEndpoint } from '../domain/endpoint.ts'
import type { EndpointId, OrganizationId } from '../domain/ids.ts'
import { matchEndpoint, wantsChannels } from '../domain/matching.ts'
import { standardPolicy } from '../domain/policy.ts'
import { idSource } from '../runtime/id-source.ts'
import { silentLog } from '../runtime/log.ts'
import { seededRandom } from '../runtime/random.ts'
import { sealer } from '../runtime/sealing.ts'
import { VirtualClock } from '../runtime/virtual-clock.ts'
import type { AcceptResult } from '../store/port/accept.ts'
import type { Claim } from '../store/port/deliveries.ts'
import { sqliteStore } from '../store/sqlite/index.ts'
import type { Store } from '../store/store.ts'
import { acceptor, type EventInput } from './accept.ts'
import { type AdmissionLimits, admissionLimits } from './admission.ts'
import { applicationViews, indexView } from './application-views.ts'

const clock = new VirtualClock()
const random = seededRandom(1)
const ids = idSource(clock, random)
const organizationId = ids.next('organization') as OrganizationId // its own kind

function application(changes: Partial<Application> = {}): Application {
  return {
    id: ids.next('application'),
    organizationId,
    uid: null,
    name: 'A',
    metadata: {},
    throttleRate: null,
    profile: 'standard',
    enabled: true,
    configVersion: 1,
    createdAt: clock.now(),
    updatedAt: clock.now(),
    ...changes,
  }
}

function endpoint(owner: Application, changes: Partial<Endpoint> = {}): Endpoint {
  const id = ids.next('endpoint')
  const url = 'https://example.com/'
  return {
    ...plainEndpoint({ id, applicationId: owner.id, url, now: clock.now() }),
    ...changes,
  }
}

function event(owner: Application, changes: Partial<EventInput> = {}): EventInput {
  return {
    organizationId,
    application: owner.id,
    eventType: 'a.b',
    eventId: null,
    channels: null,
    tags: null,
    payload: Buffer.from('{}'),
    contentType: 'application/json',
    deliverAt: null,
    retentionMs: 86_400_000,
    attributes: {},
    idempotency: null,
    ...changes,
  }
}

async function setUp(
  options: {
    room?: number
    limits?: Partial<AdmissionLimits>
    accept?: (real: Store['acceptMessage']) => Store['acceptMessage']
  } = {},
) {
  const keys = [new Uint8Array(32)] as const
  const real = sqliteStore({
    path: ':memory:',
    clock,
    log: silentLog,
    sealer: sealer({ keys, random }),
    threads: false,
  })
  await real.open()
  const acceptMessage = options.accept?.((input) => real.acceptMessage(input)) ?? real.acceptMessage
  const store: Store = { ...real, acceptMessage }
  const views = applicationViews({ store })
  const sent: Claim[] = []
  const streams: EndpointId[] = []
  const due: number[] = []
  const accepting = acceptor({
    world: { clock, random, log: silentLog },
    store,
    views,
    ids,
    idempotencyMs: () => 3_600_000,
    ...(options.limits === undefined ? {} : { limits: { ...admissionLimits, ...options.limits } }),
    dispatch: {
      room: () => options.room ?? 100,
      lease: () => ({ token: 'mine', until: clock.now() + 60_000 }),
      accepted: (claims) => sent.push(...claims),
      streamReady: (_application, id) => streams.push(id),
      dueAt: (at) => due.push(at),
    },
  })
  return { store, views, accepting, sent, streams, due }
}

test('an accepted event goes to the engine leased, and only to endpoints that want it', async () => {
  const { store, accepting, sent, due } = await setUp()
  const owner = await create(store)
  const wanted = endpoint(owner, { eventTypes: ['a.b', 'a.c'] })
  const ordered = endpoint(owner, { policy: { ordering: 'fifo' } })
  const others = [
    endpoint(owner, { eventTypes: ['x.y'] }),
    endpoint(owner, { channels: ['c'] }),
    endpoint(owner, { disabledAt: 1, disabledReason: 'manual' }),
  ]
  for (const one of [wanted, ordered, ...others]) await store.createEndpoint(one)
  const result = await accepting.accept(event(owner))
  assert.equal(result.kind === 'accepted' && result.endpoints, 2)
  assert.deepEqual(
    sent.map(({ delivery, token }) => [delivery.endpointId, token]),
    [[wanted.id, 'mine']],
  )
  assert.deepEqual(due, [])
  await store.close()
})

async function create(store: Store, changes: Partial<Application> = {}): Promise<Application> {
  const created = await store.createApplication(application(changes))
  assert.ok(created !== 'uid_taken')
  return created
}

test('filters that cost much let others have their turn between endpoints', async () => {
  const { store, accepting, sent } = await setUp()
  const owner = await create(store)
  const filter = { $or: Array.from({ length: 90 }, (_, n) => ({ a: n + 1 })) }
  for (let count = 0; count < 5; count++) {
    await store.createEndpoint(endpoint(owner, { attributes: { filter } }))
  }
  await store.createEndpoint(endpoint(owner, { attributes: { filter: { a: 0 } } }))
  const payload = Buffer.from(JSON.stringify({ a: Array.from({ length: 50_000 }, () => 0) }))
  let turns = 0
  const others = (): void => {
    turns += 1
    immediate = setImmediate(others)
  }
  let immediate = setImmediate(others)
  const result = await accepting.accept(event(owner, { payload }))
  clearImmediate(immediate)
  assert.equal(result.kind === 'accepted' && result.endpoints, 1)
  assert.equal(sent.length, 1)
  assert.ok(turns >= 5, `${turns} turns`)
  await store.close()
})

test('without room, or with a time to deliver at, deliveries wait in the table and are announced', async () => {
  const full = await setUp({ room: 0 })
  const owner = await create(full.store)
  await full.store.createEndpoint(endpoint(owner))
  await full.accepting.accept(event(owner))
  assert.deepEqual([full.sent.length, full.due], [0, [clock.now()]])
  const at = clock.now() + 1000
  await full.accepting.accept(event(owner, { deliverAt: at }))
  assert.deepEqual([full.sent.length, full.due[1]], [0, at])
  await full.store.close()
})

test('an ordered endpoint numbers its events in the order of commits (I9)', async () => {
  const { store, accepting, streams, sent } = await setUp()
  const owner = await create(store)
  const ordered = endpoint(owner, { policy: { ordering: 'fifo' } })
  await store.createEndpoint(ordered)
  await Promise.all(Array.from({ length: 20 }, () => accepting.accept(event(owner))))
  assert.equal(streams.length, 20)
  assert.equal(sent.length, 0, 'ordered deliveries never go from memory')
  assert.equal(
    (await store.streamState({ applicationId: owner.id, endpointId: ordered.id }))?.next,
    21,
  )
  await store.close()
})

test('a view that is no longer current never decides: it is loaded and matched again', async () => {
  const { store, accepting, sent } = await setUp()
  const owner = await create(store)
  await accepting.accept(event(owner))
  assert.equal(sent.length, 0)
  // Another node adds an endpoint: nobody tells this node's cache.
  const added = endpoint(owner)
  await store.createEndpoint(added)
  await accepting.accept(event(owner))
  assert.deepEqual(
    sent.map(({ delivery }) => delivery.endpointId),
    [added.id],
  )
  await store.close()
})

test('an application that was deleted elsewhere, and its uid reused, is found anew', async () => {
  const { store, accepting } = await setUp()
  const first = await create(store, { uid: 'tenant' })
  const input = event(first, { application: 'tenant' })
  assert.equal((await accepting.accept(input)).kind, 'accepted')
  const { id: applicationId } = first
  await store.deleteApplication({ organizationId, applicationId, now: clock.now() })
  assert.equal((await accepting.accept(input)).kind, 'application_not_found')
  const second = await create(store, { uid: 'tenant' })
  const accepted = await accepting.accept(input)
  assert.equal(accepted.kind === 'accepted' && accepted.message.applicationId, second.id)
  await store.close()
})

test('an event waits out the edits of its application, but not for ever', async () => {
  let calls = 0
  let staleCalls = 60
  const { store, accepting } = await setUp({
    accept: (real) => async (input) => {
      calls += 1
      const stale: AcceptResult = { kind: 'stale' }
      return calls <= staleCalls ? stale : real(input)
    },
  })
  const owner = await create(store)
  const concluded = async () => {
    const began = clock.monotonic()
    let settled = false
    const settle = () => {
      settled = true
    }
    const result = accepting.accept(event(owner))
    result.then(settle, settle)
    while (!settled) await clock.advance(10)
    return { kind: (await result).kind, ms: clock.monotonic() - began }
  }
  const patient = await concluded()
  assert.equal(patient.kind, 'accepted', 'sixty edits came in between')
  staleCalls = Number.POSITIVE_INFINITY
  const { kind, ms } = await concluded()
  assert.equal(kind, 'overloaded')
  assert.ok(ms >= 10_000 && ms < 11_000, `${ms} ms`)
  await store.close()
})

test('past a bound an application is busy, all together are overloaded, and bounds free themselves', async () => {
  const { store, accepting } = await setUp({ limits: { eventsMax: 8, bytesMax: 1000 } })
  const owners = await Promise.all(Array.from({ length: 5 }, () => create(store)))
  for (const owner of owners) await accepting.accept(event(owner)) // they are in memory now
  const flood = await Promise.all(
    owners.flatMap((owner) => [1, 2, 3].map(() => accepting.accept(event(owner)))),
  )
  const each = ['accepted', 'accepted', 'application_busy']
  assert.deepEqual(
    flood.map(({ kind }) => kind),
    [
      ...each,
      ...each,
      ...each,
      'accepted',
      'accepted',
      ...Array.from({ length: 4 }, () => 'overloaded'),
    ],
  )
  assert.equal(accepting.inFlight, 0)
  const [one, other] = owners as [Application, Application] // five were made
  const large = event(one, { payload: new Uint8Array(250) })
  const second = await Promise.all(
    [large, event(one), event(other)].map((input) => accepting.accept(input)),
  )
  assert.deepEqual(
    second.map(({ kind }) => kind),
    ['accepted', 'application_busy', 'accepted'],
  )
  await store.close()
})

test('an application keeps to its rate, and a batch beyond it is paid off', async () => {
  const { store, accepting } = await setUp({ limits: { perSecond: 10 } })
  const [owner, other] = await Promise.all([create(store), create(store)])
  const kinds = async (count: number) =>
    (await accepting.acceptAll(Array.from({ length: count }, () => event(owner)))).map(
      ({ kind }) => kind,
    )
  assert.ok((await kinds(25)).every((kind) => kind === 'accepted'))
  const refused = await accepting.accept(event(owner))
  assert.deepEqual(refused, { kind: 'application_busy', retryAfterSeconds: 2 })
  assert.equal((await accepting.accept(event(other))).kind, 'accepted')
  await clock.advance(2_000)
  assert.deepEqual(await kinds(1), ['accepted'])
  await store.close()
})

test('a batch is one commit, each event on its own merit', async () => {
  const { store, accepting, sent } = await setUp()
  const owner = await create(store)
  await store.createEndpoint(endpoint(owner))
  const results = await accepting.acceptAll([
    event(owner, { eventId: 'one' }),
    event(owner, { application: 'nobody' }),
    event(owner, { eventId: 'one' }),
    event(owner, { eventId: 'two' }),
  ])
  assert.deepEqual(
    results.map(({ kind }) => kind),
    ['accepted', 'application_not_found', 'event_id_taken', 'accepted'],
  )
  assert.equal(sent.length, 2)
  await store.close()
})

test('the index by event type finds what the rules match, for every view (property)', () => {
  const types = fc.constantFrom('a.a', 'a.b', 'b.c', 'a.b.c', 'a_b', 'a')
  const wanted = fc.oneof(types, fc.constantFrom('a.*', 'a.b.*', 'b.*', 'a_*'))
  const labels = fc.option(fc.uniqueArray(fc.constantFrom('x', 'y', 'z')), { nil: null })
  const shape = fc.record({
    eventTypes: fc.option(fc.uniqueArray(wanted, { minLength: 1 }), { nil: null }),
    channels: labels,
    disabledAt: fc.option(fc.constant(1), { nil: null }),
  })
  fc.assert(
    fc.property(
      fc.array(shape, { maxLength: 8 }),
      fc.record({ eventType: types, channels: labels }),
      fc.boolean(),
      (shapes, message, enabled) => {
        const owner = application({ enabled })
        const endpoints = shapes.map((changes) => endpoint(owner, changes))
        const view = indexView(
          { application: owner, endpoints, health: new Map() },
          () => standardPolicy,
        )
        const indexed = view
          .candidates(message.eventType)
          .filter((one) => wantsChannels(one, message.channels))
        const matched = endpoints.filter((one) => matchEndpoint(owner, one, message).matched)
        assert.deepEqual(indexed, matched)
      },
    ),
  )
})

test('a rule that excludes says where it looked, what it found and what was wanted', () => {
  const owner = application()
  const picky = endpoint(owner, { eventTypes: ['a.b'], channels: ['x'] })
  assert.deepEqual(matchEndpoint(owner, picky, { eventType: 'c.d', channels: ['x'] }), {
    matched: false,
    rule: 'event_type',
    path: 'eventType',
    value: 'c.d',
    wanted: ['a.b'],
  })
  assert.deepEqual(matchEndpoint(owner, picky, { eventType: 'a.b', channels: null }), {
    matched: false,
    rule: 'channel',
    path: 'channels',
    value: null,
    wanted: ['x'],
  })
})

test('the view of an application that is asked for stays, however many others come', async () => {
  const { store } = await setUp()
  const views = applicationViews({ store, viewsMax: 3 })
  const [busy, ...others] = await Promise.all(Array.from({ length: 7 }, () => create(store)))
  assert(busy !== undefined)
  await views.get(busy.id)
  for (const { id } of others) {
    assert.ok(views.peek(organizationId, busy.id) !== undefined, `gone before ${id}`)
    await views.get(id)
  }
  const kept = views.kept().map(({ applicationId }) => applicationId)
  assert.equal(kept.length, 3)
  assert.ok(kept.includes(busy.id))
  assert.ok(kept.includes(others.at(-1)?.id ?? busy.id), 'and the newest')
})
