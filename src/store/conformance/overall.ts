import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { Application } from '../../domain/application.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import type { MessageId } from '../../domain/ids.ts'
import type { OverallDelivery } from '../port/overall.ts'
import type { EventFilter, PageRequest } from '../port/page.ts'
import { everything, firstPage, type OpenStore, only, play, type Scene } from './scene.ts'

type Asked = Parameters<Scene['store']['listOverallDeliveries']>[0]

/** The lists of all applications of an organisation together. */
export function overall(open: OpenStore): void {
  describe('overall', () => {
    play(
      open,
      'deliveries of all applications are listed newest first, and pages join in both directions',
      async (scene) => {
        const { newest } = await deliveriesOf(scene, 3, 7)
        const page = async (iterator: string | null, backwards = false) => {
          const { ids, done } = await deliveries(scene, { page: { limit: 3, iterator, backwards } })
          return [ids, done]
        }
        assert.deepEqual(await page(null), [newest.slice(0, 3), false])
        assert.deepEqual(await page(newest[2] ?? ''), [newest.slice(3, 6), false])
        assert.deepEqual(await page(newest[5] ?? ''), [newest.slice(6), true])
        assert.deepEqual(await page(newest[6] ?? '', true), [newest.slice(3, 6), false])
        assert.deepEqual(await page(newest[3] ?? '', true), [newest.slice(0, 3), true])
        const oldest = { after: scene.now - 60_000 }
        const first = await deliveries(scene, { filter: oldest, page: { limit: 2 } })
        assert.deepEqual([first.ids, first.done], [newest.slice(5), false])
      },
    )

    play(
      open,
      'a row tells whose it is, as that is now; nothing is told of other organisations, nor of what was deleted',
      async (scene) => {
        const { applications, endpoints } = await deliveriesOf(scene, 2, 2)
        const [kept, gone] = applications
        const [here] = endpoints
        assert(kept && gone && here)
        const stranger = await scene.application({
          organizationId: scene.ids.next('organization'),
        })
        await scene.accept(stranger, [await scene.endpoint(stranger)])
        const { organizationId } = scene
        await scene.store.deleteApplication({
          ...{ organizationId, applicationId: gone.id, now: scene.now },
        })
        await scene.updateEndpoint(here, { description: 'Billing', pausedAt: scene.now })
        const row = only((await deliveries(scene, {})).items)
        assert.deepEqual(row.application, { id: kept.id, uid: kept.uid, name: kept.name })
        assert.equal(row.endpoint?.description, 'Billing')
        assert.deepEqual([row.endpoint?.pausedAt, row.endpoint?.openUntil], [scene.now, null])
        assert.equal(row.delivery.endpointId, here.id)
        assert.equal(only((await messages(scene, {})).items).application.id, kept.id)
        const key = { applicationId: kept.id, endpointId: here.id, now: scene.now }
        await scene.store.deleteEndpoint(key)
        assert.equal(only((await deliveries(scene, {})).items).endpoint, null)
      },
    )

    play(
      open,
      'they are narrowed by state, answer, type, application and message',
      async (scene) => {
        const { applications, newest, input } = await deliveriesOf(scene, 3, 6)
        const [one, two] = applications
        assert(one && two)
        const claims = (await scene.claimAll()).toSorted((a, b) =>
          a.delivery.id < b.delivery.id ? 1 : -1,
        )
        const [first, second, third] = claims
        assert(first && second && third)
        await scene.record(first, { kind: 'failed' })
        await scene.record(second, { kind: 'succeeded' })
        await scene.record(third, { kind: 'retry', at: scene.now + 60_000 })
        const found = async (asked: Parameters<typeof deliveries>[1]) =>
          (await deliveries(scene, asked)).ids.map((id) => newest.indexOf(id))
        assert.deepEqual(await found({ states: ['failed'] }), [0])
        assert.deepEqual(await found({ states: ['failed', 'canceled'] }), [0])
        assert.deepEqual(await found({ states: ['succeeded', 'failed'] }), [0, 1])
        assert.deepEqual(await found({ states: ['pending'] }), [2])
        assert.deepEqual(await found({ states: ['sending', 'failed'] }), [0, 3, 4, 5])
        const wrong = { statuses: [500], classes: [] }
        assert.deepEqual(await found({ answers: wrong }), [0, 2])
        assert.deepEqual(await found({ answers: { ...wrong, statuses: [200] } }), [1])
        assert.deepEqual(await found({ filter: { eventTypes: ['t1'] } }), [4])
        assert.deepEqual(await found({ filter: { eventTypes: ['t*'] } }), [0, 1, 2, 3, 4, 5])
        const ofTwo = newest.flatMap((id, at) => {
          const accepted = input(id)
          return accepted.message.applicationId === two.id ? [at] : []
        })
        assert.equal(ofTwo.length, 2)
        assert.deepEqual(await found({ applicationIds: [two.id] }), ofTwo)
        assert.deepEqual(await found({ applicationIds: [one.id, two.id] }), [1, 2, 4, 5])
        assert.deepEqual(await found({ applicationIds: [one.id], states: ['failed'] }), [])
        assert.deepEqual(await found({ applicationIds: [] }), [])
        const { message } = input(newest[3] ?? '')
        const alone = { applicationIds: [message.applicationId], messageId: message.id }
        assert.deepEqual(await found(alone), [3])
        const types = { eventTypes: ['t1', 't2'] }
        const listed = (await messages(scene, { filter: types })).items
        assert.deepEqual(
          listed.map((row) => row.message.eventType),
          ['t2', 't1'],
        )
        assert.equal(listed[0]?.message.payload, null)
        assert.equal(listed[0]?.message.payloadBytes, 15)
      },
    )

    play(
      open,
      'a page ends once it has looked at so many rows, and the next goes on there',
      async (scene) => {
        const { newest } = await deliveriesOf(scene, 2, 12)
        for (const backwards of [false, true]) {
          const filter = { eventTypes: ['t6'] }
          const found: string[] = []
          let iterator: string | null = backwards ? (newest.at(-1) ?? null) : null
          let pages = 0
          for (let done = false; !done; pages++) {
            const page = await deliveries(scene, {
              ...{ filter, rowsMax: 4, page: { iterator, backwards } },
            })
            found.push(...page.ids)
            done = page.done
            iterator = page.scannedTo?.id ?? page.ids.at(-1) ?? iterator
            assert.ok(done || page.scannedTo?.towards === (backwards ? 'newer' : 'older'))
          }
          assert.deepEqual(found, [newest[5]])
          assert.ok(pages >= 3 && pages <= 4, `${pages}`)
        }
        const listed = await messages(scene, { filter: { eventTypes: ['none'] }, rowsMax: 5 })
        assert.deepEqual([listed.items, listed.done], [[], false])
        assert.equal(listed.scannedTo?.towards, 'older')
      },
    )
  })
}

/** Deliveries in turn to one endpoint of each of so many applications, the n-th of type `tn`. */
async function deliveriesOf(scene: Scene, applications: number, count: number) {
  const made: { readonly application: Application; readonly endpoint: Endpoint }[] = []
  for (let n = 0; n < applications; n++) {
    const application = await scene.application({ uid: `customer-${n}`, name: `Customer ${n}` })
    made.push({ application, endpoint: await scene.endpoint(application) })
  }
  const inputs = new Map<string, Awaited<ReturnType<Scene['accept']>>>()
  for (let n = 0; n < count; n++) {
    const at = made[n % applications]
    assert(at)
    const message = { eventType: `t${n}` }
    const accepted = await scene.accept(at.application, [at.endpoint], { message })
    inputs.set(only(accepted.deliveries).id, accepted)
    await scene.pass(1_000)
  }
  return {
    applications: made.map(({ application }) => application),
    endpoints: made.map(({ endpoint }) => endpoint),
    newest: [...inputs.keys()].toSorted().toReversed(),
    input(id: string) {
      const found = inputs.get(id)
      assert(found)
      return found
    },
  }
}

interface Few {
  readonly filter?: Partial<EventFilter>
  readonly page?: Partial<PageRequest>
  readonly rowsMax?: number
}

function whole(scene: Scene, { filter, page, rowsMax = 1_000 }: Few) {
  return {
    organizationId: scene.organizationId,
    applicationIds: null,
    filter: { ...everything, ...filter },
    page: { ...firstPage, ...page },
    ...{ rowsMax, now: scene.now },
  }
}

async function deliveries(
  scene: Scene,
  asked: Few &
    Partial<Pick<Asked, 'applicationIds' | 'states' | 'answers'>> & {
      readonly messageId?: MessageId
    },
) {
  const { filter, page, rowsMax, ...more } = asked
  const few = { ...(filter && { filter }), ...(page && { page }), ...(rowsMax && { rowsMax }) }
  const list = { ...whole(scene, few), states: null, ...more }
  const found = await scene.store.listOverallDeliveries(list)
  return {
    ...found,
    ids: found.items.map(({ delivery }: OverallDelivery) => delivery.id as string),
  }
}

function messages(scene: Scene, asked: Few) {
  return scene.store.listOverallMessages(whole(scene, asked))
}
