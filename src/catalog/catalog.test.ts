import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Ajv } from 'ajv'
import type { EventType } from '../domain/event-type.ts'
import { makeId } from '../domain/ids.ts'
import { eventsOf, namesFor } from './catalog.ts'
import { installCatalog } from './install.ts'
import { catalogNames, loadCatalog } from './load.ts'

const counts = {
  ciam: 156,
  cotalker: 16,
  logto: 31,
  modyo: 79,
  'ultimate-multisite': 26,
} as const

async function catalogOf(name: string) {
  const catalog = await loadCatalog(name)
  assert.ok(catalog, `no catalog ${name}`)
  return catalog
}

describe('catalogs', () => {
  it('are the five systems', async () => {
    const names = await catalogNames()
    for (const name of Object.keys(counts)) assert.ok(names.includes(name), name)
    assert.equal(await loadCatalog('../package'), null)
  })

  for (const [name, count] of Object.entries(counts)) {
    it(`${name} has ${count} events, in both languages, unlike any other's`, async () => {
      const catalog = await catalogOf(name)
      assert.equal(catalog.events.length, count)
      const texts = catalog.events.flatMap(({ label, description }) => [
        label.en,
        label.es,
        description.en,
        description.es,
      ])
      assert.deepEqual(
        texts.filter((text) => text.trim() === ''),
        [],
      )
      const others = (await catalogNames()).filter((other) => other !== name)
      const taken = new Set<string>()
      for (const other of others) {
        for (const event of (await catalogOf(other)).events) taken.add(event.name)
      }
      assert.deepEqual(
        catalog.events.filter((event) => taken.has(event.name)),
        [],
      )
    })

    it(`${name}: every example and variant validates, and an empty body does not`, async () => {
      const ajv = new Ajv({ strict: false, allErrors: true })
      for (const event of (await catalogOf(name)).events) {
        const validate = ajv.compile(event.schema)
        for (const example of [event.example, ...(event.variants ?? [])]) {
          assert.ok(validate(example), `${event.name}: ${JSON.stringify(validate.errors)}`)
        }
        assert.equal(validate({}), false, `${event.name} takes an empty body`)
      }
    })
  }

  it('offer by context what the guide lists: 34 site, 14 space and 18 realm events', async () => {
    const modyo = await catalogOf('modyo')
    const listed = (context: string) => eventsOf(modyo, { context, documented: true }).length
    assert.deepEqual([listed('site'), listed('space'), listed('realm')], [34, 14, 18])
    assert.equal(eventsOf(modyo, { context: 'realm_admin' }).length, 5)
  })

  it('resolve other spellings to the names they stand for', async () => {
    const ciam = await catalogOf('ciam')
    assert.deepEqual(namesFor(ciam, 'USER_MODIFIED:'), ['USER_MODIFIED'])
    assert.deepEqual(namesFor(ciam, 'COMBINEDLOGOUTTOKEN_CHECKED'), [
      'COMBINED',
      'LOGOUT',
      'TOKEN_CHECKED',
    ])
    assert.deepEqual(namesFor(ciam, 'nothing'), [])
    assert.deepEqual(namesFor(ciam, 'constructor'), [])
    assert.equal(eventsOf(ciam, { documented: true }).length, 92)
  })

  it('resolve a trigger to its events', async () => {
    const cotalker = await catalogOf('cotalker')
    assert.deepEqual(namesFor(cotalker, 'create-edit-delete-task'), [
      'COTTask.create',
      'COTTask.edit',
      'COTTask.delete',
    ])
  })
})

describe('installing a catalog', () => {
  it('writes each event type once, with its schema, its examples and both languages', async () => {
    const written = new Map<string, EventType>()
    const store = {
      async putEventType(eventType: EventType) {
        const created = !written.has(eventType.name)
        written.set(eventType.name, eventType)
        return { eventType, created }
      },
    }
    const organizationId = makeId('organization', { nowMs: 0, random: new Uint8Array(15) })
    const catalog = await catalogOf('logto')
    const first = await installCatalog({ store, organizationId, catalog, now: 1 })
    assert.deepEqual(first, { catalog: 'logto', created: 31, updated: 0, total: 31 })
    const again = await installCatalog({ store, organizationId, catalog, now: 2 })
    assert.deepEqual(again, { catalog: 'logto', created: 0, updated: 31, total: 31 })
    const signIn = written.get('PostSignIn')
    assert.equal(signIn?.groupName, 'interaction')
    assert.equal(signIn.attributes['catalog'], 'logto')
    assert.deepEqual(signIn.attributes['label'], { en: 'PostSignIn', es: 'PostSignIn' })
  })
})
