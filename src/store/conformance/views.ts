import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { Application } from '../../domain/application.ts'
import { idTime } from '../../domain/ids.ts'
import type { Message } from '../../domain/message.ts'
import { asUnsubscribed, type MessageView, withSource } from '../../domain/message-marks.ts'
import type { EventFilter, PageRequest } from '../port/page.ts'
import { everything, firstPage, type OpenStore, play, type Scene } from './scene.ts'

/** Lists of the few messages that something is to be said about. */
export function views(open: OpenStore): void {
  describe('views of messages', () => {
    play(
      open,
      'a view holds what failed somewhere, what nobody wanted, or tests, each message once, by pages',
      async (scene) => {
        const application = await scene.application()
        const endpoints = [await scene.endpoint(application), await scene.endpoint(application)]
        const other = await scene.application()
        const marked = async (
          owner: Application,
          attributes: Message['attributes'],
          type: string,
        ) => {
          const message = { attributes, eventType: type }
          const { message: sent } = await scene.accept(owner, [], { message })
          await scene.pass(10)
          return sent.id
        }
        const nobody = asUnsubscribed({})
        const test = withSource('test', { example: true })
        const lost = await marked(application, nobody, 'a.one')
        const tested = await marked(application, test, 'a.one')
        await marked(application, { scope: {}, unsubscribed: true }, 'a.one') // not ours: it is not first
        const lostTwo = await marked(application, asUnsubscribed({ scope: {} }), 'a.two')
        await marked(application, asUnsubscribed(test), 'a.one')
        await marked(other, nobody, 'a.one')
        const failed: string[] = []
        for (const verdict of ['failed', 'failed', 'succeeded', 'failed'] as const) {
          const { message } = await scene.accept(application, endpoints)
          for (const claim of await scene.claimAll()) {
            const attempt = scene.attempt(claim.delivery, { succeeded: verdict === 'succeeded' })
            await scene.record(claim, { kind: verdict }, { attempt })
          }
          if (verdict === 'failed') failed.unshift(message.id)
          await scene.pass(10)
        }
        const found = (view: MessageView, input: Omit<Parameters<typeof list>[2], 'view'> = {}) =>
          list(scene, application, { ...input, view })
        assert.deepEqual(await found('failed'), { ids: failed, done: true })
        const first = await found('failed', { page: { limit: 2 } })
        assert.deepEqual(first, { ids: failed.slice(0, 2), done: false })
        const [newest = '', , oldest = ''] = failed
        const next = await found('failed', { page: { limit: 2, iterator: first.ids[1] ?? '' } })
        assert.deepEqual(next, { ids: [oldest], done: true })
        const back = { limit: 1, iterator: oldest, backwards: true }
        assert.deepEqual(await found('failed', { page: back }), { ids: [failed[1]], done: false })
        const after = { after: idTime(newest) }
        assert.deepEqual((await found('failed', { filter: after })).ids, [newest])
        assert.deepEqual((await found('failed', { filter: { eventTypes: ['a.*'] } })).ids, [])
        assert.deepEqual((await found('unsubscribed')).ids, [lostTwo, lost])
        const typed = { filter: { eventTypes: ['a.two'] } }
        assert.deepEqual((await found('unsubscribed', typed)).ids, [lostTwo])
        const tests = (await found('test')).ids
        assert.deepEqual([tests.length, tests[1]], [2, tested])
      },
    )
  })
}

async function list(
  scene: Scene,
  application: Application,
  input: {
    view: MessageView
    filter?: Partial<EventFilter>
    page?: Partial<PageRequest>
  },
): Promise<{ ids: string[]; done: boolean }> {
  const { items, done } = await scene.store.listMessages({
    applicationId: application.id,
    view: input.view,
    filter: { ...everything, ...input.filter },
    page: { ...firstPage, ...input.page },
    withPayload: false,
    now: scene.now,
  })
  return { ids: items.map(({ id }) => id), done }
}
