import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix1'
import { casesOf } from '../../test/hostile/corpus.ts'
import { generateSecret, parseSecret, verificationKey } from '../domain/secret.ts'
import { verifySignature } from '../domain/verify.ts'
import { systemRandom } from '../runtime/random.ts'
import { createSigner, liveSecrets, signatureHeaders } from './signer.ts'

interface SigningInput {
  readonly op: 'sign' | 'import_secret' | 'verify'
  readonly secrets?: readonly string[]
  readonly id?: string
  readonly timestamp?: number
  readonly body_hex?: string
  readonly secret?: unknown
  readonly now?: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}
type SigningExpect = string | { readonly signature: string }

test('every signing vector gives exactly the expected signatures', () => {
  const signer = createSigner()
  const signings = casesOf<SigningInput, SigningExpect>('signatures made')
  assert.ok(signings.length > 10)
  for (const { id, input, expect } of signings) {
    const signature = signer.sign({
      id: input.id ?? '',
      timestampSeconds: input.timestamp ?? 0,
      body: Buffer.from(input.body_hex ?? '', 'hex'),
      secrets: input.secrets ?? [],
    })
    assert.deepEqual({ signature }, expect, id)
  }
})

test('secrets are accepted and refused as the corpus says', () => {
  for (const { id, input, expect } of casesOf<SigningInput, string>('secrets imported')) {
    if (expect === 'generate') continue // null: the caller generates one, see below
    assert.equal(parseSecret(input.secret).ok, expect === 'accept', id)
  }
})

test('our verifier decides every verification case as expected', () => {
  const verifications = casesOf<SigningInput, string>('signatures verified')
  assert.ok(verifications.length > 10)
  for (const { id, input, expect } of verifications) {
    const result = verifySignature({
      headers: input.headers ?? {},
      body: Buffer.from(input.body ?? ''),
      key: String(input.secret),
      nowMs: (input.now ?? 0) * 1000,
    })
    assert.equal(result.valid, expect === 'valid', `${id}: ${JSON.stringify(result)}`)
  }
})

test('the official libraries accept what we sign, with both header sets and during rotation', () => {
  const now = Date.now()
  const secrets = [0, 1].map(() => generateSecret('hmac', systemRandom.bytes(32)))
  const body = '{"amount": 1.0, "id": 9007199254740993}'
  const signed = {
    id: 'msg_2b6DJ3dRzZxX',
    timestampSeconds: Math.floor(now / 1000),
    body: Buffer.from(body),
    secrets,
  }
  const signature = createSigner().sign(signed)
  const headers = Object.fromEntries(signatureHeaders('both', { ...signed, signature }))

  assert.equal(signature.split(' ').length, 2)
  for (const secret of secrets) {
    assert.ok(new StandardWebhook(secret).verify(body, headers))
    assert.ok(new SvixWebhook(secret).verify(body, headers))
    const ours = verifySignature({ headers, body: Buffer.from(body), key: secret, nowMs: now })
    assert.deepEqual(ours, { valid: true, scheme: 'v1' })
  }
})

test('a generated Ed25519 pair signs, and its public key verifies', () => {
  const secret = generateSecret('ed25519', systemRandom.bytes(32))
  const publicKey = verificationKey(secret)
  const signed = { id: 'msg_a', timestampSeconds: 1_700_000_000, body: Buffer.from('{}') }
  const signature = createSigner().sign({ ...signed, secrets: [secret] })
  const headers = Object.fromEntries(signatureHeaders('svix', { ...signed, signature }))

  assert.ok(publicKey.startsWith('whpk_'))
  assert.ok(parseSecret(secret).ok)
  for (const key of [publicKey, secret]) {
    const result = verifySignature({ headers, body: signed.body, key, nowMs: 1_700_000_000_000 })
    assert.deepEqual(result, { valid: true, scheme: 'v1a' })
  }
  const wrong = verifySignature({
    headers,
    body: Buffer.from('[]'),
    key: publicKey,
    nowMs: 1_700_000_000_000,
  })
  assert.deepEqual(wrong, { valid: false, fault: 'no_match' })
})

test('a rotated secret signs until it expires, the newest first', () => {
  const secrets = [
    { key: 'new', createdAt: 2, expiresAt: null },
    { key: 'old', createdAt: 1, expiresAt: 100 },
    { key: 'gone', createdAt: 0, expiresAt: 50 },
  ]
  assert.deepEqual(liveSecrets(secrets, 60), ['new', 'old'])
  assert.deepEqual(liveSecrets(secrets, 100), ['new'])
})
