import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isTotpKey } from '../domain/authentication.ts'
import { type Endpoint, plainEndpoint } from '../domain/endpoint.ts'
import { makeId } from '../domain/ids.ts'
import { standardPolicy } from '../domain/policy.ts'
import { profileOf } from '../profiles/profiles.ts'
import { VirtualClock } from '../runtime/virtual-clock.ts'
import { authenticator, totpCode } from './authentication.ts'
import { prepare } from './prepare.ts'
import { createSigner } from './signer.ts'
import type { Transport } from './transport.ts'

const id = { nowMs: Date.UTC(2026, 0, 1), random: new Uint8Array(15) }
const applicationId = makeId('application', id)

function endpointWith(fields: Partial<Endpoint>): Endpoint {
  const url = 'https://receiver.example/hook?keep=1'
  return {
    ...plainEndpoint({ id: makeId('endpoint', id), applicationId, url, now: 0 }),
    ...fields,
  }
}

/** Nothing here may ask for a token. */
const noTransport: Transport = {
  send: () => assert.fail('a request left'),
  close: async () => {},
}

function authenticate(fields: Partial<Endpoint>, now = 0) {
  const made = authenticator({ clock: new VirtualClock(), transport: noTransport })
  const result = made.authenticate(endpointWith(fields), now)
  assert.ok(!(result instanceof Promise), 'it had to wait')
  return result
}

describe('authentication', () => {
  it('adds nothing where nothing is set', () => {
    const result = authenticate({})
    assert.deepEqual(result.headers, [])
    assert.equal(result.url, 'https://receiver.example/hook?keep=1')
  })

  it('puts an API key into the header or the query of the chosen name', () => {
    const credentials = { secret: 'k&y' }
    const settings = { kind: 'api-key', name: 'x-our-key' }
    const inHeader = authenticate({ attributes: { authentication: settings }, credentials })
    assert.deepEqual(inHeader.headers, [['x-our-key', 'k&y']])
    const inQuery = authenticate({
      attributes: { authentication: { ...settings, placement: 'query' } },
      credentials,
    })
    assert.equal(inQuery.url, 'https://receiver.example/hook?keep=1&x-our-key=k%26y')
    assert.equal(inQuery.shownUrl.includes('k%26y'), false)
  })

  it('speaks basic and bearer', () => {
    const credentials = { secret: 's3cret' }
    const basic = { authentication: { kind: 'basic', username: 'ana' } }
    assert.deepEqual(authenticate({ attributes: basic, credentials }).headers, [
      ['authorization', `Basic ${Buffer.from('ana:s3cret').toString('base64')}`],
    ])
    const bearer = { authentication: { kind: 'bearer' } }
    assert.deepEqual(authenticate({ attributes: bearer, credentials }).headers, [
      ['authorization', 'Bearer s3cret'],
    ])
  })

  it('computes one-time passwords as RFC 6238 does', () => {
    const key = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    const settings = {
      kind: 'totp',
      name: 'x-otp',
      placement: 'header',
      digits: 8,
      periodSeconds: 30,
      algorithm: 'SHA1',
    } as const
    assert.equal(totpCode(settings, key, 59_000), '94287082')
    assert.equal(totpCode(settings, key, 1_111_111_109_000), '07081804')
    assert.equal(totpCode(settings, `${key.toLowerCase()}==`, 59_000), '94287082')
    assert.ok(isTotpKey(key) && !isTotpKey('not base32!') && !isTotpKey('GEZD'))
  })
})

describe('a prepared request', () => {
  const message = {
    id: makeId('message', id),
    applicationId,
    eventType: 'PostSignIn',
    eventId: null,
    channels: null,
    tags: null,
    payload: Buffer.from('{"userIp":"203.0.113.24"}'),
    contentType: 'application/json',
    createdAt: id.nowMs,
    deliverAt: null,
    payloadExpiresAt: id.nowMs,
    attributes: {},
  }
  const delivery = {
    id: makeId('delivery', id),
    applicationId,
    endpointId: makeId('endpoint', id),
    messageId: message.id,
    state: 'sending',
    trigger: 'scheduled',
    attemptCount: 0,
    dueAt: null,
    sequence: null,
    createdAt: 0,
    updatedAt: 0,
  } as const
  const context = { signer: createSigner(), userAgent: 'Posthorn/1', installationId: null }
  const whsec = (key: string): string => `whsec_${Buffer.from(key).toString('base64')}`
  const prepared = (profile: string, fields: Partial<Endpoint>) => {
    const endpoint = endpointWith(fields)
    const made = prepare(context, {
      claim: { delivery, message, token: 't', leaseUntil: 0 },
      endpoint,
      policy: standardPolicy,
      profile: profileOf(profile),
      authenticated: authenticate(fields),
      now: id.nowMs,
      mayStart: () => true,
      signal: null,
    })
    assert.notEqual(made, 'payload_gone')
    assert.ok(typeof made === 'object')
    return made
  }

  it('carries the Logto signature alone, over a body that holds the endpoint id', () => {
    const made = prepared('logto', {
      secrets: [{ key: whsec('0123456789abcdefghijklmnopqrstuv'), createdAt: 0, expiresAt: null }],
    })
    const names = made.request.headers.map(([name]) => name)
    assert.deepEqual(names, ['content-type', 'user-agent', 'logto-signature-sha-256'])
    assert.equal(JSON.parse(Buffer.from(made.request.body).toString()).hookId, delivery.endpointId)
  })

  it('lets a custom user agent win where the profile lets it, a signature never', () => {
    const made = prepared('logto', {
      headers: { 'User-Agent': 'mine', 'Logto-Signature-Sha-256': 'forged' },
      secrets: [{ key: whsec('0123456789abcdefghijklmnopqrstuv'), createdAt: 0, expiresAt: null }],
    })
    const agents = made.request.headers.filter(([name]) => name.toLowerCase() === 'user-agent')
    assert.deepEqual(agents, [['User-Agent', 'mine']])
    assert.equal(JSON.stringify(made.request.headers).includes('forged'), false)
    const strict = prepared('ciam', { headers: { 'User-Agent': 'mine' } })
    assert.deepEqual(
      strict.request.headers.find(([name]) => /user-agent/i.test(name))?.[1],
      'Posthorn/1',
    )
  })

  it('shows no key, in no header and no URL', () => {
    const credentials = { secret: 'canary' }
    for (const placement of ['header', 'query']) {
      const authentication = { kind: 'api-key', name: 'pass-it', placement }
      const made = prepared('ciam', { attributes: { authentication }, credentials })
      assert.equal(JSON.stringify([made.shownHeaders, made.shownUrl]).includes('canary'), false)
      assert.ok(JSON.stringify([made.request.headers, made.request.url]).includes('canary'))
    }
  })
})
