import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretsInEnvironment, secretsOf } from '../config/secrets.ts'
import { ConfigError, configFrom, configWith } from '../config.ts'
import { redactor } from './redaction.ts'

const secret = 'C4n/ry+"ñ~0001 x'
const redact = redactor([secret, 'another-secret-of-it', 'tiny'])

test('a secret is found in every spelling, wherever it stands', () => {
  const base64 = (before: string, behind: string) =>
    Buffer.from(before + secret + behind).toString('base64')
  const spelled = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    encodeURIComponent(secret).toLowerCase().replace('c4n', 'C4n'),
    Buffer.from(secret).toString('hex'),
    ...['', 'a', 'ab', 'user:', '\0user\0'].map((before) => base64(before, '')),
    ...['a', 'ab', 'abc'].map((behind) => base64('user:', behind)),
    Buffer.from(`user:${secret}`).toString('base64url'),
  ]
  for (const text of spelled) {
    const told = redact(`before ${text} behind, and ${text}`)
    assert.match(told, /^before .*\[secret\].* behind, and .*\[secret\]/, text)
    for (let at = 0; at + 8 <= secret.length; at++) {
      assert.ok(!told.includes(secret.slice(at, at + 8)), `${text}: ${told}`)
    }
    assert.ok(told.length < 80, `little is left of ${text}: ${told}`)
  }
})

test('a secret is found where it is cut, from eight characters on', () => {
  for (let length = 8; length <= secret.length; length++) {
    assert.equal(redact(`said ${secret.slice(0, length)}…`), 'said [secret]…')
    assert.equal(redact(`…${secret.slice(-length)} was said`), '…[secret] was said')
  }
})

test('what is no secret stays as it is, and short settings are no pattern', () => {
  const text = 'tiny C4n/ry+ and another-sec are parts: nothing to hide'
  assert.equal(redact(text), text.replace('another-sec', '[secret]'))
  assert.equal(redactor([])('anything'), 'anything')
})

test('the secrets of the settings are what is secret of them', () => {
  const config = configWith({
    databaseUrl: 'postgres://posthorn:p%40ss-word@db.example/posthorn?password=third-one',
    smtpUrl: 'smtp://mail.example:25',
    encryptionKey: 'first-key, second-key',
    metricsToken: 'of-the-metrics',
  })
  assert.deepEqual(
    [...secretsOf(config)].sort(),
    ['first-key', 'of-the-metrics', 'p%40ss-word', 'p@ss-word', 'second-key', 'third-one'].sort(),
  )
  const environment = { POSTHORN_EGRESS_PROXY: 'http://u:half%zz@proxy', POSTHORN_PORT: '80' }
  assert.deepEqual(secretsInEnvironment(environment), ['half%zz'])
})

test('a password with a % that is no escape is refused with the setting, before anything is sent', () => {
  for (const [variable, value] of [
    ['POSTHORN_SMTP_URL', 'smtp://ana:half%zz@mail.example'],
    ['POSTHORN_EGRESS_PROXY', 'http://ana:half%zz@proxy.example:3128'],
  ] as const) {
    assert.throws(
      () => configFrom({ [variable]: value }),
      (error) =>
        error instanceof ConfigError &&
        error.message.startsWith(variable) &&
        !error.message.includes('half'),
    )
  }
})
