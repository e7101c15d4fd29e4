import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { Application } from '../../domain/application.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import { limits } from '../../domain/limits.ts'
import type { AcceptInput } from '../port/accept.ts'
import type { Standing } from '../port/messages.ts'
import type { EventFilter, PageRequest } from '../port/page.ts'
import { everything, firstPage, type OpenStore, only, play, type Scene } from './scene.ts'

const dayMs = 86_400_000

/** Pages, time windows (wire contract, section 1.6) and filters. */
export function listing(open: OpenStore): void {
  describe('listing', () => {
    play(
      open,
      'messages are listed newest first, and pages join in both directions',
      async (scene) => {
        const { application, ids } = await messages(scene, 5)
        const newest = ids.toReversed()
        const page = (iterator: string | null, backwards = false) =>
          list(scene, application, { page: { limit: 2, iterator, backwards } })
        assert.deepEqual(await page(null), { ids: newest.slice(0, 2), done: false })
        assert.deepEqual(await page(newest[1] ?? ''), { ids: newest.slice(2, 4), done: false })
        assert.deepEqual(await page(newest[3] ?? ''), { ids: newest.slice(4), done: true })
        assert.deepEqual(await page(newest[4] ?? '', true), {
          ids: newest.slice(2, 4),
          done: false,
        })
        assert.deepEqual(await page(newest[2] ?? '', true), { ids: newest.slice(0, 2), done: true })
      },
    )

    play(
      open,
      'a list reaches back 90 days from now, from `before`, or from the iterator',
      async (scene) => {
        const { application, ids } = await messages(scene, 3, 50 * dayMs)
        const [first = '', second = '', third = ''] = ids
        assert.deepEqual((await list(scene, application)).ids, [third])
        const before = scene.now - 51 * dayMs
        const filter = { before }
        assert.deepEqual((await list(scene, application, { filter })).ids, [second])
        const page = { iterator: third }
        assert.deepEqual((await list(scene, application, { page })).ids, [second])
        assert.deepEqual((await list(scene, application, { page: { iterator: second } })).ids, [
          first,
        ])
      },
    )

    play(
      open,
      '`after` alone gives the oldest items of its 90 days, still newest first',
      async (scene) => {
        const { application, ids } = await messages(scene, 5, dayMs)
        const filter = { after: scene.now - 5 * dayMs - 1_000 }
        const { ids: found, done } = await list(scene, application, { filter, page: { limit: 2 } })
        assert.deepEqual(found, [ids[1], ids[0]])
        assert.equal(done, false)
        const both = { after: scene.now - 4 * dayMs - 1_000, before: scene.now - 2 * dayMs + 1_000 }
        assert.deepEqual((await list(scene, application, { filter: both })).ids, [
          ids[3],
          ids[2],
          ids[1],
        ])
      },
    )

    play(
      open,
      'lists can be narrowed by type, channel and tag, and never cross applications',
      async (scene) => {
        const application = await scene.application()
        const other = await scene.application()
        const kinds = [
          { eventType: 'a', channels: ['red', 'blue'], tags: ['x'] },
          { eventType: 'b', channels: ['red'], tags: null },
          { eventType: 'a', channels: null, tags: ['x', 'y'] },
        ]
        const ids: string[] = []
        for (const message of kinds) {
          ids.push((await scene.accept(application, [], { message })).message.id)
          await scene.accept(other, [], { message })
        }
        const found = async (filter: Partial<EventFilter>) =>
          (await list(scene, application, { filter })).ids.map((id) => ids.indexOf(id))
        assert.deepEqual(await found({}), [2, 1, 0])
        assert.deepEqual(await found({ eventTypes: ['a'] }), [2, 0])
        assert.deepEqual(await found({ eventTypes: ['a', 'b', 'c'] }), [2, 1, 0])
        assert.deepEqual(await found({ channel: 'red' }), [1, 0])
        assert.deepEqual(await found({ tag: 'y' }), [2])
        assert.deepEqual(await found({ channel: 'red', eventTypes: ['a'] }), [0])
        assert.deepEqual(await found({ tag: 'none' }), [])
      },
    )

    play(
      open,
      'a rule narrows lists to a group, in messages, deliveries and counts',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        const types = [
          'order.paid',
          'order.line.added',
          'order',
          'orderX.paid',
          'order_a',
          'USER_IN',
          'USERS',
        ]
        const ids: string[] = []
        for (const eventType of types) {
          ids.push(
            (await scene.accept(application, [endpoint], { message: { eventType } })).message.id,
          )
        }
        const filter = (eventTypes: readonly string[]) => ({ ...everything, eventTypes })
        const found = async (...eventTypes: string[]) => {
          const input = {
            applicationId: application.id,
            filter: filter(eventTypes),
            now: scene.now,
          }
          const messages = await list(scene, application, { filter: { eventTypes } })
          const deliveries = await scene.store.listDeliveries({
            ...input,
            ...{ page: firstPage, endpointIds: null, states: null },
          })
          const names = messages.ids.map((id) => types[ids.indexOf(id)] ?? '')
          assert.deepEqual(
            deliveries.items.map(({ eventType }) => eventType),
            names,
          )
          const counted = await scene.store.summarize({
            ...{ applicationId: application.id, filter: filter(eventTypes), rowsMax: 100 },
            ...{
              source: { kind: 'message' },
              from: 0,
              to: scene.now + 3_600_000,
              bucketMs: 86_400_000,
            },
          })
          assert.deepEqual(
            counted.eventTypes.map(({ value }) => value).toSorted(),
            names.toSorted(),
          )
          return names
        }
        assert.deepEqual(await found('order.*'), ['order.line.added', 'order.paid'])
        assert.deepEqual(await found('order.line.*', 'USERS'), ['USERS', 'order.line.added'])
        assert.deepEqual(await found('USER_*'), ['USER_IN'])
        assert.deepEqual(await found('order_*', 'order.*'), [
          'order_a',
          'order.line.added',
          'order.paid',
        ])
        assert.deepEqual(await found('nobody.*'), [])
      },
    )

    play(open, 'a payload is read only when asked for', async (scene) => {
      const application = await scene.application()
      const { message } = await scene.accept(application, [])
      const input = { applicationId: application.id, filter: everything, page: firstPage }
      const { now } = scene
      const without = await scene.store.listMessages({ ...input, now, withPayload: false })
      assert.equal(only(without.items).payload, null)
      assert.equal(only(without.items).payloadBytes, message.payload?.length)
      const whole = await scene.store.listMessages({ ...input, now, withPayload: true })
      assert.deepEqual(Buffer.from(only(whole.items).payload ?? []), message.payload)
      await scene.store.expungeMessage({ applicationId: application.id, messageId: message.id })
      await scene.store.expungeMessage({ applicationId: application.id, messageId: message.id })
      for (const withPayload of [false, true]) {
        const gone = only((await scene.store.listMessages({ ...input, now, withPayload })).items)
        assert.deepEqual([gone.payload, gone.payloadBytes], [null, message.payload?.length])
        const key = { applicationId: application.id, idOrEventId: message.id, withPayload }
        assert.deepEqual(await scene.store.findMessage(key), gone)
      }
    })

    play(open, 'a page of large payloads ends early, and the next one goes on', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      const payload = Buffer.alloc(limits.pagePayloadBytesMax / 2, 'a')
      const ids: string[] = []
      for (let n = 0; n < 4; n++) {
        const { message } = await scene.accept(application, [endpoint], {
          message: { payload },
        })
        ids.unshift(message.id)
        await scene.pass(1_000)
      }
      const { store, now } = scene
      const input = { applicationId: application.id, filter: everything, now, withPayload: true }
      const pages = async (iterator: string | null, backwards = false) => {
        const page = { ...firstPage, iterator, backwards }
        const all = await store.listMessages({ ...input, page })
        const endpointId = endpoint.id
        const sent = await store.listEndpointMessages({
          ...input,
          page,
          endpointId,
          statuses: null,
        })
        const found = all.items.map(({ id }) => id)
        assert.deepEqual(
          sent.items.map(({ message }) => message.id),
          found,
        )
        assert.equal(sent.done, all.done)
        return [found, all.done]
      }
      assert.deepEqual(await pages(null), [ids.slice(0, 3), false])
      assert.deepEqual(await pages(ids[2] ?? ''), [ids.slice(3), true])
      assert.deepEqual(await pages(ids[3] ?? '', true), [ids.slice(0, 3), true])
    })

    play(
      open,
      'attempts are listed by endpoint and by message, and narrowed by outcome',
      async (scene) => {
        const { application, endpoint, other } = await attempted(scene)
        const { store, now } = scene
        const list = async (filter: Parameters<typeof byEndpoint>[0], endpointId = endpoint.id) =>
          (await byEndpoint(filter, endpointId)).map((attempt) => attempt.responseStatus)
        const byEndpoint = async (
          filter: Partial<Parameters<typeof store.listEndpointAttempts>[0]['filter']>,
          endpointId: Endpoint['id'],
        ) =>
          (
            await store.listEndpointAttempts({
              ...{ applicationId: application.id, endpointId, page: firstPage, now },
              filter: { ...everything, succeeded: null, statusCodeClass: null, ...filter },
              withContent: true,
            })
          ).items
        assert.deepEqual(await list({}), [0, 200, 404, 500, 204])
        assert.deepEqual(await list({ succeeded: true }), [200, 204])
        assert.deepEqual(await list({ succeeded: false }), [0, 404, 500])
        assert.deepEqual(await list({ statusCodeClass: 200 }), [200, 204])
        assert.deepEqual(await list({ statusCodeClass: 0 }), [0])
        assert.deepEqual(await list({ statusCodeClass: 500 }), [500])
        assert.deepEqual(await list({}, other.id), [200])
        const [newest] = await byEndpoint({}, endpoint.id)
        assert(newest !== undefined)
        const messageId = newest.messageId
        const ofMessage = async (endpointId: Endpoint['id'] | null, withContent: boolean) =>
          (
            await store.listMessageAttempts({
              ...{ applicationId: application.id, messageId, endpointId, withContent, now },
              ...{
                page: firstPage,
                filter: { ...everything, succeeded: null, statusCodeClass: null },
              },
            })
          ).items
        assert.deepEqual(only(await ofMessage(null, true)), newest)
        assert.deepEqual(await ofMessage(other.id, true), [])
        const bare = only(await ofMessage(endpoint.id, false))
        assert.equal(bare.responseBody, '')
        assert.deepEqual(bare.requestHeaders, {})
      },
    )

    play(
      open,
      'the messages of an endpoint come with their delivery and last attempt',
      async (scene) => {
        const { application, endpoint } = await attempted(scene)
        const never = await scene.accept(application, [endpoint])
        const find = async (
          statuses: readonly Standing[] | null,
          page: Partial<PageRequest> = {},
        ) =>
          await scene.store.listEndpointMessages({
            ...{ applicationId: application.id, endpointId: endpoint.id, statuses, now: scene.now },
            ...{ filter: everything, page: { ...firstPage, ...page }, withPayload: false },
          })
        const all = await find(null)
        assert.deepEqual(
          all.items.map((item) => [item.delivery.state, item.last?.responseStatus ?? null]),
          [
            ['pending', null],
            ['pending', 0],
            ['succeeded', 200],
            ['failed', 404],
            ['pending', 500],
            ['succeeded', 204],
          ],
        )
        assert.equal(all.items[0]?.message.id, never.message.id)
        const answers = async (...statuses: readonly Standing[]) =>
          (await find(statuses)).items.map((item) => item.last?.responseStatus ?? null)
        assert.deepEqual(await answers('success'), [200, 204])
        assert.deepEqual(await answers('fail'), [404])
        assert.deepEqual(await answers('pending'), [null])
        // What waits for its next try is being sent, as its row says.
        assert.deepEqual(await answers('sending'), [0, 500])
        assert.deepEqual(await answers('fail', 'canceled', 'pending'), [null, 404])
        const iterator = all.items[1]?.message.id ?? null
        const next = await find(null, { iterator, limit: 2 })
        assert.deepEqual(
          next.items.map((item) => item.message.id),
          all.items.slice(2, 4).map((item) => item.message.id),
        )
      },
    )

    play(
      open,
      'a message that was resent is listed once, as its last delivery stands',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        const { message } = await scene.accept(application, [endpoint])
        await scene.record(only(await scene.claimAll()), { kind: 'failed' })
        const key = { applicationId: application.id, endpointId: endpoint.id }
        await scene.store.addDelivery({
          ...{ id: scene.ids.next('delivery'), ...key, messageId: message.id },
          ...{ trigger: 'manual', ordered: false, now: scene.now },
        })
        const { items } = await scene.store.listEndpointMessages({
          ...{ ...key, filter: everything, statuses: null, page: firstPage },
          ...{ withPayload: false, now: scene.now },
        })
        assert.equal(only(items).delivery.state, 'pending')
        assert.equal(only(items).delivery.trigger, 'manual')
      },
    )

    play(open, 'deliveries are listed by application, endpoint and state', async (scene) => {
      const { application, endpoint, other } = await attempted(scene)
      const find = async (
        endpointIds: readonly Endpoint['id'][] | null,
        states: Parameters<typeof scene.store.listDeliveries>[0]['states'],
        more: Pick<Parameters<typeof scene.store.listDeliveries>[0], 'messageId'> = {},
      ) =>
        (
          await scene.store.listDeliveries({
            ...{ applicationId: application.id, endpointIds, states, now: scene.now, ...more },
            ...{ filter: everything, page: firstPage },
          })
        ).items
      assert.equal((await find(null, null)).length, 6)
      assert.equal((await find([endpoint.id], null)).length, 5)
      assert.equal((await find([endpoint.id, other.id], null)).length, 6)
      assert.equal((await find([endpoint.id, other.id], ['failed'])).length, 1)
      assert.equal((await find([], null)).length, 0)
      assert.equal((await find(null, ['failed'])).length, 1)
      assert.equal((await find(null, ['failed', 'succeeded'])).length, 4)
      const all = await find(null, null)
      const { messageId } = all[0]?.delivery ?? assert.fail()
      const ofMessage = await find(null, null, { messageId })
      assert.deepEqual(
        ofMessage.map(({ delivery }) => delivery.id),
        all
          .filter(({ delivery }) => delivery.messageId === messageId)
          .map((row) => row.delivery.id),
      )
      const elsewhere = all.find(({ delivery }) => delivery.endpointId !== other.id)?.delivery
      assert.ok(elsewhere !== undefined)
      assert.equal((await find([other.id], null, { messageId: elsewhere.messageId })).length, 0)
      const one = only(await find([other.id], null))
      assert.equal(one.eventType, 'invoice.paid')
      assert.equal(one.last?.responseStatus, 200)
      const ids = (await find(null, null)).map(({ delivery }) => delivery.id as string)
      assert.deepEqual(ids, ids.toSorted().toReversed())
    })

    play(
      open,
      'deliveries are listed by their last answer, and a page that looked at enough ends',
      async (scene) => {
        const { application, endpoint } = await attempted(scene)
        await scene.accept(application, [endpoint]) // never tried: it has no answer
        const page = async (
          answers: { readonly statuses?: readonly number[]; readonly classes?: readonly string[] },
          how: Partial<PageRequest> & { readonly rowsMax?: number; readonly after?: number } = {},
        ) => {
          const { rowsMax = 100, after = null, ...asked } = how
          const found = await scene.store.listDeliveries({
            ...{ applicationId: application.id, endpointIds: [endpoint.id], states: null },
            answers: { statuses: [], classes: [], ...answers, rowsMax },
            ...{ filter: { ...everything, after }, page: { ...firstPage, ...asked } },
            now: scene.now,
          })
          return { ...found, got: found.items.map(({ last }) => last?.responseStatus) }
        }
        assert.deepEqual((await page({ statuses: [500, 204] })).got, [500, 204])
        assert.deepEqual((await page({ statuses: [0] })).got, [0])
        assert.deepEqual((await page({ classes: ['connect_refused'] })).got, [])
        const one = await page({ statuses: [500, 204] }, { limit: 1 })
        assert.deepEqual([one.got, one.done, one.scannedTo], [[500], false, undefined])
        const all = (await page({ statuses: [0, 200, 204, 404, 500] })).items
        const [, second, third] = all.map(({ delivery }) => delivery.id)
        assert.equal(all.length, 5)
        // Two at a time: one never tried, and one without an answer; then on from there.
        const first = await page({ statuses: [404] }, { rowsMax: 2 })
        const older = { id: all[0]?.delivery.id, towards: 'older' }
        assert.deepEqual([first.got, first.done, first.scannedTo], [[], false, older])
        const next = { iterator: first.scannedTo?.id ?? '', rowsMax: 2 }
        const then = await page({ statuses: [404] }, next)
        assert.deepEqual([then.got, then.done, then.scannedTo?.id], [[404], false, third])
        const oldest = all.at(-1)?.delivery.id ?? ''
        const newer = await page(
          { statuses: [200] },
          { iterator: oldest, backwards: true, rowsMax: 3 },
        )
        assert.deepEqual(newer.scannedTo, { id: second, towards: 'newer' })
        assert.deepEqual([newer.got, newer.done], [[200], false])
        const rest = await page({ statuses: [404] }, { iterator: third ?? '' })
        assert.deepEqual([rest.got, rest.done, rest.scannedTo], [[], true, undefined])
      },
    )

    play(
      open,
      'what an ordered endpoint got is listed by its numbers, not by ids',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        const inputs: AcceptInput[] = []
        for (let n = 0; n < 3; n++) {
          inputs.push(await scene.acceptInput(application, [endpoint], { ordered: true }))
          await scene.pass(1_000)
        }
        // Two nodes whose clocks differ: what was accepted first has the latest id.
        for (const input of inputs.toReversed()) await scene.store.acceptMessage(input)
        await scene.accept(application, [endpoint], { ordered: false })
        const page = async (afterSequence: number, changes: object = {}) => {
          const { items, done } = await scene.store.listNumberedDeliveries({
            ...{ applicationId: application.id, endpointId: endpoint.id, afterSequence, limit: 2 },
            ...{ since: scene.now - dayMs, until: scene.now + 1, states: null },
            ...{ eventTypes: null, channel: null, tag: null, ...changes },
          })
          return { messages: items.map(({ delivery }) => delivery.messageId), done }
        }
        const [first, second, third] = inputs.map(({ message }) => message.id)
        assert.deepEqual(await page(0), { messages: [third, second], done: false })
        assert.deepEqual(await page(2), { messages: [first], done: true })
        const firstAt = inputs[0]?.now ?? 0
        assert.deepEqual(await page(0, { until: firstAt + 500 }), { messages: [first], done: true })
        assert.deepEqual((await page(0, { states: ['succeeded'] })).messages, [])
        assert.equal((await page(0, { states: ['pending'], limit: 9 })).messages.length, 3)
        assert.deepEqual((await page(0, { eventTypes: ['other'] })).messages, [])
      },
    )

    play(open, 'endpoint statistics count attempts in the span and what waits', async (scene) => {
      const { application, endpoint } = await attempted(scene)
      const key = { applicationId: application.id, endpointId: endpoint.id }
      const span = { since: scene.now - dayMs, until: scene.now + dayMs }
      assert.deepEqual(await scene.store.endpointStats({ ...key, ...span }), {
        ...{ success: 2, fail: 3, pending: 2, sending: 0, canceled: 0, exhausted: 1 },
      })
      const before = { since: scene.now - 2 * dayMs, until: scene.now - dayMs }
      const { success, fail } = await scene.store.endpointStats({ ...key, ...before })
      assert.deepEqual({ success, fail }, { success: 0, fail: 0 })
    })

    play(open, 'usage counts attempts by slice, endpoint, type and answer', async (scene) => {
      const { application, endpoint, other } = await attempted(scene)
      const since = scene.now - dayMs
      const input = {
        ...{ applicationId: application.id, endpointId: null, since, until: scene.now + dayMs },
        ...{ sliceMs: dayMs, rowsMax: 100 },
      }
      const usage = await scene.store.attemptUsage(input)
      const sum = (items: readonly { readonly succeeded: boolean; readonly count: number }[]) =>
        [true, false].map((succeeded) =>
          items.reduce((all, each) => all + (each.succeeded === succeeded ? each.count : 0), 0),
        )
      assert.deepEqual(sum(usage.slices), [3, 3])
      assert(usage.slices.every(({ slice }) => slice === 0 || slice === 1))
      const of = (id: Endpoint['id']) => usage.endpoints.filter((each) => each.endpointId === id)
      assert.deepEqual(
        [sum(of(endpoint.id)), sum(of(other.id))],
        [
          [2, 3],
          [1, 0],
        ],
      )
      assert.deepEqual(sum(usage.eventTypes), [3, 3])
      assert.deepEqual(
        usage.errors.map(({ responseStatus }) => responseStatus).sort(),
        [0, 404, 500],
      )
      assert(usage.slices.every(({ ms }) => Number.isInteger(ms)))
      const one = await scene.store.attemptUsage({ ...input, endpointId: other.id })
      assert.deepEqual(sum(one.eventTypes), [1, 0])
      const few = await scene.store.attemptUsage({ ...input, rowsMax: 2 })
      assert.equal(
        few.slices.reduce((all, { count }) => all + count, 0),
        2,
      )
      const before = await scene.store.attemptUsage({ ...input, until: since })
      assert.deepEqual(before, { slices: [], endpoints: [], eventTypes: [], errors: [] })
    })

    play(open, 'a page is never longer than the largest allowed', async (scene) => {
      const application = await scene.application()
      const inputs = []
      for (let n = 0; n < limits.pageMax + 5; n++) {
        inputs.push({ ...(await scene.acceptInput(application, [])) })
      }
      await scene.store.acceptMessages(inputs)
      const { ids, done } = await list(scene, application, { page: { limit: limits.pageMax } })
      assert.equal(ids.length, limits.pageMax)
      assert.equal(done, false)
    })
  })
}

/** That many messages, the time between them passing after each. */
async function messages(scene: Scene, count: number, apartMs = 1_000) {
  const application = await scene.application()
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    ids.push((await scene.accept(application, [])).message.id)
    await scene.pass(apartMs)
  }
  return { application, ids }
}

async function list(
  scene: Scene,
  application: Application,
  input: { filter?: Partial<EventFilter>; page?: Partial<PageRequest> } = {},
): Promise<{ ids: string[]; done: boolean }> {
  const { items, done } = await scene.store.listMessages({
    applicationId: application.id,
    filter: { ...everything, ...input.filter },
    page: { ...firstPage, ...input.page },
    withPayload: false,
    now: scene.now,
  })
  return { ids: items.map((item) => item.id), done }
}

/** One endpoint with five messages, each attempted once with another outcome; another with one. */
async function attempted(scene: Scene) {
  const application = await scene.application()
  const endpoint = await scene.endpoint(application)
  const other = await scene.endpoint(application)
  const outcomes = [
    { status: 204, verdict: { kind: 'succeeded' } },
    { status: 500, verdict: { kind: 'retry', at: scene.now + dayMs } },
    { status: 404, verdict: { kind: 'failed' } },
    { status: 200, verdict: { kind: 'succeeded' } },
    { status: 0, verdict: { kind: 'retry', at: scene.now + dayMs } },
  ] as const
  for (const { status: responseStatus, verdict } of outcomes) {
    const succeeded = verdict.kind === 'succeeded'
    const both = responseStatus === 200 ? [endpoint, other] : [endpoint]
    await scene.accept(application, both)
    for (const claim of await scene.claimAll()) {
      const attempt = scene.attempt(claim.delivery, { responseStatus, succeeded })
      await scene.record(claim, verdict, { attempt })
    }
    await scene.pass(10)
  }
  return { application, endpoint, other }
}
