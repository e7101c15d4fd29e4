import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { parsePayloadQuery, payloadQueryLimits } from '../../domain/payload-query.ts'
import { everything, type OpenStore, play, type Scene } from './scene.ts'

/** Looking through payloads. */
export function searching(open: OpenStore): void {
  describe('searching', () => {
    play(open, 'what fits is found, newest first, in pages that join', async (scene) => {
      const application = await scene.application()
      const ids: string[] = []
      for (let n = 0; n < 9; n++) {
        const payload = Buffer.from(JSON.stringify({ data: { order: { id: `o_${n % 3}` } } }))
        const message = { payload, eventType: n < 6 ? 'a' : 'b' }
        ids.push((await scene.accept(application, [], { message })).message.id)
      }
      await scene.accept(await scene.application(), [], {
        message: { payload: Buffer.from('{"data":{"order":{"id":"o_1"}}}') },
      })
      const search = searcher(scene, application.id, 'data.order.id = "o_1"')
      const all = await search({})
      assert.deepEqual(all.found, [ids[7], ids[4], ids[1]])
      assert.deepEqual([all.done, all.scanned], [true, 9])
      const first = await search({ limit: 1 })
      assert.deepEqual([first.found, first.done], [[ids[7]], false])
      const next = await search({ iterator: first.scannedTo, rowsMax: 2 })
      assert.deepEqual([next.found, next.scannedTo, next.done], [[], ids[5], false])
      const last = await search({ iterator: next.scannedTo })
      assert.deepEqual([last.found, last.done], [[ids[4], ids[1]], true])
      const filter = { ...everything, eventTypes: ['b'] }
      assert.deepEqual((await search({ filter })).found, [ids[7]])
    })

    play(open, 'payloads that are gone, too large or no JSON are not found', async (scene) => {
      const application = await scene.application()
      const large = `{"a":1,"b":"${'x'.repeat(payloadQueryLimits.payloadBytesMax)}"}`
      const ids: string[] = []
      for (const text of ['{"a":1}', large, 'a: 1', '{"a":1}']) {
        const message = { payload: Buffer.from(text) }
        ids.push((await scene.accept(application, [], { message })).message.id)
      }
      const gone = ids[3] as Parameters<Scene['store']['expungeMessage']>[0]['messageId'] // of ours
      await scene.store.expungeMessage({ applicationId: application.id, messageId: gone })
      const byPath = await searcher(scene, application.id, 'a = 1')({})
      assert.deepEqual([byPath.found, byPath.skipped], [[ids[0]], 2])
      assert.deepEqual((await searcher(scene, application.id, '"a: 1"')({})).found, [ids[2]])
    })
  })
}

function searcher(
  scene: Scene,
  applicationId: Parameters<Scene['store']['searchMessages']>[0]['applicationId'],
  text: string,
) {
  const parsed = parsePayloadQuery(text)
  assert.ok(parsed.ok)
  const { query } = parsed
  return async (more: Partial<Parameters<Scene['store']['searchMessages']>[0]>) => {
    const { items, ...rest } = await scene.store.searchMessages({
      ...{ applicationId, query, filter: everything, iterator: null },
      ...{ limit: 50, rowsMax: 100, now: scene.now },
      ...more,
    })
    return { ...rest, found: items.map(({ id }) => id as string) }
  }
}
