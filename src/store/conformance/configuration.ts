import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { limits } from '../../domain/limits.ts'
import type { PageRequest } from '../port/page.ts'
import { firstPage, type OpenStore, play, type Scene } from './scene.ts'

/** Applications, endpoints, event types, and the version that moves with them. */
export function configuration(open: OpenStore): void {
  describe('applications', () => {
    play(
      open,
      'an application is found by id and by uid, in its organisation only',
      async (scene) => {
        const application = await scene.application({ uid: 'acme', metadata: { plan: 'gold' } })
        const { organizationId, store } = scene
        const find = (idOrUid: string, organisation = organizationId) =>
          store.findApplication({ organizationId: organisation, idOrUid })
        assert.deepEqual(await find(application.id), application)
        assert.deepEqual(await find('acme'), application)
        assert.equal(await find('acme', scene.ids.next('organization')), null)
        assert.equal(await find(scene.ids.next('application')), null)
      },
    )

    play(
      open,
      'a uid is unique among the living applications of an organisation',
      async (scene) => {
        const { store, organizationId } = scene
        const first = await scene.application({ uid: 'acme' })
        const second = await scene.application()
        assert.equal(
          await store.createApplication({ ...scene.newApplication(), uid: 'acme' }),
          'uid_taken',
        )
        assert.equal(
          await store.updateApplication({
            application: { ...second, uid: 'acme' },
            expectedUpdatedAt: null,
          }),
          'uid_taken',
        )
        await scene.application({ uid: 'acme', organizationId: scene.ids.next('organization') })
        const gone = { organizationId, applicationId: first.id, now: scene.now }
        assert.equal(await store.deleteApplication(gone), 'deleted')
        assert.equal(await store.deleteApplication(gone), 'not_found')
        await scene.application({ uid: 'acme' })
      },
    )

    play(open, 'creating the same application again changes nothing', async (scene) => {
      const application = await scene.application({ uid: 'acme' })
      assert.deepEqual(await scene.store.createApplication(application), application)
      const { items } = await scene.store.listApplications({
        organizationId: scene.organizationId,
        page: firstPage,
      })
      assert.equal(items.length, 1)
    })

    play(open, 'an application that was changed since is not overwritten', async (scene) => {
      const { store } = scene
      const application = await scene.application()
      const expectedUpdatedAt = application.updatedAt
      const mine = { ...application, name: 'Mine', updatedAt: expectedUpdatedAt + 1 }
      const late = { ...application, name: 'Late', updatedAt: expectedUpdatedAt + 2 }
      const first = await store.updateApplication({ application: mine, expectedUpdatedAt })
      assert(typeof first !== 'string')
      assert.equal(
        await store.updateApplication({ application: late, expectedUpdatedAt }),
        'conflict',
      )
      const { organizationId } = scene
      const found = await store.findApplication({ organizationId, idOrUid: application.id })
      assert.deepEqual(found, first)
    })

    play(open, 'an update replaces the mutable fields and moves configVersion', async (scene) => {
      const application = await scene.application()
      const changed = { ...application, name: 'New', enabled: false, throttleRate: 5, uid: 'new' }
      const updated = await scene.store.updateApplication({
        application: changed,
        expectedUpdatedAt: null,
      })
      assert(typeof updated !== 'string')
      assert.deepEqual({ ...updated, configVersion: 1 }, changed)
      assert(updated.configVersion > application.configVersion)
      const missing = { ...application, id: scene.ids.next('application') }
      assert.equal(
        await scene.store.updateApplication({ application: missing, expectedUpdatedAt: null }),
        'not_found',
      )
    })

    play(open, 'pages of applications join without gaps in both directions', async (scene) => {
      const made: string[] = []
      for (let n = 0; n < 7; n++) made.push((await scene.application()).id)
      const page = async (iterator: string | null, backwards = false) => {
        const { items, done } = await scene.store.listApplications({
          organizationId: scene.organizationId,
          page: { limit: 3, order: 'ascending', iterator, backwards },
        })
        return { ids: items.map((item) => item.id as string), done }
      }
      assert.deepEqual(await page(null), { ids: made.slice(0, 3), done: false })
      assert.deepEqual(await page(made[2] ?? ''), { ids: made.slice(3, 6), done: false })
      assert.deepEqual(await page(made[5] ?? ''), { ids: made.slice(6), done: true })
      assert.deepEqual(await page(made[6] ?? '', true), { ids: made.slice(3, 6), done: false })
      assert.deepEqual(await page(made[3] ?? '', true), { ids: made.slice(0, 3), done: true })
    })
  })

  describe('endpoints', () => {
    play(
      open,
      'an endpoint comes back whole, secrets, headers and credentials included',
      async (scene) => {
        const application = await scene.application()
        const endpoint = await scene.endpoint(application, {
          uid: 'main',
          disabledAt: scene.now,
          disabledReason: 'manual',
          eventTypes: ['a.b'],
          channels: ['red'],
          metadata: { k: 'v' },
          throttleRate: 10,
          credentials: { secret: 'a key of the receiver' },
          headers: { 'X-Team': 'ñ' },
          policy: { ordering: 'fifo', retryScheduleMs: [1, 2] },
          attributes: { scope: { deep: [1, 'two', null] } },
        })
        const find = (idOrUid: string, applicationId = application.id) =>
          scene.store.findEndpoint({ applicationId, idOrUid })
        assert.deepEqual(await find(endpoint.id), endpoint)
        assert.deepEqual(await find('main'), endpoint)
        const other = await scene.application()
        assert.equal(await find(endpoint.id, other.id), null)
        assert.equal(await find('main', other.id), null)
      },
    )

    play(open, 'a uid is unique among the living endpoints of an application', async (scene) => {
      const { store } = scene
      const application = await scene.application()
      const first = await scene.endpoint(application, { uid: 'main' })
      const rival = { ...scene.newEndpoint(application.id), uid: 'main' }
      assert.equal(await store.createEndpoint(rival), 'uid_taken')
      const second = await scene.endpoint(application)
      assert.equal(
        await store.updateEndpoint({
          endpoint: { ...second, uid: 'main' },
          expectedUpdatedAt: null,
        }),
        'uid_taken',
      )
      const gone = { applicationId: application.id, endpointId: first.id, now: scene.now }
      assert.equal(await store.deleteEndpoint(gone), 'deleted')
      assert.equal(await store.deleteEndpoint(gone), 'not_found')
      assert.equal(await store.findEndpoint({ ...gone, idOrUid: first.id }), null)
      assert.deepEqual(await store.createEndpoint(rival), rival)
    })

    play(open, 'an endpoint and another profile never pass each other unseen', async (scene) => {
      const { store } = scene
      const application = await scene.application()
      const [early, late] = [scene.newEndpoint(application.id), scene.newEndpoint(application.id)]
      const switched = { ...application, profile: 'ciam', updatedAt: scene.now + 1 }
      const { configVersion: expectedConfigVersion, updatedAt: expectedUpdatedAt } = application
      const input = { application: switched, expectedUpdatedAt, expectedConfigVersion }
      assert.deepEqual(await store.createEndpoint(early, application), early)
      assert.equal(await store.updateApplication(input), 'conflict', 'it was judged without it')
      const view = await store.loadApplicationView(application.id)
      const known = { ...input, expectedConfigVersion: view?.application.configVersion ?? 0 }
      assert.equal(typeof (await store.updateApplication(known)), 'object')
      assert.equal(await store.createEndpoint(late, application), 'profile_changed')
      const changed = { endpoint: { ...early, description: 'x' }, expectedUpdatedAt: null }
      const judged = { ...changed, judged: application }
      assert.equal(await store.updateEndpoint(judged), 'profile_changed')
      const after = await store.loadApplicationView(application.id)
      assert.deepEqual(after?.endpoints, [early])
      // Both at the same moment: one of the two is told.
      const raced = await Promise.all([
        store.createEndpoint(late, switched),
        store.updateApplication({
          application: { ...switched, profile: 'modyo', updatedAt: scene.now + 2 },
          expectedUpdatedAt: switched.updatedAt,
          expectedConfigVersion: after?.application.configVersion ?? 0,
        }),
      ])
      const told = raced.filter((result) => typeof result === 'string')
      assert.equal(told.length, 1, String(told))
      assert.equal(await store.createEndpoint(late, { profile: 'none' }), 'profile_changed')
    })

    play(open, 'an endpoint needs a living application', async (scene) => {
      const missing = scene.newEndpoint(scene.ids.next('application'))
      assert.equal(await scene.store.createEndpoint(missing), 'application_not_found')
    })

    play(
      open,
      'an update that expects another state is a conflict and changes nothing',
      async (scene) => {
        const { store } = scene
        const application = await scene.application()
        const endpoint = await scene.endpoint(application)
        await scene.pass(10)
        const changed = { ...endpoint, url: 'https://new.example/', updatedAt: scene.now }
        const expectedUpdatedAt = endpoint.updatedAt
        assert.deepEqual(
          await store.updateEndpoint({ endpoint: changed, expectedUpdatedAt }),
          changed,
        )
        const late = { ...endpoint, url: 'https://late.example/', updatedAt: scene.now + 1 }
        assert.equal(await store.updateEndpoint({ endpoint: late, expectedUpdatedAt }), 'conflict')
        const find = { applicationId: application.id, idOrUid: endpoint.id }
        assert.equal((await store.findEndpoint(find))?.url, 'https://new.example/')
        const missing = { ...endpoint, id: scene.ids.next('endpoint') }
        assert.equal(
          await store.updateEndpoint({ endpoint: missing, expectedUpdatedAt: null }),
          'not_found',
        )
      },
    )

    play(open, 'two updates that expect the same state: one wins', async (scene) => {
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      await scene.pass(10)
      const results = await Promise.all(
        ['one', 'two'].map((description) =>
          scene.store.updateEndpoint({
            endpoint: { ...endpoint, description, updatedAt: scene.now },
            expectedUpdatedAt: endpoint.updatedAt,
          }),
        ),
      )
      assert.equal(results.filter((result) => result === 'conflict').length, 1)
    })

    play(
      open,
      'every change of an endpoint moves the configVersion of its application',
      async (scene) => {
        const application = await scene.application()
        const seen = [await versionOf(scene, application.id)]
        const endpoint = await scene.endpoint(application)
        seen.push(await versionOf(scene, application.id))
        const paused = await scene.updateEndpoint(endpoint, { pausedAt: scene.now })
        seen.push(await versionOf(scene, application.id))
        await scene.store.deleteEndpoint({
          applicationId: application.id,
          endpointId: paused.id,
          now: scene.now,
        })
        seen.push(await versionOf(scene, application.id))
        assert.deepEqual(
          seen,
          [...new Set(seen)].sort((a, b) => a - b),
        )
      },
    )

    play(
      open,
      'the view holds every living endpoint and nothing of a deleted application',
      async (scene) => {
        const application = await scene.application()
        const endpoints = [
          await scene.endpoint(application),
          await scene.endpoint(application, { pausedAt: scene.now }),
          await scene.endpoint(application, { disabledAt: scene.now, disabledReason: 'gone' }),
        ]
        const removed = await scene.endpoint(application)
        await scene.store.deleteEndpoint({
          applicationId: application.id,
          endpointId: removed.id,
          now: scene.now,
        })
        const view = await scene.store.loadApplicationView(application.id)
        const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
        assert.deepEqual([...(view?.endpoints ?? [])].sort(byId), endpoints.sort(byId))
        const { organizationId, now } = scene
        await scene.store.deleteApplication({ organizationId, applicationId: application.id, now })
        assert.equal(await scene.store.loadApplicationView(application.id), null)
      },
    )

    play(open, 'endpoints are listed in either order', async (scene) => {
      const application = await scene.application()
      const ids: string[] = []
      for (let n = 0; n < 4; n++) ids.push((await scene.endpoint(application)).id)
      const list = async (order: 'ascending' | 'descending') =>
        (
          await scene.store.listEndpoints({
            applicationId: application.id,
            page: { ...firstPage, order },
          })
        ).items.map((item) => item.id as string)
      assert.deepEqual(await list('ascending'), ids)
      assert.deepEqual(await list('descending'), ids.toReversed())
    })
  })

  describe('event types', () => {
    play(open, 'a type is created once, and revived when it was archived', async (scene) => {
      const { store, organizationId } = scene
      const type = { ...scene.newEventType('invoice.paid'), schemas: { 1: { type: 'object' } } }
      assert.deepEqual(await store.createEventType(type), type)
      assert.equal(await store.createEventType(type), 'exists')
      const key = { organizationId, name: type.name }
      assert.equal(
        await store.deleteEventType({ ...key, expunge: false, now: scene.now }),
        'deleted',
      )
      assert.equal(
        await store.deleteEventType({ ...key, expunge: false, now: scene.now }),
        'not_found',
      )
      assert.equal((await store.findEventType(key))?.archived, true)
      const revived = { ...type, description: 'new', featureFlags: ['beta'] }
      assert.deepEqual(await store.createEventType(revived), revived)
      assert.deepEqual(await store.findEventType(key), revived)
      assert.equal(
        await store.deleteEventType({ ...key, expunge: true, now: scene.now }),
        'deleted',
      )
      assert.equal(await store.findEventType(key), null)
      assert.equal(
        await store.deleteEventType({ ...key, expunge: true, now: scene.now }),
        'not_found',
      )
    })

    play(open, 'put creates or replaces, and says which', async (scene) => {
      const type = scene.newEventType('a')
      assert.equal((await scene.store.putEventType(type)).created, true)
      const again = await scene.store.putEventType({ ...type, deprecated: true, archived: true })
      assert.equal(again.created, false)
      const { organizationId } = scene
      const stored = await scene.store.findEventType({ organizationId, name: 'a' })
      assert.deepEqual(stored, again.eventType)
      assert.equal(stored?.deprecated, true)
      assert.equal(stored?.archived, true)
    })

    play(open, 'a type that was changed since is not overwritten', async (scene) => {
      const { store, organizationId } = scene
      const type = await store.createEventType(scene.newEventType('a'))
      assert(typeof type !== 'string')
      const expectedUpdatedAt = type.updatedAt
      const mine = { ...type, description: 'Mine', updatedAt: expectedUpdatedAt + 1 }
      const late = { ...type, deprecated: true, updatedAt: expectedUpdatedAt + 2 }
      assert.deepEqual(await store.updateEventType({ eventType: mine, expectedUpdatedAt }), mine)
      assert.equal(await store.updateEventType({ eventType: late, expectedUpdatedAt }), 'conflict')
      assert.deepEqual(await store.findEventType({ organizationId, name: 'a' }), mine)
      const missing = { ...type, name: 'missing' }
      assert.equal(
        await store.updateEventType({ eventType: missing, expectedUpdatedAt }),
        'not_found',
      )
    })

    play(open, 'types are listed by name, by flag, and archived ones on demand', async (scene) => {
      const { store, organizationId } = scene
      await store.createEventType(scene.newEventType('c'))
      await store.createEventType({ ...scene.newEventType('a'), featureFlags: ['beta', 'x'] })
      await store.createEventType({ ...scene.newEventType('b'), archived: true })
      const names = async (featureFlags: string[] | null, includeArchived: boolean) =>
        (
          await store.listEventTypes({
            ...{ organizationId, featureFlags, includeArchived, withSchemas: true },
            page: { ...firstPage, order: 'ascending' },
          })
        ).items.map((type) => type.name)
      assert.deepEqual(await names(null, false), ['a', 'c'])
      assert.deepEqual(await names(null, true), ['a', 'b', 'c'])
      assert.deepEqual(await names([], false), ['c'])
      assert.deepEqual(await names(['beta'], false), ['a', 'c'])
    })

    play(
      open,
      'a page of event types ends early where schemas are large, and the next one goes on',
      async (scene) => {
        const { store, organizationId } = scene
        const schemas = { 1: { description: 'x'.repeat(limits.pageSchemaBytesMax / 2) } }
        for (const name of ['a', 'b', 'c', 'd']) {
          await store.createEventType({ ...scene.newEventType(name), schemas })
        }
        const list = async (page: Partial<PageRequest>, withSchemas = true) => {
          const found = await store.listEventTypes({
            ...{ organizationId, featureFlags: null, includeArchived: false, withSchemas },
            page: { ...firstPage, order: 'ascending', ...page },
          })
          const whole = found.items.map((type) => JSON.stringify(type.schemas?.[1] ?? null).length)
          const length = withSchemas ? JSON.stringify(schemas[1]).length : 'null'.length
          assert.deepEqual(new Set(whole), new Set([length]))
          return [found.items.map(({ name }) => name).join(''), found.done]
        }
        assert.deepEqual(await list({}), ['ab', false])
        assert.deepEqual(await list({ iterator: 'b' }), ['cd', true])
        assert.deepEqual(await list({ iterator: 'c' }), ['d', true])
        assert.deepEqual(await list({ limit: 1 }), ['a', false])
        assert.deepEqual(await list({ iterator: 'd', backwards: true }), ['bc', false])
        assert.deepEqual(await list({ order: 'descending' }), ['dc', false])
        assert.deepEqual(await list({}, false), ['abcd', true])
      },
    )

    play(open, 'missing names are those without a live type', async (scene) => {
      const { store, organizationId } = scene
      await store.createEventType(scene.newEventType('live'))
      await store.createEventType({ ...scene.newEventType('archived'), archived: true })
      const names = ['live', 'archived', 'unknown']
      const missing = await store.missingEventTypes({ organizationId, names })
      assert.deepEqual([...missing].sort(), ['archived', 'unknown'])
      const found = await store.findEventTypes({ organizationId, names })
      assert.deepEqual(found.map(({ name }) => name).sort(), ['archived', 'live'])
    })
  })
}

async function versionOf(
  scene: Scene,
  applicationId: Parameters<Scene['newEndpoint']>[0],
): Promise<number> {
  const view = await scene.store.loadApplicationView(applicationId)
  assert(view !== null)
  return view.application.configVersion
}
