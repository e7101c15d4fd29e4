/** The receivers that we hand out judge every vector right, in each language that is here. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { createSigner } from '../../src/delivery/signer.ts'
import { verificationKey } from '../../src/domain/secret.ts'
import {
  languageFacts,
  type SnippetLanguage,
  snippetLanguages,
} from '../../src/snippets/languages.ts'
import { secretVariable, snippetsFor, standardTarget } from '../../src/snippets/snippets.ts'
import { corpus } from '../hostile/corpus.ts'
import { bootstrapKey, startTestApi, type TestApi } from '../support/api.ts'
import { drivers, type Tested } from './drivers.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-snippets-'))
let api: TestApi
before(async () => {
  api = await startTestApi()
})
after(async () => {
  rmSync(folder, { recursive: true })
  await api.close()
})

interface Vector {
  readonly name: string
  readonly key: string
  readonly now: number
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly valid: boolean
}

interface Recorded {
  readonly op: string
  readonly secrets?: readonly string[]
  readonly secret?: string
  readonly id?: string
  readonly timestamp?: number
  readonly now?: number
  readonly body?: string
  readonly body_hex?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The recorded cases: what must be signed so verifies, also changed by one byte it does not. */
function recordedVectors(): readonly Vector[] {
  return corpus<Recorded, string | { readonly signature: string }>('signing').flatMap(
    ({ id: name, input, expect }): readonly Vector[] => {
      const { headers, secrets = [], id = '', timestamp = 0 } = input
      if (input.op === 'verify') {
        const { secret = '', now = 0, body = '' } = input
        const valid = expect === 'valid'
        if (notForReceivers.has(name)) return []
        return [{ name, key: secret, now, body: Buffer.from(body), headers: headers ?? {}, valid }]
      }
      if (input.op !== 'sign' || typeof expect === 'string') return []
      const body = Buffer.from(input.body_hex ?? '', 'hex')
      const signed = {
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': expect.signature,
      }
      return secrets.flatMap((secret, at) => {
        const one = { key: verificationKey(secret), now: timestamp, headers: signed }
        return [
          { ...one, name: `${name} key ${at}`, body, valid: true },
          { ...one, name: `${name} key ${at} changed`, body: flipped(body), valid: false },
        ]
      })
    },
  )
}

/** What is put to this server's own verifier alone, and why. */
const notForReceivers: ReadonlyMap<string, string> = new Map([
  ['sig-far-50', 'receivers are handed webhook-* alone'],
  ['sig-far-51', 'names of headers reach them in small letters'],
  ['sig-far-63', 'the right bytes: decoders differ over missing padding'],
  ['sig-far-64', 'the right bytes: decoders differ over padding too much'],
  ['sig-far-65', 'the right bytes: HTTP carries no line feed in a value'],
  ['sig-far-101', 'their operator set no secret'],
  ['sig-far-102', 'their operator set no secret'],
  ['sig-far-106', 'their operator set no secret'],
])

function flipped(body: Buffer): Buffer {
  const changed = Buffer.concat([body, Buffer.from(body.length === 0 ? 'x' : '')])
  changed[0] = (changed[0] ?? 0) ^ 1
  return changed
}

/** What receivers get wrong without noticing. */
function ownVectors(): readonly Vector[] {
  const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const id = 'msg_1'
  const now = 1_700_000_000
  const body = Buffer.from('{"name":"ñ 漢 🎉"}')
  const signature = createSigner().sign({ id, timestampSeconds: now, body, secrets: [key] })
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(now),
    'webhook-signature': signature,
  }
  const one = { key, now, body, headers }
  const signed = (text: string) => ({ ...headers, 'webhook-signature': text })
  return [
    { ...one, name: 'text beyond ASCII', valid: true },
    { ...one, name: 'exactly five minutes old', now: now + 300, valid: true },
    { ...one, name: 'exactly five minutes ahead', now: now - 300, valid: true },
    { ...one, name: 'five minutes and a second old', now: now + 301, valid: false },
    {
      ...one,
      name: 'unknown versions first',
      headers: signed(`v9,AAAA junk ${signature}`),
      valid: true,
    },
    {
      ...one,
      name: 'a wrong one first',
      headers: signed(`v1,${'A'.repeat(43)}= ${signature}`),
      valid: true,
    },
    {
      ...one,
      name: 'a signature cut short',
      headers: signed(signature.slice(0, 20)),
      valid: false,
    },
    {
      ...one,
      name: 'an HMAC called v1a',
      headers: signed(signature.replace('v1,', 'v1a,')),
      valid: false,
    },
    { ...one, name: 'no signature', headers: signed(''), valid: false },
    { ...one, name: 'an empty signature', headers: signed('v1,'), valid: false },
    { ...one, name: 'no id', headers: { ...headers, 'webhook-id': '' }, valid: false },
    {
      ...one,
      name: 'no timestamp',
      headers: { ...headers, 'webhook-timestamp': '' },
      valid: false,
    },
    {
      ...one,
      name: 'digits of another script',
      headers: { ...headers, 'webhook-timestamp': '١٧٠٠٠٠٠٠٠٠' },
      valid: false,
    },
  ]
}

/** Languages without Ed25519 refuse `v1a`, which is right: an unknown version is no proof. */
function vectorsFor(language: SnippetLanguage): readonly Vector[] {
  const all = [...recordedVectors(), ...ownVectors()]
  return languageFacts[language].ed25519 ? all : all.filter(({ key }) => !key.startsWith('whpk_'))
}

const field = (text: string | Buffer | undefined): string =>
  Buffer.from(text ?? '').toString('base64') || '-'

function lineOf({ key, now, body, headers }: Vector): string {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
  return [key, String(now), body, ...names.map((name) => headers[name])].map(field).join(' ')
}

const bodyKey = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6'
const bodyText = Buffer.from('{"event":"User.Created","n":1.0}')
const bodySignature = createHmac('sha256', bodyKey).update(bodyText).digest('hex')
const bodyVectors = [
  { name: 'the body as signed', signature: bodySignature, body: bodyText, valid: true },
  { name: 'another body', signature: bodySignature, body: flipped(bodyText), valid: false },
  { name: 'another signature', signature: 'a'.repeat(64), body: bodyText, valid: false },
  { name: 'no hex', signature: 'z'.repeat(64), body: bodyText, valid: false },
  { name: 'cut short', signature: bodySignature.slice(0, 62), body: bodyText, valid: false },
  { name: 'no signature', signature: '', body: bodyText, valid: false },
] as const

const buildTimeoutMs = 120_000

interface Ended {
  readonly failed: boolean
  readonly out: string
}

function execute(
  [command, ...args]: readonly [string, ...string[]],
  input: { readonly cwd?: string; readonly stdin?: string } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const options = {
      cwd: input.cwd ?? folder,
      timeout: buildTimeoutMs,
      env: {
        ...process.env,
        CARGO_NET_RETRY: '1',
        CARGO_HTTP_TIMEOUT: '15',
        GOTOOLCHAIN: 'local',
        GOFLAGS: '',
        // Crates are built once for all runs on this machine.
        CARGO_TARGET_DIR: join(tmpdir(), 'posthorn-snippet-crates'),
        DOTNET_CLI_TELEMETRY_OPTOUT: '1',
      },
    }
    const child = execFile(command, args, options, (error, stdout, stderr) =>
      resolve({
        failed: error !== null,
        out: error === null ? stdout : `${error.message}${stderr}`,
      }),
    )
    child.stdin?.on('error', () => {}) // it never started: the callback says so
    child.stdin?.end(input.stdin ?? '')
  })
}

/** Answers of the receiver, one for each line; null when its packages could not be had. */
async function judged(
  language: SnippetLanguage,
  form: Tested,
  lines: readonly string[],
): Promise<readonly string[] | null> {
  const driver = drivers[language]
  const signature = form === 'plain' ? 'standard-webhooks' : 'logto-hmac'
  const [snippet] = await snippetsFor({ ...standardTarget, signature }, { language, form: 'plain' })
  assert.ok(snippet, `no ${form} snippet in ${language}`)
  const cwd = join(folder, language, form)
  for (const [name, text] of Object.entries({
    ...driver.files[form],
    [driver.snippetFile]: snippet.code,
  })) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), text)
  }
  let built: Ended = { failed: driver.build.length > 0, out: '' }
  for (const step of driver.build) {
    built = await execute(step, { cwd })
    if (!built.failed) break
  }
  if (built.failed && driver.buildFetches === true && isUnreachable(built.out)) return null
  assert.ok(!built.failed, `${language} ${form} does not build: ${built.out}`)
  const ran = await execute(driver.run, { cwd, stdin: `${lines.join('\n')}\n` })
  assert.ok(!ran.failed, `${language} ${form} does not run: ${ran.out}`)
  return ran.out.trimEnd().split('\n')
}

/** What package managers say when no registry answers. */
function isUnreachable(text: string): boolean {
  return /failed to (get|download|fetch|query)|could not resolve|network|NU1301|timed out|SIGTERM/i.test(
    text,
  )
}

test('every library-free receiver judges every vector right, in each language that is here', async (t) => {
  const absent: string[] = []
  const ran: SnippetLanguage[] = []
  for (const language of snippetLanguages) {
    if ((await execute(drivers[language].probe)).failed) {
      absent.push(language)
      continue
    }
    const vectors = vectorsFor(language)
    const lines = vectors.map(lineOf)
    const bodyLines = bodyVectors.map(({ body, signature }) =>
      [bodyKey, body, signature].map(field).join(' '),
    )
    const plain = await judged(language, 'plain', lines)
    const body = await judged(language, 'body', bodyLines)
    if (plain === null || body === null) {
      absent.push(`${language} (its packages could not be fetched)`)
      continue
    }
    assert.deepEqual(
      vectors.map(({ name }, at) => `${name}: ${plain[at]}`),
      vectors.map(({ name, valid }) => `${name}: ${valid ? 1 : 0}`),
      language,
    )
    assert.deepEqual(
      bodyVectors.map(({ name }, at) => `${name}: ${body[at]}`),
      bodyVectors.map(({ name, valid }) => `${name}: ${valid ? 1 : 0}`),
      language,
    )
    ran.push(language)
  }
  t.diagnostic(`ran: ${ran.join(', ')}; not on this machine: ${absent.join(', ') || 'none'}`)
  assert.ok(ran.includes('javascript') && ran.includes('python'), `only ${ran.join(', ')} ran`)
})

test('the JavaScript receiver with the official library takes what we sign and refuses the rest', async () => {
  const [snippet] = await snippetsFor(standardTarget, { language: 'javascript', form: 'library' })
  assert.ok(snippet)
  const file = join(import.meta.dirname, `library-${process.pid}.mjs`) // beside node_modules
  writeFileSync(file, snippet.code)
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  process.env[secretVariable] = secret
  try {
    const { POST } = await import(file)
    const timestampSeconds = Math.floor(api.world.clock.now() / 1000)
    const body = '{"n":1.0}'
    const signature = createSigner().sign({
      id: 'msg_1',
      timestampSeconds,
      body: Buffer.from(body),
      secrets: [secret],
    })
    const answerTo = async (text: string): Promise<number> => {
      const headers = {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(timestampSeconds),
        'webhook-signature': signature,
      }
      const request = new Request('http://localhost/', { method: 'POST', headers, body: text })
      return (await POST(request)).status
    }
    assert.equal(await answerTo(body), 204)
    assert.equal(await answerTo('{"n":1}'), 400)
  } finally {
    rmSync(file)
    delete process.env[secretVariable]
  }
})

async function get(path: string, token = bootstrapKey) {
  const headers = { authorization: `Bearer ${token}` }
  const reply = await api.app.inject({ method: 'GET', url: `/api/v1${path}`, headers })
  return { status: reply.statusCode, body: JSON.parse(reply.body) }
}

async function post(path: string, body: unknown) {
  const headers = { authorization: `Bearer ${bootstrapKey}` }
  const url = `/api/v1${path}`
  const reply = await api.app.inject({
    method: 'POST',
    url,
    headers,
    payload: JSON.stringify(body),
  })
  assert.ok(reply.statusCode < 300, reply.body)
  return JSON.parse(reply.body)
}

async function endpointWith(body: object, application: object = {}): Promise<string> {
  const app = await post('/app', { name: 'Receivers', ...application })
  const endpoint = await post(`/app/${app.id}/endpoint`, {
    url: 'https://example.com/hooks',
    ...body,
  })
  return `/app/${app.id}/endpoint/${endpoint.id}`
}

test('an endpoint’s snippets carry its header names and its path, and no secret unless asked', async () => {
  const path = await endpointWith({
    policy: { signatureHeaders: 'svix' },
    url: "https://acme.test/in/it's`$",
  })
  const { status, body } = await get(`${path}/snippets`)
  assert.equal(status, 200)
  assert.equal(body.data.length, 18, 'nine languages in two forms')
  assert.deepEqual(body.environment, { name: secretVariable, value: null })
  const secret = (await get(`${path}/secret`)).body.key
  for (const { language, form, code } of body.data) {
    assert.ok(!code.includes(secret), language)
    assert.ok(!/webhook-(id|timestamp|signature)\b/i.test(code), `${language} ${form}`)
    assert.ok(!code.includes("it's"), `${language} ${form}: a quote of the URL ends no text`)
  }
  const go = (await get(`${path}/snippets?language=go&form=plain&with_secret=true`)).body
  assert.deepEqual([go.data.length, go.environment.value], [1, secret])
  assert.match(go.data[0].code, /svix-id/)
  assert.match(go.data[0].code, /http\.HandleFunc\("\/in\/it%27s/)
})

test('only a caller who may read secrets sees one, and only receivers that can verify are shown', async () => {
  const path = await endpointWith({
    secret:
      'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
  })
  const app = path.split('/')[2] ?? ''
  const { token } = await post(`/auth/app-portal-access/${app}`, { capabilities: ['ViewBase'] })
  assert.equal((await get(`${path}/snippets`, token)).status, 200)
  assert.equal((await get(`${path}/snippets?with_secret=true`, token)).status, 403)
  const { data, environment } = (await get(`${path}/snippets?with_secret=true`)).body
  assert.match(environment.value, /^whpk_/)
  const shown: readonly { readonly form: string; readonly language: string }[] = data
  assert.ok(
    shown.every(({ form }) => form === 'plain'),
    'the libraries know no Ed25519',
  )
  assert.ok(!shown.some(({ language }) => language === 'python'))

  await post('/event-type', { name: 'User.Created', description: '' })
  const logto = await endpointWith(
    { name: 'Hook', eventTypes: ['User.Created'] },
    { profile: 'logto' },
  )
  const hmac = (await get(`${logto}/snippets?language=php&with_secret=true`)).body
  assert.equal(hmac.signature, 'logto-hmac')
  assert.match(hmac.data[0].code, /HTTP_LOGTO_SIGNATURE_SHA_256/)
  assert.match(hmac.environment.value, /^[A-Za-z0-9]{32}$/)
  const unsigned = await endpointWith({ signature: 'none' })
  assert.deepEqual((await get(`${unsigned}/snippets`)).body.data, [])
  assert.equal((await get(`/app/${app}/endpoint/nobody/snippets`)).status, 404)
  assert.equal((await get(`${unsigned}/snippets?language=cobol`)).status, 422)

  // Before there is an endpoint, by the URL that it is to have; what is none is left out.
  const planned = `/app/${app}/snippets?language=go&form=plain&url=`
  const soon = (await get(`${planned}${encodeURIComponent('https://shop.example.com/in')}`)).body
  assert.equal(soon.environment.value, null)
  assert.match(soon.data[0].code, /"\/in"/)
  assert.equal((await get(`${planned}ftp:no`)).body.data.length, 1)
  assert.equal((await get('/app/nobody/snippets')).status, 404)
})
