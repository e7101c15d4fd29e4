/** Modyo, row by row of the acceptance list. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/domain/json.ts'
import { catalogFile, refusedField, type System, startSystem, without } from './system.ts'

let modyo: System
before(async () => {
  modyo = await startSystem('modyo')
})
after(() => modyo.close())

const catalog = catalogFile('modyo')

function example(name: string): JsonObject {
  const event = catalog.events.find((candidate) => candidate.name === name)
  assert.ok(event, name)
  return event.example
}

/** The log record as the platform writes it: no trigger members yet. */
function record(name: string): JsonObject {
  const body = example(name)
  return without(body, ...Object.keys(body).filter((key) => key.startsWith('trigger_')))
}

const byEndUser = {
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
  submission_uuid: 'b3f0c6de-1d45-4a0e-8f0b-2c9a5f7e1d33',
}

async function siteHook(fields: JsonObject = {}) {
  const receiver = await modyo.receiver()
  const hook = await modyo.webhook({
    name: 'A webhook',
    url: `${receiver.url}/hook`,
    eventTypes: ['site_disabled_log'],
    ...fields,
  })
  return { receiver, hook }
}

describe('Modyo', () => {
  it('M1: nothing is sent while the master switch is off', async () => {
    const { receiver } = await siteHook()
    assert.equal((await modyo.api('PATCH', modyo.app, { enabled: false })).status, 200)
    await modyo.raise('site_disabled_log', record('site_disabled_log'))
    await modyo.settled()
    assert.equal(receiver.requests.length, 0)
    await modyo.api('PATCH', modyo.app, { enabled: true })
    await modyo.raise('site_disabled_log', record('site_disabled_log'))
    await modyo.settled()
    assert.equal(receiver.requests.length, 1)
  })

  it('M2: an administrative webhook keeps all its fields, in the order of the form', async () => {
    const { receiver, hook } = await siteHook({
      context: 'site',
      scope: { site: ['17', '18'] },
      headers: { 'X-Team': 'web' },
    })
    const { body } = await modyo.api('GET', `${modyo.app}/endpoint/${hook.id}`)
    assert.equal(body.name, 'A webhook')
    assert.equal(body.url, `${receiver.url}/hook`)
    assert.equal(body.context, 'site')
    assert.deepEqual(body.scope, { site: ['17', '18'] })
    assert.deepEqual(body.eventTypes, ['site_disabled_log'])
    const headers = await modyo.api('GET', `${modyo.app}/endpoint/${hook.id}/headers`)
    assert.deepEqual(headers.body.headers, { 'X-Team': 'web' })
    const profile = await modyo.api('GET', '/profile/modyo')
    assert.deepEqual(
      profile.body.form.map((field: { name: string }) => field.name),
      ['name', 'url', 'context', 'eventTypes', 'headers'],
    )
  })

  it('M3: only the chosen sites fire; All takes every one', async () => {
    const one = await siteHook({ scope: { site: ['A'] } })
    const all = await siteHook({ scope: { site: [] } })
    const payload = record('site_disabled_log')
    await modyo.raise('site_disabled_log', payload, { scope: { site: 'B' } })
    await modyo.settled()
    assert.equal(one.receiver.requests.length, 0)
    await modyo.raise('site_disabled_log', payload, { scope: { site: 'A' } })
    await modyo.settled()
    assert.equal(one.receiver.requests.length, 1)
    assert.equal(all.receiver.requests.length, 2)
  })

  it('M4: each context has its own list, and others are refused', async () => {
    for (const [context, count] of [
      ['site', 34],
      ['space', 14],
      ['realm', 18],
    ] as const) {
      const { body } = await modyo.api('GET', `/catalog/modyo?context=${context}&documented=true`)
      const expected = catalog.events.filter((event) => event.documented && event.group === context)
      assert.equal(body.events.length, count)
      assert.deepEqual(
        body.events.map((event: { name: string }) => event.name),
        expected.map((event) => event.name),
      )
    }
    const url = 'http://127.0.0.1:9999/'
    const wrong = { name: 'x', url, eventTypes: ['entry_created_log'], context: 'site' }
    refusedField(await modyo.api('POST', `${modyo.app}/endpoint`, wrong), 'eventTypes')
    const scoped = { ...wrong, context: undefined, scope: { site: ['A'] } }
    refusedField(await modyo.api('POST', `${modyo.app}/endpoint`, scoped), 'eventTypes')
    const unknown = { ...wrong, context: 'space', scope: { planet: ['A'] } }
    const spanish = { 'accept-language': 'es' }
    const refused = await modyo.api('POST', `${modyo.app}/endpoint`, unknown, spanish)
    assert.match(refusedField(refused, 'planet'), /no hay un alcance/)
    const misplaced = { ...wrong, context: 'space', scope: { site: ['A'] } }
    const answer = await modyo.api('POST', `${modyo.app}/endpoint`, misplaced, spanish)
    assert.match(refusedField(answer, 'site'), /el contexto Espacios? se limita por Espacios?/)
    const foreign = { ...wrong, context: undefined, eventTypes: ['PostSignIn'] }
    refusedField(await modyo.api('POST', `${modyo.app}/endpoint`, foreign), 'eventTypes')
  })

  it('M4: a log type may be named as the guide writes it, where that says which one', async () => {
    const guide = ['Página creada', 'Templates enviados para su revisión', 'Widget clonado']
    const { hook } = await siteHook({ eventTypes: guide })
    const names = guide.map((label) => {
      const event = catalog.events.find((candidate) => candidate.label.es === label)
      return event?.name
    })
    assert.deepEqual(hook.eventTypes, names)
    // The guide writes "Inicio de sesión" for a site and for a realm.
    const login = { name: 'x', url: 'http://127.0.0.1:9999/', eventTypes: ['Inicio de sesión'] }
    refusedField(await modyo.api('POST', `${modyo.app}/endpoint`, login), 'eventTypes')
    const inRealm = await siteHook({ ...login, context: 'realm', scope: { realm: ['R1'] } })
    assert.deepEqual(inRealm.hook.eventTypes, ['user_login_log'])
  })

  it('M5: a realm webhook is always of its realm', async () => {
    const realm = { context: 'realm', eventTypes: ['user_created_log'] }
    const none = { name: 'x', url: 'http://127.0.0.1:9999/', ...realm }
    refusedField(await modyo.api('POST', `${modyo.app}/endpoint`, none), 'realm')
    const first = await siteHook({ ...realm, scope: { realm: ['R1'] } })
    const second = await siteHook({ ...realm, scope: { realm: ['R2'] } })
    await modyo.raise('user_created_log', example('user_created_log'), { scope: { realm: 'R1' } })
    await modyo.settled()
    assert.equal(first.receiver.requests.length, 1)
    assert.equal(second.receiver.requests.length, 0)
  })

  it('M6: a webhook takes one log type or several, and nothing else', async () => {
    const types = ['entry_created_log', 'entry_published_log', 'entry_updated_log']
    const { receiver } = await siteHook({ eventTypes: types })
    for (const type of [...types, 'entry_approved_log']) await modyo.raise(type, record(type))
    await modyo.settled()
    const got = receiver.requests.map((request) =>
      Reflect.get(Object(request.json()), 'trigger_uid'),
    )
    assert.deepEqual(got.sort(), types.sort())
  })

  it('M7: custom headers go out with the POST', async () => {
    const { receiver } = await siteHook({ headers: { 'X-Api-Token': 'abc', 'X-Team': 'web' } })
    await modyo.raise('site_disabled_log', record('site_disabled_log'))
    const request = await receiver.next()
    assert.equal(request.method, 'POST')
    assert.equal(request.headers['x-api-token'], 'abc')
    assert.equal(request.headers['x-team'], 'web')
  })

  it('M8: the body is the whole log record with its trigger members, nulls included', async () => {
    const { receiver } = await siteHook({ eventTypes: ['entry_created_log'] })
    // The record of the guide, as it was written, without what the platform adds.
    const guide = {
      id: 1552,
      account_id: 2,
      site_id: null,
      user_id: 2,
      type: null,
      value_1: '6111a767-71dc-485c-bea3-80229edf7450',
      value_2: 'the-new-type',
      value_3: 'space-test',
      request_ip: '127.0.0.1',
      request_user_agent: 'Mozilla/5.0',
      loggeable_id: 5,
      loggeable_type: 'Content::Entry',
      options: { title: 'test entries (6111a767-71dc-485c-bea3-80229edf7450)}' },
      created_at: '2021-08-13T17:08:46.000Z',
      user_type: 'AdminUser',
      space_id: 1,
      log_type_id: 262,
      realm_id: null,
    }
    await modyo.raise('entry_created_log', guide)
    const sent = await receiver.next()
    const body = sent.json()
    const whole = {
      ...guide,
      trigger_uid: 'entry_created_log',
      trigger_name: 'Entry created log',
      trigger_entity: 'Content::Entry',
      trigger_entity_id: 5,
      trigger_entry_uuid: guide.value_1,
      trigger_content_uuid: guide.value_2,
      trigger_entry_space_uid: guide.value_3,
    }
    // Byte for byte, in the order of the guide.
    assert.equal(sent.body.toString(), JSON.stringify(whole))
    assert.equal(Object.keys(whole).length, 25)
    await modyo.raise('entry_created_log', without(guide, 'site_id', 'type', 'realm_id'))
    assert.deepEqual((await receiver.next()).json(), body)
  })

  it('M9: an end user on a site gives the compact body; a completion gives the whole one', async () => {
    const triggers = [
      'origination_submission_created_log',
      'origination_submission_started_log',
      'origination_submission_task_submitted_log',
      'origination_submission_canceled_log',
      'origination_submission_completed_log',
    ]
    const { receiver } = await siteHook({ eventTypes: triggers, scope: { realm: ['5'] } })
    for (const trigger of triggers) await modyo.raise(trigger, byEndUser, { scope: { realm: '5' } })
    const bodies = (await receiver.waitFor(5)).map((request) => Object(request.json()))
    const compact = bodies.filter((body) => 'e_c' in body)
    assert.deepEqual(
      compact.map((body) => `${body.e_c}_${body.e_a}`).sort(),
      triggers.slice(0, 4).sort(),
    )
    for (const body of compact) {
      const fixed = ['ip', 'ua', 'e_a', 'e_c', 'uid', 'idsite', 'realm_id', 'realm_uid']
      for (const key of [...fixed, 'account_id']) assert.ok(body[key] !== undefined, key)
    }
    const [whole] = bodies.filter((body) => !('e_c' in body))
    assert.equal(whole.trigger_uid, 'origination_submission_completed_log')
    assert.equal('loggeable_id' in whole && 'site_id' in whole, true)
  })

  it('M10: one trigger has two shapes, by who acted', async () => {
    const { receiver } = await siteHook({ eventTypes: ['user_updated_log'] })
    await modyo.raise('user_updated_log', byEndUser)
    const compact = Object((await receiver.next()).json())
    await modyo.raise('user_updated_log', { ...byEndUser, user_type: 'AdminUser' })
    const whole = Object((await receiver.next()).json())
    assert.equal(`${compact.e_c}_${compact.e_a}`, 'user_updated_log')
    assert.equal('trigger_uid' in compact, false)
    assert.equal(whole.trigger_uid, 'user_updated_log')
    assert.equal('e_c' in whole, false)
  })

  it('M11: origination ids are at the root, and absent where they do not apply', async () => {
    const trigger = 'origination_submission_completed_log'
    const { receiver } = await siteHook({ eventTypes: [trigger], scope: { realm: ['5'] } })
    const admin = { ...byEndUser, user_type: 'AdminUser' }
    const inRealm = { scope: { realm: '5' } }
    await modyo.raise(trigger, { ...admin, origination_uuid: 'u', task_uid: null }, inRealm)
    const body = Object((await receiver.next()).json())
    assert.equal(body.origination_uuid, 'u')
    assert.equal(body.origination_uid, 'apertura-cuenta')
    assert.equal(body.submission_uuid, byEndUser.submission_uuid)
    assert.equal('task_uid' in body, false)
    await modyo.raise(trigger, without(admin, 'submission_uuid'), inRealm)
    assert.equal('submission_uuid' in Object((await receiver.next()).json()), false)
  })

  it('M12: what the platform did itself has no user and no address', async () => {
    const trigger = 'origination_submission_canceled_overdue_log'
    const { receiver } = await siteHook({ eventTypes: [trigger], scope: { realm: ['5'] } })
    await modyo.raise(trigger, { ...byEndUser, automated: true }, { scope: { realm: '5' } })
    const body = Object((await receiver.next()).json())
    assert.equal(body.automated, true)
    assert.deepEqual([body.user_id, body.request_ip, body.request_user_agent], [null, null, null])
  })

  it('M13: a test notification exists only once the webhook is saved', async () => {
    const { receiver, hook } = await siteHook()
    const before = { url: `${receiver.url}/hook`, eventTypes: ['site_disabled_log'] }
    const early = await modyo.api('POST', `${modyo.app}/endpoint-test`, before)
    assert.equal(early.status, 409)
    const tested = await modyo.api('POST', `${modyo.app}/endpoint/${hook.id}/test`)
    assert.equal(tested.status, 200)
    assert.equal(tested.body.results[0].responseStatusCode, 204)
    assert.equal(receiver.requests.length, 1)
    assert.deepEqual(receiver.requests[0]?.json(), example('site_disabled_log'))
  })

  it('M14: the list shows the active webhooks, the others behind a filter', async () => {
    const own = await modyo.application({ profile: 'modyo' })
    const fields = { url: 'http://127.0.0.1:9999/', eventTypes: ['site_disabled_log'] }
    await modyo.api('POST', `${own}/endpoint`, { ...fields, name: 'on' })
    await modyo.api('POST', `${own}/endpoint`, { ...fields, name: 'off', disabled: true })
    const names = async (query: string) =>
      (await modyo.api('GET', `${own}/webhook${query}`)).body.data.map(
        (hook: { name: string }) => hook.name,
      )
    assert.deepEqual(await names(''), ['on'])
    assert.deepEqual(await names('?show_disabled=true'), ['off', 'on'])
  })

  it('M15: what happens on a stage reaches the webhook of its site', async () => {
    const { receiver } = await siteHook({ scope: { site: ['17'] } })
    const payload = record('site_disabled_log')
    await modyo.raise('site_disabled_log', payload, { scope: { site: ['17-stage', '17'] } })
    await modyo.settled()
    assert.equal(receiver.requests.length, 1)
  })

  it('all 79 events arrive with the documented bodies, in both shapes', async () => {
    const own = await modyo.receiver()
    for (const context of ['site', 'space', 'realm', 'realm_admin']) {
      const types = catalog.events.filter((event) => event.contexts?.[0] === context)
      await modyo.webhook({
        name: context,
        url: `${own.url}/${context}`,
        context,
        eventTypes: types.map((event) => event.name),
        ...(context === 'realm' ? { scope: { realm: ['all'] } } : {}),
      })
    }
    let count = 0
    for (const event of catalog.events) {
      for (const body of [event.example, ...(event.variants ?? [])]) {
        await modyo.raise(event.name, body, { scope: { realm: 'all' } })
        await own.waitFor(++count)
        assert.deepEqual(own.requests.at(-1)?.json(), body, event.name)
      }
    }
    assert.equal(count, 79 + 22)
  })
})
