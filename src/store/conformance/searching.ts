import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { parsePayloadQuery, payloadQueryLimits } from '../../domain/payload-query.ts'
import { type OpenStore, play, type Scene } from './scene.ts'

type Asked = Parameters<Scene['store']['lookIntoMessages']>[0]
type Named = Asked['messages'][number]

/** Looking into messages: their texts, their payloads, the views they are of. */
export function searching(open: OpenStore): void {
  describe('searching', () => {
    play(open, 'messages are looked into by payload, each on its own', async (scene) => {
      const application = await scene.application()
      const ids: Named['id'][] = []
      for (const n of [0, 1, 1]) {
        const payload = Buffer.from(JSON.stringify({ data: { order: { id: `o_${n}` } } }))
        ids.push((await scene.accept(application, [], { message: { payload } })).message.id)
      }
      const foreign = await scene.accept(await scene.application(), [], {
        message: { payload: Buffer.from('{"data":{"order":{"id":"o_1"}}}') },
      })
      const look = looker(scene, application.id, [...ids, foreign.message.id])
      const found = await look({ query: queryOf('data.order.id = "o_1"') })
      assert.deepEqual(found.fits, [ids[1], ids[2]])
      assert.equal(found.looks.length, 3)
      assert.deepEqual((await look({ query: queryOf('"o_0"') })).fits, [ids[0]])
      assert.deepEqual((await look({})).fits, ids)
    })

    play(open, 'payloads that are gone, too large or no JSON do not fit', async (scene) => {
      const application = await scene.application()
      const large = `{"a":1,"b":"${'x'.repeat(payloadQueryLimits.payloadBytesMax)}"}`
      const ids: Named['id'][] = []
      for (const text of ['{"a":1}', large, 'a: 1', '{"a":1}']) {
        const message = { payload: Buffer.from(text) }
        ids.push((await scene.accept(application, [], { message })).message.id)
      }
      const [kept, , plain, gone] = ids
      assert.ok(gone !== undefined)
      await scene.store.expungeMessage({ applicationId: application.id, messageId: gone })
      const look = looker(scene, application.id, ids)
      const byPath = await look({ query: queryOf('a = 1') })
      assert.deepEqual(byPath.fits, [kept])
      assert.equal(byPath.looks.filter(({ skipped }) => skipped).length, 2)
      assert.deepEqual((await look({ query: queryOf('"a: 1"') })).fits, [plain])
    })

    play(
      open,
      'a text is found in id, type, event id and tags; a view by its mark',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        const kinds = [
          { eventType: 'order.paid', eventId: 'Key-7' },
          { eventType: 'order.sent', tags: ['VIP-1'] },
          { eventType: 'user.in', attributes: { source: 'test' } },
          { eventType: 'user.out', attributes: { unsubscribed: true } },
        ]
        const ids: Named['id'][] = []
        for (const message of kinds) {
          ids.push((await scene.accept(application, [endpoint], { message })).message.id)
        }
        const look = looker(scene, application.id, ids)
        const withText = async (text: string) =>
          (await look({ text })).looks.filter(({ hasText }) => hasText).map(({ id }) => id)
        assert.deepEqual(await withText('key-7'), [ids[0]])
        assert.deepEqual(await withText('vip'), [ids[1]])
        assert.deepEqual(await withText('order.'), [ids[0], ids[1]])
        assert.deepEqual(await withText(String(ids[3]).toLowerCase()), [ids[3]])
        assert.deepEqual((await look({ view: 'test' })).fits, [ids[2]])
        assert.deepEqual((await look({ view: 'unsubscribed' })).fits, [ids[3]])
        assert.deepEqual((await look({ view: 'failed' })).fits, [])
      },
    )
  })
}

function queryOf(text: string): NonNullable<Asked['query']> {
  const parsed = parsePayloadQuery(text)
  assert.ok(parsed.ok)
  return parsed.query
}

function looker(
  scene: Scene,
  applicationId: Named['applicationId'],
  messageIds: readonly Named['id'][],
) {
  return async (asked: Partial<Pick<Asked, 'text' | 'query' | 'view'>>) => {
    const looks = await scene.store.lookIntoMessages({
      messages: messageIds.map((id) => ({ applicationId, id })),
      ...{ text: null, query: null, view: null },
      ...asked,
    })
    const byId = looks.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    return { looks: byId, fits: byId.filter(({ fits }) => fits).map(({ id }) => id) }
  }
}
