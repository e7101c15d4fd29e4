import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { diffOf, pickChanged } from '../domain/diff.ts'
import type { JsonObject } from '../domain/json.ts'
import { bodyOf } from './body.ts'
import { profileOf, profiles } from './profiles.ts'

const createdAt = Date.UTC(2026, 10, 21, 2, 8, 46)
const endpointId = 'ep_1'

interface CatalogFile {
  readonly events: readonly {
    readonly name: string
    readonly example: JsonObject
    readonly variants?: readonly JsonObject[]
  }[]
}

function catalogOf(name: string): CatalogFile {
  return JSON.parse(readFileSync(new URL(`../../catalogs/${name}.json`, import.meta.url), 'utf8'))
}

function shaped(input: {
  readonly profile: string
  readonly eventType: string
  readonly payload: JsonObject | string
  readonly previous?: JsonObject
  readonly attributes?: JsonObject
}): JsonObject {
  return JSON.parse(bytesOf(input).toString())
}

function bytesOf(input: Parameters<typeof shaped>[0]): Buffer {
  const { payload, previous } = input
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return Buffer.from(
    bodyOf({
      profile: profileOf(input.profile),
      message: {
        eventType: input.eventType,
        payload: Buffer.from(text),
        createdAt,
        attributes: previous === undefined ? {} : { previous },
      },
      endpoint: { id: endpointId, attributes: input.attributes ?? {} },
    }),
  )
}

function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}

describe('every profile', () => {
  it('has texts in both languages for its form, its list and itself', () => {
    assert.deepEqual(profiles.map((profile) => profile.name).sort(), [
      'ciam',
      'cotalker',
      'logto',
      'modyo',
      'standard',
      'ultimate-multisite',
    ])
    for (const { label, description, form, list } of profiles) {
      const texts = [label, description, ...form.flatMap((field) => [field.label, field.help])]
      for (const text of [...texts, ...list.columns.map((column) => column.label)]) {
        if (text === undefined) continue
        assert.ok(text.en.length > 0 && text.es.length > 0)
      }
    }
  })

  for (const name of ['modyo', 'ultimate-multisite', 'logto', 'cotalker', 'ciam']) {
    it(`${name} sends each documented body as it is documented`, () => {
      for (const event of catalogOf(name).events) {
        for (const example of [event.example, ...(event.variants ?? [])]) {
          const body = shaped({
            profile: name,
            eventType: event.name,
            payload: example,
            attributes: { payload: 'full' },
          })
          const expected = 'hookId' in example ? { ...example, hookId: endpointId } : example
          assert.deepEqual(body, expected, event.name)
        }
      }
    })

    it(`${name} makes the same bytes each time`, () => {
      const [event] = catalogOf(name).events
      assert.ok(event)
      const input = { profile: name, eventType: event.name, payload: event.example }
      assert.deepEqual(bytesOf(input), bytesOf(input))
    })
  }

  it('keeps every number as it was written', () => {
    const payload = '{"a":1.0,"big":9007199254740993,"e":1e3,"zero":-0,"text":"1.0","n":[2.50]}'
    const body = bytesOf({ profile: 'logto', eventType: 'User.Created', payload }).toString()
    assert.match(
      body,
      /"a":1\.0,"big":9007199254740993,"e":1e3,"zero":-0,"text":"1\.0","n":\[2\.50\]/,
    )
  })

  it('lets a payload that is no object through untouched', () => {
    const payload = 'not json'
    assert.equal(bytesOf({ profile: 'ciam', eventType: 'USER_LOGIN', payload }).toString(), payload)
  })
})

describe('standard', () => {
  it('sends the stored bytes, spaces and all', () => {
    const payload = '{ "a" : 1.0,  "a": 2 }'
    assert.equal(bytesOf({ profile: 'standard', eventType: 'x', payload }).toString(), payload)
  })

  it('sends only what was edited to an endpoint that asks for changes', () => {
    const body = shaped({
      profile: 'standard',
      eventType: 'user.updated',
      payload: { id: 7, name: { first: 'Ana María', last: 'Torres' } },
      previous: { id: 7, name: { first: 'Ana', last: 'Torres' } },
      attributes: { payload: 'changes' },
    })
    assert.deepEqual(body, {
      name: { first: 'Ana María' },
      diff: { '/name/first': { previous: 'Ana', changedTo: 'Ana María' } },
    })
  })
})

describe('modyo', () => {
  const example = (name: string): JsonObject => {
    const event = catalogOf('modyo').events.find((candidate) => candidate.name === name)
    assert.ok(event)
    return event.example
  }

  it('adds the trigger members to a bare log record and sends nulls', () => {
    const documented = example('entry_created_log')
    const record = without(
      documented,
      ...Object.keys(documented).filter((key) => key.startsWith('trigger_')),
      'site_id',
      'type',
      'realm_id',
    )
    const body = shaped({ profile: 'modyo', eventType: 'entry_created_log', payload: record })
    assert.deepEqual(body, documented)
    assert.deepEqual(Object.keys(body), Object.keys(documented))
  })

  it('makes the compact body of the same record when an end user acted', () => {
    const record = {
      account_id: 42,
      site_id: 17,
      user_id: 88012,
      user_type: 'User',
      request_ip: '203.0.113.24',
      request_user_agent: 'Firefox',
      realm_id: 5,
      realm_uid: 'clientes',
      loggeable_type: 'Origination::Submission',
      loggeable_id: 438,
      origination_uid: 'apertura-cuenta',
      submission_uuid: null,
    }
    const eventType = 'origination_submission_created_log'
    assert.deepEqual(shaped({ profile: 'modyo', eventType, payload: record }), {
      ip: '203.0.113.24',
      ua: 'Firefox',
      e_a: 'created_log',
      e_c: 'origination_submission',
      uid: 88012,
      idsite: 17,
      realm_id: 5,
      realm_uid: 'clientes',
      account_id: 42,
      origination_uid: 'apertura-cuenta',
    })
    const byAdmin = shaped({
      profile: 'modyo',
      eventType,
      payload: { ...record, user_type: 'AdminUser' },
    })
    assert.equal(byAdmin['trigger_uid'], eventType)
    assert.equal(byAdmin['trigger_name'], 'Origination submission created log')
    assert.equal('submission_uuid' in byAdmin, false)
  })

  it('keeps what a producer added to the record, in both shapes', () => {
    const added = { environment: 'staging', note: null }
    const record = { ...added, realm_uid: 'clientes', task_uid: null, e_c: 'user' }
    const eventType = 'user_updated_log'
    const full = shaped({ profile: 'modyo', eventType: 'site_disabled_log', payload: record })
    assert.deepEqual(Object.entries(full).slice(-2), Object.entries(added))
    assert.equal(Object.keys(full).length, 25 + 2)
    const compact = shaped({ profile: 'modyo', eventType, payload: record })
    assert.deepEqual(Object.entries(compact).slice(-2), Object.entries(added))
    assert.equal(Object.keys(compact).length, 9 + 2)
  })
})

describe('ultimate-multisite', () => {
  it('writes each amount as text with its symbol beside the raw number', () => {
    const { events } = catalogOf('ultimate-multisite')
    const event = events.find((candidate) => candidate.name === 'payment_received')
    assert.ok(event)
    const amounts = Object.keys(event.example)
      .filter((key) => key.endsWith('_raw'))
      .map((key) => key.slice(0, -4))
    const body = shaped({
      profile: 'ultimate-multisite',
      eventType: event.name,
      payload: without(event.example, ...amounts, 'wu_version'),
    })
    assert.deepEqual(body, event.example)
  })

  it('reads an amount that a database gave as text', () => {
    const payload = { payment_total_raw: '1234.50', payment_currency: 'EUR', customer_name: 'ñ' }
    assert.deepEqual(
      shaped({ profile: 'ultimate-multisite', eventType: 'payment_received', payload }),
      { payment_total: '€1,234.50', ...payload, wu_version: '2.4.13' },
    )
  })

  it('keeps a member whatever its name is', () => {
    const payload = JSON.parse('{"__proto__":{"a":1},"constructor":"b"}')
    const body = shaped({ profile: 'ultimate-multisite', eventType: 'payment_received', payload })
    assert.match(JSON.stringify(body), /^\{"__proto__":\{"a":1\},"constructor":"b"/)
  })

  it('writes domain flags as words', () => {
    const payload = { domain_active: true, domain_primary: false }
    assert.deepEqual(
      shaped({ profile: 'ultimate-multisite', eventType: 'domain_created', payload }),
      { domain_active: 'true', domain_primary: 'false', wu_version: '2.4.13' },
    )
  })
})

describe('logto', () => {
  it('fills event, time, interaction and hookId, and keeps private user fields back', () => {
    const body = shaped({
      profile: 'logto',
      eventType: 'PostSignIn',
      payload: {
        userIp: '203.0.113.24',
        user: { id: 'u1', passwordEncrypted: 'x' },
        event: 'Fake',
      },
    })
    assert.deepEqual(body, {
      event: 'PostSignIn',
      interactionEvent: 'SignIn',
      createdAt: '2026-11-21T02:08:46.000Z',
      userIp: '203.0.113.24',
      user: { id: 'u1' },
      userId: 'u1',
      hookId: endpointId,
    })
    assert.equal(Object.keys(body).at(-1), 'hookId')
  })

  it('caps membership deltas at 5000 and leaves empty ones out', () => {
    const addedUserIds = Array.from({ length: 5001 }, (_, index) => `u${index}`)
    const body = shaped({
      profile: 'logto',
      eventType: 'Organization.Membership.Updated',
      payload: { organizationId: 'org1', addedUserIds, removedUserIds: [] },
    })
    assert.equal((body['addedUserIds'] as string[]).length, 5000)
    assert.equal('removedUserIds' in body, false)
  })
})

describe('cotalker', () => {
  const before = {
    _id: 'u1',
    name: { names: 'Ana', lastName: 'T' },
    avatar: { small: '' },
    job: 'j',
  }
  const after = { ...before, name: { names: 'Ana María', lastName: 'T' }, avatar: { small: 'p' } }

  it('sends only the edited fields, with the diff', () => {
    const body = shaped({
      profile: 'cotalker',
      eventType: 'COTUser.edit',
      payload: { company: 'c1', data: after },
      previous: before,
    })
    assert.deepEqual(body, {
      company: 'c1',
      type: 'COTUser',
      extraData: null,
      createdAt: '2026-11-21T02:08:46.000Z',
      data: { _id: 'u1', name: { names: 'Ana' }, avatar: { small: '' } },
      event: 'edit',
      diff: {
        '/name/names': { previous: 'Ana', changedTo: 'Ana María' },
        '/avatar/small': { previous: '', changedTo: 'p' },
      },
    })
  })

  it('takes a payload without `data` as the data', () => {
    const body = shaped({
      profile: 'cotalker',
      eventType: 'COTTask.create',
      payload: { _id: 't1', company: 'c1' },
    })
    assert.deepEqual(body['data'], { _id: 't1', company: 'c1' })
    assert.equal(body['company'], 'c1')
  })

  it('loses nothing of an object that has a member `data` of its own', () => {
    const payload = { _id: 'p1', data: { color: 'red' }, type: 'car' }
    const body = shaped({ profile: 'cotalker', eventType: 'COTProperty.create', payload })
    assert.deepEqual(body['data'], payload)
  })

  it('sends an edit as it was given when nobody said what it was before', () => {
    const payload = { _id: 'u1', name: 'Ana' }
    for (const given of [payload, { company: 'c1', data: payload }]) {
      const body = shaped({ profile: 'cotalker', eventType: 'COTUser.edit', payload: given })
      assert.deepEqual(body['data'], payload)
      assert.equal('diff' in body, false)
    }
  })

  it('has no data on a logout, whether the user is given bare or as extra data', () => {
    const extraData = { userId: 'u1', timestamp: 1795228095186 }
    for (const payload of [extraData, { extraData }, { data: null, extraData }]) {
      const body = shaped({ profile: 'cotalker', eventType: 'Auth.logout', payload })
      assert.deepEqual([body['data'], body['extraData']], [null, extraData])
    }
  })
})

describe('ciam', () => {
  const body = (payload: JsonObject) =>
    shaped({ profile: 'ciam', eventType: 'USER_LOGIN', payload })

  it('takes the four parts, or puts them around data that may have their names', () => {
    const whole = { event_time: '2026-01-01T00:00:00Z', current_context: 'any', data: [1, 'ñ'] }
    assert.deepEqual(body(whole), { ...whole, event_type: 'USER_LOGIN' })
    assert.deepEqual(body({ current_context: { ip: '::1' } })['data'], null)
    const own = { sub: 'u1', data: { a: 1 } }
    assert.deepEqual([body(own)['data'], body(own)['current_context']], [own, null])
  })
})

describe('a diff', () => {
  it('compares lists whole, escapes path members and sees members come and go', () => {
    const diff = diffOf({ list: [1], 'a/b': 1, gone: 1 }, { list: [1, 2], 'a/b': 2, came: null })
    assert.deepEqual(diff, {
      '/list': { previous: [1], changedTo: [1, 2] },
      '/a~1b': { previous: 1, changedTo: 2 },
      '/gone': { previous: 1, changedTo: null },
    })
    assert.deepEqual(pickChanged({ list: [1, 2], 'a/b': 2, other: 3 }, diff), {
      list: [1, 2],
      'a/b': 2,
    })
  })
})
