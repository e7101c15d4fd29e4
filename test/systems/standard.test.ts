/** What the systems are made of, on an endpoint of the standard profile: nothing belongs to one. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/domain/json.ts'
import type { Script } from '../support/receiver.ts'
import { type System, startSystem } from './system.ts'

let standard: System
before(async () => {
  standard = await startSystem('standard')
  const eventType = { name: 'user.updated', description: 'A user was changed.' }
  await standard.api('POST', '/event-type', eventType)
})
after(() => standard.close())

async function listening(fields: JsonObject, script: Script = [{ status: 200 }]) {
  const receiver = await standard.receiver(script)
  const app = await standard.application({})
  const created = await standard.api('POST', `${app}/endpoint`, { url: receiver.url, ...fields })
  assert.equal(created.status, 201, JSON.stringify(created.body))
  const raise = (payload: JsonObject, more: JsonObject = {}) =>
    standard.api('POST', `${app}/msg`, { eventType: 'user.updated', payload, ...more })
  return { receiver, app, raise, path: `${app}/endpoint/${created.body.id}` }
}

describe('any endpoint', () => {
  it('can be limited to scopes of any kind', async () => {
    const { receiver, raise } = await listening({ scope: { region: ['eu', 'us'] } })
    await raise({ id: 1 })
    await raise({ id: 2 }, { scope: { region: 'asia' } })
    await raise({ id: 3 }, { scope: { region: 'us' } })
    await standard.settled()
    assert.deepEqual(
      receiver.requests.map((request) => request.json()),
      [{ id: 3 }],
    )
  })

  it('can send only what was edited, signed as it is sent', async () => {
    const { receiver, raise, path } = await listening({ payload: 'changes' })
    await raise({ id: 1, name: 'new' }, { previous: { id: 1, name: 'old' } })
    const request = await receiver.next()
    const diff = { '/name': { previous: 'old', changedTo: 'new' } }
    assert.deepEqual(request.json(), { name: 'new', diff })
    const { key } = (await standard.api('GET', `${path}/secret`)).body
    const signed = createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64'))
      .update(`${request.headers['webhook-id']}.${request.headers['webhook-timestamp']}.`)
      .update(request.body)
      .digest('base64')
    assert.equal(request.headers['webhook-signature'], `v1,${signed}`)
  })

  it('can be signed as Logto signs, and authenticated in every way', async () => {
    const { receiver, raise, path } = await listening({
      signature: 'logto-hmac',
      authentication: { kind: 'basic', username: 'ana', secret: 's3cret' },
    })
    await raise({ id: 1 })
    const first = await receiver.next()
    const { key } = (await standard.api('GET', `${path}/secret`)).body
    const bytes = Buffer.from(key.slice('whsec_'.length), 'base64')
    const expected = createHmac('sha256', bytes).update(first.body).digest('hex')
    assert.equal(first.headers['logto-signature-sha-256'], expected)
    assert.equal(first.headers['webhook-signature'], undefined)
    const basic = `Basic ${Buffer.from('ana:s3cret').toString('base64')}`
    assert.equal(first.headers['authorization'], basic)
    const bearer = { authentication: { kind: 'bearer', secret: 'token-1' } }
    assert.equal((await standard.api('PATCH', path, bearer)).status, 200)
    await raise({ id: 2 })
    assert.equal((await receiver.next()).headers['authorization'], 'Bearer token-1')
    // A change that leaves the secret out keeps it; null takes the authentication away.
    await standard.api('PATCH', path, { authentication: { kind: 'bearer' } })
    await raise({ id: 3 })
    assert.equal((await receiver.next()).headers['authorization'], 'Bearer token-1')
    await standard.api('PATCH', path, { authentication: null })
    await raise({ id: 4 })
    assert.equal((await receiver.next()).headers['authorization'], undefined)
    await standard.settled()
    const { body } = await standard.api('GET', `${path}/log`)
    assert.equal(body.data.length, 4)
  })

  it('can have any policy: statuses, schedule, order and what follows an exhausted try', async () => {
    const policy = {
      successStatuses: [[200, 209]],
      retryScheduleMs: [30_000],
      retryJitter: 0,
      ordering: 'fifo',
      whenExhausted: 'skip',
    }
    const { receiver, raise } = await listening({ policy }, (request) => ({
      status: Object(request.json()).id === 1 ? 210 : 204,
    }))
    await raise({ id: 1 })
    await raise({ id: 2 })
    await receiver.waitFor(1)
    await standard.pass(30_000)
    await receiver.waitFor(3)
    await standard.settled()
    assert.deepEqual(
      receiver.requests.map((request) => Object(request.json()).id),
      [1, 1, 2],
    )
  })

  it('can carry a code, which is then unique and fixed', async () => {
    const { app, path } = await listening({ name: 'Orders', code: 'orders' })
    const url = 'http://127.0.0.1:9999/'
    assert.equal(
      (await standard.api('POST', `${app}/endpoint`, { url, code: 'orders' })).status,
      422,
    )
    assert.equal((await standard.api('PATCH', path, { code: 'other' })).status, 422)
    const other = await standard.application({})
    assert.equal(
      (await standard.api('POST', `${other}/endpoint`, { url, code: 'orders' })).status,
      201,
    )
  })
})
