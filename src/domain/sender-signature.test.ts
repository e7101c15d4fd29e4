/** Checked against the examples that the senders publish themselves. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { checkSender, type SenderReport } from './sender-signature.ts'

function check(input: {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly secrets: readonly string[]
  readonly url?: string
  readonly at?: number
}): SenderReport | null {
  return checkSender({
    header: (name) => input.headers[name] ?? null,
    body: Buffer.from(input.body),
    urls: [input.url ?? 'https://here.example/in/x'],
    secrets: input.secrets,
    nowMs: (input.at ?? 1_700_000_000) * 1000,
  })
}

const github = {
  headers: {
    'x-hub-signature-256':
      'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  },
  body: 'Hello, World!',
}

test('GitHub: the example of its guide verifies, with its own secret alone', () => {
  const good = check({ ...github, secrets: ['stripe:x', "github:It's a Secret to Everybody"] })
  assert.deepEqual(good, {
    ...{ state: 'valid', sender: 'github', header: 'x-hub-signature-256' },
    ...{ timestamp: null, secretIndex: 1 },
  })
  assert.equal(check({ ...github, secrets: ['github:another'] })?.state, 'invalid')
  assert.equal(
    check({ ...github, body: 'Hello', secrets: ["github:It's a Secret to Everybody"] })?.state,
    'invalid',
  )
  assert.equal(check({ ...github, secrets: ['stripe:x'] })?.state, 'no_secret')
})

test('Slack: the example of its guide verifies in its time, and is stale later', () => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
  const headers = {
    'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    'x-slack-request-timestamp': '1531420618',
  }
  const secrets = ['slack:8f742231b10e8888abcd99yyyzzz85a5']
  assert.equal(check({ headers, body, secrets, at: 1_531_420_700 })?.state, 'valid')
  assert.equal(check({ headers, body, secrets, at: 1_531_430_000 })?.state, 'stale')
})

test('Twilio: the example of its guide verifies for the address that was called', () => {
  const signed = {
    headers: {
      'x-twilio-signature': '0/KCTR6DLpKmkAf8muzZqo1nDgQ=',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'Digits=1234&CallSid=CA1234567890ABCDE&Caller=%2B12349013030&From=%2B12349013030&To=%2B18005551212',
    secrets: ['twilio:12345'],
  }
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2'
  assert.equal(check({ ...signed, url })?.state, 'valid')
  assert.equal(check({ ...signed, url: url.replace('https', 'http') })?.state, 'invalid')
})

test('Stripe, Shopify and anybody with a header of their own', () => {
  const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text)
  const hex = hmac('whsec_abc', '1700000000.{"id":"evt_1"}').digest('hex')
  const stripe = {
    headers: { 'stripe-signature': `t=1700000000,v1=${'0'.repeat(64)},v1=${hex},v0=1` },
    body: '{"id":"evt_1"}',
    secrets: ['stripe:whsec_abc'],
  }
  assert.equal(check(stripe)?.state, 'valid')
  assert.equal(check({ ...stripe, at: 1_700_000_400 })?.state, 'stale')
  assert.equal(check({ ...stripe, body: '{"id": "evt_1"}' })?.state, 'invalid')

  const shopify = { 'x-shopify-hmac-sha256': hmac('s3', '{"a":1}').digest('base64') }
  assert.equal(
    check({ headers: shopify, body: '{"a":1}', secrets: ['shopify:s3'] })?.state,
    'valid',
  )

  const secrets = ['hmac:X-Acme-Signature:top:secret']
  const acme = (signature: string) => ({ 'x-acme-signature': signature })
  for (const signature of [
    hmac('top:secret', 'body').digest('hex'),
    `sha256=${hmac('top:secret', 'body').digest('hex')}`,
    hmac('top:secret', 'body').digest('base64'),
    createHmac('sha1', 'top:secret').update('body').digest('hex'),
  ]) {
    assert.equal(check({ headers: acme(signature), body: 'body', secrets })?.state, 'valid')
  }
  assert.equal(check({ headers: acme('nonsense'), body: 'body', secrets })?.state, 'invalid')
  assert.equal(check({ headers: {}, body: 'body', secrets }), null)
})
