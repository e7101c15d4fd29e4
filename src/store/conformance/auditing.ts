import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { AuditEntry } from '../../domain/audit.ts'
import type { AuditFilter } from '../port/audit.ts'
import { firstPage, type OpenStore, play, type Scene } from './scene.ts'

const anything: AuditFilter = {
  actorKind: null,
  actorId: null,
  operation: null,
  resourceKind: null,
  resourceId: null,
  applicationId: null,
  after: null,
  before: null,
}

function entryOf(scene: Scene, changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: scene.ids.next('audit'),
    organizationId: scene.organizationId,
    applicationId: null,
    at: scene.now,
    actor: { kind: 'user', id: 'usr_1', name: 'ana@example.com' },
    operation: 'v1.application.create',
    resource: { kind: 'application', id: 'app_1' },
    outcome: 'done',
    before: null,
    after: { name: 'ñ', deep: [1, null] },
    address: '192.0.2.1',
    requestId: 'req-1',
    ...changes,
  }
}

async function idsOf(scene: Scene, filter: Partial<AuditFilter> = {}, page = firstPage) {
  const { organizationId } = scene
  const listed = await scene.store.listAudit({
    organizationId,
    filter: { ...anything, ...filter },
    page,
  })
  return listed.items.map(({ id }) => id)
}

/** What the audit log keeps, and that it keeps it with the change. */
export function auditing(open: OpenStore): void {
  describe('the audit log', () => {
    play(open, 'a change leaves its entry in its own commit', async (scene) => {
      const { store } = scene
      const entry = entryOf(scene)
      const application = scene.newApplication()
      assert.deepEqual(await store.withAudit(entry).createApplication(application), application)
      const { organizationId } = scene
      assert.deepEqual(await store.findAudit({ organizationId, id: entry.id }), entry)
      const endpoint = scene.newEndpoint(application.id)
      const made = entryOf(scene)
      assert.deepEqual(await store.withAudit(made).createEndpoint(endpoint), endpoint)
      const moved = entryOf(scene)
      const paused = { ...endpoint, pausedAt: scene.now }
      const input = { endpoint: paused, expectedUpdatedAt: null }
      assert.deepEqual(await store.withAudit(moved).updateEndpoint(input), paused)
      assert.deepEqual(await idsOf(scene), [moved.id, made.id, entry.id])
    })

    play(open, 'a change that is refused leaves none', async (scene) => {
      const { store } = scene
      const one = await scene.application({ uid: 'taken' })
      const other = { ...scene.newApplication(), uid: 'taken' }
      assert.equal(await store.withAudit(entryOf(scene)).createApplication(other), 'uid_taken')
      const two = await scene.application()
      const renamed = { ...two, uid: one.uid }
      assert.equal(
        await store
          .withAudit(entryOf(scene))
          .updateApplication({ application: renamed, expectedUpdatedAt: null }),
        'uid_taken',
      )
      const gone = { applicationId: one.id, endpointId: scene.ids.next('endpoint'), now: scene.now }
      assert.equal(await store.withAudit(entryOf(scene)).deleteEndpoint(gone), 'not_found')
      assert.deepEqual(await idsOf(scene), [])
    })

    play(open, 'a change whose entry cannot be kept does not happen', async (scene) => {
      const { store } = scene
      const broken = entryOf(scene, { operation: null as unknown as string }) // a bug of the caller
      const application = scene.newApplication()
      await assert.rejects(store.withAudit(broken).createApplication(application))
      const { organizationId } = scene
      assert.equal(await store.findApplication({ organizationId, idOrUid: application.id }), null)
    })

    play(open, 'entries are found by who, what, where and when', async (scene) => {
      const { store } = scene
      const application = await scene.application()
      const first = entryOf(scene, { resource: { kind: 'endpoint', id: 'ep_1' } })
      await scene.pass(1_000)
      const second = entryOf(scene, { actor: { kind: 'key', id: 'key_1', name: 'CI' } })
      await scene.pass(1_000)
      const third = entryOf(scene, {
        applicationId: application.id,
        operation: 'v1.endpoint.patch',
      })
      for (const entry of [first, second, third]) {
        await store.appendAudit(entry)
        await store.appendAudit(entry) // a lost reply is asked for again
      }
      await store.appendAudit(entryOf(scene, { organizationId: scene.ids.next('organization') }))
      assert.deepEqual(await idsOf(scene), [third.id, second.id, first.id])
      assert.deepEqual(await idsOf(scene, { actorId: 'key_1' }), [second.id])
      assert.deepEqual(await idsOf(scene, { actorKind: 'user' }), [third.id, first.id])
      assert.deepEqual(await idsOf(scene, { resourceId: 'ep_1' }), [first.id])
      assert.deepEqual(await idsOf(scene, { resourceKind: 'endpoint' }), [first.id])
      assert.deepEqual(await idsOf(scene, { operation: 'v1.endpoint.patch' }), [third.id])
      assert.deepEqual(await idsOf(scene, { applicationId: application.id }), [third.id])
      assert.deepEqual(await idsOf(scene, { after: second.at }), [third.id, second.id])
      assert.deepEqual(await idsOf(scene, { before: second.at }), [first.id])
      const next = { ...firstPage, limit: 1, iterator: third.id }
      assert.deepEqual(await idsOf(scene, {}, next), [second.id])
    })

    play(open, 'entries leave by age, oldest first', async (scene) => {
      const { store } = scene
      const old = [entryOf(scene), entryOf(scene)]
      await scene.pass(10_000)
      const young = entryOf(scene)
      for (const entry of [...old, young]) await store.appendAudit(entry)
      const before = scene.now
      assert.equal(await store.sweepAudit({ before, limit: 1 }), 1)
      assert.equal(await store.sweepAudit({ before, limit: 10 }), 1)
      assert.equal(await store.sweepAudit({ before, limit: 10 }), 0)
      assert.deepEqual(await idsOf(scene), [young.id])
    })
  })
}
