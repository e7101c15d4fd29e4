import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { idTime } from '../../domain/ids.ts'
import type { SummaryInput } from '../port/summaries.ts'
import { type OpenStore, only, play, type Scene } from './scene.ts'

const minuteMs = 60_000
/** No row lies on the edge of a bucket. */
const edgeMs = 7
const everyEvent = { eventTypes: null, channel: null, tag: null }

/** Counts by time and by value, of the same rows as the lists. */
export function summarizing(open: OpenStore): void {
  describe('summarizing', () => {
    play(open, 'deliveries are counted by time, state, type and endpoint', async (scene) => {
      const { application, endpoint, other, from } = await traffic(scene)
      const deliveries = { kind: 'delivery', endpointIds: null, states: null } as const
      const input = summaryOf(scene, application.id, from, deliveries)
      const all = await scene.store.summarize(input)
      assert.deepEqual(sorted(all.buckets), [
        { bucket: 0, state: 'failed', count: 1 },
        { bucket: 0, state: 'succeeded', count: 1 },
        { bucket: 2, state: 'pending', count: 3 },
      ])
      assert.deepEqual(all.states, [
        { value: 'pending', count: 3 },
        { value: 'failed', count: 1 },
        { value: 'succeeded', count: 1 },
      ])
      assert.deepEqual(all.eventTypes, [
        { value: 'b', count: 3 },
        { value: 'a', count: 2 },
      ])
      assert.deepEqual(all.endpoints, [
        { value: other.id, count: 3 },
        { value: endpoint.id, count: 2 },
      ])
      assert.deepEqual([all.statusCodes, all.countedSince], [[], null])
      assert.deepEqual(all.waiting, [{ endpointId: other.id, attempted: false, count: 3 }])

      const narrow = async (source: object, filter: object = {}) =>
        (
          await scene.store.summarize({
            ...input,
            source: { ...deliveries, ...source },
            filter: { ...everyEvent, ...filter },
          })
        ).buckets.reduce((sum, { count }) => sum + count, 0)
      assert.equal(await narrow({ endpointIds: [endpoint.id] }), 2)
      assert.equal(await narrow({ states: ['failed', 'pending'] }), 4)
      assert.equal(await narrow({ answers: { statuses: [500, 404], classes: [] } }), 1)
      assert.equal(await narrow({ answers: { statuses: [0], classes: ['tls_expired'] } }), 0)
      assert.equal(await narrow({}, { eventTypes: ['a'] }), 2)
      assert.equal(await narrow({}, { channel: 'red' }), 3)
      assert.equal(await narrow({}, { tag: 'red' }), 0)

      const answers = async (answersMax: number, filter: object = {}) => {
        const wanted = { ...input, filter: { ...everyEvent, ...filter }, answersMax }
        const { answers: counted, answersSince } = await scene.store.summarize(wanted)
        return [counted.map(({ value, count }) => `${value} ${count}`), answersSince !== null]
      }
      assert.deepEqual(await answers(10), [['200 1', '500 1'], false], 'pending ones have none')
      assert.deepEqual((await answers(1))[1], true, 'and where it ended is told')
      const grouped = await scene.store.summarize({ ...input, answersMax: 10 })
      const groups = grouped.endpointAnswers.map(
        ({ endpointId, answer, count, firstId, lastId }) => [
          ...[endpointId, answer, count],
          firstId === lastId && idTime(firstId) !== null,
        ],
      )
      assert.deepEqual(groups.sort(), [
        [endpoint.id, '200', 1, true],
        [endpoint.id, '500', 1, true],
      ])
      assert.deepEqual(await answers(10, { eventTypes: ['b'] }), [[], false])
    })

    play(open, 'messages are counted without states, attempts by status code', async (scene) => {
      const { application, endpoint, other, from } = await traffic(scene)
      const messages = await scene.store.summarize(
        summaryOf(scene, application.id, from, { kind: 'message' }),
      )
      assert.deepEqual(sorted(messages.buckets), [
        { bucket: 0, state: null, count: 2 },
        { bucket: 2, state: null, count: 3 },
      ])
      assert.deepEqual(messages.states, [])
      const attempts = async (endpointId: typeof endpoint.id, more: object = {}) => {
        const source = { kind: 'attempt', endpointId, succeeded: null, statusCodeClass: null }
        return scene.store.summarize(
          summaryOf(scene, application.id, from, { ...source, ...more } as SummaryInput['source']),
        )
      }
      assert.deepEqual((await attempts(endpoint.id)).statusCodes, [
        { value: '200', count: 1 },
        { value: '500', count: 1 },
      ])
      assert.deepEqual((await attempts(endpoint.id, { statusCodeClass: 500 })).states, [
        { value: 'failed', count: 1 },
      ])
      assert.deepEqual((await attempts(endpoint.id, { succeeded: true })).statusCodes, [
        { value: '200', count: 1 },
      ])
      assert.deepEqual((await attempts(other.id)).buckets, [])
    })

    play(
      open,
      'a list of endpoints shows slices, the newest attempt and what waits',
      async (scene) => {
        const { application, endpoint, other, from } = await traffic(scene)
        const hourMs = 60 * minuteMs
        const since = from - hourMs / 2
        const input = {
          ...{ applicationId: application.id, endpointIds: [other.id, endpoint.id] },
          ...{ since, until: since + 4 * hourMs, sliceMs: hourMs },
          ...{ rowsMax: 40, waitingMax: 2, lastSince: since },
        }
        const [waits, tried] = await scene.store.endpointActivity(input)
        const { oldestWaitingAt, ...rest } = waits ?? assert.fail('the first')
        assert.deepEqual(rest, {
          ...{ endpointId: other.id, slices: [], durations: [], complete: true },
          ...{ waiting: 2, last: null, failingSince: null },
        })
        assert.equal(oldestWaitingAt, from + edgeMs + 2 * minuteMs)
        assert.deepEqual(
          [tried?.endpointId, tried?.waiting, tried?.last?.succeeded, tried?.last?.responseStatus],
          [endpoint.id, 0, false, 500],
        )
        const whole = [
          { slice: 0, succeeded: false, count: 1 },
          { slice: 0, succeeded: true, count: 1 },
        ]
        assert.deepEqual(sorted(tried?.slices ?? []), whole)
        assert.equal(tried?.durations.length, 2)
        while ((await scene.store.countAttempts()) === 'more');
        const [, counted] = await scene.store.endpointActivity(input)
        assert.deepEqual(sorted(counted?.slices ?? []), whole)
        const [, few] = await scene.store.endpointActivity({ ...input, rowsMax: 1 })
        assert.ok(few?.durations.some(({ succeeded }) => !succeeded)) // the newest
        const later = { since: since + hourMs, lastSince: since + hourMs }
        const [, gone] = await scene.store.endpointActivity({ ...input, ...later })
        assert.deepEqual([gone?.slices, gone?.last], [[], null])
      },
    )

    play(open, 'a list of applications shows what fails in each, and what waits', async (scene) => {
      const { application, endpoint, other } = await traffic(scene)
      const quiet = await scene.application()
      const standing = (organizationId = scene.organizationId) =>
        scene.store.applicationStanding({
          ...{ organizationId, waitingMax: 2 },
          applicationIds: [quiet.id, application.id],
        })
      const none = { endpoints: 0, failing: 0, givenUp: 0, paused: 0, waiting: 0 }
      const nothing = { ...none, failingSince: null, oldestWaitingAt: null }
      const calm = { applicationId: quiet.id, ...nothing }
      const busy = { applicationId: application.id, ...nothing }
      const oldestWaitingAt = scene.now
      const waits = { ...busy, endpoints: 2, waiting: 2, oldestWaitingAt }
      assert.deepEqual(await standing(), [calm, waits])

      const failingSince = scene.now
      const health = { failingSince, consecutiveFailures: 1, openUntil: null }
      await scene.accept(application, [endpoint])
      const effect = { health }
      await scene.record(only(await scene.claimAll()), { kind: 'failed' }, { effect })
      assert.deepEqual(await standing(), [calm, { ...waits, failing: 1, failingSince }])

      const now = scene.now
      const stopped = { ...endpoint, disabledAt: now, disabledReason: 'failing' as const }
      await scene.store.updateEndpoint({ endpoint: stopped, expectedUpdatedAt: null })
      const paused = { ...other, pausedAt: now }
      await scene.store.updateEndpoint({ endpoint: paused, expectedUpdatedAt: null })
      assert.deepEqual(await standing(), [calm, { ...waits, givenUp: 1, paused: 1 }])
      assert.deepEqual(await standing(scene.ids.next('organization')), [calm, busy])
    })

    play(open, 'beyond the bound the newest are counted, and it says since when', async (scene) => {
      const { application, from } = await traffic(scene)
      const input = summaryOf(scene, application.id, from, { kind: 'message' })
      const some = await scene.store.summarize({ ...input, rowsMax: 3 })
      assert.deepEqual(some.buckets, [{ bucket: 2, state: null, count: 3 }])
      assert.equal(some.countedSince, from + edgeMs + 2 * minuteMs)
      const foreign = await scene.application()
      const none = await scene.store.summarize({ ...input, applicationId: foreign.id })
      assert.deepEqual([none.buckets, none.countedSince], [[], null])
    })

    play(open, 'types are counted by slice, and their newest payloads are read', async (scene) => {
      const { application, endpoint, from } = await traffic(scene)
      const since = from - edgeMs
      const input = {
        ...{ applicationId: application.id, eventTypes: ['b', 'none', 'a'] },
        ...{ since, until: since + 4 * minuteMs, sliceMs: minuteMs, rowsMax: 1_000 },
      }
      assert.deepEqual(sorted(await scene.store.typeVolume(input)), [
        { eventType: 'a', slice: 0, count: 2, countedSince: since },
        { eventType: 'b', slice: 2, count: 3, countedSince: since + 2 * minuteMs },
      ])
      const [cut] = await scene.store.typeVolume({ ...input, eventTypes: ['b'], rowsMax: 4 })
      assert.ok(cut !== undefined && cut.count >= 1 && cut.count <= 3)
      assert.ok(cut.countedSince >= since + 2 * minuteMs && cut.countedSince < input.until)

      for (const text of ['{"n":1}', '{"n":2}', `{"long":"${'x'.repeat(200)}"}`]) {
        const message = { eventType: 'c', payload: Buffer.from(text) }
        await scene.accept(application, [endpoint], { message })
        await scene.pass(minuteMs)
      }
      const newest = async (bounds: object = {}, of = application.id) =>
        (
          await scene.store.newestPayloads({
            ...{ applicationId: of, eventTypes: ['none', 'c'], each: 2, bytesEach: 1_000 },
            ...{ rowsMax: 1_000, ...bounds },
          })
        ).map(({ eventType, payload }) => [eventType, Buffer.from(payload).toString().slice(0, 7)])
      assert.deepEqual(await newest(), [
        ['c', '{"long"'],
        ['c', '{"n":2}'],
      ])
      assert.deepEqual(await newest({ each: 3, bytesEach: 100 }), [
        ['c', '{"n":2}'],
        ['c', '{"n":1}'],
      ])
      const foreign = await scene.application()
      assert.deepEqual(await newest({}, foreign.id), [])
      assert.deepEqual(await scene.store.typeVolume({ ...input, applicationId: foreign.id }), [])
    })
  })
}

/** Two of type `a` to one endpoint, a success and a failure; two minutes later three `b` that wait. */
async function traffic(scene: Scene) {
  const application = await scene.application()
  const endpoint = await scene.endpoint(application)
  const other = await scene.endpoint(application)
  const from = scene.now - edgeMs
  for (const kind of ['succeeded', 'failed'] as const) {
    await scene.accept(application, [endpoint], { message: { eventType: 'a' } })
    await scene.record(only(await scene.claimAll()), { kind })
  }
  await scene.pass(2 * minuteMs)
  const message = { eventType: 'b', channels: ['red'], deliverAt: scene.now + 3_600_000 }
  for (let n = 0; n < 3; n++) await scene.accept(application, [other], { message })
  return { application, endpoint, other, from }
}

function summaryOf(
  scene: Scene,
  applicationId: SummaryInput['applicationId'],
  from: number,
  source: SummaryInput['source'],
): SummaryInput {
  return {
    ...{ applicationId, source, filter: everyEvent },
    ...{ from, to: scene.now + minuteMs, bucketMs: minuteMs, rowsMax: 1_000 },
  }
}

function sorted<Item>(items: readonly Item[]): readonly Item[] {
  return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
